"""
Slugs: the last part of the address of a page. What has had one keeps it for ever, so that old links lead to the new address.

An app has a table of them for each kind of page (`Slug`): a row for each slug, current or former. No two are the same in any
case. Which one is current, the page's own row says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import texts, values
from .exceptions import DuplicateValue
from .fields import ExactCharField, FoldedCharField
from .models import CatalogModel
from .transactions import Outdated

# What is made of a title: with a number behind it, and folded, it can be stored.
MAX_MADE = 80


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


def _is_of_word(character: str) -> bool:
    """Marks belong to the letters before them: scripts of India have their vowels so."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def make_slug(*texts_: str) -> str:
    """
    A slug of the first of these texts that has any letters or digits, of any script: "Año 1" gives "año-1". "" if none has.
    """
    for text in texts_:
        spaced = "".join(each if _is_of_word(each) else " " for each in unicodedata.normalize("NFKC", text).lower())
        # A mark that stands by itself is no letter.
        words = [word for word in spaced.split() if word[0].isalnum()]
        found = texts.compose("-".join(words)[:MAX_MADE].strip("-"))
        # As `parse_slug`, of which nothing may be refused that was made here.
        if found and not values.UUID_LIKE.match(found):
            return found
    return ""


def parse_slug(field: str, value: Any, *, slashes: bool = False) -> str:
    """
    Letters and digits of any script, with hyphens or underscores between them, no uuid; with `slashes` several such parts.

    Stored in lower case. Raises InvalidValue.
    """
    found = texts.compose(values.text_to_fold(field, value)).lower()
    words = [word for part in (found.split("/") if slashes else [found]) for word in re.split("[-_]", part)]
    if not all(word and word[0].isalnum() and all(map(_is_of_word, word)) for word in words):
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


def take_free_slug(model: Any, owner: dict[str, Any], base: str, *, reserved: Iterable[str] = (), **more: Any) -> str:
    """
    Have an owner have `base`, bare where nobody else has or had it and it is not `reserved`, else with the smallest number from
    2 with which nobody has or had it; returns the slug. Three queries. The caller is `transactions.atomically`, as that of
    `take_slug`.
    """
    ((name, row),) = owner.items()
    folded = texts.fold(base)
    rows = model.objects.filter(slug_ci__startswith=folded).exclude(**{f"{name}_id": row.pk})
    taken = {*rows.values_list("slug_ci", flat=True), *reserved}
    number, found = 1, base
    while texts.fold(found) in taken:
        number += 1
        found = f"{base}-{number}"
    try:
        take_slug(model, owner, found, **more)
    except DuplicateValue as error:
        # Somebody was faster since these were read.
        raise Outdated(str(error)) from error
    return found
