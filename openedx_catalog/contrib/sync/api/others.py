"""
What else a discovery service has: organizations, courses, and, where contrib.programs is installed, programs and what stands in
them (`following`), and the external keys of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

import attrs
from django.apps import apps
from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import texts
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse

from ..data import PARTLY_TAKEN, SET_BY_ANOTHER, UNDER_ALIAS, RecordOutcome, SourceRow, outcome_of
from ..exceptions import InvalidRow
from ..loaders import MODES, describing, selling
from ..models import RecordKind, Source, SourceRecord
from ._authority import is_alias_of
from ._losses import Losses
from ._memory import Memory
from ._records import as_uuid, course_of_uuid, may_write, uuid_text
from .jobs import join_reasons

PROGRAMS = "openedx_catalog.contrib.programs"
# Which of them come before the runs, which then find their organizations and courses. Keys come last: a run that is left out
# of a program may have the key of one that is not.
BEFORE, AFTER = ("organizations", "courses"), ("programs", "external_keys")
# What comes with something else.
WITH = {"programs": ("external_keys",)}
# Programs in programs in programs. Deeper ones are found by the next sync.
MAX_DEPTH = 20
Outcome = tuple[str, str, str]


def is_readable(what: str) -> bool:
    """Whether there are tables for it."""
    if what == describing.LISTINGS:
        return describing.is_kept()
    return selling.is_kept() if what in MODES else what not in AFTER or apps.is_installed(PROGRAMS)


def apply_other(source: Source, allowed: set[str], provenance: Provenance, what: str, row: SourceRow) -> RecordOutcome:
    """
    Take over one organization, course, program or external key; a problem is its outcome, and leaves nothing behind.

    `allowed` are the folded short_names of the organizations that the source may write; all where it is empty.
    """
    if row.problem is not None:
        return outcome_of(row, *row.problem)
    values = {**row.values, "unreadable": row.unreadable}
    write = partial(_WRITERS[what], values, source, allowed, provenance)
    try:
        outcome, code, reason = atomically(router.db_for_write(Source), write)
    except CatalogError as error:
        return outcome_of(row, "invalid", str(error.code), join_reasons([str(error)]))
    if row.unreadable and what in BEFORE and outcome in ("created", "updated", "unchanged"):
        outcome, code = ("invalid", "invalid_value") if outcome == "unchanged" else (outcome, PARTLY_TAKEN)
        reason = join_reasons([f"{name}: {why}" for name, why in row.unreadable.items()])
    return outcome_of(row, outcome, code, reason)


def said_keys(listed: Sequence[SourceRow]) -> dict[str, tuple[str, str]]:
    """What a listing says of external keys: ``{folded name of a run: (its name, external key)}``."""
    said = [row.values for row in listed if row.problem is None]
    return {keys.fold(each["course_key"]): (each["course_key"], each["external_key"].strip()) for each in said}


def pass_on_keys(
    source: Source,
    allowed: set[str],
    provenance: Provenance,
    rows: Sequence[SourceRow],
    said: Mapping[str, tuple[str, str]],
) -> list[SourceRow]:
    """
    Set the external keys that runs of these rows take over from each other: the rows, those that have got theirs marked.

    `said` is that of the whole listing (`said_keys`).
    """
    from .following import pass_on

    given = atomically(router.db_for_write(Source), partial(pass_on, source, allowed, provenance, rows, said))
    return [
        attrs.evolve(row, values={**row.values, "given": True}) if keys.fold(row.values.get("course_key", "")) in given else row
        for row in rows
    ]


def pass_on_addresses(
    source: Source, allowed: set[str], provenance: Provenance, rows: Sequence[SourceRow], listed: Sequence[SourceRow]
) -> set[str]:
    """
    Let programs of these rows, and those with which they do so, exchange their addresses: the uuids of those that have another
    one by it. `listed` is the whole listing.
    """
    from .following import pass_on_slugs

    def usable(row: SourceRow) -> bool:
        return row.problem is None and not row.values.get("missing")

    said = {uuid_text(_name_of(row)): row for row in listed if usable(row)}
    names = {uuid_text(_name_of(row)) for row in rows if usable(row)}
    return atomically(router.db_for_write(Source), partial(pass_on_slugs, source, allowed, provenance, said, names))


def mark_given(rows: Sequence[SourceRow], given: AbstractSet[str]) -> list[SourceRow]:
    """The rows of programs, those that have got another address already marked."""
    return [
        attrs.evolve(row, values={**row.values, "given": True}) if uuid_text(_name_of(row)) in given else row for row in rows
    ]


def losses_of(source: Source, what: str, rows: Sequence[SourceRow], allowed: set[str]) -> list[Losses]:
    """
    What a listing would take away: programs that it deletes, unpublishes, retires, hides, or takes from their organizations,
    or has no longer; what stands in them, and the runs of that; external keys.

    Nothing that it could say of organizations and courses does: their names and titles are never emptied.
    """
    if what not in AFTER:
        return []
    # Imported here, since the app need not be installed.
    from .following import losses_of_external_keys, losses_of_programs

    return losses_of_programs(source, rows, allowed) if what == "programs" else [losses_of_external_keys(source, rows)]


def missing_rows(
    source: Source, what: str, rows: Sequence[SourceRow], allowed: set[str], is_listed: Callable[[str], bool]
) -> list[SourceRow]:
    """
    What the source had and has not listed now, of a listing that was read to its end.

    `is_listed` says of a folded key whether the source has the run: one that it has without an external key has none any more.
    """
    kind = _KINDS.get(what)
    if kind is None or any(not same_id(what, row) or (what == "programs" and not uuid_text(_name_of(row))) for row in rows):
        # One that is too broken to have a name may be any of them.
        return []
    if what == "programs":
        from .following import missing_programs

        listed = {uuid_text(_name_of(row)) for row in rows}
        names = missing_programs(source, listed, allowed)
    else:
        known = SourceRecord.objects.filter(source=source, kind=kind, missing_since=None).order_by("pk")
        # A course that has another key there by now is listed all the same.
        known = known.exclude(record__in=[str(uuid) for row in rows if (uuid := as_uuid(row.values.get("uuid")))])
        listed = {keys.fold(_name_of(row)) for row in rows}
        names = [name for name, folded in known.values_list("external_id", "external_id_ci") if folded not in listed]
    if what == "external_keys":
        said = {"external_key": "", "missing": True}
        return [SourceRow(f"{kind}:{name}", "", {"course_key": name, **said}) for name in names if is_listed(keys.fold(name))]
    field = "uuid" if what == "programs" else "key"
    return [SourceRow(f"{kind}:{name}", "", {field: name, "missing": True}) for name in names]


def in_order(what: str, rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Programs that stand in another one before it, so that it finds them."""
    if what != "programs":
        return list(rows)
    by_uuid = {uuid_text(str(row.values.get("uuid", ""))): row for row in rows}
    ordered: dict[int, SourceRow] = {}

    def place(row: SourceRow, path: tuple[str, ...]) -> None:
        for curriculum in row.values.get("curricula") or ():
            for uuid in curriculum["programs"] or ():
                if uuid in by_uuid and uuid not in path and id(by_uuid[uuid]) not in ordered and len(path) < MAX_DEPTH:
                    place(by_uuid[uuid], (*path, uuid))
        ordered.setdefault(id(row), row)

    for row in rows:
        place(row, ())
    return list(ordered.values())


