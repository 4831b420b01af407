"""What the catalog's own changes are recorded as: the events of runs and of catalog courses, on top of `lib.changes`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone

from .. import keys, signals
from ..data import SCHEDULE_FIELDS
from ..lib import feed
from ..lib.changes import record_events
from ..lib.events import Event
from ..models import CatalogCourse, CatalogMergeRun, CourseRun

# What a run shows of its catalog course, too.
_SHOWN_BY_RUNS = (signals.CATALOG_COURSE_UPDATED, signals.CATALOG_COURSE_RENAMED)


def record_catalog_events(happened: Sequence[Event], *, using: str) -> None:
    """
    Record events of the core. Of a course that was renamed or retitled every run shows something else, so its `modified` moves,
    and the change feed names it, unless an event among these does: three queries for a thousand such runs, one where there is
    none.
    """
    record_events(happened, using=using)
    if changed := [event.values["uuid"] for event in happened if event.signal in _SHOWN_BY_RUNS]:
        runs = CourseRun.objects.using(using).filter(catalog_course__uuid__in=changed)
        told = {event.values["uuid"] for event in happened if "course_key" in event.values}
        follow_course(runs, using=using, told=told)


def follow_course(runs: QuerySet[CourseRun], *, using: str, told: Collection[str] = ()) -> None:
    """Date these runs, and tell consumers of those not `told` of: what they show of their course has changed."""
    # Not joined, of which PostgreSQL would read the course as it was before it waited; in the order of all writers.
    pks = list(runs.order_by("key_ci", "pk").values_list("pk", flat=True))
    for start in range(0, len(pks), 1000):
        page = CourseRun.objects.using(using).filter(pk__in=pks[start : start + 1000]).order_by("key_ci", "pk")
        rows = list(page.select_for_update().values_list("uuid", "course_key__text"))
        page.order_by().update(modified=timezone.now())
        entries = (feed.Entry("course_run", str(uuid) if uuid else None, key, "updated") for uuid, key in rows)
        feed.write((entry for entry in entries if entry.uuid not in told), using=using)


def record_shown_changes(pks: Sequence[int], *, reason: str = "") -> None:
    """
    An optional app shows something else of these runs now: date them, and record ``course_run.updated`` of each.

    Call it in the transaction of the change. Four queries for each thousand.
    """
    using = router.db_for_write(CourseRun)
    for start in range(0, len(pks), 1000):
        page = CourseRun.objects.using(using).filter(pk__in=pks[start : start + 1000])
        # In the order of all writers.
        held = list(page.order_by("key_ci", "pk").select_for_update().values_list("pk", flat=True))
        page.update(modified=timezone.now())
        record_run_events(signals.COURSE_RUN_UPDATED, held, reason=reason)


def record_shown_courses(pks: Sequence[int], *, reason: str = "") -> None:
    """
    The same of catalog courses: date them, and record ``catalog_course.updated`` of each. Four queries for each thousand.
    """
    using = router.db_for_write(CatalogCourse)
    for start in range(0, len(pks), 1000):
        page = CatalogCourse.objects.using(using).filter(pk__in=pks[start : start + 1000])
        held = list(page.order_by("pk").select_for_update().values_list("pk", flat=True))
        page.update(modified=timezone.now())
        # Read when it is held: joined to it, an organization would be locked as well.
        rows = CatalogCourse.objects.using(using).with_org().filter(pk__in=held).exclude(uuid=None).order_by("pk")
        happened = [course_event(signals.CATALOG_COURSE_UPDATED, course, reason=reason) for course in rows]
        record_catalog_events(happened, using=using)


def follow_named(model: Any, pks: list[int], *, using: str) -> None:
    """Date rows that were given the uuid they lacked; runs show that of their course, too."""
    model._base_manager.using(using).filter(pk__in=pks).update(modified=timezone.now())
    if model is CatalogCourse:
        follow_course(CourseRun.objects.using(using).filter(catalog_course__in=pks).exclude(uuid=None), using=using)


def record_run_events(signal: Any, pks: Sequence[int], **more: Any) -> None:
    """
    Record an event about each of these stored runs, as they now stand. One SELECT and one INSERT.

    Of runs that were moved also that somebody has decided on them, in one UPDATE: undoing a merge leaves them where they are.
    What moves them without that, a merge itself, is `record_carried_runs`.
    """
    if signal is signals.COURSE_RUN_MOVED:
        note_decisions(pks)
    _record_run_events(signal, pks, **more)


def record_carried_runs(pks: Sequence[int], **more: Any) -> None:
    """Record that these runs were moved along with their course: nobody has decided on them."""
    _record_run_events(signals.COURSE_RUN_MOVED, pks, **more)


def note_decisions(pks: Sequence[int]) -> None:
    """Somebody has said where these runs belong, since whatever merge moved them."""
    if not pks:
        return
    CatalogMergeRun.objects.filter(run__in=pks).update(decided=True)


def undecided(pks: Sequence[int]) -> list[int]:
    """Those among runs that a merge has moved, and nobody has said since where they belong."""
    return list(CatalogMergeRun.objects.filter(run__in=pks, decided=False).values_list("run_id", flat=True))


def _record_run_events(signal: Any, pks: Sequence[int], **more: Any) -> None:
    using = router.db_for_write(CourseRun)
    record_catalog_events([Event(signal, *run) for run in stored_run_values(pks, using=using, **more)], using=using)


def record_course_event(signal: Any, course: CatalogCourse, **more: Any) -> None:
    """Record an event about a catalog course as this object has it, its organization joined. One INSERT."""
    record_catalog_events([course_event(signal, course, **more)], using=router.db_for_write(CatalogCourse))


def stored_run_values(pks: Sequence[int], *, using: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """``[(subject, values of CourseRunData)]`` of stored runs, by id. One SELECT."""
    columns = ("key_text", "uuid", "title", "association", "catalog_course__uuid", "catalog_course__org__short_name",
               "catalog_course__course_code", "withdrawal__id", *(f"schedule__{name}" for name in SCHEDULE_FIELDS))  # fmt: skip
    runs = CourseRun.objects.using(using).filter(pk__in=pks).with_key_text().order_by("pk")
    found = []
    for key, own, title, association, course, org, code, withdrawal, *schedule in runs.values_list(*columns):
        key_str, withdrawn = keys.format_key_str(org, code), withdrawal is not None
        found.append((key, run_values(key, own, title, association, course, key_str, schedule, withdrawn=withdrawn, **more)))
    return found


def run_values(
    key: str, run_uuid: Any, title: str, association: str, course_uuid: Any, key_str: str, schedule: Sequence[Any],
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """The values of `signals.CourseRunData`; `schedule` in the order of SCHEDULE_FIELDS."""
    values = dict(zip(SCHEDULE_FIELDS, schedule, strict=True))
    return {
        "course_key": key,
        "uuid": str(run_uuid or ""),
        "title": title,
        "association": association,
        "catalog_course_uuid": str(course_uuid or ""),
        "catalog_course_key": key_str,
        **values,
        "pacing": values["pacing"] or "",
        **more,
    }


def course_event(signal: Any, course: CatalogCourse, **more: Any) -> Event:
    """An event about a catalog course as this object has it, its organization joined."""
    return Event(
        signal,
        str(course.uuid),
        course_values(course.uuid, course.org_code, course.course_code, course.title, course.language, **more),
    )


def course_values(course_uuid: Any, org: str, code: str, title: str, language: str, **more: Any) -> dict[str, Any]:
    """The values of `signals.CatalogCourseData`."""
    return {
        "uuid": str(course_uuid),
        "key": keys.format_key_str(org, code),
        "org_code": org,
        "course_code": code,
        "title": title,
        "language": language,
        **more,
    }
