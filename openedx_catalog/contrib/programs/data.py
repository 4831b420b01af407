"""The records that the API of programs gives back, and takes."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import attrs


class ExternalKeyUse(NamedTuple):
    """
    A key that names a run within a course or program: ``curriculum`` and ``program`` are "" within a course.

    `scope` says within what the key must be unique: "course" or "program"; `scope_id` is its primary key.
    """

    key: str
    course_key: str
    catalog_course: str
    curriculum: str
    program: str
    scope: str
    scope_id: int
    run_id: int


class ProgramState(NamedTuple):
    """How a program stands, as far as others may say otherwise: `organizations` are the short_names of its authors."""

    uuid: UUID
    status: str
    hidden: bool
    marketing_slug: str
    organizations: tuple[str, ...]


@attrs.frozen
class ProgramCourseRow:
    """One row of a flat list of programs and courses; "" where the list says nothing."""

    program_key: str
    program_title: str
    program_type: str
    program_status: str = ""
    course_key: str = ""
    run_key: str = ""
    line: int = 0


@attrs.define
class MigrationReport:
    """
    What became of a flat list: ``programs``, ``curricula`` and ``courses`` count what was created (or, reversed, removed).

    `problems` are ``(line, code, reason)``, in the order of the rows.
    """

    rows: int = 0
    programs: int = 0
    curricula: int = 0
    courses: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str, str]] = attrs.Factory(list)
