"""
What becomes of a request for a run that is stored. Pure functions: nothing is read, changed or written here.

The engine decides once by what it has read, to see whether anything is to be written at all, and where it is once more by
the rows that it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from django.utils.translation import gettext as _

from .. import keys
from ..lib.values import format_utc
from .values import is_title

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
    # Where the run moves, or is confirmed: the id of its course, and the association that it gets.
    course_id: int | None = None
    association: str = ""
    # It stands where it is asked for: nothing of it changes, but a merge that is undone leaves it there.
    stays: bool = False

    @property
    def writes(self) -> bool:
        """Whether anything is to be stored, so that the run is held: of its row, its schedule, or the merge that moved it."""
        return bool(self.values) or self.confirms or bool(self.association) or self.stays


CREATED = Decision("created")
UNCHANGED = Decision("unchanged")
CONFIRMED = Decision("unchanged", confirms=True)


def conflict(code: str, reason: str) -> Decision:
    """The request is not taken, because of what is stored."""
    return Decision("conflict", problem=(code, reason))


def deleted_meanwhile() -> Decision:
    """The run was there when it was read, and is gone now that it is to be written."""
    return conflict("deleted_meanwhile", _("The run was deleted while it was read."))


def decide(
    request: Request, stored: RunState, pins: Collection[str], asked: Asked, edited: Collection[str] = ()
) -> Decision:  # fmt: skip
    """Decide on a request for a stored run, some of whose fields extensions may have pinned, or a person set (`edited`)."""
    if request.create_only:
        return conflict("duplicate_course_run", _("The run exists as %(key)s.") % {"key": stored.text})
    if stored.text != request.key.text and not request.existing:
        text = _("The run exists as %(key)s, which is kept.") % {"key": stored.text}
        return conflict("other_spelling", f"{text} {_what_differs(request, stored)}")
    if request.moves and not _is_left(request, stored, asked):
        return _with_move(_decide_values(request, stored, pins, edited), request, stored, asked)
    if request.key.key_ci in asked and asked[request.key.key_ci] != stored.course_id and not _is_explicit(request, stored):
        return conflict("other_catalog_course", f"{_other_course(request)} {_what_differs(request, stored)}")
    return _decide_values(request, stored, pins, edited)


def with_language(decision: Decision, request: Request, state: RunState) -> Decision:
    """With what is to be said of the language of a file, where the course has another one: only what it lacks, it takes."""
    kept = state.course.language if state.course else ""
    if decision.problem or request.synced or not (request.language and kept) or request.language == kept:
        return decision
    text = _("The catalog course has the language %(kept)s, which is kept: %(given)s is ignored.")
    problem = ("language_kept", text % {"kept": kept, "given": request.language})
    return attrs.evolve(decision, value_problems=(*decision.value_problems, problem))


def _with_move(decision: Decision, request: Request, stored: RunState, asked: Asked) -> Decision:
    """What is decided of the values, and the course that is asked for; what is not taken of the values is no conflict then."""
    course, wanted = asked.get(request.key.key_ci), "implicit" if request.follows or request.implied else "explicit"
    if course is None:
        return decision
    if (course, wanted) == (stored.course_id, stored.association):
        return attrs.evolve(decision, stays=wanted == "explicit" and not request.as_it_stands)
    if request.as_it_stands and not request.implied and course == stored.course_id:
        # It stands there by an alias, which is not for a file to say.
        return decision
    problems = (*([decision.problem] if decision.problem else []), *decision.value_problems)
    outcome = "confirmed" if course == stored.course_id else "moved"
    return attrs.evolve(decision, outcome=outcome, problem=None, value_problems=problems, course_id=course, association=wanted)


def _is_left(request: Request, stored: RunState, asked: Asked) -> bool:
    """Whether a source may not move the run: somebody has decided meanwhile, or its course neither exists nor is created."""
    return request.places and (_is_explicit(request, stored) or asked.get(request.key.key_ci) is None)


def _is_explicit(request: Request, stored: RunState) -> bool:
    """Whether somebody has said which course the run belongs to: then a source's own opinion is no conflict."""
    return request.synced and stored.association == "explicit"


