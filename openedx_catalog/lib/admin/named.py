"""Admins of what has a name and a slug. A blank slug of a new row is made by the API, so any `ApiForm` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .forms import ApiModelAdmin


class NamedModelAdmin(ApiModelAdmin):
    """The oldest first. A page that deletes says in numbers what goes along, and what is in the way."""

    # What keeps a row from being deleted: models, with the ways from them to it.
    used_by: ClassVar[tuple[tuple[Any, str], ...]] = ()
    # Of these, models of which there may be thousands.
    counted: ClassVar[tuple[Any, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("pk",)
    search_fields = ("name", "slug")
    search_help_text = _("Search by name or slug.")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Django would list every row that uses one, and links by their ids."""
        rows, users = list(objs), [model for model, _way in self.used_by]
        counts = {str(self.opts.verbose_name_plural): len(rows)}
        for model, column in self.linked.items():
            if model not in users and (count := model.objects.filter(**{f"{column}__in": rows}).count()):
                counts[str(model._meta.verbose_name_plural)] = count
        return [str(row) for row in rows], counts, set(), list(self._in_the_way(rows))

    def _in_the_way(self, rows: list[Any]) -> Iterator[str]:
        """What has a page is named, the rest counted, and what is `counted`."""
        for model, way in self.used_by:
            found = model.objects.filter(**{f"{way}__in": rows})
            if model in self.admin_site._registry and model not in self.counted:
                yield from (f"{model._meta.verbose_name}: {row}" for row in found.distinct())
            elif count := found.count():
                yield str(_("%(what)s: %(count)d")) % {"what": model._meta.verbose_name_plural, "count": count}


def refuse_unknown(slugs: Iterable[str], rows: QuerySet[Any]) -> None:
    """Raise ValidationError where none of the rows has one of these slugs."""
    known = list(rows.values_list("slug", flat=True))
    if unknown := [slug for slug in slugs if slug not in known]:
        text = _("There is no %(kind)s %(slug)r. There are: %(known)s.")
        facts = {"kind": rows.model._meta.verbose_name, "slug": unknown[0], "known": ", ".join(known)}
        raise forms.ValidationError(text, params=facts)
