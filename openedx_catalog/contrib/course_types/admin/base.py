"""What the admins of course types share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

from ..models_api import CourseRunTyping, CourseTyping, Track

IDENTITY: Any = (_("Identity"), {"fields": ("uuid", "created_", "modified_")})


class SlugForm(ApiForm):
    """A name and a slug, and what it is made of: `given` says what the API gets."""

    def clean_slug(self) -> str | None:
        """None for a new row lets the API make one."""
        return self.cleaned_data["slug"] or (None if self.instance.pk is None else "")

    def given(self) -> dict[str, Any]:
        """What is to be stored, as the API calls it."""
        return self.changed(*self.cleaned_data)

    def write(self) -> Any:
        if self.instance.pk is None:
            return self.model_admin.create_row(**self.given(), **self.provenance)
        return self.model_admin.update_row(self.instance, **self.given(), **self.provenance)


class SeveralField(forms.MultipleChoiceField):
    """Any number of what there is to choose from, none too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class TypesModelAdmin(ApiModelAdmin):
    """In the order in which they were created, which is that in which types are tried."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_course_types/admin.css"]}

    # Whose histories are shown with that of a row: models, with the columns that point at it.
    linked: ClassVar[dict[Any, str]] = {}
    # What has a row, so that it cannot be deleted: models, with the ways from them to it.
    used_by: ClassVar[tuple[tuple[Any, str], ...]] = ()
    ordering = ("pk",)
    search_fields = ("name", "slug")
    search_help_text = _("Search by name or slug.")
    created_ = staticmethod(instant_column("created", _("Created")))
    modified_ = staticmethod(instant_column("modified", _("Modified")))

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), *(model.history.filter(**{column: pk}) for model, column in self.linked.items())]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What is in the way, in words and numbers: Django would list every run, and links between types by their ids."""
        rows, in_use = list(objs), []
        for model, path in self.used_by:
            users = model.objects.filter(**{f"{path}__in": rows})
            if model in (CourseTyping, CourseRunTyping):
                if count := users.count():
                    in_use.append(_("%(what)s: %(count)d") % {"what": model._meta.verbose_name_plural, "count": count})
            else:
                in_use += [f"{model._meta.verbose_name}: {user}" for user in users.distinct()]
        return [str(row) for row in rows], {str(self.opts.verbose_name_plural): len(rows)}, set(), in_use


def refuse_unknown(slugs: Iterable[str], rows: QuerySet[Any]) -> None:
    """Raise ValidationError where none of the rows has one of these slugs."""
    known = list(rows.values_list("slug", flat=True))
    if unknown := [slug for slug in slugs if slug not in known]:
        text = _("There is no %(kind)s %(slug)r. There are: %(known)s.")
        facts = {"kind": rows.model._meta.verbose_name, "slug": unknown[0], "known": ", ".join(known)}
        raise forms.ValidationError(text, params=facts)


def track_text(track: Track) -> str:
    """A mode, and what is sold for it."""
    text = _("%(mode)s (seat: %(seat)s)") if track.seat_type else _("%(mode)s (nothing is sold)")
    return str(text) % {"mode": track.mode, "seat": track.seat_type}
