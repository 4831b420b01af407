"""What catalog courses and organizations were called at an instant, read for a page of steps at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from organizations.models import Organization

from ... import keys
from ...data import HistoryRow
from ...lib.routing import rows_of
from ...models import CatalogCourse
from .steps import Step, merges_and_survivors

COURSE, ORGANIZATION, CODE, RUN = "catalog_course", "organization", "catalog_course_code", "course_run"


class Names:
    """
    The names of all that some steps speak of. Two queries; one more where courses of an organization are gone, and two for
    what has no history, because another program wrote it. Those of apps cost what their namers do.
    """

    def __init__(self, steps: Sequence[Step], others: set[int | None]) -> None:
        """`others` are courses besides those that the steps name."""
        rows = [row for step in steps for row in (step.row, step.previous) if row is not None]
        courses = {getattr(row, "catalog_course_id", None) for row in rows} | others
        courses |= {step.row.id for step in steps if step.kind in ("course", "course_of_organization")}
        courses |= {step.row.course_id for step in steps if step.kind == "merge"}
        self._merged = {step.row.id: step.into for step in steps if step.into}
        if gone := {step.row.id for step in steps if step.kind == "course_of_organization" and step.type == "-"}:
            self._merged |= dict(merges_and_survivors().filter(course_id__in=gone).values_list("course_id", "survivor"))
        self._courses = _courses((courses | set(self._merged.values())) - {None})
        organizations = {getattr(row, "org_id", None) for row in rows}
        organizations |= {org for states in self._courses.values() for _at, org, _code, _uuid in states}
        self._organizations = _organizations(organizations - {None})
        self._of_apps = _named_by_apps(steps)

    def organization(self, pk: int | None, at: datetime) -> HistoryRow:
        """An organization, by the short_name it had."""
        states = self._organizations.get(pk or 0)
        return HistoryRow(ORGANIZATION, states[_index(states, at)][1] if states else "?", None, pk)

    def course(self, pk: int, at: datetime) -> HistoryRow:
        """A catalog course, by the key it had."""
        states = self._courses.get(pk)
        if not states:
            return HistoryRow(COURSE, "?", None, pk)
        _at, org, code, uuid = states[_index(states, at)]
        return HistoryRow(COURSE, self.key(org, code, at), uuid, pk)

    def of_app(self, step: Step, field: str, pk: int) -> str:
        """What a foreign key of a table of an app leads to."""
        return self._of_apps.get((step.row.instance_type, field), {}).get(pk, str(pk))

    def previous_key(self, pk: int, at: datetime) -> str:
        """The key of a catalog course before the change of an instant."""
        states = self._courses[pk]
        _at, org, code, _uuid = states[max(_index(states, at) - 1, 0)]
        return self.key(org, code, at)

    def key(self, org: int | None, code: str, at: datetime) -> str:
        """``catalog-course:MITx:14.100x``, of a code as it was."""
        return keys.format_key_str(self.organization(org, at).key, code)

    def merged_into(self, pk: int, at: datetime) -> HistoryRow | None:
        """The course that a course is part of, by the key that had then; None where it was not merged."""
        into = self._merged.get(pk)
        return self.course(into, at) if into else None


def _index(states: list[Any], at: datetime) -> int:
    """The last state that was there at an instant; before all of them, the first: what was before is not known."""
    return max(bisect_right(states, at, key=lambda state: state[0]) - 1, 0)


def _courses(pks: set[Any]) -> dict[int, list[Any]]:
    """``{id: [(since, organization, code, uuid), …]}``."""
    columns = ("org_id", "course_code", "uuid")
    return _states(pks, CatalogCourse.history.order_by("history_id"), CatalogCourse.objects.all(), columns)


def _organizations(pks: set[Any]) -> dict[int, list[Any]]:
    """``{id: [(since, short_name), …]}``."""
    return _states(pks, Organization.history.order_by("history_date", "history_id"), rows_of(Organization), ("short_name",))


def _states(pks: set[Any], history: Any, rows: Any, columns: tuple[str, ...]) -> dict[int, list[Any]]:
    """As the history has it; of what has none, as it is."""
    found: dict[int, list[Any]] = {}
    if pks:
        for pk, *state in history.filter(id__in=pks).values_list("id", "history_date", *columns):
            found.setdefault(pk, []).append(state)
    if missing := pks - set(found):
        for pk, *state in rows.filter(pk__in=missing).values_list("pk", "created", *columns):
            found[pk] = [state]
    return found


def _named_by_apps(steps: Sequence[Step]) -> dict[tuple[Any, str], Mapping[int, str]]:
    """``{(model, field): {id: name}}`` of what rows in tables of apps lead to."""
    found: dict[tuple[Any, str], Mapping[int, str]] = {}
    tables = {step.row.instance_type: step.table for step in steps if step.table}
    for model, table in tables.items():
        rows = [row for step in steps if step.table is not None for row in (step.row, step.previous) if row is not None]
        for field, namer in table.names.items():
            pks = {getattr(row, f"{field}_id") for row in rows if row.instance_type is model} - {None}
            found[model, field] = namer(pks)
    return found
