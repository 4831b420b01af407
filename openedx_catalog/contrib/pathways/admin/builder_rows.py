"""What the builder and the page of a pathway show of it: its steps, what they offer, and how long that takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..data import StepContent, Times
from ..models_api import LearnerPathway
from .builder_forms import NodeForm, StepForm

# How many unknown ones a sentence names.
NAMED = 3


def content(pathway: LearnerPathway, viewer: Any, refused: Any = None) -> dict[str, Any]:
    """The steps with what they offer, as far as a user may know of it. `refused` is a form, shown as it was sent. 5 queries."""
    kept: Any = permissions.seen_parts(viewer, programs=Program, courses=CatalogCourse)
    found = api.read_contents([pathway], **kept)[pathway.pk]
    steps = [_shown(step, refused) for step in found.steps]
    return {"pathway": pathway, "rows": steps, "times": times(found.times, _why_of_pathway(steps))}


def parts_of(pathway: LearnerPathway, viewer: Any) -> dict[str, Any]:
    """The steps and what they offer by the names that addresses and buttons have for them, e.g. "node:12"."""
    steps = content(pathway, viewer)["rows"]
    return {part.key: part for step in steps for part in (step, *step.offered)}


def times(found: Times, why: str) -> str:
    """How long something takes, for a reader; where nobody knows, why not."""
    if found.min_hours is None or found.max_hours is None:
        return _("not known (%(why)s)") % {"why": why}
    if found.min_hours == found.max_hours:
        return hours(found.max_hours)
    facts = {"least": _number(found.min_hours), "most": hours(found.max_hours)}
    return _("%(least)s to %(most)s") % facts


def hours(found: float) -> str:
    """So many hours."""
    return ngettext("%(hours)s hour", "%(hours)s hours", math.ceil(found)) % {"hours": _number(found)}


def _shown(found: StepContent, refused: Any) -> Any:
    """A step as the template reads it; numbers as text, which no host's settings write as "1,234"."""
    step: Any = found.step
    step.number, step.key, step.place, step.offered = str(step.pk), f"step:{step.pk}", str(step.position + 1), []
    for node, takes in found.nodes:
        shown: Any = node
        shown.number, shown.key, shown.of_step = str(node.pk), f"node:{node.pk}", step
        course = node.catalog_course
        shown.code = node.usage_key or (course.key_str if course else "")
        shown.title = str(node.program or (course and course.title))
        shown.name = f"{shown.title} ({shown.code})" if shown.code else shown.title
        shown.what = {"course": _("Course"), "program": _("Program"), "block": _("Block")}[node.kind]
        shown.takes = _("not known") if takes is None else hours(takes)
        shown.is_known = takes is not None
        shown.is_own = node.hours is not None
        step.offered.append(_with_form(shown, NodeForm, refused))
    first = step.offered[0].title if step.offered else _("nothing")
    # Without its number, which it loses when it is moved.
    step.name = step.title or _("Step with %(first)s") % {"first": first}
    step.minimum = _("Complete %(least)s of %(nodes)s.") % {"least": step.min_requirement, "nodes": len(step.offered)}
    step.is_known = found.times.min_hours is not None
    step.takes = times(found.times, _why_of_step(step))
    step.said = _("%(minimum)s Duration: %(time)s") % {"minimum": step.minimum, "time": step.takes}
    return _with_form(step, StepForm, refused)


def _with_form(part: Any, form: Any, refused: Any) -> Any:
    part.refused = refused is not None and refused.part == part
    part.form = refused if part.refused else form(part)
    return part


def _why_of_step(step: Any) -> str:
    unknown = [node.title for node in step.offered if not node.is_known]
    if unknown:
        return _("nobody has said how long these take: %(names)s") % {"names": _some(unknown)}
    return _("it asks for more than it offers")


def _why_of_pathway(steps: list[Any]) -> str:
    if not steps:
        return _("it has no steps")
    return _("that of these steps is not known: %(names)s") % {"names": _some(step.name for step in steps if not step.is_known)}


def _some(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:NAMED]) + (", …" if len(found) > NAMED else "")


def _number(found: float) -> str:
    return number_format(int(found) if found == int(found) else round(found, 1))
