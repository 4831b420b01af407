"""What the builder shows of a curriculum: its members, their runs and keys, and a timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CourseRun

from ..models_api import Curriculum, Program
from .builder_forms import MemberForm

MAX_RUNS = 100
# How many keys of partners a row names before it is unfolded.
MAX_KEYS = 3
SUFFIXES = {"course": "", "program": "_program"}
"""The end of the buttons of a member, by its kind: ``up:12`` is a course's, ``up_program:12`` a program's."""


def members_of(curriculum: Curriculum, viewer: Any) -> dict[str, list[Any]]:
    """The courses and the programs of a curriculum that a user may know of, by kind, in order. Three queries."""
    courses = curriculum.course_memberships.select_related("catalog_course__org").prefetch_related("run_exclusions")
    programs = permissions.visible(viewer, curriculum.program_memberships.all()).select_related("program")
    found: dict[str, list[Any]] = {
        "course": list(courses.order_by("position", "pk")),
        "program": list(programs.order_by("position", "pk")),
    }
    for kind, rows in found.items():
        for row in rows:
            # As text, which no host's settings write as "1,234".
            row.kind, row.number = kind, str(row.pk)
            row.title = (row.program if kind == "program" else row.catalog_course).title
            row.key = "" if kind == "program" else row.catalog_course.key_str
            row.name = f"{row.title} ({row.key})" if row.key else row.title
    return found


def member_named(curriculum: Curriculum, viewer: Any, name: str) -> Any:
    """The member that an address names, e.g. "course:12"; None where there is none that the viewer may know of."""
    kind, _colon, number = name.partition(":")
    return next((row for row in members_of(curriculum, viewer).get(kind, ()) if row.number == number), None)


def content(curriculum: Curriculum, viewer: Any, refused: MemberForm | None = None) -> dict[str, Any]:
    """What stands in the curriculum, and may be known of by whoever looks. Seven queries. `refused` is shown as it was sent."""
    found = members_of(curriculum, viewer)
    members, nested = found["course"], found["program"]
    _add_runs(members, curriculum.program)
    for kind, rows in found.items():
        target = f"{'catalog_' if kind == 'course' else ''}{kind}_id"
        offered = {getattr(row, target) for row in rows if not row.is_over()}
        for row in rows:
            # What is offered again already is not offered once more.
            row.may_return = getattr(row, target) not in offered
            row.period, row.suffix = _period(row), SUFFIXES[kind]
            row.refused = refused is not None and refused.part == row
            row.dates = refused if row.refused else MemberForm(row)
    groups: list[Any] = list(permissions.visible(viewer, curriculum.groups.not_over()).order_by("pk"))
    for group in groups:
        group.period = _period(group)
    return {
        "curriculum": curriculum,
        "groups": groups,
        "closed": utc(curriculum.closed_at) if curriculum.closed_at else "",
        "members": [row for row in members if not row.is_over()],
        "former": [row for row in [*members, *nested] if row.is_over()],
        "programs": [row for row in nested if not row.is_over()],
        **_timeline([*members, *nested]),
    }


def _period(row: Any) -> str:
    """From when until when a row is in effect."""
    dates = {"since": utc(row.effective_at), "until": utc(row.retired_at)}
    if row.effective_at and row.retired_at:
        return _("from %(since)s until %(until)s") % dates
    if row.effective_at:
        return _("since %(since)s") % dates if row.effective_at <= timezone.now() else _("from %(since)s on") % dates
    return _("until %(until)s") % dates if row.retired_at else _("always")


def _add_runs(members: list[Any], program: Program) -> None:
    """Give memberships what the page shows of their runs: which count, and what partners call them. Two queries."""
    nowhere = set(program.run_exclusions.values_list("run_id", flat=True))
    runs: dict[int, list[tuple[int, str, str]]] = {}
    known = CourseRun.objects.filter(catalog_course__in={member.catalog_course_id for member in members})
    columns = ("catalog_course_id", "pk", "course_key__text", "external_course_key__key")
    for course, pk, key, external in known.order_by("key_ci").values_list(*columns):
        runs.setdefault(course, []).append((pk, key, external or ""))
    for member in members:
        excluded = {exclusion.run_id for exclusion in member.run_exclusions.all()}
        own = runs.get(member.catalog_course_id, [])
        counting = [external for pk, _text, external in own if pk not in excluded | nowhere]
        member.known_runs = [(key, external, pk in excluded, pk in nowhere) for pk, key, external in own[:MAX_RUNS]]
        member.run_count, member.counting = len(own), len(counting)
        member.external_keys = [external for external in counting if external][: MAX_KEYS + 1]


def _timeline(rows: list[Any]) -> dict[str, Any]:
    """Rows as bars, in percent, from the first date to the last, open ends at the edges; none where there are no dates."""
    moments = [moment for row in rows for moment in (row.effective_at, row.retired_at) if moment]
    if not moments:
        return {"bars": []}
    now = timezone.now()
    first, last = min(*moments, now), max(*moments, now)
    length = max((last - first).total_seconds(), 1) * 1.2
    begin = first.timestamp() - length / 12
    for row in rows:
        row.left, right = _percent(row.effective_at, begin, length, 0), _percent(row.retired_at, begin, length, 100)
        row.width = round(max(right - row.left, 0.5), 2)
    return {"bars": rows, "today": _percent(now, begin, length, 0), "first": utc(first), "last": utc(last)}


def _percent(moment: datetime | None, begin: float, length: float, edge: float) -> float:
    return edge if moment is None else round(100 * (moment.timestamp() - begin) / length, 2)
