"""
What stands in a program as it did before a job: what the job put in goes, what it took out comes back, in the former order.

Imported only where contrib.programs is installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramCourseRunExclusion,
)
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.dated import other_versions
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.models_api import CourseRun

from ..models import SourceRecord
from .reverting import Reverting, made_by

# What the reports call them. Those that stand in others come first, so that these are empty when it is their turn.
_NAMES: dict[Any, str] = {
    CurriculumCourseMembership: "courses",
    CurriculumProgramMembership: "programs",
    DegreeCost: "costs",
    DegreeDeadline: "deadlines",
    Curriculum: "curricula",
}
_EXCLUSIONS = {ProgramCourseRunExclusion: "program", CurriculumCourseRunExclusion: "membership"}
_DATES = ("effective_at", "retired_at")


def revert_parts(reverting: Reverting, program: Program, record: str) -> bool:
    """As the functions of `Reverting`: whether the job has changed anything of them."""
    return _Parts(reverting, program, record).revert()


class _Parts:
    """The parts of one program, as the history knows them: also those that are gone."""

    def __init__(self, reverting: Reverting, program: Program, record: str) -> None:
        self.reverting, self.program, self.record = reverting, program, record
        self.own = made_by(reverting.job.provenance)
        curricula = set(_history(Curriculum).filter(program_id=program.pk).values_list("id", flat=True))
        degree = Degree.objects.filter(program=program).first()
        within: dict[str, Any] = {"curriculum_id__in": curricula}
        of_degree: dict[str, Any] = {"degree_id": degree.pk if degree else 0}
        self.degree = degree
        self.filters: dict[Any, dict[str, Any]] = {
            CurriculumCourseMembership: within,
            CurriculumProgramMembership: within,
            DegreeCost: of_degree,
            DegreeDeadline: of_degree,
            Curriculum: {"program_id": program.pk},
        }
        members = set(_history(CurriculumCourseMembership).filter(**within).values_list("id", flat=True))
        self.filters[ProgramCourseRunExclusion] = {"program_id": program.pk}
        self.filters[CurriculumCourseRunExclusion] = {"membership_id__in": members}
        self.found = False

    def revert(self) -> bool:
        turned = self._turned()
        for model in _EXCLUSIONS:
            self._exclusions(model, "+", programs.include_course_run, but=turned)
        for model, name in _NAMES.items():
            self._remove_added(model, name)
        for model, name in reversed(_NAMES.items()):
            self._restore_changed(model, name)
        self._restore_order()
        for model in _EXCLUSIONS:
            self._exclusions(model, "-", programs.exclude_course_run, but=turned)
        self._turn_back(turned)
        if self.degree is not None:
            changes = self.reverting.changes_of(Degree, ("apply_url",), id=self.degree.pk)
            write = partial(self.reverting.restore_row, Degree, self.degree.pk, programs.update_degree)
            self.found |= self.reverting.restore(self.record, changes, write)
        return self.found

    def _rows(self, model: Any, kind: str) -> Any:
        return _history(model).filter(self.own, **self.filters[model], history_type=kind).order_by("history_id")

    def _remove_added(self, model: Any, name: str) -> None:
        ids = list(self._rows(model, "+").values_list("id", flat=True))
        for row in model.objects.filter(pk__in=ids).order_by("-pk"):
            made = _history(model).filter(self.own, id=row.pk).latest("history_id")
            # Others may have changed it, and taken that back; who comes before it in the order says nothing of it.
            since = any(getattr(row, name) != getattr(made, name) for name in _tracked(model))
            self._try(name, partial(self._remove, row), kept=since or _is_used(row))

    def _remove(self, row: Any) -> None:
        older = _before(row)
        programs.remove(row, **self.reverting.provenance)
        records = SourceRecord.objects.filter(source=self.reverting.job.source, record=str(row.uuid))
        # The next sync takes it over again, unless the source says something else by then.
        if older is None:
            records.delete()
        else:
            records.update(record=str(older.uuid), fields={})
            # What is remembered of what stands in it is about the older one again, too.
            of_program = SourceRecord.objects.filter(source=self.reverting.job.source, program=self.record.partition(":")[2])
            for within in of_program.filter(external_id__contains=str(row.uuid)):
                within.external_id = within.external_id.replace(str(row.uuid), str(older.uuid))
                within.save(update_fields=["external_id", "external_id_ci"])

    def _restore_changed(self, model: Any, name: str) -> None:
        fields = (*_DATES, "name") if model is Curriculum else _DATES
        for pk in dict.fromkeys(self._rows(model, "~").values_list("id", flat=True)):
            changes = self.reverting.changes_of(model, fields, id=pk)
            row = model.objects.filter(pk=pk).first()
            if changes and row is not None:
                same = {field: before for field, (before, made) in changes.items() if getattr(row, field) == made}
                self._try(name, partial(self._restore, row, same), kept=not same)

    def _restore(self, row: Any, values: dict[str, Any]) -> None:
        dates = {field: values[field] for field in _DATES if field in values}
        if dates:
            programs.reschedule(row, **dates, **self.reverting.provenance)
            SourceRecord.objects.filter(source=self.reverting.job.source, record=str(row.uuid)).update(missing_since=None)
        if "name" in values:
            programs.update_curriculum(row, name=values["name"], **self.reverting.provenance)

    def _restore_order(self) -> None:
        moved: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for row in self._rows(CurriculumCourseMembership, "~"):
            changes = self.reverting.changes_of(CurriculumCourseMembership, ("position",), id=row.id)
            if "position" in changes:
                moved[row.curriculum_id][row.catalog_course_id] = changes["position"]
        for curriculum in Curriculum.objects.filter(pk__in=moved).order_by("pk"):
            rows = CurriculumCourseMembership.objects.filter(curriculum=curriculum).not_over().order_by("position", "pk")
            now = list(dict.fromkeys(rows.values_list("catalog_course_id", flat=True)))
            places = {pk: pair for pk, pair in moved[curriculum.pk].items() if pk in now}
            as_made = sorted(places, key=lambda pk: places[pk][1])
            former = iter(sorted(places, key=lambda pk: places[pk][0]))
            kept = [pk for pk in now if pk in places] != as_made
            order = [next(former) if pk in places else pk for pk in now]
            if kept or order != now:
                self._try("order", partial(self._reorder, curriculum, order), kept=kept)

    def _reorder(self, curriculum: Curriculum, order: list[int]) -> None:
        courses = {
            row.catalog_course_id: row.catalog_course for row in curriculum.course_memberships.select_related("catalog_course")
        }
        programs.reorder(curriculum, [courses[pk] for pk in order], **self.reverting.provenance)

    def _turned(self) -> set[int]:
        """Runs that the program left out, and that its memberships leave out since their course has left (ADR 0034)."""
        was = set(self._rows(ProgramCourseRunExclusion, "-").values_list("run_id", flat=True))
        return was & set(self._rows(CurriculumCourseRunExclusion, "+").values_list("run_id", flat=True))

    def _turn_back(self, runs: set[int]) -> None:
        """Where the course is back, the program leaves the run out, and its memberships do not. Else it stays as it is."""
        members = CurriculumCourseMembership.objects.standing().filter(curriculum__program=self.program)
        back = CourseRun.objects.filter(pk__in=runs, catalog_course__in=members.order_by().values("catalog_course")).order_by(
            "pk"
        )
        for run in back:
            key, ids = str(run.course_key), self._rows(CurriculumCourseRunExclusion, "+").filter(run_id=run.pk)
            exclude = partial(programs.exclude_course_run, self.program, key, **self.reverting.provenance)
            self._try("excluded_runs", exclude, kept=False)
            rows = CurriculumCourseRunExclusion.objects.filter(pk__in=list(ids.values_list("id", flat=True)))
            if self.program.run_exclusions.filter(run=run).exists():
                for row in rows.select_related("membership"):
                    include = partial(programs.include_course_run, row.membership, key, **self.reverting.provenance)
                    self._try("excluded_runs", include, kept=False)

    def _exclusions(self, model: Any, kind: str, write: Callable[..., Any], *, but: set[int]) -> None:
        """
        Those that the job has made (+) are taken away, and those that it took away (-) are made again; not of the runs `but`.
        """
        subjects = {ProgramCourseRunExclusion: Program, CurriculumCourseRunExclusion: CurriculumCourseMembership}
        column = f"{_EXCLUSIONS[model]}_id"
        for row in self._rows(model, kind).exclude(run_id__in=but):
            subject = subjects[model].objects.filter(pk=getattr(row, column)).first()
            run = CourseRun.objects.filter(pk=row.run_id).first()
            if subject is None or run is None:
                continue
            if model.objects.filter(run=run, **{column: subject.pk}).exists() == (kind == "+"):
                self._try(
                    "excluded_runs", partial(write, subject, str(run.course_key), **self.reverting.provenance), kept=False
                )

    def _try(self, name: str, write: Callable[[], Any], *, kept: bool) -> None:
        report, self.found, self.reverting.found = self.reverting.report, True, True
        if kept:
            report.kept.append((self.record, name))
            return
        try:
            write()
        except CatalogError as error:
            self.reverting.leave(self.record, str(error), name)
        else:
            report.restored.append((self.record, name))


def _history(model: Any) -> Any:
    return rows_of(model.history.model)


def _before(row: Any) -> Any:
    """The version before it; of what stands in a curriculum that came back: what stood in the version before that."""
    older = max(other_versions(row), key=lambda other: other.pk, default=None)
    if older is None and isinstance(row, (CurriculumCourseMembership, CurriculumProgramMembership)):
        curriculum = _before(row.curriculum)
        if curriculum is not None:
            same = {"curriculum": curriculum, f"{row.version_of[1]}_id": getattr(row, f"{row.version_of[1]}_id")}
            older = type(row).objects.filter(**same).not_over(curriculum.retired_at).order_by("-pk").first()
    return older


def _tracked(model: Any) -> list[str]:
    known = {field.attname for field in model.history.model._meta.concrete_fields}
    return [field.attname for field in model._meta.concrete_fields if field.attname in known - {"position", "modified"}]


def _is_used(row: Any) -> bool:
    if isinstance(row, Curriculum):
        return row.course_memberships.exists() or row.program_memberships.exists() or row.groups.exists()
    return isinstance(row, CurriculumCourseMembership) and row.run_exclusions.exists()
