"""What else a discovery service has: organizations, courses, and, where contrib.programs is installed, programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import router

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.transactions import atomically

from ..data import RecordOutcome, SourceRow
from ..exceptions import InvalidRow
from ..models import Source
from ._losses import Losses
from ._outcomes import PARTLY_TAKEN, reason

__all__ = ["AFTER", "BEFORE", "apply_other", "is_readable", "losses_of"]

PROGRAMS = "openedx_catalog.contrib.programs"
# Which of them come before the runs, which then find their organizations and courses.
BEFORE, AFTER = ("organizations", "courses"), ("programs",)
Notes = dict[str, Any]


def is_readable(what: str) -> bool:
    """Whether there are tables for it."""
    return what != "programs" or apps.is_installed(PROGRAMS)


def apply_other(what: str, row: SourceRow, source: Source, allowed: set[str], notes: Notes) -> RecordOutcome:
    """
    Take over one organization, course or program; a problem is its outcome, and leaves nothing behind.

    `allowed` are the folded short_names of the organizations that the source may write; all where it is empty.
    """
    if row.problem is not None:
        return RecordOutcome(row.external_id or row.place, *row.problem, row.place)
    try:
        became, why = atomically(router.db_for_write(Source), lambda: _WRITERS[what](dict(row.values), source, allowed, notes))
    except CatalogError as error:
        return RecordOutcome(row.external_id or row.place, "invalid", str(error.code), reason([str(error)]), row.place)
    return RecordOutcome(row.external_id, became, PARTLY_TAKEN if became == "conflict" else "", why, row.place)


def losses_of(what: str, rows: Sequence[SourceRow], allowed: set[str]) -> Losses:
    """
    What a listing would take away: programs that it deletes, unpublishes, retires, hides, or takes from their organizations.

    Nothing that it could say of organizations and courses does: their names and titles are never emptied.
    """
    if what != "programs":
        return Losses(what, 0, {})
    # Imported here, since the app need not be installed.
    from openedx_catalog.contrib.programs import api as programs

    found, present = {}, 0
    said = {_uuid_text(row.values["uuid"]): row for row in rows if row.problem is None and _may_write(row.values, allowed)}
    for stored in programs.get_program_states(said):
        if stored.status == "deleted":
            continue
        present += 1
        if loss := _loss(stored, said[str(stored.uuid)].values):
            found[str(stored.uuid)] = loss
    return Losses(what, present, found)


def _may_write(values: Mapping[str, Any], allowed: set[str]) -> bool:
    return not allowed or any(keys.fold(code) in allowed for code in values["organizations"])


def _uuid_text(value: Any) -> str:
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        return ""


_RANKS = {"deleted": 0, "unpublished": 1, "retired": 2, "active": 3}
_FALLS = {"deleted": "be deleted", "unpublished": "be unpublished", "retired": "be retired"}


def _loss(stored: Any, values: Mapping[str, Any]) -> str:
    """What a program would lose, as it stands after "would"; or ""."""
    if _RANKS.get(values["status"], 3) < _RANKS[stored.status]:
        return _FALLS[values["status"]]
    if values["hidden"] and not stored.hidden:
        return "be hidden"
    if stored.marketing_slug and not values["marketing_slug"]:
        return "lose their address"
    if not {keys.fold(code) for code in stored.organizations} <= {keys.fold(code) for code in values["organizations"]}:
        return "be taken from an organization"
    return ""


def _organization(values: dict[str, Any], source: Source, allowed: set[str], notes: Notes) -> tuple[str, str]:
    """A name that somebody has given stays; one that only repeats the short_name is a placeholder."""
    code, name = values["key"], values.get("name") or values["key"]
    if allowed and keys.fold(code) not in allowed:
        return "skipped", "The source may not write it."
    found = catalog.find_organization_by_code(code)
    if found is None:
        if not source.create_missing:
            return "skipped", "The source may not create organizations."
        catalog.create_organization(short_name=code, name=name, **notes)
        return "created", ""
    if found.name != found.short_name or name == found.name:
        return "unchanged", ""
    catalog.update_organization(found, name=name, **notes)
    return "updated", ""


def _course(values: dict[str, Any], source: Source, allowed: set[str], notes: Notes) -> tuple[str, str]:
    key = keys.parse_catalog_key(values["key"])
    if allowed and keys.fold(key.org) not in allowed:
        return "skipped", "The source may not write runs of its organization."
    found = catalog.find_catalog_course(key_str=values["key"])
    title = values.get("title") or ""
    if found is None:
        if not source.create_missing:
            return "skipped", "The source may not create courses."
        uuid = values.get("uuid") or None
        catalog.create_catalog_course(org_code=key.org, course_code=key.code, title=title, uuid=uuid, **notes)
        return "created", ""
    if not title or found.title == title:
        return "unchanged", ""
    catalog.update_catalog_course(found, title=title, **notes)
    return "updated", ""


def _program(values: dict[str, Any], source: Source, allowed: set[str], notes: Notes) -> tuple[str, str]:
    # Imported here, since the app need not be installed.
    from openedx_catalog.contrib.programs import api as programs

    if not isinstance(values["uuid"], str):
        raise InvalidRow(field="uuid", value=str(values["uuid"]), reason="it is no text")
    codes = [code for code in values["organizations"] if catalog.find_organization_by_code(code)]
    if not _may_write(values, allowed):
        return "skipped", "The source may not write programs of its organizations."
    before = programs.find_program(uuid=values["uuid"])
    if before is None and not source.create_missing:
        return "skipped", "The source may not create programs."
    courses = values["courses"] or [""]
    listed = [
        programs.ProgramCourseRow(
            program_key=str(UUID(values["uuid"])), program_title=values["title"], program_type=values["type"],
            program_status=values["status"], course_key=course, run_key="", line=0,
        )
        for course in courses
    ]  # fmt: skip
    report = programs.migrate_program_courses(listed, source=f"sync-{source.name}", reason=notes["source"], user=notes["user"])
    problems = [f"{code}: {reason}" for _line, code, reason in report.problems if values["courses"]]
    program = programs.find_program(uuid=values["uuid"])
    if program is None:
        raise InvalidRow(field="program", value=values["title"], reason=reason(problems, "; ") or "it was not created")
    changes = {"title": values["title"], "subtitle": values["subtitle"], "hidden": values["hidden"]}
    changes |= {"marketing_slug": values["marketing_slug"] or None, "authoring_organizations": codes}
    if values["status"] != program.status:
        changes["status"] = values["status"]
    after = programs.update_program(program, **changes, **notes)
    problems += [f"there is no organization {code}" for code in values["organizations"] if code not in codes]
    if problems:
        return "conflict", reason(problems, "; ")
    if before is None:
        return "created", ""
    return ("unchanged" if after.modified == before.modified else "updated"), ""


_WRITERS: dict[str, Callable[..., tuple[str, str]]] = {"organizations": _organization, "courses": _course, "programs": _program}
