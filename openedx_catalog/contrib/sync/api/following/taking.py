"""One record that is taken over: what of it was left out, and what stays as an editor or another source has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError, RetryableConflict
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import atomically

from ...data import PARTLY_TAKEN, SET_BY_ANOTHER
from ...models import RecordKind, Source
from .._memory import Memory
from ..jobs import join_reasons

Result = TypeVar("Result")


@attrs.define
class Taking:
    """
    What becomes of one record of a source.

    `left` is what it said and was not taken: (code, reason). `kept` is what differs and stays, because somebody here decided
    so: (code, what). `changed` says that something was written which is not part of the record, as the name of its type.
    """

    source: Source
    allowed: set[str]
    provenance: Provenance
    memory: Memory
    left: list[tuple[str, str]] = attrs.Factory(list)
    kept: list[tuple[str, str]] = attrs.Factory(list)
    changed: bool = False

    def leave(self, code: str, reason: str) -> None:
        """Note what could not be taken, once."""
        if (code, reason) not in self.left:
            self.left.append((code, reason))

    def keep(self, what: str, code: str = "kept_as_edited") -> None:
        """Note what stays, though the source says otherwise."""
        if (code, what) not in self.kept:
            self.kept.append((code, what))

    def attempt(self, write: Callable[[], Result]) -> Result | None:
        """Do a part of it, which leaves nothing behind where it is refused; why is noted."""
        try:
            return atomically(router.db_for_write(Source), write)
        except RetryableConflict:
            raise
        except CatalogError as error:
            self.leave(str(error.code), str(error))
            return None

    def may_change(self, record: object, field: str, what: str = "") -> bool:
        """Whether a field that differs is not pinned; if it is, that is noted."""
        if self.memory.is_pinned(record, field):
            self.keep(what or field, "pinned")
            return False
        return True

    def may_set(self, program: Any, field: str) -> bool:
        """Whether a field of the program that differs is not pinned, and no other source wins it; what keeps it is noted."""
        if not self.may_change(program.uuid, field):
            return False
        winner = self.memory.winner_of(field, self.memory.find(RecordKind.PROGRAM, self.memory.program))
        if winner:
            self.outrank(winner, field)
        return not winner

    def may_change_part(self, record: Any, row: Any, field: str, what: str) -> bool:
        """
        The same of a field of a row that is part of the program, which may be remembered as a record; what keeps it is noted.
        """
        if not self.may_change(row.uuid, field, what):
            return False
        kind = RecordKind.CURRICULUM if record is None else record.kind
        winner = self.memory.winner_of_part(kind, row.uuid, field, record)
        if winner:
            self.outrank(winner, what)
        return not winner

    def outrank(self, winner: str, field: str) -> None:
        """Note what stays as another source says it."""
        self.keep(_("%(source)s says %(field)s") % {"source": winner, "field": field}, SET_BY_ANOTHER)

    def outcome(self, *, created: bool, changed: bool) -> tuple[str, str, str]:
        """(outcome, code, reason). What was left out makes it a conflict; what stays is told, and is none."""
        if self.left:
            return "conflict", PARTLY_TAKEN, join_reasons([f"{code}: {reason}" for code, reason in self.left], "; ")
        codes = {code for code, _what in self.kept}
        code = next((name for name in (SET_BY_ANOTHER, "pinned", "kept_as_edited") if name in codes), "")
        reason = join_reasons([what for _code, what in self.kept], "; ") if self.kept else ""
        if created or changed or self.changed:
            return "created" if created else "updated", code, reason
        if not code:
            return "unchanged", "", ""
        return ("outranked" if codes == {SET_BY_ANOTHER} else "pinned"), code, reason


def unknown_course(name: str) -> tuple[str, str]:
    """The code and the reason where the catalog lacks a course."""
    return "course_unknown", _("there is no catalog course %(key)s") % {"key": name}
