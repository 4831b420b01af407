"""What else a discovery service has: organizations, courses, and, where contrib.programs is installed, programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import router

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.api.for_contrib import atomically
from openedx_catalog.exceptions import CatalogError

from ..data import RecordOutcome, SourceRow
from ..exceptions import InvalidRow
from ..models import Source

__all__ = ["apply_other", "is_readable"]

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
        return RecordOutcome(row.external_id or row.place, "invalid", str(error.code), str(error), row.place)
    return RecordOutcome(row.external_id, became, "", why, row.place)


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
    if allowed and not any(keys.fold(code) in allowed for code in values["organizations"]):
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
    report = programs.migrate_program_courses(listed, source=f"sync-{source.name}", user=notes["user"])
    problems = [f"{code}: {reason}" for _line, code, reason in report.problems if values["courses"]]
    program = programs.find_program(uuid=values["uuid"])
    if program is None:
        raise InvalidRow(field="program", value=values["title"], reason="; ".join(problems) or "it was not created")
    changes = {"title": values["title"], "subtitle": values["subtitle"], "hidden": values["hidden"]}
    changes |= {"marketing_slug": values["marketing_slug"] or None, "authoring_organizations": codes}
    if values["status"] != program.status:
        changes["status"] = values["status"]
    after = programs.update_program(program, **changes, **notes)
    problems += [f"there is no organization {code}" for code in values["organizations"] if code not in codes]
    if problems:
        return "conflict", "; ".join(problems)
    if before is None:
        return "created", ""
    return ("unchanged" if after.modified == before.modified else "updated"), ""


_WRITERS: dict[str, Callable[..., tuple[str, str]]] = {"organizations": _organization, "courses": _course, "programs": _program}
