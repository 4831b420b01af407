"""
The one table of what may be done to a course on its way to learners: in which state, by whom, and where it leads.

The API asks it for states, the doors (REST, admin, pages) for roles as well; the picture in the docs is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where the changes of a course are. Published: there are none, and learners see its page."""

    UNPUBLISHED = "unpublished", _("Unpublished")
    LEGAL_REVIEW = "legal_review", _("In legal review")
    INTERNAL_REVIEW = "internal_review", _("In internal review")
    REVIEWED = "reviewed", _("Reviewed")
    PUBLISHED = "published", _("Published")


class Role(TextChoices):
    """What somebody is to a course: one of its editors, a legal reviewer, or staff who may change every copy."""

    EDITOR = "editor", _("Editor")
    LEGAL = "legal", _("Legal reviewer")
    STAFF = "staff", _("Staff")


class Action(TextChoices):
    """What may be done."""

    EDIT = "edit", _("Edit")
    EDIT_LEGAL = "edit_legal", _("Edit legal fields")
    SUBMIT = "submit", _("Submit for review")
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    WITHDRAW = "withdraw", _("Withdraw from review")
    SCHEDULE = "schedule", _("Schedule")
    PUBLISH = "publish", _("Publish")
    UNPUBLISH = "unpublish", _("Unpublish")
    DISCARD = "discard", _("Discard the changes")


class Transition(NamedTuple):
    """
    One line of the table. `to` has more than one state where more than the state decides: values, a policy or the clock.
    """

    state: State
    action: Action
    roles: frozenset[Role]
    to: tuple[State, ...]


U, L, I, R, P = State  # noqa: E741
_EDITORS = frozenset({Role.EDITOR, Role.STAFF})
_LEGAL, _STAFF = frozenset({Role.LEGAL}), frozenset({Role.STAFF})

TRANSITIONS = (
    Transition(U, Action.EDIT, _EDITORS, (U,)),
    # Reviewed again where a value changes that the review has seen.
    Transition(R, Action.EDIT, _EDITORS, (R, U)),
    Transition(P, Action.EDIT, _EDITORS, (U,)),
    *(Transition(state, Action.EDIT_LEGAL, _LEGAL, (state,)) for state in (U, L, I, R)),
    Transition(P, Action.EDIT_LEGAL, _LEGAL, (U,)),
    # What was to go live by then is published as soon as it is reviewed.
    Transition(U, Action.SUBMIT, _EDITORS, (L, I, R, P)),
    Transition(L, Action.APPROVE, _LEGAL, (I, R, P)),
    Transition(I, Action.APPROVE, _STAFF, (R, P)),
    Transition(L, Action.REJECT, _LEGAL, (U,)),
    Transition(I, Action.REJECT, _STAFF, (U,)),
    *(Transition(state, Action.WITHDRAW, _EDITORS, (U,)) for state in (L, I, R)),
    *(Transition(state, Action.SCHEDULE, _EDITORS, (state,)) for state in (U, L, I)),
    Transition(R, Action.SCHEDULE, _EDITORS, (R, P)),
    # Only where the policy asks for no review of what has changed.
    Transition(U, Action.PUBLISH, _EDITORS, (P,)),
    Transition(R, Action.PUBLISH, _EDITORS, (P,)),
    # Again: it changes nothing.
    Transition(P, Action.PUBLISH, _EDITORS, (P,)),
    # The page goes from learners; changes that wait stay where they are.
    *(Transition(state, Action.UNPUBLISH, _EDITORS, (state,)) for state in (U, L, I, R)),
    Transition(P, Action.UNPUBLISH, _EDITORS, (U,)),
    *(Transition(state, Action.DISCARD, _EDITORS, (P, U)) for state in (U, L, I, R)),
)


def find(state: str, action: str) -> Transition | None:
    """The line for an action in a state, or None where it may not be done."""
    return next((each for each in TRANSITIONS if (each.state, each.action) == (state, action)), None)


def allowed(state: str, roles: Iterable[str]) -> Iterator[Action]:
    """What somebody with these roles may do in a state, in the order of `Action`."""
    held = set(roles)
    done = {each.action for each in TRANSITIONS if each.state == state and held & each.roles}
    return (action for action in Action if action in done)
