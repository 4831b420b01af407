"""What else a discovery service has: organizations, courses, and, where contrib.programs is installed, programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import router
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import atomically

from ..data import RecordOutcome, SourceRow, outcome_of
from ..exceptions import InvalidRow
from ..models import Source
from ._losses import Losses
from ._records import may_write
from .jobs import PARTLY_TAKEN, join_reasons

PROGRAMS = "openedx_catalog.contrib.programs"
# Which of them come before the runs, which then find their organizations and courses.
BEFORE, AFTER = ("organizations", "courses"), ("programs",)


def is_readable(what: str) -> bool:
    """Whether there are tables for it."""
    return what != "programs" or apps.is_installed(PROGRAMS)


def apply_other(source: Source, allowed: set[str], provenance: Provenance, what: str, row: SourceRow) -> RecordOutcome:
    """
    Take over one organization, course or program; a problem is its outcome, and leaves nothing behind.

    `allowed` are the folded short_names of the organizations that the source may write; all where it is empty.
    """
    if row.problem is not None:
        return outcome_of(row, *row.problem)
    write = partial(_WRITERS[what], dict(row.values), source, allowed, provenance)
    try:
        outcome, reason = atomically(router.db_for_write(Source), write)
    except CatalogError as error:
        return outcome_of(row, "invalid", str(error.code), join_reasons([str(error)]))
    return outcome_of(row, outcome, PARTLY_TAKEN if outcome == "conflict" else "", reason)


def losses_of(what: str, rows: Sequence[SourceRow], allowed: set[str]) -> Losses:
    """
    What a listing would take away: programs that it deletes, unpublishes, retires, hides, or takes from their organizations.

    Nothing that it could say of organizations and courses does: their names and titles are never emptied.
    """
    if what != "programs":
        return Losses(0, {})
    # Imported here, since the app need not be installed.
    from openedx_catalog.contrib.programs import api as programs

    found, present = {}, 0
    taken = (row for row in rows if row.problem is None and may_write(allowed, *row.values["organizations"]))
    listed = {_uuid_text(row.values["uuid"]): row for row in taken}
    for stored in programs.get_program_states(listed):
        if stored.status == "deleted":
            continue
        present += 1
        if loss := _loss(stored, listed[str(stored.uuid)].values):
            found[str(stored.uuid)] = _LOSSES[loss]
    return Losses(present, found)


def _uuid_text(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        return ""


_RANKS = {"deleted": 0, "unpublished": 1, "retired": 2, "active": 3}
_LOSSES = {
    "deleted": gettext_lazy("%(number)d of %(present)d programs would be deleted"),
    "unpublished": gettext_lazy("%(number)d of %(present)d programs would be unpublished"),
    "retired": gettext_lazy("%(number)d of %(present)d programs would be retired"),
    "hidden": gettext_lazy("%(number)d of %(present)d programs would be hidden"),
    "address": gettext_lazy("%(number)d of %(present)d programs would lose their address"),
    "organization": gettext_lazy("%(number)d of %(present)d programs would be taken from an organization"),
}


def _loss(stored: Any, values: Mapping[str, Any]) -> str:
    """What a program would lose, by the names of `_LOSSES`; or ""."""
    if _RANKS.get(values["status"], 3) < _RANKS[stored.status]:
        return values["status"]
    if values["hidden"] and not stored.hidden:
        return "hidden"
    if stored.marketing_slug and not values["marketing_slug"]:
        return "address"
    if not {keys.fold(code) for code in stored.organizations} <= {keys.fold(code) for code in values["organizations"]}:
        return "organization"
    return ""


def _organization(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> tuple[str, str]:
    """A name that somebody has given stays; one that only repeats the short_name is a placeholder."""
    code, name = values["key"], values.get("name") or values["key"]
    if not may_write(allowed, code):
        return "skipped", _("The source may not write it.")
    found = catalog.find_organization_by_code(code)
    if found is None:
        if not source.create_missing:
            return "skipped", _("The source may not create organizations.")
        catalog.create_organization(short_name=code, name=name, **provenance)
        return "created", ""
    if found.name != found.short_name or name == found.name:
        return "unchanged", ""
    catalog.update_organization(found, name=name, **provenance)
    return "updated", ""


def _course(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> tuple[str, str]:
    key = keys.parse_catalog_key(values["key"])
    if not may_write(allowed, key.org):
        return "skipped", _("The source may not write runs of its organization.")
    found = catalog.find_catalog_course(key_str=values["key"])
    title = values.get("title") or ""
    if found is None:
        if not source.create_missing:
            return "skipped", _("The source may not create courses.")
        uuid = values.get("uuid") or None
        catalog.create_catalog_course(org_code=key.org, course_code=key.code, title=title, uuid=uuid, **provenance)
        return "created", ""
    if not title or found.title == title:
        return "unchanged", ""
    catalog.update_catalog_course(found, title=title, **provenance)
    return "updated", ""


def _program(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> tuple[str, str]:
    # Imported here, since the app need not be installed.
    from openedx_catalog.contrib.programs import api as programs

    if not may_write(allowed, *values["organizations"]):
        return "skipped", _("The source may not write programs of its organizations.")
    before = programs.find_program(uuid=values["uuid"])
    if before is None and not source.create_missing:
        return "skipped", _("The source may not create programs.")
    codes = [code for code in values["organizations"] if catalog.find_organization_by_code(code)]
    unknown = [code for code in values["organizations"] if code not in codes]
    # The source of the list and the job: by both a revert knows the rows that this job has made.
    own = Provenance(source=f"sync-{source.name}", reason=provenance["source"], user=provenance["user"])
    report = programs.migrate_program_courses(_courses_of(values, programs.ProgramCourseRow), **own)
    problems = [f"{code}: {reason}" for _line, code, reason in report.problems if values["courses"]]
    program = programs.find_program(uuid=values["uuid"])
    if program is None:
        reason = join_reasons(problems, "; ") or _("it was not created")
        raise InvalidRow(field="program", value=values["title"], reason=reason)
    changes = {name: values[name] for name in ("title", "subtitle", "hidden")}
    changes |= {"marketing_slug": values["marketing_slug"] or None, "authoring_organizations": codes}
    changes |= {"status": values["status"]} if values["status"] != program.status else {}
    after = programs.update_program(program, **changes, **provenance)
    if problems := [*problems, *(_("there is no organization %(code)s") % {"code": code} for code in unknown)]:
        return "conflict", join_reasons(problems, "; ")
    if before is None:
        return "created", ""
    return ("unchanged" if after.modified == before.modified else "updated"), ""


def _courses_of(values: dict[str, Any], row_class: Any) -> list[Any]:
    """The rows of a program in a list of programs and their courses; one without any has one row without a course."""
    return [
        row_class(
            program_key=str(UUID(values["uuid"])), program_title=values["title"], program_type=values["type"],
            program_status=values["status"], course_key=course, run_key="", line=0,
        )
        for course in values["courses"] or [""]
    ]  # fmt: skip


_WRITERS: dict[str, Callable[..., tuple[str, str]]] = {"organizations": _organization, "courses": _course, "programs": _program}
