"""What rows of course types are called in histories, deleted ones too."""

from __future__ import annotations

from typing import Any

from openedx_catalog.admin.naming import course_names, organization_names, run_names
from openedx_catalog.lib.admin.history import Namer, named_by, values_of

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


def _by_name(model: Any) -> Namer:
    return lambda pks: {pk: name for pk, (name,) in values_of(model, pks, "name").items()}


def _through(model: Any, column: str, namer: Namer) -> Namer:
    """By what a foreign key of the row leads to."""

    def names(pks: set[int]) -> dict[int, str]:
        rows = {pk: other for pk, (other,) in values_of(model, pks, column).items()}
        known = namer(set(rows.values()))
        return {pk: known.get(other, str(other)) for pk, other in rows.items()}

    return names


_modes, _seats = _by_name(Mode), _by_name(SeatType)


def _tracks(pks: set[int]) -> dict[int, str]:
    rows = values_of(Track, pks, "mode_id", "seat_type_id")
    modes = _modes({mode for mode, _seat in rows.values()})
    seats = _seats({seat for _mode, seat in rows.values() if seat is not None})
    return {pk: modes.get(mode, "?") + (f" ({seats.get(seat, '?')})" if seat else "") for pk, (mode, seat) in rows.items()}


for _model, _namer in (
    (Mode, _modes),
    (SeatType, _seats),
    (Track, _tracks),
    (CourseRunType, _by_name(CourseRunType)),
    (CourseType, _by_name(CourseType)),
    (CourseRunTypeTrack, _through(CourseRunTypeTrack, "track_id", _tracks)),
    (CourseTypeRunType, _through(CourseTypeRunType, "course_run_type_id", _by_name(CourseRunType))),
    (CourseTypeEntitlement, _through(CourseTypeEntitlement, "seat_type_id", _seats)),
    (CourseTypeOrganization, _through(CourseTypeOrganization, "organization_id", organization_names)),
    (CourseTyping, _through(CourseTyping, "catalog_course_id", course_names)),
    (CourseRunTyping, _through(CourseRunTyping, "run_id", run_names)),
):
    named_by(_model._meta.label, _namer)
