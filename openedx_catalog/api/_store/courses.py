"""Catalog courses as the engine reads and creates them, through the codes that they own."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import attrs
from django.db.models import Q
from django.utils.translation import gettext as _
from organizations.models import Organization

from ... import identity, keys, signals
from ...lib.changes import Change, record_history
from ...lib.events import Event
from ...lib.fields import in_list
from ...lib.sql import in_pairs, insert_rows, new_uuids, select_named, shared_lock, uuid_text
from ...lib.transactions import Outdated
from ...models import CatalogCourse, CatalogCourseCode
from .._changes import course_event, course_values, record_catalog_events
from .organizations import OrganizationStore, OrgName

Pair = tuple[str, str]
"""(organization as spelled in the key, folded course code)"""

Slot = tuple[Any, str]
"""(id of an organization, folded course code): what a row of CatalogCourseCode is unique by."""


class CourseRef(NamedTuple):
    """What the engine, and the events of its runs, need to know of a catalog course."""

    id: int
    title: str
    uuid: str = ""
    org: str = ""
    code: str = ""
    language: str = ""

    @property
    def key_str(self) -> str:
        return keys.format_key_str(self.org, self.code)


@attrs.define(slots=True)
class NewCourse:
    """A catalog course to create, as the first row that names it wants it."""

    org_id: int
    org: str
    code: str
    title: str
    language: str


class _Course(namedtuple("_Course", "id title uuid org code language")):
    """What makes a CourseRef. The id is None where the course was merged away while it was waited for."""

    def ref(self) -> CourseRef:
        return CourseRef(self.id, self.title, uuid_text(self.uuid), self.org, self.code, self.language)


class _Slot(namedtuple("_Slot", "org_id org_name code_ci id title uuid org code language")):
    """A code, the present name of its organization, and the course that owns it: columns of `_Course` with its names."""

    def ref(self) -> CourseRef:
        return _Course(*self[3:]).ref()


class _Unslotted(namedtuple("_Unslotted", "org_id code id")):
    """A course that may own a code without a slot."""


class Lines:
    """Which line of a call each run comes from, the first one: by the hash of its key, since a call may have a million."""

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}

    def of(self, key_ci: str) -> int:
        """The line, or 0."""
        return self._lines.get(hash(key_ci), 0)

    def remember(self, key_ci: str, line: int) -> None:
        self._lines.setdefault(hash(key_ci), line)

    def forget(self, key_ci: str, line: int) -> None:
        """What a try that was rolled back has remembered."""
        if self._lines.get(hash(key_ci)) == line:
            del self._lines[hash(key_ci)]


class CourseStore(OrganizationStore):
    """The catalog courses in one database, and the events of the batch."""

    def __init__(self, using: str, change: Change) -> None:
        super().__init__(using, change)
        self._events: list[Event] = []
        self.lines = Lines()
        # Courses that this try, or the one before it, has found to change.
        self._claimed: set[int] = set()
        # Those that this try has created: nobody else knows of them.
        self._own: set[int] = set()

    def begin(self) -> None:
        """Drop the events of a try that was rolled back, and hold the courses that it has found to change."""
        self._events, self._own = [], set()
        if self._claimed:
            self.lock_courses([CourseRef(pk, "") for pk in self._claimed])

    def claim_courses(self, pks: Iterable[int]) -> None:
        """
        Make sure that courses which are to change were held for it before they were read.

        Raises Outdated where they were not, so that the next try holds them first: two writers that hold a course for its new
        runs already would wait for each other for ever, and again on each try.
        """
        missing = set(pks) - self._claimed - self._own
        if missing and self.connection.vendor != "sqlite":
            self._claimed |= missing
            raise Outdated(_("catalog courses get their first title or language"))

    def release_claims(self) -> None:
        """The batch is written."""
        self._claimed = set()

    def add_events(self, events: Iterable[Event]) -> None:
        """Note events of what was written beside this store, in their order among its own."""
        self._events += events

    def record_events(self) -> None:
        """Write what has happened since the last call into the outbox, in one INSERT."""
        events, self._events = self._events, []
        record_catalog_events(events, using=self.using)

    def find_courses(self, pairs: Iterable[Pair]) -> dict[Pair, CourseRef]:
        """
        The catalog courses that own these (organization, folded code), through their own code or an alias.

        One joined SELECT for one pair; the organizations (once) and one more for many. Where a code has no slot, a row
        that another program wrote may own it: it is completed.
        """
        pairs = list(dict.fromkeys(pairs))
        found = self._course_by_name(pairs[0]) if len(pairs) == 1 else {}
        missing = [pair for pair in pairs if pair not in found]
        if not missing:
            return found
        by_id = {pair: (self.find_org(pair[0]), pair[1]) for pair in missing}
        self.hold_former_names(org for org, _code in missing)
        known = {(org, code) for org, code in by_id.values() if org is not None}
        slots = self._slots(known)
        if unslotted := known - set(slots):
            slots |= self._without_slot(unslotted)
        return found | {pair: slots[key] for pair, key in by_id.items() if key in slots}

    def hold_courses(self, pks: list[int]) -> dict[int, CourseRef]:
        """Those among these catalog courses that exist, by id; held until the transaction ends."""
        condition, params = in_list(self.connection, "c.id", pks)
        # Held, or a merge may delete the course before its run is inserted.
        rest = (
            f"FROM {self.table(CatalogCourse)} c JOIN {self.table(Organization)} co ON co.id = c.org_id "
            f"WHERE {condition}{self._share_lock()}"
        )
        rows = select_named(self.connection, self._held_course(), rest, params)
        return {row.id: row.ref() for row in rows if row.id is not None}

    def _held_course(self) -> _Course:
        """
        The columns of tables c (catalog course) and co (its organization); MySQL holds the course in a subquery, since a lock
        on the whole join would hold more. Its id is NULL where it was merged away while it was waited for.

        It would be held anyway, for the foreign key of a run that is inserted: but then a merge already waits for that run, and
        one of both must be ended.
        """
        course = _Course("c.id", "c.title", "c.uuid", "co.short_name", "c.course_code", "c.language")
        if self.connection.vendor != "mysql":
            return course
        # Title and language likewise, which may just have been filled: a new run copies the title.
        held = f"(SELECT k.{{}} FROM {self.table(CatalogCourse)} k WHERE k.id = c.id{shared_lock(self.connection)})"  # noqa: S608
        return course._replace(**{name: held.format(name) for name in ("id", "title", "language")})

    def _held_by_slot(self) -> str:
        """For MySQL: the id of the course that a slot leads to now, both held, the course first; NULL if it is another one."""
        return (
            f"(SELECT k.id FROM {self.table(CatalogCourse)} k "  # noqa: S608
            f"STRAIGHT_JOIN {self.table(CatalogCourseCode)} t ON t.catalog_course_id = k.id "
            f"WHERE k.id = c.id AND t.id = s.id{shared_lock(self.connection)})"
        )

    def _share_lock(self) -> str:
        # PostgreSQL checks foreign keys when the transaction commits: hold the course, or a merge may delete it until then.
        return " FOR KEY SHARE OF c" if self.connection.vendor == "postgresql" and self.connection.in_atomic_block else ""

    def _course_by_name(self, pair: Pair) -> dict[Pair, CourseRef]:
        rows = self._select_slots("o.short_name = %s AND s.code_ci = %s", list(pair))
        # A case-insensitive database may answer for another spelling; that one is looked up by the organization's id.
        return {(row.org_name, row.code_ci): row.ref() for row in rows if (row.org_name, row.code_ci) == pair}

    def _slots(self, slots: set[Slot]) -> dict[Slot, CourseRef]:
        if not slots:
            return {}
        condition, params = in_pairs(self.connection, "s.org_id", "s.code_ci", sorted(slots))
        rows = [row for row in self._select_slots(condition, params) if (row.org_id, row.code_ci) in slots]
        self._refuse_renamed(self._org_names, (OrgName(row.org_id, row.org_name) for row in rows))
        return {(row.org_id, row.code_ci): row.ref() for row in rows}

    def _select_slots(self, condition: str, params: list[Any]) -> list[_Slot]:
        """
        Slots with the name of their organization, and their courses.

        The organization is held as well, or it might be renamed before the run is there that its old name makes implicit; and
        so is the slot, after its course, or the code might be released, given away or swapped by then.
        PostgreSQL reads again what it had to wait for; MySQL holds and reads anew in subqueries of their own, since a lock on
        the whole join would stop writers of slots.
        """
        name, lock, orgs, course = "o.short_name", self._share_lock(), self.table(Organization), self._held_course()
        if self.connection.vendor == "mysql":
            name = f"(SELECT h.short_name FROM {orgs} h WHERE h.id = s.org_id{shared_lock(self.connection)})"  # noqa: S608
            course = course._replace(id=self._held_by_slot())
        rows = select_named(
            self.connection,
            _Slot("s.org_id", name, "s.code_ci", *course),
            f"FROM {self.table(CatalogCourseCode)} s JOIN {self.table(CatalogCourse)} c ON c.id = s.catalog_course_id "
            f"JOIN {orgs} co ON co.id = c.org_id JOIN {orgs} o ON o.id = s.org_id "
            f"WHERE {condition}{lock}{', s, o' if lock else ''}",
            params,
        )
        # Without those that were merged away while they were waited for, or whose slots lead elsewhere by now.
        return [row for row in rows if row.id is not None]

    def _without_slot(self, slots: set[Slot]) -> dict[Slot, CourseRef]:
        """Courses that other programs wrote: found by their code, and completed."""
        found: dict[Slot, int] = {}
        for row in self._select_unslotted(slots):
            if (row.org_id, keys.fold(row.code)) in slots:
                found.setdefault((row.org_id, keys.fold(row.code)), row.id)
        if not found:
            return {}
        self.complete_courses(list(found.values()))
        self.hold_orgs({org: self._org_names[org] for org, _code in found})
        refs = self.hold_courses(sorted(found.values()))
        return {slot: refs[pk] for slot, pk in found.items() if pk in refs}

    def _select_unslotted(self, slots: set[Slot]) -> list[_Unslotted]:
        """The oldest first. Those whose folded code is NULL are folded in Python: all of their organizations come."""
        condition, params = in_pairs(self.connection, "c.org_id", "c.course_code_ci", sorted(slots))
        orgs, org_params = in_list(self.connection, "c.org_id", sorted({org for org, _code in slots}))
        columns = _Unslotted("c.org_id", "c.course_code", "c.id")
        table = f"FROM {self.table(CatalogCourse)} c WHERE "
        # A UNION, because a condition with OR would use neither of the two indexes.
        rest = f"{table}{condition} UNION ALL SELECT {', '.join(columns)} {table}c.course_code_ci IS NULL AND {orgs} ORDER BY 3"
        return select_named(self.connection, columns, rest, [*params, *org_params])

    def complete_courses(self, pks: list[int]) -> None:
        identity.complete_catalog_courses(CatalogCourse, CatalogCourseCode, self.using, Q(pk__in=pks))

    def create_courses(self, new: dict[Slot, NewCourse], now: datetime) -> dict[Slot, CourseRef]:
        """Insert catalog courses with their slots and history, in (organization, code) order: see `create_orgs`."""
        slots = sorted(new)
        self.hold_orgs({org: self._org_names[org] for org, _code in slots})
        uuids = dict(zip(slots, new_uuids(len(slots)), strict=True))
        returned = insert_rows(
            self.connection,
            CatalogCourse,
            [_course_row(slot, new[slot], uuids[slot]) for slot in slots],
            common={"created": now, "modified": now},
            returning=("id", "org_id", "course_code_ci"),
            key="uuid",
        )
        ids = {(org, code_ci): pk for pk, org, code_ci in returned}
        refs = {
            slot: CourseRef(ids[slot], course.title, uuids[slot], course.org, course.code, course.language)
            for slot, course in sorted(new.items(), key=itemgetter(0))
        }
        # In the same transaction: the unique index of the slots is what two writers of one course meet at.
        insert_rows(
            self.connection,
            CatalogCourseCode,
            [
                {"org": org, "code": new[org, code_ci].code, "code_ci": code_ci, "catalog_course": ids[org, code_ci]}
                for org, code_ci in slots
            ],
        )
        record_history(CatalogCourse, "+", self.change, using=self.using, column="id", values=list(ids.values()))
        self._own |= set(ids.values())
        self._events += map(_created_event, refs.values())
        return refs

    def lock_courses(self, known: Iterable[CourseRef]) -> dict[int, CourseRef]:
        """
        These catalog courses as they are now, by id, without those that are gone; held for a change until the transaction ends.

        Nobody puts a run into one meanwhile, whose title it would copy: so it is more than `hold_courses` asks for.
        """
        refs = {ref.id: ref for ref in known}
        condition, params = in_list(self.connection, "c.id", sorted(refs))
        lock = "" if self.connection.vendor == "sqlite" else " FOR UPDATE"
        columns = _Course("c.id", "c.title", "c.uuid", "NULL", "c.course_code", "c.language")
        rest = f"FROM {self.table(CatalogCourse)} c WHERE {condition} ORDER BY c.id{lock}"
        rows = select_named(self.connection, columns, rest, params)
        return {row.id: row._replace(org=refs[row.id].org).ref() for row in rows}

    def update_courses(self, courses: Sequence[CourseRef], now: datetime) -> None:
        """Write titles and languages of courses that `lock_courses` holds, with history."""
        ids = sorted(course.id for course in courses)
        if unnamed := [course.id for course in courses if not course.uuid]:
            self.complete_courses(unnamed)
        rows = [CatalogCourse(pk=c.id, title=c.title, language=c.language, modified=now) for c in courses]
        CatalogCourse.objects.using(self.using).bulk_update(rows, ["title", "language", "modified"])
        record_history(CatalogCourse, "~", self.change, using=self.using, column="id", values=ids)
        stored = CatalogCourse.objects.using(self.using).with_org().filter(pk__in=ids).order_by("pk")
        self._events += [course_event(signals.CATALOG_COURSE_UPDATED, course) for course in stored]


def _course_row(slot: Slot, new: NewCourse, uuid: str) -> dict[str, Any]:
    return {
        "org": slot[0],
        "course_code": new.code,
        "title": new.title,
        "language": new.language,
        "uuid": uuid,
        "course_code_ci": slot[1],
    }


def _created_event(course: CourseRef) -> Event:
    values = course_values(course.uuid, course.org, course.code, course.title, course.language)
    return Event(signals.CATALOG_COURSE_CREATED, course.uuid, values)
