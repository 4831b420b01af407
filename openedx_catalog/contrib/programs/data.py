"""The records that the API of programs gives back, and takes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import attrs

from openedx_catalog.lib.unset import UNSET, Unset

if TYPE_CHECKING:
    from openedx_catalog.models_api import CatalogCourse

    from .models_api import Curriculum, Program


class ExternalKeyUse(NamedTuple):
    """
    A key that names a run within a course or program: ``curriculum`` and ``program`` are "" within a course.

    `scope` says within what the key must be unique: "course" or "program"; `scope_id` is its primary key. There it counts from
    `since` until just before `until`, None for always.
    """

    key: str
    course_key: str
    catalog_course: str
    curriculum: str
    program: str
    scope: str
    scope_id: int
    run_id: int
    since: datetime | None = None
    until: datetime | None = None


class ExternalKeyRecord(NamedTuple):
    """
    What a run's external key is to be: None and "" take it away; UNSET, where a row of a file says nothing, is refused.

    `line` is where it stands in its file, 0 for the place among those given.
    """

    course_key: str
    external_course_key: str | Unset | None = UNSET
    key_source: str = ""
    line: int = 0


@attrs.frozen
class ProgramRecord:
    """
    One row of a file of programs: texts as they stand there, "" or None where the file says nothing; ``none`` takes away.

    `type` is the slug of a program type, `hidden` ``yes`` or ``no`` (or a bool), organizations are short names between blanks
    or commas, in their order. `line` is what problems are reported under.
    """

    uuid: str | None = ""
    title: str | None = ""
    subtitle: str | None = ""
    type: str | None = ""
    status: str | None = ""
    hidden: bool | str | None = ""
    authoring_organizations: str | None = ""
    credit_organizations: str | None = ""
    marketing_slug: str | None = ""
    readable_id: str | None = ""
    description: str | None = ""
    line: int = 0


class ExternalKeyOutcome(NamedTuple):
    """
    What became of one record: ``created``, ``updated``, ``removed``, ``unchanged``; or ``conflict`` or ``invalid``, and then
    `code` and `reason` say why, and the run keeps what it had.
    """

    line: int
    course_key: str
    outcome: str
    code: str = ""
    reason: str = ""


EXTERNAL_KEY_OUTCOMES = ("created", "updated", "removed", "unchanged", "conflict", "invalid")


@attrs.frozen
class ExternalKeyReport:
    """What became of every record, in the order in which they were given."""

    rows: list[ExternalKeyOutcome]

    @property
    def outcomes(self) -> dict[str, int]:
        """How many have each of the outcomes."""
        counted = Counter(row.outcome for row in self.rows)
        return {name: counted[name] for name in EXTERNAL_KEY_OUTCOMES}

    @property
    def problems(self) -> list[ExternalKeyOutcome]:
        """Those that were not taken."""
        return [row for row in self.rows if row.code]


class ProgramState(NamedTuple):
    """How a program stands, as far as others may say otherwise: `organizations` are the short_names of its authors."""

    uuid: UUID
    status: str
    hidden: bool
    marketing_slug: str
    organizations: tuple[str, ...]


@attrs.frozen
class GroupRequirement:
    """Courses and programs of which at least `minimum` have to be passed."""

    name: str
    minimum: int
    courses: list[CatalogCourse]
    programs: list[Program]


@attrs.frozen
class CurriculumRequirement:
    """What a curriculum asks for: all of `courses` and `programs`, and so many of each of `groups`."""

    curriculum: Curriculum
    courses: list[CatalogCourse]
    programs: list[Program]
    groups: list[GroupRequirement]


@attrs.frozen
class Difference:
    """
    Something that a program has at one of two instants, or at both with other values.

    `kind` is "curriculum", "course", "program", "group", "cost", "deadline" or "run"; `key` is the key_str of a course, the
    course key of a run, the uuid of a program, else the name; `curriculum` is the name of that in which it stands, if it does;
    `before` and `after` are its values, which are texts, numbers or true and false, and None where it is not there.
    """

    kind: str
    key: str
    name: str
    curriculum: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


@attrs.frozen
class ProgramDiff:
    """What became of a program from one instant to another, each list in the order of the kinds, and as the program has it."""

    from_: datetime
    to: datetime
    added: list[Difference] = attrs.Factory(list)
    removed: list[Difference] = attrs.Factory(list)
    changed: list[Difference] = attrs.Factory(list)


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

    `problems` are ``(line, code, reason)``, in the order of the rows; so is `kept`: what was not removed, since others have
    worked on it.
    """

    rows: int = 0
    programs: int = 0
    curricula: int = 0
    courses: int = 0
    unchanged: int = 0
    problems: list[tuple[int, str, str]] = attrs.Factory(list)
    kept: list[tuple[int, str, str]] = attrs.Factory(list)


@attrs.frozen
class GroupEvaluation:
    """How many of a group were passed (`passed`), of how many that have to be (`minimum`), and what is left to choose of."""

    name: str
    minimum: int
    passed: int
    missing_courses: list[CatalogCourse]
    missing_programs: list[Program]

    @property
    def is_complete(self) -> bool:
        """Whether enough of it was passed."""
        return self.passed >= self.minimum


@attrs.frozen
class CurriculumEvaluation:
    """What is still missing of a curriculum: courses and programs that are required, and enough of its groups."""

    curriculum: Curriculum
    is_complete: bool
    missing_courses: list[CatalogCourse]
    missing_programs: list[Program]
    groups: list[GroupEvaluation]


@attrs.frozen
class Evaluation:
    """Whether a program is complete: one of its curricula is. `curricula` are in the order of their age."""

    is_complete: bool
    curricula: list[CurriculumEvaluation]
