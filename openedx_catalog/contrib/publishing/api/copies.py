"""Working copies: making, changing and comparing them. Nothing here checks permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api import get_course_run
from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses, locked_run, parse_schedule_value, some_title
from openedx_catalog.contrib.listings.api import RunListingValues, checked_values
from openedx_catalog.contrib.listings.api.for_contrib import CourseTexts, check_effort, checked_course
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, parted, refuse_duplicate, store_changes
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.images import check_described, store_image
from openedx_catalog.lib.linked import link_parts
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse

from .. import fields
from ..data import Difference
from ..fields import Kind
from ..models import CourseRunWorkingCopy, CourseWorkingCopy, WorkingCopyOwner, WorkingCopySubject
from ..workflow import Action, State
from . import _values
from ._steps import check_allowed, move, record_step, states_of

IMAGE: Any = CourseWorkingCopy._meta.get_field("image")
_PARTS: dict[str, Any] = {"subjects": WorkingCopySubject, "owners": WorkingCopyOwner}
_READERS: dict[str, Any] = {
    "title": lambda _name, value: some_title(value),
    **dict.fromkeys(fields.SCHEDULE, parse_schedule_value),
}


class CourseValues(CourseTexts, total=False):
    """
    What is to be said of a course, as `listings.api.set_course_listing` takes it: subjects, level and owners as objects or by
    their slugs and short names, an image as an open file. `title` is that of the catalog. What is not given stays.
    """

    title: str


class RunValues(RunListingValues, total=False):
    """The same of a run, as `listings.api.set_course_run_listing` takes it, with its dates (aware, or ISO 8601) and pacing."""

    title: str
    start: datetime | str | None
    end: datetime | str | None
    enrollment_start: datetime | str | None
    enrollment_end: datetime | str | None
    pacing: str | None


def get_working_copies() -> QuerySet[CourseWorkingCopy]:
    """
    All courses with changes that are not published, the oldest first; courses and levels joined, subjects and owners
    prefetched. Three queries when it is read.
    """
    subjects = WorkingCopySubject.objects.select_related("subject").order_by("position", "pk")
    owners = WorkingCopyOwner.objects.select_related("organization").order_by("position", "pk")
    parts = (Prefetch("subject_rows", subjects), Prefetch("owner_rows", owners))
    return CourseWorkingCopy.objects.with_course().prefetch_related(*parts).order_by("pk")


def find_working_copy(catalog_course: CourseName) -> CourseWorkingCopy | None:
    """
    The working copy of a course, or None where nothing waits to be published. At most five queries. Raises
    CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    return get_working_copies().filter(catalog_course=course_named(catalog_course)).first()


def get_run_working_copies(catalog_course: CourseName) -> list[CourseRunWorkingCopy]:
    """Those of the runs of a course, by folded key; runs and schedules joined. One query and those of the course."""
    rows = CourseRunWorkingCopy.objects.filter(run__catalog_course=course_named(catalog_course))
    return list(rows.select_related("run__schedule", "run__catalog_course__org").order_by("run__key_ci", "pk"))


def state_of(catalog_course: CourseName) -> State:
    """Where a course is on its way to learners, as `states_of`."""
    pk = course_named(catalog_course).pk
    return states_of([pk])[pk]


@writes_to(CourseWorkingCopy)
def open_working_copy(catalog_course: CourseName, **provenance: Unpack[Provenance]) -> CourseWorkingCopy:
    """
    The working copy of a course: one that is there, else one of what learners read.

    Emits ``course_working_copy.reviewed`` where it is made. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey,
    InvalidRequest.
    """
    return opened(hold_courses(catalog_course)[0], Change(**provenance))


