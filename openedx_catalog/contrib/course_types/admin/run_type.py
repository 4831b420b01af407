"""Course run types in the admin: the tracks that runs have."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm
from openedx_catalog.lib.admin.named import refuse_unknown

from .. import api
from ..models_api import CourseRunType, CourseRunTypeTrack, CourseRunTyping, CourseType, Track
from .base import IDENTITY, SeveralField, TypesModelAdmin, track_text

MAX_OTHERS = 50
_OTHERS: Any = (_("Tracks that no type has yet"), {"fields": ("other_tracks",)})


class CourseRunTypeForm(ApiForm):
    """The tracks are ticked; one that no type has had yet is written as a pair of slugs."""

    named: ClassVar[dict[str, str]] = {"tracks": "track_pairs"}

    track_pairs = SeveralField(
        label=_("Tracks"), help_text=_("The modes in which learners take such a run, and what is sold for each.")
    )
    other_tracks = forms.CharField(
        required=False,
        label=_("Other tracks"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
        help_text=_(
            "One a line: the slug of a mode, a colon, and the slug of the seat type that is sold for it, e.g. "
            '"verified: verified"; of the mode alone where nothing is sold, e.g. "masters".'
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tracks: Any = self.fields["track_pairs"]
        tracks.choices = [(_pair(track), track_text(track)) for track in api.get_tracks()]
        if self.instance.pk:
            rows = api.get_tracks().filter(course_run_types=self.instance)
            self.initial["track_pairs"] = [_pair(track) for track in rows]

    def clean_other_tracks(self) -> list[tuple[str, str]]:
        """Pairs of slugs of modes and seat types that are there."""
        lines = [line for line in self.cleaned_data["other_tracks"].splitlines() if line.strip()]
        if len(lines) > MAX_OTHERS:
            text = _("Expected at most %(limit)d lines, got %(found)d.")
            raise forms.ValidationError(text, params={"limit": MAX_OTHERS, "found": len(lines)})
        pairs = [(mode.strip(), seat.strip()) for mode, _colon, seat in (line.partition(":") for line in lines)]
        refuse_unknown([mode for mode, _seat in pairs], api.get_modes())
        refuse_unknown([seat for _mode, seat in pairs if seat], api.get_seat_types())
        return pairs

    def given(self) -> dict[str, Any]:
        given = self.changed("name", "slug", "is_marketable")
        if self.changed("track_pairs", "other_tracks"):
            ticked = [tuple(text.split(":")) for text in self.cleaned_data["track_pairs"]]
            given["tracks"] = [*ticked, *self.cleaned_data["other_tracks"]]
        return given


@admin.register(CourseRunType)
class CourseRunTypeAdmin(TypesModelAdmin):
    """Which tracks runs have."""

    form = CourseRunTypeForm
    list_display = ("name", "slug", "track_pairs", "is_marketable")
    list_filter = ("is_marketable",)
    prefetched = ("track_rows__track__mode", "track_rows__track__seat_type")
    readonly_fields = ("uuid", "created_", "modified_")
    linked: ClassVar[dict[Any, str]] = {CourseRunTypeTrack: "course_run_type_id"}
    used_by = ((CourseType, "course_run_types"), (CourseRunTyping, "course_run_type"))
    create_row = staticmethod(api.create_course_run_type)
    update_row = staticmethod(api.update_course_run_type)
    delete_row = staticmethod(api.delete_course_run_type)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "slug", "is_marketable", "track_pairs")}), _OTHERS)
    fieldsets = (*add_fieldsets, IDENTITY)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        writes = obj is None or self.has_change_permission(request, obj)
        return found if writes else [each for each in found if each[0] != _OTHERS[0]]

    @admin.display(description=_("Tracks"))
    def track_pairs(self, row: CourseRunType) -> str:
        """What the form asks for."""
        return ", ".join(track_text(link.track) for link in row.track_rows.all()) or "–"


def _pair(track: Track) -> str:
    """How the form names a track."""
    return f"{track.mode.slug}:{track.seat_type.slug if track.seat_type else ''}"
