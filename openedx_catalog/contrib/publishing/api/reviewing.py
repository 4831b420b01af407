"""Taking courses to learners: review, publication, and back. Nothing here checks permissions; `workflow` has the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, store_changes
from openedx_catalog.lib.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.lib.unset import UNSET, Unset
from openedx_catalog.models_api import CatalogCourse

from .. import fields
from ..data import Difference, PublishReport
from ..exceptions import ReviewRequired
from ..models import CourseRestriction, CourseRunWorkingCopy, CourseWorkingCopy, Review
from ..policies import review_policy
from ..workflow import Action, State
from . import _values
from ._steps import check_allowed, move, record_step, states_of
from .copies import differences_of, follow, get_run_working_copies, opened, remove_copies

STEPS = tuple(action for action in Action if action not in (Action.EDIT, Action.EDIT_LEGAL))


@writes_to(CourseWorkingCopy)
def perform(
    catalog_course: CourseName,
    action: Action | str,
    *,
    go_live_at: datetime | str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> State:
    """
    Take a course a step further (`workflow.TRANSITIONS`): "submit", "approve", "reject" (with a reason), "withdraw",
    "schedule" (with `go_live_at`, aware; None: not by itself), "publish", "unpublish" or "discard". Returns its state then.

    Which reviews it passes says OPENEDX_CATALOG_REVIEW: none where only exempt values change of what learners see. "publish"
    writes the values of the copies of the course and of its runs where learners read them, all or nothing, and deletes the
    copies; again it changes nothing. What a copy leaves as it was stays as learners read it by now. What is reviewed and was to
    go live by now is published at once.

    Emits ``course_working_copy.reviewed``, ``course_listing.published`` or ``course_listing.unpublished``, and the events of
    what publishing changes. Raises ActionNotAllowed, ReviewRequired, ReasonRequired, CatalogCourse.DoesNotExist,
    InvalidCatalogKey, InvalidDate, InvalidRequest; "publish" also DuplicateValue (slug, readable_id).
    """
    change, step = Change(**provenance), Action(values.choice("action", action, names=STEPS))
    moment = UNSET if go_live_at is UNSET else values.parse_datetime(go_live_at, "go_live_at")
    if (step is Action.SCHEDULE) is (moment is UNSET):
        raise InvalidRequest(field="go_live_at", reason=_('"go_live_at" belongs to "schedule", which needs it.'))
    if step is Action.REJECT:
        change.require_reason(_("rejecting changes"))
    course = hold_courses(catalog_course)[0]
    state = states_of([course.pk])[course.pk]
    check_allowed(state, step)
    if step is Action.UNPUBLISH:
        return _unpublish(course, state, change)
    has_changes = CourseWorkingCopy.objects.filter(catalog_course=course).exists()
    if not has_changes and (state is State.PUBLISHED or step is Action.DISCARD):
        return state
    copy = opened(course, change)
    match step:
        case Action.SUBMIT | Action.APPROVE:
            move(copy, step, _next_review(copy, state), change)
        case Action.SCHEDULE:
            move(copy, step, state, change, go_live_at=moment)
        case Action.DISCARD:
            remove_copies(copy, change)
            after = states_of([course.pk])[course.pk]
            record_step(course, step, state, after, change)
            return after
        case Action.PUBLISH:
            return _publish(copy, change)
        case _:
            move(copy, step, State.UNPUBLISHED, change)
    is_due = copy.go_live_at is not None and copy.go_live_at <= timezone.now()
    return _publish(copy, change) if is_due and copy.state == State.REVIEWED else State(copy.state)


def publish_due_listings(
    at: datetime | str | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    **provenance: Unpack[Provenance],
) -> PublishReport:
    """
    Publish the reviewed courses that are to go live by now, or by another instant, each in a transaction of its own, the
    earliest first. One that fails is reported and tried again next time; the others go on. `on_progress` is told how many more
    are done, and of how many. Raises InvalidDate.
    """
    moment = values.parse_datetime(at, "at") or timezone.now()
    rows = CourseWorkingCopy.objects.due(moment).order_by("go_live_at", "pk").select_related("catalog_course__org")
    report = PublishReport([], {})
    courses = [copy.catalog_course for copy in rows]
    for course in courses:
        try:
            # Of those that somebody withdrew meanwhile, none.
            if CourseWorkingCopy.objects.due(moment).filter(catalog_course=course).exists():
                perform(course, Action.PUBLISH, **provenance)
                report.published.append(course.key_str)
        except (CatalogError, CatalogCourse.DoesNotExist) as error:
            report.failed[course.key_str] = str(error)
        if on_progress:
            on_progress(1, len(courses))
    return report


def get_reviews(catalog_course: CourseName) -> QuerySet[Review]:
    """The steps that a course has taken, the oldest first. One query when it is read, and those of the course."""
    return Review.objects.filter(catalog_course=course_named(catalog_course)).order_by("pk")


def _next_review(copy: CourseWorkingCopy, state: State) -> State:
    """Where a copy is after a submission or an approval."""
    steps = _steps_for(differences_of(copy), copy.catalog_course)
    later = steps[steps.index(state) + 1 :] if state in steps else () if state is not State.UNPUBLISHED else steps
    return later[0] if later else State.REVIEWED


def _steps_for(found: list[Difference], course: CatalogCourse) -> tuple[State, ...]:
    is_live = CourseListing.objects.filter(catalog_course=course, live=True).exists()
    return review_policy().steps_for(found, is_live=is_live)


def _publish(copy: CourseWorkingCopy, change: Change) -> State:
    course, before = copy.catalog_course, State(copy.state)
    if before is not State.REVIEWED:
        found = differences_of(copy)
        if _steps_for(found, course):
            names = ", ".join(each.label for each in found if each.needs_review)
            raise ReviewRequired(names=names or str(CourseListing._meta.verbose_name))
    said = follow(copy, change)
    provenance: Any = {"source": change.source, "reason": change.reason, "user": change.user}
    catalog.update_catalog_course(course, title=said["title"], **provenance)
    shown = {name: said[name] for name in fields.editable(fields.COURSE) if name not in ("title", "image")}
    # The file is stored already.
    row = listings.set_course_listing(course, **shown, image=copy.image or None, live=True, **provenance)
    _restrict(course, {name: said[name] for name in _values.LEGAL}, change)
    for each in get_run_working_copies(course):
        _publish_run(each, change, provenance)
    remove_copies(copy, change)
    record_step(course, Action.PUBLISH, before, State.PUBLISHED, change, is_seen=row.is_public)
    return State.PUBLISHED


def _publish_run(copy: CourseRunWorkingCopy, change: Change, provenance: Any) -> None:
    said, key = follow(copy, change), str(copy.run.course_key)
    catalog.update_course_run(key, title=said["title"], schedule={name: said[name] for name in fields.SCHEDULE}, **provenance)
    shown = {name: said[name] for name in fields.editable(fields.RUN) if name not in ("title", *fields.SCHEDULE)}
    listings.set_course_run_listing(key, **shown, **provenance)


def _unpublish(course: CatalogCourse, state: State, change: Change) -> State:
    """Take the page from learners; changes that wait stay as they are."""
    row = CourseListing.objects.filter(catalog_course=course, live=True).first()
    if row is None:
        return state
    listings.set_course_listing(course, live=False, source=change.source, reason=change.reason, user=change.user)
    after = states_of([course.pk])[course.pk]
    record_step(course, Action.UNPUBLISH, State.PUBLISHED, after, change, is_seen=row.is_public)
    return after


def _restrict(course: CatalogCourse, wanted: dict[str, Any], change: Change) -> None:
    row = CourseRestriction.objects.filter(catalog_course=course).first() or CourseRestriction(catalog_course=course)
    if row.pk is not None or any(wanted.values()):
        store_changes(row, wanted, change)