@writes_to(CourseWorkingCopy)
def set_working_copy(catalog_course: CourseName, **given: Unpack[CourseValues]) -> CourseWorkingCopy:
    """
    Change what learners are to read of a course; they see it once it is published. A course without a working copy gets one.
    What was reviewed goes back to "unpublished" where a value changes that a review has to see (`fields.COURSE`).

    Values are read as `listings.api.set_course_listing` reads them. Nothing is written where nothing changes. Emits
    ``course_working_copy.reviewed`` where the state changes.

    Raises ActionNotAllowed during a review; CatalogCourse.DoesNotExist, Subject.DoesNotExist, Level.DoesNotExist,
    OrganizationNotFound, DuplicateValue (readable_id), InvalidCatalogKey, InvalidTitle, InvalidLanguage, InvalidValue,
    InvalidRequest; TypeError for an unknown name.
    """
    change, said = parted("set_working_copy", given, CourseValues)
    own = _own_values(said)
    columns, parts = checked_course(said)
    wanted = own | columns
    copy = opened(hold_courses(catalog_course)[0], change)
    check_allowed(State(copy.state), Action.EDIT)
    before = follow(copy, change)
    new = revised(copy, wanted)
    check_effort(new)
    check_described(new.image, new.image_alt)
    if "readable_id" in wanted:
        _refuse_taken(copy.catalog_course, wanted["readable_id"])
    if "image" in wanted:
        wanted["image"] = store_image(IMAGE, wanted["image"], thumbnail=True)
    store_changes(copy, wanted, change)
    _link(copy, parts, change)
    _review_again(copy, copy, before, change)
    return copy


@writes_to(CourseWorkingCopy)
def set_run_working_copy(course_key: CourseKey | str, **given: Unpack[RunValues]) -> CourseRunWorkingCopy:
    """
    Change what learners are to read of a run, and its dates, as `set_working_copy`: it is reviewed and published with the
    working copy of its course, which is made where there is none.

    Raises as `set_working_copy`, and CourseRun.DoesNotExist, InvalidCourseKey, InvalidDate, InvalidPacing.
    """
    change, said = parted("set_run_working_copy", given, RunValues)
    wanted = _own_values(said) | checked_values(**said)
    # In the order of publishing, which holds the course before its runs.
    hold_courses(get_course_run(course_key).catalog_course)
    run = locked_run(course_key)
    course = opened(hold_courses(run.catalog_course)[0], change)
    check_allowed(State(course.state), Action.EDIT)
    copy = CourseRunWorkingCopy.objects.filter(run=run).first() or CourseRunWorkingCopy()
    copy.run = run
    if copy.pk is None:
        _take_over(copy, _values.of_runs([run])[run.pk], change)
    before = follow(copy, change)
    check_effort(revised(copy, wanted))
    store_changes(copy, wanted, change)
    _review_again(course, copy, before, change)
    return copy


@writes_to(CourseWorkingCopy)
def set_legal_fields(
    catalog_course: CourseName,
    *,
    restricted_countries: Sequence[str] | None = None,
    legal_note: str | None = None,
    **provenance: Unpack[Provenance],
) -> CourseWorkingCopy:
    """
    Say in which countries (codes of ISO 3166-1, two letters) a course may not be taken, and why; None leaves a value. It is in
    effect once it is published, and sends nothing back to review: those who may set it are the ones who review it.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidValue, InvalidRequest.
    """
    change, wanted = Change(**provenance), dict[str, Any]()
    if restricted_countries is not None:
        codes = values.sequence("restricted_countries", restricted_countries)
        wanted["restricted_countries"] = sorted({_country(code) for code in codes})
    if legal_note is not None:
        wanted["legal_note"] = values.text("legal_note", legal_note, max_length=10_000)
    copy = opened(hold_courses(catalog_course)[0], change)
    check_allowed(State(copy.state), Action.EDIT_LEGAL)
    follow(copy, change)
    store_changes(copy, wanted, change)
    return copy


def compare(catalog_course: CourseName) -> list[Difference]:
    """
    What publishing would change of what learners read: of the course, then of its runs by key, fields in the order of
    `fields.COURSE` and `fields.RUN`; empty without a working copy. At most eleven queries.
    """
    copy = CourseWorkingCopy.objects.with_course().filter(catalog_course=course_named(catalog_course)).first()
    return [] if copy is None else differences_of(copy)


# For the other modules of this API


