"""Where courses are on their way to learners, and the steps that they take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib.changes import Change, record_event, save_with_history, signature
from openedx_catalog.models_api import CatalogCourse

from .. import signals, workflow
from ..exceptions import ActionNotAllowed
from ..models import CourseWorkingCopy, Review
from ..workflow import Action, State

# What is sent of a step, and who is told of it where learners see it.
_TOLD = {
    Action.PUBLISH: (signals.COURSE_LISTING_PUBLISHED, "everybody"),
    Action.UNPUBLISH: (signals.COURSE_LISTING_UNPUBLISHED, "gone"),
}


def states_of(catalog_course_ids: Iterable[int]) -> dict[int, State]:
    """
    ``{id of a course: its state}`` for all of these: that of its working copy, else "published" where its listing is live and
    "unpublished" where it is not, or there is none. One query.
    """
    pks = list(catalog_course_ids)
    rows = CatalogCourse.objects.filter(pk__in=pks).order_by().values_list("pk", "working_copy__state", "listing__live")
    found = {pk: copied or (State.PUBLISHED if is_live else State.UNPUBLISHED) for pk, copied, is_live in rows}
    return {pk: State(found.get(pk, State.UNPUBLISHED)) for pk in pks}


def check_allowed(state: State, action: Action) -> workflow.Transition:
    """The line of the table for an action. Raises ActionNotAllowed."""
    found = workflow.find(state, action)
    if found is None:
        names = ", ".join(str(each.label) for each in workflow.allowed(state, workflow.Role))
        raise ActionNotAllowed(action=action.label, state=state.label, names=names or _("nothing"))
    return found


def record_step(
    course: CatalogCourse, action: Action, before: State, after: State, change: Change, *, is_seen: bool = False
) -> None:
    """
    Write down a step, and tell of it: others than those who see working copies only of a public page that came or went
    (`is_seen`).
    """
    user = change.user if change.user is not None and change.user.is_authenticated else None
    step = Review(catalog_course=course, user=user, action=action, from_state=before, to_state=after, **signature(change))
    step.save()
    values: dict[str, Any] = {
        "uuid": str(course.uuid),
        "key": course.key_str,
        "action": str(action),
        "from_state": str(before),
        "to_state": str(after),
        "reason": change.reason,
    }
    signal, audience = _TOLD.get(action, (signals.WORKING_COPY_REVIEWED, "viewers"))
    record_event(signal, course, str(course.uuid), values, audience=audience if is_seen else "viewers")


def move(copy: CourseWorkingCopy, action: Action, state: State, change: Change, **more: Any) -> None:
    """Have a working copy be in another state."""
    before = State(copy.state)
    copy.state = state
    for name, value in more.items():
        setattr(copy, name, value)
    save_with_history(copy, change, update_fields=["state", "modified", *more])
    record_step(copy.catalog_course, action, before, state, change)