def _other_course(request: Request) -> str:
    if request.course is None:
        return _("The run is under another catalog course than the one asked for.")
    return _("The run is under another catalog course than %(course)s.") % {"course": keys.format_key_str(*request.course)}


def _what_differs(request: Request, stored: RunState) -> str:
    """What is kept and what is refused: they may be two runs, one of whose keys is wrong."""
    under = keys.format_key_str(stored.course.org, stored.course.code) if stored.course else ""
    sides = {
        "kept": _side(stored.text, stored.title, stored.schedule or {}, under),
        "refused": _side(request.key.text, request.title, request.schedule, ""),
        "line": request.kept_line,
    }
    if request.kept_line:
        return _("Kept (line %(line)d): %(kept)s. Refused: %(refused)s.") % sides
    return _("Kept: %(kept)s. Refused: %(refused)s.") % sides


def _side(key: str, title: str | None, schedule: Mapping[str, Any], under: str) -> str:
    start, end = (f"{moment:%Y-%m-%d}" if (moment := schedule.get(name)) else "…" for name in ("start", "end"))
    dates = _("no dates") if start == end == "…" else f"{start} – {end}"
    parts = [key, f'"{title}"' if title else _("no title"), dates]
    return ", ".join([*parts, _("under %(course)s") % {"course": under}] if under else parts)


def _decide_values(request: Request, stored: RunState, pins: Collection[str], edited: Collection[str]) -> Decision:
    differing = _differing(request, stored)
    if not differing:
        return CONFIRMED if _is_newer(request, stored) else UNCHANGED
    pinned = {name for name in differing if name in pins}
    by_people = {name for name in differing if name in edited and name not in pinned}
    kept = pinned | by_people
    stale = {name for name in differing if name not in kept and _is_stale(name, request, stored)}
    problems = []
    if pinned:
        problems.append(("pinned", _("Pinned, and kept: %(fields)s.") % {"fields": ", ".join(sorted(pinned))}))
    if by_people:
        problems.append(("edited", _why_edited(by_people, differing, stored)))
    if stale:
        problem = ("stale", _why_stale(stale, request, stored))
        if len(stale) + len(kept) == len(differing):
            return Decision("stale", problem=problem, value_problems=tuple(problems))
        problems.append(problem)
    taken = {name: value for name, value in differing.items() if name not in kept | stale}
    confirms = not taken and _is_newer(request, stored)
    return Decision("updated" if taken else "unchanged", taken, None, tuple(problems), confirms)


def _differing(request: Request, stored: RunState) -> dict[str, Any]:
    """The given values that are not what is stored."""
    differing: dict[str, Any] = {}
    if request.title and request.title != stored.title and not _says_less(request, stored):
        differing["title"] = request.title
    schedule = stored.schedule or {}
    for name, value in request.schedule.items():
        if (schedule.get(name) or None) != (value or None):
            differing[name] = value
    return differing


def _says_less(request: Request, stored: RunState) -> bool:
    """Whether the title that is given is only a code, and what is stored is a title."""
    codes = [request.key.course] if stored.course is None else [request.key.course, stored.course.code]
    return not is_title(request.title or "", *codes) and is_title(stored.title, *codes)


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


def _why_edited(fields: Collection[str], given: Mapping[str, Any], stored: RunState) -> str:
    old = {**(stored.schedule or {}), "title": stored.title}
    parts = [
        _("%(field)s (%(kept)s, not %(given)s)") % {"field": name, "kept": _shown(old.get(name)), "given": _shown(given[name])}
        for name in sorted(fields)
    ]
    return _("Set by a person, and kept: %(fields)s.") % {"fields": ", ".join(parts)}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return _("nothing")
    return format_utc(value) if isinstance(value, datetime) else repr(value)


def _why_stale(fields: Collection[str], request: Request, stored: RunState) -> str:
    values = {"fields": ", ".join(sorted(fields)), "stored": format_utc(stored.source_time)}
    if request.observed_at is None:
        return _("Kept what a source set at %(stored)s: %(fields)s.") % values
    values["observed"] = format_utc(request.observed_at)
    return _("Kept what a source set at %(stored)s, later than %(observed)s: %(fields)s.") % values
