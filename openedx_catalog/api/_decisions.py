"""
What becomes of a request for a run that is stored. Pure functions: nothing is read, changed or written here.

The engine decides once by what it has read, to see whether anything is to be written at all, and where it is once more by
the rows that it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import attrs
from django.utils.translation import gettext as _

from ..lib.values import format_utc

if TYPE_CHECKING:
    from ._requests import Request
    from ._store import RunState

Problem = tuple[str, str]
"""(code, reason)"""

Asked = Mapping[str, int | None]
"""What requests ask for beside their key: ``{folded key: id of a catalog course}``, None where there is no such course."""


@attrs.frozen
class Decision:
    """
    One of OUTCOMES, and what follows: the values to write, why the request was not taken, which of its values were not.

    `confirms`: nothing differs, but the time of the observation is to be kept, so that an older one overwrites nothing.
    """

    outcome: str
    values: Mapping[str, Any] = attrs.field(factory=dict)
    problem: Problem | None = None
    value_problems: tuple[Problem, ...] = ()
    confirms: bool = False

    @property
    def writes(self) -> bool:
        """Whether the row of the run, or of its schedule, changes."""
        return bool(self.values) or self.confirms


CREATED = Decision("created")
UNCHANGED = Decision("unchanged")
CONFIRMED = Decision("unchanged", confirms=True)


def conflict(code: str, reason: str) -> Decision:
    """The request is not taken, because of what is stored."""
    return Decision("conflict", problem=(code, reason))


def deleted_meanwhile() -> Decision:
    """The run was there when it was read, and is gone now that it is to be written."""
    return conflict("deleted_meanwhile", _("The run was deleted while it was read."))


def decide(request: Request, stored: RunState, pins: Collection[str], asked: Asked) -> Decision:
    """Decide on a request for a stored run, some of whose fields extensions may have pinned."""
    if request.create_only:
        return conflict("duplicate_course_run", _("The run exists as %(key)s.") % {"key": stored.text})
    if stored.text != request.key.text:
        return conflict("other_spelling", _("The run exists as %(key)s, which is kept.") % {"key": stored.text})
    if request.key.key_ci in asked and asked[request.key.key_ci] != stored.course_id and not _is_explicit(request, stored):
        return conflict("other_catalog_course", _other_course(request))
    return _decide_values(request, stored, pins)


def _is_explicit(request: Request, stored: RunState) -> bool:
    """Whether somebody has said which course the run belongs to: then a source's own opinion is no conflict."""
    return request.synced and stored.association == "explicit"


def _other_course(request: Request) -> str:
    if request.course is None:
        return _("The run is under another catalog course than the one asked for.")
    return _("The run is under another catalog course than %(course)s.") % {"course": request.course}


def _decide_values(request: Request, stored: RunState, pins: Collection[str]) -> Decision:
    differing = _differing(request, stored)
    if not differing:
        return CONFIRMED if _is_newer(request, stored) else UNCHANGED
    pinned = {name for name in differing if name in pins}
    stale = {name for name in differing if name not in pinned and _is_stale(name, request, stored)}
    problems = []
    if pinned:
        problems.append(("pinned", _("Pinned, and kept: %(fields)s.") % {"fields": ", ".join(sorted(pinned))}))
    if stale:
        problem = ("stale", _why_stale(stale, request, stored))
        if len(stale) + len(pinned) == len(differing):
            return Decision("stale", problem=problem, value_problems=tuple(problems))
        problems.append(problem)
    taken = {name: value for name, value in differing.items() if name not in pinned | stale}
    confirms = not taken and _is_newer(request, stored)
    return Decision("updated" if taken else "unchanged", taken, None, tuple(problems), confirms)


def _differing(request: Request, stored: RunState) -> dict[str, Any]:
    """The given values that are not what is stored."""
    differing: dict[str, Any] = {}
    if request.title and request.title != stored.title:
        differing["title"] = request.title
    schedule = stored.schedule or {}
    for name, value in request.schedule.items():
        if (schedule.get(name) or None) != (value or None):
            differing[name] = value
    return differing


def _is_stale(name: str, request: Request, stored: RunState) -> bool:
    """Older never overwrites newer; a value without a time fills only what no source has set."""
    if stored.source_time is None:
        return False
    if request.observed_at is not None:
        return request.observed_at < stored.source_time
    return name == "title" or bool((stored.schedule or {}).get(name))


def _is_newer(request: Request, stored: RunState) -> bool:
    """Whether what is stored is confirmed at a later time: then whatever is older must not overwrite it any more."""
    if request.observed_at is None or not request.remembered:
        return False
    return stored.source_time is None or stored.source_time < request.observed_at


def _why_stale(fields: Collection[str], request: Request, stored: RunState) -> str:
    values = {"fields": ", ".join(sorted(fields)), "stored": format_utc(stored.source_time)}
    if request.observed_at is None:
        return _("Kept what a source set at %(stored)s: %(fields)s.") % values
    values["observed"] = format_utc(request.observed_at)
    return _("Kept what a source set at %(stored)s, later than %(observed)s: %(fields)s.") % values
