"""Rows that have a name and a slug, of whatever kind: their columns, and how they are found, created, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import values
from .changes import Change, delete_with_history, refuse_duplicate, save_with_history, store_changes
from .dated import revised
from .fields import ExactCharField, TitleCharField
from .models import CatalogModel
from .transactions import refuse_if_protected
from .unset import UNSET

MAX_LENGTH = 64


def name_field(help_text: Any) -> Any:
    """The column of what people call it, for a model that says more of it than `Named`."""
    return TitleCharField(_("name"), max_length=MAX_LENGTH, help_text=help_text)


def slug_field(help_text: Any) -> Any:
    """The column of what other systems call it."""
    return ExactCharField(_("slug"), max_length=MAX_LENGTH, unique=True, blank=True, help_text=help_text)


class Named(CatalogModel):
    """What people call by its name, and other systems by its slug, for which a model has a `slug_field`; the oldest first."""

    name = name_field(_("What people read."))

    class Meta:
        abstract = True
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


Row = TypeVar("Row", bound=Named)


class NamedRows(Generic[Row]):
    """
    The rows of a model with a name and a slug, for the functions of an API, which hold `writes_to` and make the `Change`.

    `field` is what an argument is called that names one of them; `readers` say of each further column what may be stored, as
    the functions of `values` do.
    """

    def __init__(self, model: type[Row], field: str, **readers: Callable[[str, Any], Any]) -> None:
        self.model, self.field = model, field
        name = partial(values.text, max_length=MAX_LENGTH, required=True)
        self.readers: dict[str, Callable[[str, Any], Any]] = {
            "name": name,
            "slug": partial(values.slug, max_length=MAX_LENGTH),
            **readers,
        }

    def create(self, change: Change, *, name: str, slug: str | None = None, uuid: Any = None, **given: Any) -> Row:
        """
        A new row; the slug follows from the name unless it is given. Raises DuplicateValue, InvalidValue, InvalidRequest
        (uuid).
        """
        wanted = self._checked(name=name, **given)
        wanted |= self._checked(slug=slugify(wanted["name"]) if slug in (None, "") else slug)
        own = {} if uuid is None else {"uuid": values.parse_uuid(uuid)}
        row = self.model(**wanted, **own)
        refuse_duplicate(row, "slug", *own)
        save_with_history(row, change)
        self.tell(row, "created")
        return row

    def update(self, row: Row | str, change: Change, **given: Any) -> Row:
        """
        Change a row, given as an object or by its slug; UNSET values stay. Raises its DoesNotExist, DuplicateValue,
        InvalidValue.
        """
        wanted, held = self._checked(**given), self.hold(row)
        if "slug" in wanted:
            refuse_duplicate(revised(held, wanted), "slug")
        if store_changes(held, wanted, change):
            self.tell(held, "updated")
        return held

    def delete(self, row: Row | str, change: Change, parts: Mapping[Any, str] | None = None) -> None:
        """
        Delete a row, and before it its `parts`: models, with the names of the columns that point at it. Raises HasDependents,
        its DoesNotExist, InvalidValue.
        """
        held = self.hold(row)
        with refuse_if_protected(held.name):
            for part, owner in (parts or {}).items():
                for each in part.objects.filter(**{owner: held}):
                    delete_with_history(each, change)
            delete_with_history(held, change)
            self.tell(held, "deleted")

    def find(self, given: Row | str, field: str = "") -> Row:
        """
        A row, given as an object or by its slug, as it is stored; `field` is another name of the argument. Raises its
        DoesNotExist, InvalidValue. One query.
        """
        return self._found(self.model.objects.all(), given, field)

    def find_all(self, given: Any, field: str) -> list[Row]:
        """The same of several, in order."""
        return [self.find(each, field) for each in values.sequence(field, given)]

    def hold(self, given: Row | str) -> Row:
        """Held: otherwise another writer's values would be taken for unchanged ones, and overwrite nothing."""
        return self._found(self.model.objects.select_for_update(), given)

    def tell(self, row: Row, what: str) -> None:
        """For subclasses: a row was "created", "updated" or "deleted", in the same transaction."""

    def _checked(self, **given: Any) -> dict[str, Any]:
        return {name: self.readers[name](name, value) for name, value in given.items() if value is not UNSET}

    def _found(self, rows: Any, given: Any, field: str = "") -> Row:
        if isinstance(given, self.model):
            return rows.get(pk=given.pk)
        slug = values.text(field or self.field, given, max_length=MAX_LENGTH)
        if (found := rows.filter(slug=slug).first()) is None:
            facts = {"kind": self.model._meta.verbose_name, "slug": slug}
            raise self.model.DoesNotExist(gettext("There is no %(kind)s %(slug)r.") % facts)
        return found
