"""Which type a course and a run have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Unpack

from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses, locked_run
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..exceptions import CourseRunTypeMismatch, CourseTypeNotAllowed
from ..models import (
    CourseRunType,
    CourseRunTypeTrack,
    CourseRunTyping,
    CourseType,
    CourseTypeOrganization,
    CourseTypeRunType,
    CourseTyping,
)
from .products import TELL
from .types import COURSE_TYPES, RUN_TYPES

Refusals = Callable[[Any, Any], CatalogError | None]


@writes_to(CourseTyping)
def set_course_type(
    catalog_course: CourseName, course_type: CourseType | str | None, **provenance: Unpack[Provenance]
) -> CourseType | None:
    """
    Give a course a type, an object or a slug; None takes it away. Its runs keep theirs, which may be a mismatch by then: the
    doctor names those. Returns the type.

    Nothing is written where nothing changes. Emits ``catalog_course.updated``.

    Raises CourseTypeNotAllowed where the type is for other organizations, CourseType.DoesNotExist, CatalogCourse.DoesNotExist,
    InvalidCatalogKey, InvalidValue, InvalidRequest.
    """
    change, [course] = Change(**provenance), hold_courses(catalog_course)
    wanted = None if course_type in (None, "") else COURSE_TYPES.find(course_type)
    limits = CourseTypeOrganization.objects.filter(course_type=wanted)
    _store(CourseTyping, course, wanted, change, None if wanted is None else course_refusals(limits))
    return wanted


@writes_to(CourseRunTyping)
def set_course_run_type(
    course_key: CourseKey | str,
    course_run_type: CourseRunType | str | None,
    *,
    allow_mismatch: bool = False,
    **provenance: Unpack[Provenance],
) -> CourseRunType | None:
    """
    Give a run a type, an object or a slug; None takes it away. Returns the type.

    One that is none of those of its course's type is a mismatch (seed 003, update of 2019), and needs `allow_mismatch`. A
    course without a type allows every one. Nothing is written where nothing changes. Emits ``course_run.updated``.

    Raises CourseRunTypeMismatch, CourseRunType.DoesNotExist, CourseRun.DoesNotExist, InvalidCourseKey, InvalidValue.
    """
    change = Change(**provenance)
    values.flag("allow_mismatch", allow_mismatch)
    run = locked_run(course_key)
    wanted = None if course_run_type in (None, "") else RUN_TYPES.find(course_run_type)
    _store(CourseRunTyping, run, wanted, change, None if wanted is None or allow_mismatch else run_refusals([run]))
    return wanted


def find_course_type_of(catalog_course: CourseName) -> CourseType | None:
    """
    The type of a course, or None. At most two queries. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    rows = CourseTyping.objects.filter(catalog_course=course_named(catalog_course)).select_related("course_type")
    return next((row.course_type for row in rows), None)


def find_course_run_type_of(course_key: CourseKey | str) -> CourseRunType | None:
    """The type of a run, or None; also where there is no such run. One query. Raises InvalidCourseKey."""
    key = keys.parse_course_key(course_key)
    rows = CourseRunTyping.objects.filter(run__in=CourseRun.objects.by_key(key)).select_related("course_run_type")
    return next((row.course_run_type for row in rows), None)


def get_course_types_of(catalog_course_ids: Sequence[int]) -> dict[int, str]:
    """``{id of a course: slug of its type}`` of those that have one, in no order. One query."""
    rows = CourseTyping.objects.filter(catalog_course__in=list(catalog_course_ids))
    return dict(rows.values_list("catalog_course_id", "course_type__slug"))


def get_course_run_types_of(course_keys: Iterable[CourseKey | str]) -> dict[str, str]:
    """
    ``{course key as stored: slug of its type}`` of those that have one, sorted by folded course key. One query.

    Keys that do not parse are absent.
    """
    parsed = []
    for key in course_keys:
        with suppress(CatalogError):
            parsed.append(keys.parse_course_key(key))
    rows = CourseRunTyping.objects.filter(run__in=CourseRun.objects.by_key(*parsed)).order_by("run__key_ci")
    return dict(rows.values_list("run__course_key__text", "course_run_type__slug"))


def runs_with_mode(**mode: Any) -> QuerySet[Any]:
    """
    The ids of the runs whose type has such a mode (``slug__in=["audit"]``), as a subquery of lists; what is only said of a run,
    which has no type, is not looked at.
    """
    tracks = CourseRunTypeTrack.objects.filter(**{f"track__mode__{name}": value for name, value in mode.items()})
    return CourseRunTyping.objects.filter(course_run_type__in=tracks.values("course_run_type")).values("run")


# For the other modules of this API


def course_refusals(limits: QuerySet[CourseTypeOrganization]) -> Refusals:
    """Why a course may not have a type, as far as these organizations of types say. One query."""
    allowed = _allowed(limits.order_by("pk"), "organization_id", "organization__short_name")

    def refusal(course: CatalogCourse, wanted: CourseType) -> CatalogError | None:
        own = allowed.get(wanted.pk)
        if own is None or course.org_id in own:
            return None
        return CourseTypeNotAllowed(course_type=wanted.slug, org_code=course.org.short_name, allowed=", ".join(own.values()))

    return refusal


def run_refusals(runs: Iterable[CourseRun]) -> Refusals:
    """Why one of these runs may not have a type without being a mismatch. Two queries at most."""
    typings = CourseTyping.objects.filter(catalog_course__in={run.catalog_course_id for run in runs})
    kinds = {row.catalog_course_id: row.course_type for row in typings.select_related("course_type")}
    links = CourseTypeRunType.objects.filter(course_type__in={kind.pk for kind in kinds.values()}).order_by("position", "pk")
    allowed = _allowed(links, "course_run_type_id", "course_run_type__slug")

    def refusal(run: CourseRun, wanted: CourseRunType) -> CatalogError | None:
        kind = kinds.get(run.catalog_course_id)
        if kind is None or wanted.pk in (own := allowed.get(kind.pk, {})):
            return None
        facts = {"course_run_type": wanted.slug, "course_type": kind.slug, "allowed": ", ".join(own.values())}
        return CourseRunTypeMismatch(course_key=str(run.course_key), **facts)

    return refusal


def _allowed(links: QuerySet[Any], pk: str, name: str) -> dict[int, dict[int, str]]:
    """``{id of a course type: {id of what it has: its name}}``"""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for course_type, linked, text in links.values_list("course_type_id", pk, name):
        found[course_type][linked] = text
    return found


def _store(model: Any, row: Any, wanted: Any, change: Change, refusals: Refusals | None) -> None:
    """Make this the type of a row, unless it may not have it, and tell of it where that changes anything."""
    if refusals is not None and (error := refusals(row, wanted)):
        raise error
    owner, field = model.ends
    stored = model.objects.filter(**{owner: row}).first()
    if wanted is None:
        if stored is None:
            return
        delete_with_history(stored, change)
    elif stored is not None and getattr(stored, f"{field}_id") == wanted.pk:
        return
    else:
        typing = stored or model(**{owner: row})
        setattr(typing, field, wanted)
        save_with_history(typing, change)
    TELL[owner]([row.pk], reason=change.reason)
