"""PathwayCategory, and the rules that its values share with those of pathways."""

from __future__ import annotations

import re
from typing import Any, NewType, TypeAlias

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Regex
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exceptions import InvalidPathwayValue, InvalidValue
from ..lib import values
from ..lib.fields import ExactCharField, TitleCharField, row_number
from ..lib.models import SavesChangesOnly
from ..querysets import PathwayCategoryQuerySet

# The database has the same: a code is ASCII, so that every database folds its case alike.
CODE_PATTERN = r"^[a-zA-Z0-9_.-]+\Z"


class CodedModel(SavesChangesOnly):
    """
    A row whose code is unique in any case, by an index on an expression, as openedx-core has it.

    MariaDB has no such index. There the API lets writers take turns, so nobody need be warned of it at every ``migrate``.
    """

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **kwargs: Any) -> list[Any]:
        return [message for message in super().check(**kwargs) if message.id != "models.W044"]

    def save(self, **kwargs: Any) -> None:
        self.clean()
        super().save(**kwargs)


def code_and_title_rules(prefix: str, code: str, name: str) -> list[models.BaseConstraint]:
    """What the database holds codes and titles to; `name` is that of the rule for the code, which openedx-core has chosen."""
    return [
        models.CheckConstraint(condition=Regex(F(code), CODE_PATTERN), name=f"{prefix}_{name}"),
        models.CheckConstraint(condition=Q(title__length__gt=0), name=f"{prefix}_title_not_blank"),
    ]


class PathwayCategory(CodedModel):
    """
    What learners call a kind of pathway, e.g. "Master's Degree". Authors call all of them pathways.

    Code and imports name it by its `category_code`, which never changes. One, ``pathway``, is there from the beginning.
    The table is that of openedx-core (ADR 0007); like pathways, it keeps no history and emits nothing.

    .. no_pii:
    """

    # The types of an id, as openedx-core's callers annotate with them.
    PathwayCategoryID = NewType("PathwayCategoryID", int)
    ID: TypeAlias = PathwayCategoryID
    IDField = models.AutoField

    id = row_number(gettext_lazy("Of this database only. Elsewhere a category is named by its code."), models.AutoField)
    category_code = ExactCharField(
        gettext_lazy("category code"),
        help_text=gettext_lazy(
            'Names the category for other programs, for example "masters-degree". Learners do not see it, and it never changes.'
        ),
    )
    title = TitleCharField(
        gettext_lazy("title"), help_text=gettext_lazy('What learners call one such pathway, for example "Master\'s Degree".')
    )
    title_plural = TitleCharField(
        gettext_lazy("plural"),
        blank=True,
        default="",
        help_text=gettext_lazy('What learners call several. If it is left empty, an "s" is added to the title.'),
    )

    objects = PathwayCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("Pathway Category")
        verbose_name_plural = gettext_lazy("Pathway Categories")
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(Lower("category_code"), name="oex_catalog_pathwaycategory_code_uniq_ci"),
            *code_and_title_rules("oex_catalog_pathwaycategory", "category_code", "code_regex"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_title_plural(self) -> str:
        """The plural, or the title with an "s"."""
        return self.title_plural or f"{self.title}s"

    def clean(self) -> None:
        """Put code and titles into the form that is stored. Raises InvalidPathwayValue."""
        self.category_code = check_code("category_code", self.category_code)
        self.title = check_text("title", self.title, required=True)
        self.title_plural = check_text("title_plural", self.title_plural)


def check_code(field: str, value: Any) -> str:
    """Return a code. Raises InvalidPathwayValue unless it has ASCII letters, digits, "_", "." and "-" alone."""
    code = check_text(field, value, required=True)
    if not re.match(CODE_PATTERN, code):
        raise _invalid(values.invalid(field, value, _('expected Latin letters, digits, "_", "." and "-" only')))
    return code


def check_text(field: str, value: Any, *, required: bool = False, max_length: int = 255) -> str:
    """Return a text stripped. Raises InvalidPathwayValue."""
    try:
        return values.text(field, value, required=required, max_length=max_length)
    except InvalidValue as error:
        raise _invalid(error) from error


def _invalid(error: InvalidValue) -> InvalidPathwayValue:
    return InvalidPathwayValue(**error.facts)
