"""
What happened to a course, a run or an organization, as bare steps, oldest first: one query for each table of history.

Whole histories are read, and the page is cut afterwards: each is short, but for the runs of a course and the courses of an
organization, of which only those that came and left are read, and only a few columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, Lag
from organizations.models import Organization

from ...data import AttachedHistory
from ...extensions import installed_extensions
from ...models import CatalogCourse, CatalogCourseCode, CatalogMerge, CourseRun, CourseRunWithdrawal, CourseSchedule

# What stands in each history table of ours; edx-organizations' own has no name of the user.
_SIGNED = ("history_date", "history_type", "history_change_reason", "history_user_id", "history_user_name")
# What is deleted with its row, by the database's own rules, is no step of its own.
_BELONGING = {
    "schedule": "run",
    "withdrawal": "run",
    "attached_to_run": "run",
    "code": "course",
    "attached_to_course": "course",
}
_AT_ONCE = timedelta(seconds=5)


class Step(NamedTuple):
    """
    One row of a history, and the one before it, if there is one: of movers that is only what they left.

    `into` is the row number of the course that the subject was merged into by it, `table` that of an app which it stands in.
    """

    kind: str
    at: datetime
    row: Any
    previous: Any
    into: int | None = None
    table: AttachedHistory | None = None

    @property
    def type(self) -> str:
        """``+``, ``~`` or ``-``, as simple-history has it; "" of a merge."""
        return str(getattr(self.row, "history_type", ""))


class Left(NamedTuple):
    """Where a run or a course stood before; the other one is None."""

    catalog_course_id: int | None = None
    org_id: int | None = None


def of_course(pk: int) -> list[Step]:
    """
    The steps of a catalog course: its own, those of its codes, runs that came and left, merges into it, and new names of the
    organizations that it belonged to; and those of tables of apps. Six queries, and one for each of those.
    """
    own = list(_own("course", CatalogCourse.history.filter(id=pk)))
    row = own[-1].row if own else CatalogCourse.objects.filter(pk=pk).first()
    uuid = row and row.uuid
    merges = list(merges_and_survivors().filter(Q(into_uuid=uuid) | Q(course_id=pk)).order_by("pk"))
    into = next((merge.survivor for merge in merges if merge.course_id == pk), None)
    if own and own[-1].type == "-":
        own[-1] = own[-1]._replace(into=into)
    return _in_order(
        own,
        _codes(pk),
        _movers("run_of_course", CourseRun, "catalog_course_id", pk, "uuid", "course_key__text"),
        (Step("merge", merge.at, merge, None) for merge in merges if merge.course_id != pk),
        _renames_of_organizations(_belonging(own, row)),
        _attached("attached_to_course", "catalog_course", [pk]),
    )


def _belonging(own: Sequence[Step], row: Any) -> list[tuple[datetime, int | None]]:
    """``[(since, organization)]`` of a course, oldest first; None since it was deleted. `row` is one without a history."""
    if not own:
        return [(row.created, row.org_id)] if row else []
    first, *later = own
    # What another program wrote has no beginning.
    begun = first.at if first.type == "+" else first.row.created
    return [(begun, first.row.org_id), *((step.at, None if step.type == "-" else step.row.org_id) for step in later)]


def _renames_of_organizations(belonging: list[tuple[datetime, int | None]]) -> Iterator[Step]:
    """Each time that the organization which a course belonged to then got another short_name."""
    own = _organizations_history(id__in={org for _since, org in belonging if org})
    for step in own if belonging else ():
        if step.type == "~" and step.previous and step.previous.short_name != step.row.short_name:
            last = bisect_right(belonging, step.at, key=itemgetter(0)) - 1
            if last >= 0 and belonging[last][1] == step.row.id:
                yield step


def merges_and_survivors() -> Any:
    """
    Merges, with the row number of the course that survived (`survivor`): it may be merged in its turn, or deleted.

    Only the last is looked for in the whole history, which has no index of uuids.
    """
    uuid = OuterRef("into_uuid")
    deleted = CatalogCourse.history.filter(uuid=uuid).order_by("-history_id").values("id")[:1]
    return CatalogMerge.objects.annotate(
        survivor=Coalesce(
            Subquery(CatalogCourse.objects.filter(uuid=uuid).order_by().values("pk")),
            Subquery(CatalogMerge.objects.filter(uuid=uuid).values("course_id")),
            Subquery(deleted),
        )
    )


def of_run(course_key: str, pk: int | None) -> list[Step]:
    """
    The steps of all runs that ever had this key, with their schedules and withdrawals; and those of tables of apps. Three
    queries, and one for each of those.
    """
    own = list(_own("run", CourseRun.history.filter(course_key__text=course_key)))
    # One that another program wrote may have no history of its own.
    pks = {step.row.id for step in own} | ({pk} if pk else set())
    return _in_order(
        own,
        _own("schedule", CourseSchedule.history.filter(run_id__in=pks)),
        _own("withdrawal", CourseRunWithdrawal.history.filter(run_id__in=pks)),
        _attached("attached_to_run", "course_run", pks),
    )


def of_organization(pk: int) -> list[Step]:
    """The steps of an organization, and of the courses that came and left. Two queries."""
    return _in_order(
        _organizations_history(id=pk),
        _movers("course_of_organization", CatalogCourse, "org_id", pk, "uuid", "course_code"),
    )


def _organizations_history(**which: Any) -> Iterator[Step]:
    own = Organization.history.filter(**which).select_related("history_user")
    # It may be numbered by UUIDs, where the host says so.
    return _own("organization", own, order=("history_date", "history_id"))


def _own(kind: str, rows: Any, *, order: tuple[str, ...] = ("history_id",)) -> Iterator[Step]:
    previous: dict[int, Any] = {}
    for row in rows.order_by(*order):
        yield Step(kind, row.history_date, row, previous.get(row.id))
        previous[row.id] = row


def _attached(kind: str, owner: str, pks: Collection[int]) -> Iterator[Step]:
    """What happened in tables of apps to the rows of these courses or runs."""
    for table in (table for extension in installed_extensions() for table in extension.histories(owner)):
        for step in _own(kind, table.model.history.filter(**{f"{table.owner}__in": pks})):
            yield step._replace(table=table)


def _codes(pk: int) -> Iterator[Step]:
    """All that happened to a code while it led to the course, and that it came or left."""
    ever = CatalogCourseCode.history.filter(catalog_course_id=pk).values("id")
    for step in _own("code", CatalogCourseCode.history.filter(id__in=ever)):
        courses = {step.row.catalog_course_id, *([step.previous.catalog_course_id] if step.previous else [])}
        if pk in courses:
            yield step


def _movers(kind: str, model: Any, column: str, pk: int, *columns: str) -> Iterator[Step]:
    """The rows of a model that were created or deleted where `column` is `pk`, or went there or from there."""
    ever = model.history.filter(**{column: pk}).values("id")
    before = Window(Lag(column), partition_by=[F("id")], order_by=F("history_id").asc())
    moved = Q(history_type="~", left__isnull=False) & ~Q(left=F(column))
    here = Q(**{column: pk})
    rows = model.history.filter(id__in=ever).annotate(left=before)
    rows = rows.filter((here & Q(history_type__in="+-")) | (moved & (here | Q(left=pk))))
    names = ("id", "history_id", column, "left", *columns, *_SIGNED)
    for row in rows.order_by("history_id").values_list(*names, named=True):
        yield Step(kind, row.history_date, row, None if row.left is None else Left(**{column: row.left}))


def _in_order(*sources: Iterable[Step]) -> list[Step]:
    """All sources as one, without what only followed its row."""
    found: list[Step] = []
    for step in sorted((step for source in sources for step in source), key=lambda step: step.at):
        while step.kind in _BELONGING.values() and step.type == "-" and found and _followed(found[-1], step):
            found.pop()
        found.append(step)
    return found


def _followed(before: Step, step: Step) -> bool:
    """Whether a row was deleted only because what it belongs to was: in the same statement, and for no reason of its own."""
    belongs = _BELONGING.get(before.kind) == step.kind and before.type == "-" and step.at - before.at < _AT_ONCE
    return belongs and before.row.history_change_reason in (None, "", step.row.history_change_reason)