def same_id(what: str, row: SourceRow) -> str:
    """The id of a row, one for all its spellings; "" of a row without one."""
    name = _name_of(row)
    return f"{what}:{(what == 'programs' and uuid_text(name)) or keys.fold(name)}" if name else ""


def _name_of(row: SourceRow) -> str:
    return row.external_id.partition(":")[2]


def _organization(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> Outcome:
    """A name that somebody has given stays; one that only repeats the short_name is a placeholder."""
    code, memory = values["key"], Memory.of(source, RecordKind.ORGANIZATION, values["key"])
    if values.get("missing"):
        return _missing(memory, RecordKind.ORGANIZATION, code)
    name = values.get("name") or code
    if not may_write(allowed, code):
        return "skipped", "other_organization", _("The source may not write it.")
    found = catalog.find_organization_by_code(code)
    created = found is None
    if found is None:
        if not source.create_missing:
            return "skipped", "not_created", _("The source may not create organizations.")
        found = catalog.create_organization(short_name=code, name=name, **provenance)
    if keys.fold(found.short_name) != keys.fold(code):
        reason = _("It is a former name of %(code)s here, which this record does not speak for.")
        return "skipped", UNDER_ALIAS, reason % {"code": found.short_name}
    outcome: Outcome = ("created" if created else "unchanged", "", "")
    if not created and found.name == found.short_name and name != found.name:
        outcome = _set(
            memory,
            RecordKind.ORGANIZATION,
            found.pk,
            "name",
            lambda: catalog.update_organization(found, name=name, **provenance),
        )
    memory.note(RecordKind.ORGANIZATION, code, found.pk, made=created, fields=_said(name=values.get("name")))
    return outcome


def _course(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> Outcome:
    memory = Memory.of(source, RecordKind.COURSE, values["key"])
    if values.get("missing"):
        return _missing(memory, RecordKind.COURSE, values["key"])
    key = keys.parse_catalog_key(values["key"])
    if not may_write(allowed, key.org):
        return "skipped", "other_organization", _("The source may not write runs of its organization.")
    found = catalog.find_catalog_course(key_str=values["key"])
    title, uuid = values.get("title") or "", values.get("uuid") or None
    outcome: Outcome = ("unchanged", "", "")
    if found is None and (renamed := course_of_uuid(uuid)) is not None:
        if not source.places_runs:
            reason = _("It is %(course)s here. Rename that, or let the source place runs.")
            return "conflict", "renamed_there", reason % {"course": renamed.key_str}
        found = _rename(renamed, key, provenance)
        outcome = ("updated", "renamed", _("It was %(course)s here.") % {"course": renamed.key_str})
    created = found is None
    if found is None:
        if not source.create_missing:
            return "skipped", "not_created", _("The source may not create courses.")
        found = catalog.create_catalog_course(org_code=key.org, course_code=key.code, title=title, uuid=uuid, **provenance)
    if not created and is_alias_of(found, key.org, key.code, uuid):
        reason = _("It is an alias of %(course)s here, which this record does not speak for.")
        return "skipped", UNDER_ALIAS, reason % {"course": found.key_str}
    if not created and title and found.title != title:
        update = partial(catalog.update_catalog_course, found, title=title, **provenance)
        titled = _set(memory, RecordKind.COURSE, found.uuid, "title", update)
        outcome = outcome if outcome[0] == "updated" else titled
    elif created:
        outcome = ("created", "", "")
    memory.note(RecordKind.COURSE, values["key"], found.uuid, made=created, fields=_said(title=title, uuid=uuid))
    return outcome


def _rename(course: CatalogCourse, key: keys.CatalogKey, provenance: Provenance) -> CatalogCourse:
    """Give a course the key that the source has for it by now; its former one leads on."""
    why = provenance | {"reason": provenance.get("reason") or _("the source has renamed it")}
    if keys.fold(course.org.short_name) == keys.fold(key.org):
        return catalog.rename_catalog_course(course, course_code=key.code, **why)
    return catalog.move_catalog_course(course, org_code=key.org, course_code=key.code, **why)


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _set(memory: Memory, kind: str, record: object, field: str, write: Callable[[], Any]) -> Outcome:
    """Write the one value that differs, unless somebody has pinned it, or another source may say it."""
    memory.read_pins([record])
    if memory.is_pinned(record, field):
        return "pinned", "pinned", field
    memory.read_others(kind, record)
    if winner := memory.winner_of(field, memory.only()):
        return "outranked", SET_BY_ANOTHER, _("%(source)s says %(field)s") % {"source": winner, "field": field}
    write()
    return "updated", "", ""


def _missing(memory: Memory, kind: str, name: str) -> Outcome:
    record = memory.find(kind, name)
    if record is None:
        return "unchanged", "", ""
    memory.miss(record)
    return "missing", "missing", _("The source does not have it any more.")


def _program(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> Outcome:
    # Imported here, since the app need not be installed.
    from .following import follow_missing_program, follow_program
    from .following.taking import Taking

    uuid = uuid_text(values["uuid"])
    if not uuid:
        raise InvalidRow(field="uuid", value=texts.shorten(values["uuid"], 60), reason=_("it is no UUID"))
    taking = Taking(source, allowed, provenance, Memory.of_program(source, uuid))
    return (follow_missing_program if values.get("missing") else follow_program)(taking, values | {"uuid": uuid})


def _external_key(values: dict[str, Any], source: Source, allowed: set[str], provenance: Provenance) -> Outcome:
    from .following import follow_external_key
    from .following.taking import Taking

    memory = Memory.of(source, RecordKind.EXTERNAL_KEY, values["course_key"])
    return follow_external_key(Taking(source, allowed, provenance, memory), values)


_KINDS: Mapping[str, str] = {
    "organizations": RecordKind.ORGANIZATION.value,
    "courses": RecordKind.COURSE.value,
    "programs": RecordKind.PROGRAM.value,
    "external_keys": RecordKind.EXTERNAL_KEY.value,
}
_WRITERS: dict[str, Callable[..., Outcome]] = {
    "organizations": _organization,
    "courses": _course,
    "programs": _program,
    "external_keys": _external_key,
}
