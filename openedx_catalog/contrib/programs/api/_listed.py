"""What was made of a flat list of programs and courses, by the table that remembers it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.lib.changes import Change

from ..data import MigrationReport
from ..models import Curriculum, CurriculumCourseMembership, Program, ProgramCourseRunExclusion, ProgramListRow
from .dated import remove
from .programs import delete_program

NAME = "Courses"


@attrs.define
class Listed:
    """What the list that is the source of a change has made of a program, which is None where there is none yet."""

    change: Change
    program: Program | None

    @property
    def source(self) -> str:
        """The name of the list, as far as the table has a place for it."""
        return self.change.source[:255]

    def rows(self) -> QuerySet[ProgramListRow]:
        """The rows of the table."""
        ours = ProgramListRow.objects.filter(source=self.source)
        of_program = Q(program=self.program) | Q(curriculum__program=self.program)
        return ours.filter(of_program | Q(membership__curriculum__program=self.program))

    def is_nothing(self) -> bool:
        """Whether the list has made nothing of it."""
        return self.program is None or not self.rows().exists() or self.is_taken_back()

    def curriculum(self) -> Curriculum | None:
        """The curriculum that the list has made, as long as it is offered; one that an operator made is not the list's."""
        rows = Curriculum.objects.not_over().filter(program=self.program)
        return rows.filter(pk__in=self.rows().values("curriculum_id")).order_by("-pk").first()

    def has_made_it(self) -> bool:
        """Whether the list created the program."""
        return self.rows().filter(program=self.program).exists()

    def is_taken_back(self) -> bool:
        """Whether the list created the program, and it was the list that deleted it."""
        if self.program is None or self.program.status != Program.Status.DELETED or not self.has_made_it():
            return False
        last = Program.history.filter(id=self.program.pk).order_by("-history_id").first()
        return last is not None and self.change.is_source_of(last.history_change_reason or "")

    def is_by_others(self, row: Any) -> bool:
        """Whether anybody else has changed a program, curriculum or membership."""
        texts = type(row).history.filter(id=row.pk).values_list("history_change_reason", flat=True)
        return not all(self.change.is_source_of(text or "") for text in texts)

    def is_empty(self) -> bool:
        """Whether the list created the program, and nobody has put anything into it or published it."""
        program = self.program
        if program is None or program.status != Program.Status.UNPUBLISHED or not self.has_made_it():
            return False
        return not program.curricula.exists()

    def remember(self, programs: Sequence[Program], rows: Sequence[Any]) -> None:
        """
        Remember what was made. Call it last: what is dated later was changed by somebody else.

        A program that comes back from having been taken back is remembered as of now.
        """
        names = {Program: "program", Curriculum: "curriculum", CurriculumCourseMembership: "membership"}
        ProgramListRow.objects.filter(source=self.source, program__in=programs).delete()
        ProgramListRow.objects.bulk_create(
            [ProgramListRow(source=self.source, **{names[type(row)]: row}) for row in (*programs, *rows)]
        )


def take_back(listed: Listed, line: int, report: MigrationReport) -> None:
    """Remove what a list made of a program, but for what somebody has worked on since, which is named in the report."""
    program: Any = listed.program
    rows = list(listed.rows())
    until = max(row.created for row in rows)
    is_changed = listed.is_by_others(program) or (program.modified is not None and program.modified > until)
    members = {row.membership_id for row in rows}
    for curriculum in Curriculum.objects.filter(pk__in=[row.curriculum_id for row in rows if row.curriculum_id]).order_by("pk"):
        if kept := _take_curriculum_back(listed, curriculum, members, until, report):
            report.kept.append((line, "left_alone", kept))
    if not any(row.program_id for row in rows):
        return
    if is_changed or program.curricula.exists() or program.curriculum_memberships.exists() or hasattr(program, "degree"):
        text = _("The program %(program)r was changed since, or is in use.") % {"program": program.title}
        report.kept.append((line, "left_alone", text))
    else:
        delete_program(program, **attrs.asdict(listed.change, recurse=False))
        report.programs += 1


def _take_curriculum_back(
    listed: Listed, curriculum: Curriculum, members: set[int | None], until: datetime, report: MigrationReport
) -> str:
    """Remove what is the list's of a curriculum, and say what stays."""
    names = {"curriculum": curriculum.name, "program": curriculum.program.title}
    rows = list(curriculum.course_memberships.select_related("catalog_course__org").order_by("pk"))
    # A list adds courses at the end.
    is_in_order = rows == sorted(rows, key=lambda row: (row.position, row.pk))
    is_as_made = _has_dates_of_a_list(curriculum, until) and not curriculum.closed_at and not listed.is_by_others(curriculum)
    if not (is_as_made and is_in_order):
        return _("The curriculum %(curriculum)r of the program %(program)r was changed since.") % names
    ours = [row for row in rows if row.pk in members and _is_as_made(listed, row, until)]
    is_all = len(ours) == len(rows) and not curriculum.program_memberships.exists() and not curriculum.groups.exists()
    report.courses += len(ours)
    report.curricula += is_all
    taken: list[Any] = [curriculum] if is_all else list(ours)
    for row in taken:
        remove(row, **attrs.asdict(listed.change, recurse=False))
    if is_all:
        return ""
    names["courses"] = ", ".join(row.catalog_course.key_str for row in rows if row not in ours) or "–"
    text = _(
        "The curriculum %(curriculum)r of the program %(program)r has what was added or changed since; courses: %(courses)s."
    )
    return text % names


def _is_as_made(listed: Listed, row: CurriculumCourseMembership, until: datetime) -> bool:
    left_out = ProgramCourseRunExclusion.objects.filter(
        program=row.curriculum.program_id, run__catalog_course=row.catalog_course_id
    )
    is_plain = _has_dates_of_a_list(row, until) and not row.group
    return is_plain and not row.run_exclusions.exists() and not left_out.exists() and not listed.is_by_others(row)


def _has_dates_of_a_list(row: Any, until: datetime) -> bool:
    return row.retired_at is None and (row.effective_at is None or row.effective_at <= until)
