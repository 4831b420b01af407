"""The runs that a source leaves out: said so, or not listed with their course although the source has them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from functools import partial
from itertools import takewhile
from typing import Any

from django.db.models import QuerySet

from openedx_catalog import keys
from openedx_catalog.api import find_catalog_course, find_course_run
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership, Program
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Change
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ...models import RecordKind, RunSource, Source
from .._memory import external_id
from .parts import Parts
from .taking import Taking

# By such parameters a source shows less than it has, and so does not say what is left out of a program.
_NARROW = ("published_course_runs_only", "marketable_course_runs_only", "marketable_enrollable_course_runs_with_archived")


def follow_program_exclusions(taking: Taking, program: Program, values: dict[str, Any]) -> None:
    """The runs that the source says are left out of the whole program."""
    within = f"{external_id(taking.memory.program, 'program')} "
    if values.get("excluded") is None:
        # Not said; an empty list says that there are none.
        return
    if taking.memory.is_pinned(program.uuid, "excluded_runs"):
        return
    found = (_find_run(key) for key in values["excluded"])
    members = CurriculumCourseMembership.objects.standing().filter(curriculum__program=program)
    courses = set(members.values_list("catalog_course_id", flat=True))
    # A run of a course that is not here counts as little.
    _follow(taking, program, within, [run for run in found if run is not None and run.catalog_course_id in courses])


def follow_curriculum_exclusions(
    taking: Taking, curriculum: Curriculum, within: str, stated: dict[str, Any], courses: Mapping[str, CatalogCourse]
) -> None:
    """The runs of the curriculum's courses that the source has and does not list there, where it says which it lists."""
    if is_narrow(taking.source) or taking.memory.is_pinned(curriculum.uuid, "excluded_runs"):
        return
    listed: dict[int, set[str]] = {}
    for each in stated["courses"] or ():
        course = courses.get(keys.fold(each["key"]))
        if course is not None and each.get("runs") is not None:
            # Two courses there may have become one here.
            listed.setdefault(course.pk, set()).update(map(keys.fold, each["runs"]))
    wanted: dict[int, list[CourseRun]] = defaultdict(list)
    job = Change(**taking.provenance)
    for run in known_runs(taking.source, listed):
        if run.key_ci not in listed[run.catalog_course_id] and not _was_moved_here(run, job):
            wanted[run.catalog_course_id].append(run)
    rows = CurriculumCourseMembership.objects.filter(curriculum=curriculum, catalog_course__in=list(listed)).not_over()
    for member in rows.select_related("catalog_course"):
        name = f"{external_id(within, 'member', member.uuid)} "
        if (out := wanted.get(member.catalog_course_id)) or taking.memory.all_of(RecordKind.RUN_EXCLUSION, name):
            _follow(taking, member, name, out or [])


def is_narrow(source: Source) -> bool:
    """Whether a source was asked so that it does not list all runs of a program."""
    return any(source.parameters.get(name) for name in _NARROW)


def known_runs(source: Source, courses: Any) -> QuerySet[CourseRun]:
    """The runs of these courses that the source has. One query."""
    listed = RunSource.objects.filter(source=source, missing_since=None, run__catalog_course__in=list(courses))
    return CourseRun.objects.filter(pk__in=listed.values("run"))


def _was_moved_here(run: CourseRun, job: Change) -> bool:
    """
    Whether somebody else than the source has put the run under its course, to which its key does not lead.

    The source lists it under another course, so that it says nothing of it here. At most three queries; none of runs that are
    where their keys lead.
    """
    if run.association == CourseRun.Association.IMPLICIT:
        return False
    key = keys.parse_course_key(str(run.course_key))
    leads = find_catalog_course(key_str=f"{key.org}+{key.course}")
    if leads is not None and leads.pk == run.catalog_course_id:
        return False
    rows = CourseRun.history.filter(id=run.pk).order_by("-history_id").values_list("catalog_course_id", "history_change_reason")
    since = takewhile(lambda row: row[0] == run.catalog_course_id, rows)
    return not job.is_source_of(next((reason or "" for _course, reason in deque(since, maxlen=1)), ""))


def _follow(taking: Taking, subject: Any, within: str, wanted: list[CourseRun]) -> None:
    rows = list(subject.run_exclusions.select_related("run"))
    by_run = {row.run_id: row for row in rows}
    names = {external_id(within.strip(), run.key_ci): run for run in wanted}
    standing = {name: by_run[run.pk] for name, run in names.items() if run.pk in by_run}
    add, drop = partial(_exclude, taking, subject), partial(_include, taking, subject)
    # Of a run that the source has no longer it does not say that it counts.
    gone = RunSource.objects.filter(source=taking.source, run__in=list(by_run)).exclude(missing_since=None)
    unread = {external_id(within.strip(), key) for key in gone.values_list("run__key_ci", flat=True)} if by_run else set()
    parts = Parts(
        taking, RecordKind.RUN_EXCLUSION, within, rows, standing, add, drop,
        lambda name: name.rpartition(" ")[2], lambda row: str(row.run.uuid), unread=unread,
    )  # fmt: skip
    parts.follow(names)


def _exclude(taking: Taking, subject: Any, run: CourseRun) -> Any:
    key = str(run.course_key)
    done = taking.attempt(partial(programs.exclude_course_run, subject, key, **taking.provenance))
    return run.uuid if done is not None else None


def _include(taking: Taking, subject: Any, row: Any) -> Any:
    return taking.attempt(partial(programs.include_course_run, subject, str(row.run.course_key), **taking.provenance))


def _find_run(key: str) -> CourseRun | None:
    try:
        return find_course_run(key)
    except CatalogError:
        return None
