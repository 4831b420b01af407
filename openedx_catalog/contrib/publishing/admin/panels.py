"""What is on its way to learners, on the pages of courses and runs in the admin; and what waits, on the overview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.history import deleted_user
from openedx_catalog.lib.admin.links import address_of, page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api, doors
from ..models_api import CourseComment, CourseWorkingCopy, Review
from ..showing import in_words, named_action
from ..workflow import State

# Characters of a value, and the newest steps, that a panel shows.
LONG, SHOWN = 500, 50
_LEGAL = ngettext_lazy("%(n)d course waits for legal review.", "%(n)d courses wait for legal review.", "n")
_INTERNAL = ngettext_lazy("%(n)d course waits for internal review.", "%(n)d courses wait for internal review.", "n")
_PARKED = ngettext_lazy("%(n)d comment on a course was not sent.", "%(n)d comments on courses were not sent.", "n")
_TO_DECIDE: Any = {
    CourseWorkingCopy: {State.LEGAL_REVIEW: _LEGAL, State.INTERNAL_REVIEW: _INTERNAL},
    CourseComment: {CourseComment.State.PARKED: _PARKED},
}


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """
    The state of a course, what waits, and its editors, for whoever may view working copies; of a run, that of its course.

    At most twelve queries.
    """
    if not isinstance(row, CatalogCourse | CourseRun) or not permissions.can_view(viewer, CourseWorkingCopy):
        return
    course = row if isinstance(row, CatalogCourse) else row.catalog_course
    copy = CourseWorkingCopy.objects.filter(catalog_course=course).first()
    note = str((State(copy.state) if copy else api.state_of(course)).label)
    if copy is not None and copy.go_live_at:
        note = _("%(state)s; it goes live at %(at)s, once it is reviewed.") % {"state": note, "at": utc(copy.go_live_at)}
    rows = [PanelRow(_("State"), note, page_of(viewer, copy) if copy else "")]
    key = str(row.course_key) if isinstance(row, CourseRun) else None
    waiting = dict.fromkeys(found.label for found in api.compare(course) if key is None or found.run == key) if copy else {}
    if waiting:
        rows.append(PanelRow(_("Not published yet"), ", ".join(waiting)))
    if key is None:
        rows.append(_editors(course))
        if url := doors.editing_address(course):
            rows.append(PanelRow(_("Page for editors"), "", url))
    yield Panel(_("Publishing"), rows)


def panels_of_copy(copy: CourseWorkingCopy, viewer: Any) -> Iterator[Panel]:
    """What publishing would change, who edits the course, and what was decided, the newest first."""
    course = copy.catalog_course
    yield Panel(
        _("What publishing changes"), [_difference(found) for found in in_words(api.compare(course), instant=utc, image=str)]
    )
    yield Panel(_("Who edits it"), [_editors(course)])
    steps = api.get_reviews(course).select_related("user").order_by("-pk")[:SHOWN]
    yield Panel(_("What was done"), [_step(step) for step in steps])


def to_decide(viewer: Any) -> Iterator[tuple[str, str]]:
    """How many courses wait for each review, and comments that another system has not taken; with the lists of them."""
    for model, sentences in _TO_DECIDE.items():
        if permissions.can_view(viewer, model):
            rows = model.objects.order_by().filter(state__in=sentences)
            counts = dict(rows.values_list("state").annotate(Count("pk")))
            for state in filter(counts.get, sentences):
                text = sentences[state] % {"n": counts[state]}
                yield str(text), address_of(viewer, model, "changelist", state__exact=str(state))


def _editors(course: CatalogCourse) -> PanelRow:
    names = [user.get_username() for user in api.get_editors(course)[:SHOWN]]
    everybody = _("None: all members of its organizations edit it.")
    return PanelRow(_("Editors"), ", ".join(names) or everybody)


def _difference(found: api.Difference) -> PanelRow:
    label = f"{found.run}: {found.label}" if found.run else found.label
    note = " → ".join(Truncator(value).chars(LONG) or "–" for value in (found.official, found.copy))
    if found.is_overwriting:
        note += " " + _("(It was changed for learners meanwhile, which publishing writes over.)")
    return PanelRow(label, note)


def _step(step: Review) -> PanelRow:
    who = step.user or deleted_user(step.user_name) or "–"
    # Where a state stays, only what was done.
    way = f"{step.get_from_state_display()} → {step.get_to_state_display()}" if step.from_state != step.to_state else ""
    return PanelRow(utc(step.at), f"{who}: {'; '.join(filter(None, (named_action(step), way, step.reason)))}")
