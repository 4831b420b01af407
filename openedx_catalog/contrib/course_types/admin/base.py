"""What the admins of course types share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.named import NamedModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

from ..models_api import CourseType, Track

IDENTITY: Any = (_("Identity"), {"fields": ("uuid", "created_", "modified_")})


class SeveralField(forms.MultipleChoiceField):
    """Any number of what there is to choose from, none too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class TypesModelAdmin(NamedModelAdmin):
    """With the styles of course types. They are tried in the order in which they were created."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_course_types/admin.css"]}

    created_ = staticmethod(instant_column("created", _("Created")))
    modified_ = staticmethod(instant_column("modified", _("Modified")))


# The rows of what a course type is made of, what each names, and how that is called.
_PARTS = {
    "run_types": ("run_type_rows", "course_run_type", "slug"),
    "entitlements": ("entitlement_rows", "seat_type", "name"),
    "organizations": ("organization_rows", "organization", "short_name"),
}


def names_of_parts(row: CourseType, part: str) -> str:
    """What a course type is made of, in order; nothing is asked where its rows are prefetched."""
    links, end, name = _PARTS[part]
    return ", ".join(getattr(getattr(link, end), name) for link in getattr(row, links).all())


def track_text(track: Track) -> str:
    """A mode, and what is sold for it."""
    text = _("%(mode)s (seat: %(seat)s)") if track.seat_type else _("%(mode)s (nothing is sold)")
    return str(text) % {"mode": track.mode, "seat": track.seat_type}
