"""
What plans include, computed anew where what the rules read may have changed: after a commit, by the command, by the doctor.

One refresh at a time: each begins by writing the plans, and reads only then. So the last one has read whatever the others, and
those who made them necessary, have committed, and the rows end right whoever came first (ADR 0036).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import connections, router
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from openedx_catalog.extensions import installed_extensions
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib.changes import record_events
from openedx_catalog.lib.events import Event
from openedx_catalog.lib.sql import insert_rows
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import signals
from ..data import RefreshReport
from ..models import IncludedCourse, IncludedCourseRun, IncludedProgram, SubscriptionPlan
from . import _rules

BATCH = 500
PROGRAMS = "openedx_catalog.contrib.programs"


def refresh_subscriptions(on_progress: Callable[[int], None] = lambda courses: None) -> RefreshReport:
    """
    Compute all that plans include anew, and write what differs: after a setting has changed, or rows past the API; once a day
    for curricula that begin or end by their dates. 500 courses a transaction, of at most 20 statements.

    `on_progress` is called with how many courses more are done. Emits as `refresh_courses` does.
    """
    report = RefreshReport()
    for pks in _pages(CatalogCourse.objects.all()):
        report.add(_refresh_courses(Q(pk__among=pks)))
        on_progress(len(pks))
    report.add(refresh_programs())
    return report


def refresh_courses(uuids: Iterable[str]) -> RefreshReport:
    """
    The same for some courses, their runs, and the programs that they are in. What is not there is nothing.

    Emits ``subscription_updated`` of each course, run and program that came into a plan or went out of one; such rows are
    dated, too.
    """
    report, wanted = RefreshReport(), sorted(set(uuids))
    for start in range(0, len(wanted), BATCH):
        report.add(_refresh_courses(Q(uuid__in=wanted[start : start + BATCH])))
    return report


def refresh_organizations(codes: Iterable[str]) -> RefreshReport:
    """The same for all courses of organizations (short names, exactly): each in one transaction of at most 20 statements."""
    report = RefreshReport()
    for code in sorted(set(codes)):
        report.add(_refresh_courses(_owned_by([code])))
    return report


def refresh_programs(uuids: Iterable[str] | None = None) -> RefreshReport:
    """The same for some programs, all unless given, and those that contain them. Does nothing without contrib.programs."""
    report = RefreshReport()
    if apps.is_installed(PROGRAMS):
        for pks in _pages(_programs() if uuids is None else _programs().filter(uuid__in=sorted(set(uuids)))):
            report.add(_atomically(partial(_refresh, CatalogCourse.objects.none(), pks)))
    return report


class _Subject(NamedTuple):
    """What events say of a course, run or program; those of one `name` keep their order."""

    uuid: str
    key: str
    name: str
    audience: str = "everybody"


def differences() -> Iterator[tuple[str, str, bool]]:
    """What a refresh would change: (slug of a plan, key of what, whether it comes in), 500 courses at a time."""
    plans = _Plans()
    for pks in _pages(CatalogCourse.objects.all()):
        yield from _told(plans, _changes(plans, _Courses(CatalogCourse.objects.filter(pk__among=pks)), {}))
    for pks in _pages(_programs()) if apps.is_installed(PROGRAMS) else ():
        yield from _told(plans, _changes(plans, _Courses(CatalogCourse.objects.none()), _programs_around([], pks)))


def pending_changes(org_codes: Iterable[str]) -> Counter[tuple[str, str, bool]]:
    """
    What a refresh of organizations would change: ``{(slug of a plan, "course" | "run" | "program", whether it comes in): how
    many}``. As many queries as a refresh of one asks, and none that writes: what a preview says within its transaction.
    """
    plans, found = _Plans(), Counter[tuple[str, str, bool]]()
    courses = _Courses(CatalogCourse.objects.filter(_owned_by(sorted(set(org_codes)))))
    for change in _changes(plans, courses, _programs_around(courses.ids, [])):
        for pairs, comes_in in ((change.added, True), (change.removed, False)):
            found.update((plans.slugs[plan], _KINDS[change.model], comes_in) for plan, _value in pairs)
    return found


def _told(plans: _Plans, changes: Sequence[_Difference]) -> Iterator[tuple[str, str, bool]]:
    for change in changes:
        for event in change.events(plans):
            yield event.values["plan"], event.values["key"], event.values["included"]


def _pages(rows: QuerySet[Any]) -> Iterator[list[int]]:
    last = 0
    while pks := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield pks
        last = pks[-1]


def _programs() -> QuerySet[Any]:
    from openedx_catalog.contrib.programs.models_api import Program

    return Program.objects.all()


def _refresh_courses(which: Q) -> RefreshReport:
    return _atomically(partial(_refresh, CatalogCourse.objects.filter(which), []))


def _atomically(work: Callable[[], RefreshReport]) -> RefreshReport:
    return atomically(router.db_for_write(SubscriptionPlan), work)


def _refresh(rows: QuerySet[CatalogCourse], program_ids: Sequence[int]) -> RefreshReport:
    # Written, not only locked: whoever reads from an older snapshot must begin again.
    SubscriptionPlan.objects.order_by().update(refreshed_at=timezone.now())
    plans = _Plans()
    if not plans.in_use:
        # Nobody takes part, and nobody did: most sites, at each commit.
        return RefreshReport()
    courses = _Courses(rows)
    return _write(_changes(plans, courses, _programs_around(courses.ids, program_ids)), plans)


def _changes(plans: _Plans, courses: _Courses, around: Mapping[int, set[int]]) -> list[_Difference]:
    """What is to be added and taken away, of courses, their runs, and programs with all that these have."""
    stored = _stored(IncludedCourse, "catalog_course__id", {*courses.ids, *(pk for each in around.values() for pk in each)})
    wanted = {pair for pair in stored if pair[1] not in courses.subjects} | courses.wanted(plans)
    found = [_Difference(IncludedCourse, "catalog_course", courses.subjects, stored, wanted)]
    if courses.ids:
        runs, of_runs = _wanted_runs(plans, courses, wanted)
        found.append(_Difference(IncludedCourseRun, "run", runs, _stored(IncludedCourseRun, "run__id", runs), of_runs))
    if around:
        programs, of_programs = _wanted_programs(plans, around, wanted)
        rows = _stored(IncludedProgram, "program_uuid", programs)
        found.append(_Difference(IncludedProgram, "program_uuid", programs, rows, of_programs))
    return found


class _Plans:
    """All plans, and who takes part in each. One query."""

    def __init__(self) -> None:
        self.slugs: dict[int, str] = {}
        self.subscribed: dict[int, set[str]] = {}
        self.in_use = False
        columns = ("pk", "slug", "organization_rows__organization__short_name")
        included = IncludedCourse.objects.filter(plan=OuterRef("pk"))
        rows = SubscriptionPlan.objects.annotate(includes=Exists(included)).order_by("pk")
        for pk, slug, organization, includes in rows.values_list(*columns, "includes"):
            self.slugs[pk] = slug
            self.in_use = self.in_use or includes or organization is not None
            self.subscribed.setdefault(pk, set()).update({organization} - {None})


class _Courses:
    """Some courses, who owns them, and what somebody has decided. One query, and what extensions ask."""

    def __init__(self, rows: QuerySet[CatalogCourse]) -> None:
        self.subjects: dict[int, _Subject] = {}
        self.owners: dict[int, list[str]] = {}
        self.choices: dict[tuple[int, int], bool] = {}
        # A row for each decision; one for a course of which there is none.
        columns = ("uuid", "org__short_name", "course_code", "subscription_choices__plan_id", "subscription_choices__included")
        for pk, uuid, org, code, plan, included in rows.order_by().values_list("pk", *columns):
            self.subjects[pk] = _Subject(str(uuid or ""), format_key_str(org, code), str(uuid or ""))
            self.owners[pk] = [org]
            self.choices[plan, pk] = included
        self.ids = list(self.subjects)
        for pk, codes in owners_of(self.ids).items():
            self.owners[pk] = list(dict.fromkeys([*self.owners[pk], *codes]))

    def wanted(self, plans: _Plans) -> set[tuple[int, int]]:
        """Which of them each plan includes: (plan, course)."""
        return {
            (plan, pk)
            for plan, subscribed in plans.subscribed.items()
            for pk, owners in self.owners.items()
            if not _rules.course_is_out(owners, subscribed, self.choices.get((plan, pk)))
        }


def _owned_by(codes: Sequence[str]) -> Q:
    more = {pk for extension in installed_extensions() for code in codes for pk in extension.courses_of_owner(code)}
    return Q(org__short_name__in=codes) | Q(pk__in=more)


def owners_of(course_ids: Sequence[int]) -> dict[int, list[str]]:
    """The organizations that own courses besides those of their keys, of which extensions know: ``{id: short names}``."""
    found: dict[int, list[str]] = {}
    for extension in installed_extensions():
        for pk, codes in extension.course_owners(course_ids).items():
            found.setdefault(pk, []).extend(codes)
    return found


def _wanted_runs(plans: _Plans, courses: _Courses, in_courses: Collection[Any]) -> tuple[dict[int, _Subject], set[Any]]:
    """The runs of courses, and which of them each plan includes: (plan, run). One query."""
    runs, wanted = {}, set()
    rows = CourseRun.objects.filter(catalog_course__id__among=list(courses.subjects))
    columns = ("pk", "uuid", "course_key__text", "catalog_course_id", "schedule__pacing")
    for pk, uuid, key, course, pacing in rows.values_list(*columns):
        runs[pk] = _Subject(str(uuid or ""), key, key)
        for plan in plans.slugs:
            if not _rules.run_is_out(course_is_in=(plan, course) in in_courses, course="", pacing=pacing or ""):
                wanted.add((plan, pk))
    return runs, wanted


def _programs_around(course_ids: Sequence[int], program_ids: Sequence[int]) -> dict[int, set[int]]:
    if not apps.is_installed(PROGRAMS):
        return {}
    from openedx_catalog.contrib.programs.api import courses_of_programs

    return courses_of_programs(course_ids, program_ids, timezone.now())


def _wanted_programs(
    plans: _Plans, around: Mapping[int, set[int]], in_courses: Collection[Any]
) -> tuple[dict[UUID, _Subject], set[Any]]:
    """Programs, and which of them each plan includes: (plan, uuid). One query."""
    from openedx_catalog.contrib.programs.models_api import Program

    programs, wanted = {}, set()
    for row in _programs().filter(pk__among=list(around)).select_related("type"):
        # Who may not see the program is not told of it.
        audience = "everybody" if row.is_public else "viewers"
        programs[row.uuid] = _Subject(str(row.uuid), str(row.uuid), str(row.uuid), audience)
        courses, deleted = around[row.pk], row.status == Program.Status.DELETED
        for plan in plans.slugs:
            out = ("" for pk in courses if (plan, pk) not in in_courses)
            if not _rules.program_is_out(row.type.slug, deleted=deleted, courses=len(courses), courses_out=out):
                wanted.add((plan, row.uuid))
    return programs, wanted


def _stored(model: Any, column: str, values: Iterable[Any]) -> dict[tuple[int, Any], int]:
    """``{(plan, value): id}`` of the rows that are there. One query."""
    given = list(values)
    condition = Q(**{f"{column}__in": given}) if model is IncludedProgram else Q(**{f"{column}__among": given})
    rows = model.objects.filter(condition).values_list("plan_id", column, "pk")
    return {(plan, value): pk for plan, value, pk in rows}


class _Difference:
    """What to add to a table and to take from it, among some subjects."""

    def __init__(
        self, model: Any, field: str, subjects: Mapping[Any, _Subject], stored: Mapping[Any, int], wanted: Any
    ) -> None:
        self.model, self.field, self.subjects = model, field, subjects
        self.added = sorted((pair for pair in wanted if pair[1] in subjects and pair not in stored), key=str)
        self.removed = sorted((pair for pair in stored if pair[1] in subjects and pair not in wanted), key=str)
        self.gone = [stored[pair] for pair in self.removed]

    def write(self, using: str, now: Any) -> None:
        """At most one INSERT and one DELETE."""
        rows = [{"plan": plan, self.field: value} for plan, value in self.added]
        insert_rows(connections[using], self.model, rows, common={"since": now})
        if self.gone:
            self.model.objects.filter(pk__among=self.gone)._raw_delete(using)

    def shown_by(self, values: Sequence[Any]) -> QuerySet[Any]:
        """The rows of which it is said."""
        if self.model is IncludedProgram:
            return _programs().filter(uuid__in=values)
        return (CatalogCourse if self.model is IncludedCourse else CourseRun).objects.filter(pk__among=values)

    def date(self, now: Any) -> None:
        """The rows themselves, which show it. One UPDATE."""
        if changed := list(dict.fromkeys(value for _plan, value in (*self.added, *self.removed))):
            self.shown_by(changed).order_by().update(modified=now)

    def events(self, plans: _Plans) -> Iterable[Event]:
        for pairs, included in ((self.added, True), (self.removed, False)):
            for plan, value in pairs:
                subject = self.subjects[value]
                said = {"plan": plans.slugs[plan], "uuid": subject.uuid, "key": subject.key, "included": included}
                yield Event(_SIGNALS[self.model], subject.name, said, subject.audience)


def _write(changes: Sequence[_Difference], plans: _Plans) -> RefreshReport:
    using, now = router.db_for_write(SubscriptionPlan), timezone.now()
    for change in changes:
        # First, so that the keys that foreign keys hold are already ours.
        change.date(now)
    for change in changes:
        change.write(using, now)
    if happened := [event for change in changes for event in change.events(plans)]:
        record_events(happened, using=using)
    return RefreshReport(
        sum(len(change.added) for change in changes), sum(len(change.removed) for change in changes)
    )  # fmt: skip


_SIGNALS = {
    IncludedCourse: signals.CATALOG_COURSE_SUBSCRIPTION_UPDATED,
    IncludedCourseRun: signals.COURSE_RUN_SUBSCRIPTION_UPDATED,
    IncludedProgram: signals.PROGRAM_SUBSCRIPTION_UPDATED,
}
_KINDS = {IncludedCourse: "course", IncludedCourseRun: "run", IncludedProgram: "program"}
