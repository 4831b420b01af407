"""What the change feed says of programs beside their events: who is to know, and what no event is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.utils import timezone

from openedx_catalog.lib import feed
from openedx_catalog.models_api import CourseRun

from ..models import Curriculum, ExternalCourseKey, Program, ProgramType

# From a row that is part of a program to that.
_WAYS = (("curriculum", "program"), ("program",), ("membership", "curriculum", "program"), ("degree", "program"))


def audience(program: Program, was_public: bool | None = None) -> str:
    """Who is to know that a program has changed; `was_public`: whether everybody could know of it before, unless as now."""
    if program.is_public:
        return "everybody"
    return "gone" if was_public else "viewers"


def note_type(row: ProgramType, what: str) -> None:
    """A type is another one now; so is each program that shows it. Two queries, one where it is new."""
    entries = [feed.Entry("program_type", str(row.uuid), row.slug, what)]
    if what == "updated":
        entries += map(_changed, Program.objects.filter(type=row).order_by("pk"))
    _write(entries, row)


def note_runs(run_ids: Iterable[int]) -> None:
    """Runs have another external key now, which they show: that dates them. Three queries; no event."""
    runs = CourseRun.objects.filter(id__among=list(run_ids))
    runs.update(modified=timezone.now())
    named = runs.order_by("pk").values_list("uuid", "course_key__text")
    _write([feed.Entry("course_run", str(uuid) if uuid else None, text, "updated") for uuid, text in named], CourseRun)


def note_shown(program_ids: Sequence[int]) -> None:
    """An optional app shows something else of these programs now: that dates them. Three queries; no event."""
    rows = Program.objects.filter(pk__in=program_ids).order_by("pk")
    # In the order of all writers.
    held = list(rows.select_for_update())
    rows.order_by().update(modified=timezone.now())
    _write(map(_changed, held), Program)


def note_past_the_api(row: Any, what: str) -> None:
    """
    A row of programs was "created", "updated" or "deleted" past the API: the feed names the program of which it is part.

    That dates the program and the curriculum, too. Not what goes with its parent, which is named itself. Three queries, and
    what it takes to find the program.
    """
    if isinstance(row, ProgramType):
        note_type(row, what)
    elif isinstance(row, Program):
        _write([_changed(row)._replace(what=what)], row)
    elif isinstance(row, ExternalCourseKey):
        note_runs([row.run_id])
    else:
        owners = list(_owners(row))
        for owner in owners:
            type(owner)._base_manager.filter(pk=owner.pk).update(modified=timezone.now())
        _write([_changed(owner) for owner in owners if isinstance(owner, Program)], row)


def _owners(row: Any) -> Iterator[Curriculum | Program]:
    """The curriculum and the program that it is part of, as far as they are there."""
    found = row
    for name in next(way for way in _WAYS if hasattr(type(row), way[0])):
        try:
            found = getattr(found, name)
        except ObjectDoesNotExist:
            return
        if isinstance(found, Curriculum | Program):
            yield found


def _changed(program: Program) -> feed.Entry:
    return feed.Entry("program", str(program.uuid), str(program.uuid), "updated", None, audience(program))


def _write(entries: Iterable[feed.Entry], row: Any) -> None:
    """`row` is one of the database that is meant, or a model."""
    using = router.db_for_write(row) if isinstance(row, type) else router.db_for_write(type(row), instance=row)
    feed.write(entries, using=using)
