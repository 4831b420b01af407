"""What every door asks before it changes something of a course: whether this user may. The API itself asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from openedx_catalog.api.for_contrib import hold_courses
from openedx_catalog.contrib.listings import conf
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse

from . import api, workflow
from .models_api import CourseWorkingCopy
from .workflow import Action, Role, State


def is_for(roles: Set[Role], action: Action | str, state: str = "") -> bool:
    """Whether somebody with these roles may do this: in a state, or where nobody can do it there, in any."""
    lines = [each for each in workflow.TRANSITIONS if each.action == action]
    return any(roles & each.roles for each in [each for each in lines if each.state == state] or lines)


def in_states(states: Collection[str]) -> Q:
    """A condition for catalog courses: those of which `api.states_of` says one of these."""
    uncopied, live, found = Q(working_copy=None), Q(listing__live=True), Q(working_copy__state__in=states)
    if State.PUBLISHED in states:
        found |= uncopied & live
    return found | uncopied & ~live if State.UNPUBLISHED in states else found


@writes_to(CourseWorkingCopy)
def acting(user: Any, course: CatalogCourse, action: Action | str, work: Callable[[CatalogCourse], Any]) -> Any:
    """
    `work`, which takes an action, if it is for a user to take. That is decided while the course is held: it may be in another
    state by now than when he saw it, and who approves as a legal reviewer must not approve for staff.

    Raises PermissionDenied; what the state does not allow to anybody, the API refuses.
    """
    [held] = hold_courses(course)
    if not is_for(api.roles_of(user, [held])[held.pk], action, api.state_of(held)):
        raise PermissionDenied
    return work(held)


def editing_address(course: CatalogCourse) -> str:
    """The address of the page on which editors work on a course, or "" where this site has no such pages."""
    try:
        return reverse("openedx_catalog:publishing:edit-course", args=[course.uuid]) if conf.pages() else ""
    except NoReverseMatch:
        return ""