def opened(course: CatalogCourse, change: Change) -> CourseWorkingCopy:
    """The working copy of a course that is held."""
    copy = CourseWorkingCopy.objects.filter(catalog_course=course).select_related("level").first()
    if copy is None:
        before = states_of([course.pk])[course.pk]
        copy = CourseWorkingCopy(catalog_course=course)
        _take_over(copy, _values.of_courses([course])[course.pk], change)
        record_step(course, Action.EDIT, before, State.UNPUBLISHED, change)
    copy.catalog_course = course
    return copy


def follow(copy: CourseWorkingCopy | CourseRunWorkingCopy, change: Change) -> _values.Values:
    """Have a copy take over what was changed for learners and nobody changed in it; its values afterwards."""
    copied, official = _values.compared(copy)
    if newer := _values.outdated(copy, copied, official):
        _take_over(copy, newer, change)
        type(copy).objects.filter(pk=copy.pk).update(taken_from=copy.taken_from)
    return copied | newer


def differences_of(copy: CourseWorkingCopy) -> list[Difference]:
    """What publishing would change."""
    found, runs = list(_values.differences(copy, *_values.compared(copy))), get_run_working_copies(copy.catalog_course)
    copied, official = _values.of_copies(runs), _values.of_runs(each.run for each in runs)
    for each in runs:
        found += _values.differences(each, copied[each.pk], official[each.run_id])
    return found


def remove_copies(copy: CourseWorkingCopy, change: Change) -> None:
    """Delete a working copy, what it has, and those of its runs, with their history."""
    for model in _PARTS.values():
        for link in model.objects.filter(copy=copy).order_by("pk"):
            delete_with_history(link, change)
    for run in CourseRunWorkingCopy.objects.filter(run__catalog_course=copy.catalog_course).order_by("pk"):
        delete_with_history(run, change)
    delete_with_history(copy, change)


def _take_over(copy: CourseWorkingCopy | CourseRunWorkingCopy, official: _values.Values, change: Change) -> None:
    """Have a copy, also one that is not stored yet, say what learners read; `taken_from` of a stored one is not written."""
    rows = _values.rows_named([official])
    columns = {name: value for name, value in official.items() if name not in _PARTS}
    if "level" in columns:
        columns["level"] = rows["level"].get(columns["level"])
    copy.taken_from = {**copy.taken_from, **_values.digests(official)}
    store_changes(copy, columns, change)
    _link(copy, {name: [rows[name][each] for each in official[name]] for name in _PARTS if name in official}, change)


def _link(copy: Any, parts: Mapping[str, Sequence[Any]], change: Change) -> None:
    for name, rows in parts.items():
        link_parts(_PARTS[name], copy, rows, change)


def _review_again(course: CourseWorkingCopy, copy: Any, before: _values.Values, change: Change) -> None:
    """What was reviewed is so no more once a value has changed that the review has seen: of its copy, or of that of a run."""
    kinds, after = _values.kinds_of(copy), _values.of_copies([copy])[copy.pk]
    changed = [name for name, value in after.items() if value != before[name] and kinds[name] is Kind.REVIEWED]
    if changed and course.state == State.REVIEWED:
        move(course, Action.EDIT, State.UNPUBLISHED, change.because(", ".join(changed)))


def _refuse_taken(course: CatalogCourse, readable_id: str | None) -> None:
    """Raise DuplicateValue where learners know another course by it; of two copies with the same the first is published."""
    listing = CourseListing.objects.filter(catalog_course=course).first() or CourseListing()
    refuse_duplicate(revised(listing, {"readable_id": readable_id}), "readable_id")


def _country(code: Any) -> str:
    found = values.text("restricted_countries", code, max_length=2, required=True).upper()
    if not (len(found) == 2 and found.isascii() and found.isalpha()):
        raise values.invalid("restricted_countries", code, _("expected the code of a country, two letters"))
    return found


def _own_values(said: dict[str, Any]) -> dict[str, Any]:
    """The values that listings do not have, taken out of all of them, as columns hold them."""
    return {name: read(name, said.pop(name)) for name, read in _READERS.items() if name in said}
