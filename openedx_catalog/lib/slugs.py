"""
Slugs: the last part of the address of a page. What has had one keeps it for ever, so that old links lead to the new address.

An app has a table of them for each kind of page (`Slug`): one row for each slug, current or former, in which no two are the same
in any case. Which one is current, the page's own row says.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import texts, values
from .exceptions import DuplicateValue
from .fields import ExactCharField, FoldedCharField
from .models import CatalogModel

# What is made of a title: with a number behind it, and folded, it can be stored.
MAX_MADE = 80
_PART = re.compile(r"[^\W_]+([-_]+[^\W_]+)*\Z")


class Slug(CatalogModel):
    """A slug that somebody's page has, or had. Subclasses say whose: a foreign key."""

    slug = ExactCharField(gettext_lazy("slug"))
    slug_ci = FoldedCharField(source="slug", unique=True)
    created = models.DateTimeField(gettext_lazy("created"), auto_now_add=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("id",)

    def __str__(self) -> str:
        return self.slug


def make_slug(*texts_: str) -> str:
    """
    A slug of the first of these texts that has any letters or digits, of any script: "Año 1" gives "año-1". "" if none has.
    """
    for text in texts_:
        # What only looks like a hyphen or a space ends a word, too.
        if found := slugify(re.sub(r"[\W_]+", " ", text), allow_unicode=True)[:MAX_MADE].strip("-"):
            return found
    return ""


def parse_slug(field: str, value: Any, *, slashes: bool = False) -> str:
    """
    Letters and digits of any script, with hyphens or underscores between them, no uuid; with `slashes` several such parts.

    Stored in lower case. Raises InvalidValue.
    """
    found = texts.compose(values.text_to_fold(field, value)).lower()
    parts = found.split("/") if slashes else [found]
    if not all(map(_PART.match, parts)):
        raise values.invalid(field, value, _("expected letters and digits, with single hyphens between them"))
    if values.UUID_LIKE.match(found):
        raise values.invalid(field, value, _("it looks like a UUID, which already names a row"))
    return found


def find_slug(model: Any, slug: str) -> Any:
    """The row of a slug, in any case, or None. One query, none for what cannot be one."""
    if texts.names_nothing(slug) or not slug:
        return None
    return model.objects.filter(slug_ci=texts.fold(slug)).first()


def take_slug(model: Any, owner: dict[str, Any], slug: str, **more: Any) -> None:
    """
    Have an owner, ``{foreign key: row}``, have this slug; nothing is written where he has or had it so spelled. Two queries.

    Raises DuplicateValue where it is, or was, another one's. Whoever is faster at this very moment makes it an IntegrityError:
    the caller is `transactions.atomically`, which begins again.
    """
    (name, row), stored = next(iter(owner.items())), find_slug(model, slug)
    if stored is None:
        model(**owner, slug=slug, **more).save()
    elif getattr(stored, f"{name}_id") != row.pk:
        holder = getattr(stored, name)
        owned = f"{holder._meta.verbose_name} {holder}"
        raise DuplicateValue(field="slug", value=texts.shorten(slug, 60), owner=owned, row=holder)
    elif stored.slug != slug:
        stored.slug = slug
        stored.save(update_fields=["slug"])


def free_slug(model: Any, owner: dict[str, Any], base: str) -> str:
    """`base` with the smallest number, from 2, with which nobody else has or had it; bare if it is free. One query."""
    ((name, row),) = owner.items()
    folded = texts.fold(base)
    rows = model.objects.filter(slug_ci__startswith=folded).exclude(**{f"{name}_id": row.pk})
    taken = set(rows.values_list("slug_ci", flat=True))
    number, found = 1, folded
    while found in taken:
        number += 1
        found = f"{folded}-{number}"
    return base if number == 1 else f"{base}-{number}"
