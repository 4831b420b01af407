"""Programs of a file: created, or changed where they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Unpack

import attrs
from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import Written, given_values, import_rows
from openedx_catalog.data import AssociationReport, RowChange, RowOutcome
from openedx_catalog.exceptions import InvalidRequest, InvalidValue
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.tables import Words

from ..data import ProgramRecord
from ..models_api import Program, ProgramOrganization
from .lookup import find_program
from .programs import create_program, update_program

FIELDS = tuple(field.name for field in attrs.fields(ProgramRecord) if field.name not in ("uuid", "line"))
_ROLES = {f"{role}_organizations": role for role in ProgramOrganization.Role.values}
_NULL = ("marketing_slug", "readable_id")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def import_programs(
    records: Iterable[ProgramRecord],
    *,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Create the programs of a file, and change those that are there: known by uuid, else by readable id, else by slug.

    All records are read first; each is written in a transaction of its own. A record that is refused is a problem of the report
    (``invalid``, or ``conflict`` where other rows stand in its way), and keeps no other out. After the last one `on_row` is
    called with each outcome, then `on_change` with each value that has changed. A dry run reports the same, and writes nothing.
    Emits ``program.created`` and ``.updated``. Does not check permissions.

    Raises InvalidRequest (provenance).
    """
    # What is wrong with these would be wrong with every row.
    Change(**provenance)
    write = partial(_write_program, provenance=provenance)
    using = router.db_for_write(Program)
    return import_rows(records, write, using=using, key="title", dry_run=dry_run, on_row=on_row, on_change=on_change)


def program_cells(program: Program) -> dict[str, str]:
    """What `import_programs` reads of a program, by the names of its columns. The organizations are to be prefetched."""
    return {"uuid": str(program.uuid), **{name: Words(_shown(program, name) or "") for name in FIELDS}}


def _write_program(record: ProgramRecord, provenance: Any) -> Written:
    if not isinstance(record, ProgramRecord):
        raise InvalidRequest(reason=_("Expected a ProgramRecord, got %(type)s.") % {"type": type(record).__name__})
    given = given_values(record, (name for name in FIELDS if name != "title"))
    values = {name: _read(name, value) for name, value in given.items()} | ({"title": record.title} if record.title else {})
    program = _stored(record, values)
    if program is None:
        for name in ("title", "type"):
            if not values.get(name):
                raise InvalidRequest(reason=_("A program that is not there yet needs a %(name)s.") % {"name": name}, field=name)
        made = create_program(uuid=record.uuid or None, **values, **provenance)
        return Written(made.title, True, [])
    before = {name: _shown(program, name) for name in values}
    # Read anew, and not from what was prefetched before.
    now = Program.objects.get(pk=update_program(program, **values, **provenance).pk)
    changes = [(name, old, new) for name, old in before.items() if (new := _shown(now, name)) != old]
    return Written(now.title, False, changes)


def _stored(record: ProgramRecord, values: dict[str, Any]) -> Program | None:
    if record.uuid:
        return find_program(record.uuid)
    for name in ("readable_id", "marketing_slug"):
        if values.get(name):
            return find_program(**{name: values[name]})
    return None


def _read(name: str, value: Any) -> Any:
    """A cell as the API takes it. Raises InvalidValue."""
    if name in _ROLES and (value is None or isinstance(value, str)):
        return (value or "").replace(",", " ").split()
    if name == "hidden" and not isinstance(value, bool):
        if str(value).strip().lower() not in _BOOLEANS:
            raise InvalidValue(field=name, value=value, reason=_("it is neither yes nor no"))
        return _BOOLEANS[str(value).strip().lower()]
    return "" if value is None and name not in _NULL else value


def _shown(program: Program, name: str) -> str | None:
    """A value as a file has it."""
    if role := _ROLES.get(name):
        rows = sorted(program.organizations.all(), key=lambda row: (row.position, row.pk))
        return " ".join(row.organization.short_name for row in rows if row.role == role)
    if name == "hidden":
        return "yes" if program.hidden else "no"
    return program.type.slug if name == "type" else getattr(program, name)
