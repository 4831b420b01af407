"""What a degree has beyond the program that it is: where to apply, what it costs, when it is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Degree, DegreeCost, DegreeDeadline, Program

from ...models import RecordKind
from .._memory import external_id
from ..pins import pass_on_pins
from .degree_texts import Unreadable, amount_of, due_of
from .parts import Parts
from .taking import Taking


def follow_degree(taking: Taking, program: Program, values: dict[str, Any]) -> None:
    """Make the program the degree that it is at the source, with its costs and deadlines; what is no degree there stays one."""
    stated = values.get("degree")
    if stated is None:
        return
    degree = Degree.objects.filter(program=program).first()
    if not stated:
        if degree is not None:
            _end(taking, degree)
        return
    if degree is None:
        degree = taking.attempt(partial(programs.create_degree, program, **taking.provenance))
        if degree is None:
            return
    url = stated.get("apply_url")
    if url is not None and url != degree.apply_url and taking.may_set(program, "apply_url"):
        taking.attempt(partial(programs.update_degree, degree, apply_url=url, **taking.provenance))
    if stated.get("costs") is not None:
        _Dated(taking, degree, RecordKind.COST, DegreeCost, programs.add_cost).follow(*_costs(taking, stated))
    if stated.get("deadlines") is not None:
        _Dated(taking, degree, RecordKind.DEADLINE, DegreeDeadline, programs.add_deadline).follow(*_deadlines(taking, stated))


def _end(taking: Taking, degree: Degree) -> None:
    """The source has no degree there any more: what it said of one is over."""
    if not any(taking.memory.all_of(kind) for kind in (RecordKind.COST, RecordKind.DEADLINE)):
        return
    _Dated(taking, degree, RecordKind.COST, DegreeCost, programs.add_cost).follow({})
    _Dated(taking, degree, RecordKind.DEADLINE, DegreeDeadline, programs.add_deadline).follow({})


class _Dated:
    """The costs or the deadlines of a degree: each has a name, which is its first values, and others, which may change."""

    def __init__(self, taking: Taking, degree: Degree, kind: str, model: Any, add: Callable[..., Any]) -> None:
        self.taking, self.degree, self.kind, self.add = taking, degree, kind, add
        self.rows = list(model.objects.filter(degree=degree).not_over().order_by("pk"))
        self.names = model.version_of[1:]

    def follow(self, stated: Mapping[str, dict[str, Any]], unread: AbstractSet[str] = frozenset()) -> None:
        """
        Bring them in step; one that says something else than before is retired, and offered again as it is now. Those whose
        values are `unread` stay as they are.
        """
        self.taking.memory.read_pins(row.uuid for row in self.rows)
        by_name = {self._name([getattr(row, name) for name in self.names]): row for row in self.rows}
        standing = {name: by_name[name] for name in stated if name in by_name}
        parts = Parts(
            self.taking, self.kind, self.taking.memory.program, self.rows, standing,
            self._add, partial(_retire, self.taking), _described, said=self._said, unread=unread,
        )  # fmt: skip
        parts.follow(stated)
        for name, row in standing.items():
            self._follow_values(name, row, stated[name])

    def _name(self, parts: list[Any]) -> str:
        return external_id(self.taking.memory.program, self.kind, *parts)

    def _add(self, values: dict[str, Any]) -> Any:
        made = self.taking.attempt(partial(self.add, self.degree, **values, **self.taking.provenance))
        return made.uuid if made is not None else None

    def _follow_values(self, name: str, row: Any, stated: dict[str, Any]) -> None:
        memory = self.taking.memory
        record = memory.find(self.kind, name)
        changes = {field: value for field, value in stated.items() if field not in self.names and getattr(row, field) != value}
        said = self._said(stated)
        if record is None or record.record != str(row.uuid):
            # It is not the source's.
            if not changes or not self._wins(row, changes):
                return
        elif changes and record.fields == said:
            # Somebody here has corrected it, and the source says nothing new.
            self.taking.keep(str(row))
            return
        if changes:
            may_change = all(self.taking.may_change(row.uuid, field, str(row)) for field in changes)
            row = self.taking.attempt(partial(self._change, row, changes)) if may_change else None
            if row is None:
                # Pinned, or refused: to be tried again.
                return
        memory.note(self.kind, name, row.uuid, fields=said)

    def _wins(self, row: Any, changes: dict[str, Any]) -> bool:
        """Whether the source may change what another source has put in; what keeps it is noted."""
        memory = self.taking.memory
        if not memory.is_said_by_others(self.kind, row.uuid, {field: str(getattr(row, field)) for field in changes}):
            self.taking.keep(str(row))
            return False
        winner = next((name for field in changes if (name := memory.winner_of_part(self.kind, row.uuid, field, None))), "")
        if winner:
            self.taking.outrank(winner, str(row))
        return not winner

    def _said(self, stated: dict[str, Any]) -> dict[str, Any]:
        return {field: str(value) for field, value in stated.items() if field not in self.names}

    def _change(self, row: Any, changes: dict[str, Any]) -> Any:
        old = programs.retire(row, **self.taking.provenance)
        new = programs.reintroduce(old, at=old.retired_at, **changes, **self.taking.provenance)
        pass_on_pins(row.uuid, new.uuid, **self.taking.provenance)
        return new


def _retire(taking: Taking, row: Any) -> Any:
    return taking.attempt(partial(programs.retire, row, **taking.provenance))


def _described(name: str) -> str:
    return name.partition(" ")[2]


Stated = tuple[dict[str, dict[str, Any]], set[str]]


def _costs(taking: Taking, stated: dict[str, Any]) -> Stated:
    """What can be read, by name, and the names of what cannot."""
    found: dict[str, dict[str, Any]] = {}
    unread = set()
    for each in stated.get("costs") or ():
        description = " ".join(each["description"].split())
        name = external_id(taking.memory.program, RecordKind.COST, description)
        try:
            amount, currency = amount_of(each["amount"])
        except Unreadable as error:
            taking.leave("cost_unreadable", _("the cost %(name)s: %(reason)s") % {"name": description, "reason": error})
            unread.add(name)
            continue
        _note_once(taking, found, name, {"description": description, "amount": amount, "currency": currency}, description)
    return found, unread - found.keys()


def _deadlines(taking: Taking, stated: dict[str, Any]) -> Stated:
    """As `_costs`."""
    found: dict[str, dict[str, Any]] = {}
    unread = set()
    for each in stated.get("deadlines") or ():
        semester, title = (" ".join(each[name].split()) for name in ("semester", "name"))
        name, what = external_id(taking.memory.program, RecordKind.DEADLINE, semester, title), f"{semester}, {title}"
        try:
            due_at, zone = due_of(each["date"], each["time"])
        except Unreadable as error:
            taking.leave("deadline_unreadable", _("the deadline %(name)s: %(reason)s") % {"name": what, "reason": error})
            unread.add(name)
            continue
        _note_once(taking, found, name, {"semester": semester, "name": title, "due_at": due_at, "zone": zone}, what)
    return found, unread - found.keys()


def _note_once(taking: Taking, found: dict[str, dict[str, Any]], name: str, values: dict[str, Any], what: str) -> None:
    """The first of those that have the same name; that another one says otherwise is told."""
    if found.setdefault(name, values) != values:
        taking.leave("contradicting_copies", _("the source lists %(name)s twice, and differently") % {"name": what})
