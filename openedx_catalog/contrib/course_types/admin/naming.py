"""What rows of course types are called in histories, deleted ones too."""

from __future__ import annotations

from openedx_catalog.admin.naming import course_names, organization_names, run_names
from openedx_catalog.lib.admin.history import by_columns, named_by, through, values_of

from ..models_api import (
    CourseRunType,
    CourseRunTypeTrack,
    CourseRunTyping,
    CourseType,
    CourseTypeEntitlement,
    CourseTypeOrganization,
    CourseTypeRunType,
    CourseTyping,
    Mode,
    SeatType,
    Track,
)

_modes, _seats = by_columns(Mode, "name"), by_columns(SeatType, "name")


def _tracks(pks: set[int]) -> dict[int, str]:
    rows = values_of(Track, pks, "mode_id", "seat_type_id")
    modes = _modes({mode for mode, _seat in rows.values()})
    seats = _seats({seat for _mode, seat in rows.values() if seat is not None})
    return {pk: modes.get(mode, "?") + (f" ({seats.get(seat, '?')})" if seat else "") for pk, (mode, seat) in rows.items()}


for _model, _namer in (
    (Mode, _modes),
    (SeatType, _seats),
    (Track, _tracks),
    (CourseRunType, by_columns(CourseRunType, "name")),
    (CourseType, by_columns(CourseType, "name")),
    (CourseRunTypeTrack, through(CourseRunTypeTrack, "track_id", _tracks)),
    (CourseTypeRunType, through(CourseTypeRunType, "course_run_type_id", by_columns(CourseRunType, "name"))),
    (CourseTypeEntitlement, through(CourseTypeEntitlement, "seat_type_id", _seats)),
    (CourseTypeOrganization, through(CourseTypeOrganization, "organization_id", organization_names)),
    (CourseTyping, through(CourseTyping, "catalog_course_id", course_names)),
    (CourseRunTyping, through(CourseRunTyping, "run_id", run_names)),
):
    named_by(_model._meta.label, _namer)
