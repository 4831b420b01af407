"""What a listing of programs would take away: programs, what stands in them, the runs of these, and external keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import (
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
)

from ...data import SourceRow
from ...models import RecordKind, RunSource, Source, SourceRecord
from .._losses import Losses
from .._memory import external_id
from .._records import courses_by_key, may_write, uuid_text
from .curricula import stated_curricula
from .exclusions import is_narrow

BATCH = 500
_RANKS = {"deleted": 0, "unpublished": 1, "retired": 2, "active": 3}
_LOSSES = {
    "deleted": _("%(number)d of %(present)d programs would be deleted"),
    "unpublished": _("%(number)d of %(present)d programs would be unpublished"),
    "retired": _("%(number)d of %(present)d programs would be retired"),
    "hidden": _("%(number)d of %(present)d programs would be hidden"),
    "address": _("%(number)d of %(present)d programs would lose their address"),
    "organization": _("%(number)d of %(present)d programs would be taken from an organization"),
    "missing": _("%(number)d of %(present)d programs would be missing"),
    "course": _("%(number)d of %(present)d courses would be taken out of their programs"),
    "program": _("%(number)d of %(present)d programs would be taken out of other programs"),
    RecordKind.COST: _("%(number)d of %(present)d costs would be taken from degrees"),
    RecordKind.DEADLINE: _("%(number)d of %(present)d deadlines would be taken from degrees"),
    "run": _("%(number)d of %(present)d runs would be left out of their programs"),
}
_EXTERNAL_KEYS = _("%(number)d of %(present)d external keys would be taken away")
_OF_DEGREES: tuple[tuple[RecordKind, str, Sequence[str], Any], ...] = (
    (RecordKind.COST, "costs", ("description",), DegreeCost),
    (RecordKind.DEADLINE, "deadlines", ("semester", "name"), DegreeDeadline),
)
Listed = Mapping[str, Mapping[str, Any]]


def losses_of_programs(source: Source, rows: Sequence[SourceRow], allowed: set[str]) -> list[Losses]:
    """Each kind of loss on its own, since programs are few where courses are many."""
    usable = [row.values for row in rows if row.problem is None]
    gone = {name for values in usable if values.get("missing") and (name := uuid_text(values["uuid"]))}
    said = [
        values
        for values in usable
        # Whose it is where that is not said, only the catalog knows.
        if not values.get("missing") and (values["organizations"] is None or may_write(allowed, *values["organizations"]))
    ]
    listed = {name: values for values in said if (name := uuid_text(values["uuid"]))}
    # Of what is deleted nothing is left to lose.
    there = {name: values for name, values in listed.items() if values["status"] != "deleted"}
    degrees = [_of_degrees(source, there, *what) for what in _OF_DEGREES]
    return [_programs(source, listed, gone), _courses(source, there), _nested(source, there), _runs(source, there), *degrees]


def losses_of_external_keys(source: Source, rows: Sequence[SourceRow]) -> Losses:
    """Those that the source has said, and does not say any more though it has the runs."""
    lost = {row.external_id: _EXTERNAL_KEYS for row in rows if row.problem is None and row.values.get("missing")}
    present = SourceRecord.objects.filter(source=source, kind=RecordKind.EXTERNAL_KEY, missing_since=None) if lost else None
    return Losses(present.count() if present is not None else 0, lost)


def _programs(source: Source, listed: Listed, gone: set[str]) -> Losses:
    found, present = {}, 0
    records = SourceRecord.objects.filter(source=source, kind=RecordKind.PROGRAM)
    ours = dict(records.values_list("external_id", "record")) if listed or gone else {}
    names = {ours.get(name, name): name for name in [*listed, *gone]}
    for stored in programs.get_program_states(names):
        name = names[str(stored.uuid)]
        if stored.status == "deleted" or (name in gone and stored.status == "retired"):
            continue
        present += 1
        if loss := "missing" if name in gone else _loss(stored, listed[name]):
            found[name] = _LOSSES[loss]
    return Losses(present, found)


def _loss(stored: Any, values: Mapping[str, Any]) -> str:
    """What a program would lose, by the names of `_LOSSES`; or ""."""
    if _RANKS.get(values["status"], 3) < _RANKS[stored.status]:
        return values["status"]
    if values["hidden"] and not stored.hidden:
        return "hidden"
    if stored.marketing_slug and values["marketing_slug"] == "":
        return "address"
    authors = stored.organizations if values["organizations"] is None else values["organizations"]
    if not {keys.fold(code) for code in stored.organizations} <= {keys.fold(code) for code in authors}:
        return "organization"
    return ""


def _courses(source: Source, listed: Listed) -> Losses:
    """The courses that the source has put in and does not name there any more."""
    stated = {external_id(name, course["key"]) for name, each in _active(listed) for course in each["courses"] or ()}
    records = (row for row in _records(source, RecordKind.CURRICULUM_COURSE, listed) if _is_said(row, listed, "courses"))
    return _unstated(_standing(records, CurriculumCourseMembership), stated, _LOSSES["course"])


def _nested(source: Source, listed: Listed) -> Losses:
    """The same of programs in others."""
    stated = {external_id(name, uuid) for name, each in _active(listed) for uuid in each["programs"] or ()}
    records = (row for row in _records(source, RecordKind.CURRICULUM_PROGRAM, listed) if _is_said(row, listed, "programs"))
    return _unstated(_standing(records, CurriculumProgramMembership), stated, _LOSSES["program"])


def _is_said(record: SourceRecord, listed: Listed, what: str) -> bool:
    """Whether the source says what stands where this stands."""
    values, within = listed[record.program], record.external_id.partition(" ")[0]
    curriculum = stated_curricula(record.program, values).get(within)
    if curriculum is not None:
        return curriculum[what] is not None
    return values["courses" if within == record.program else "curricula"] is not None


def _of_degrees(source: Source, listed: Listed, kind: RecordKind, what: str, names: Sequence[str], model: Any) -> Losses:
    """The costs or deadlines that the source has put in and does not name any more."""
    degrees = ((name, values["degree"] or {what: []}) for name, values in listed.items() if values["degree"] is not None)
    said = {name: degree for name, degree in degrees if degree.get(what) is not None}
    stated = {
        external_id(name, kind, *(" ".join(each[part].split()) for part in names))
        for name, degree in said.items()
        for each in degree[what]
    }
    return _unstated(_standing(_records(source, kind, said), model), stated, _LOSSES[kind])


def _active(listed: Listed) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, values in listed.items():
        yield from (pair for pair in stated_curricula(name, values).items() if pair[1]["is_active"] is not False)


def _unstated(standing: Iterator[SourceRecord], stated: set[str], what: Any) -> Losses:
    present = [record.external_id for record in standing]
    return Losses(len(present), {name: what for name in present if name not in stated})


def _records(source: Source, kind: str, listed: Listed) -> Iterator[SourceRecord]:
    names = sorted(listed)
    for start in range(0, len(names), BATCH):
        part = SourceRecord.objects.filter(source=source, program__in=names[start : start + BATCH], kind=kind)
        yield from part.filter(missing_since=None)


def _standing(records: Iterator[SourceRecord], model: Any) -> Iterator[SourceRecord]:
    """Those whose rows (of `model`) stand still, whatever somebody here has done to them."""
    found = list(records)
    for start in range(0, len(found), BATCH):
        part = {record.record: record for record in found[start : start + BATCH]}
        standing = model.objects.standing().filter(uuid__in=part)
        yield from (part[str(uuid)] for uuid in standing.values_list("uuid", flat=True))


def _runs(source: Source, listed: Listed) -> Losses:
    """The runs that the source has, and lists with their course no more, though they count here."""
    lost: dict[str, Any] = {}
    if is_narrow(source):
        return Losses(0, lost)
    known = {record.program for record in _records(source, RecordKind.PROGRAM, listed)}
    said = [
        (curriculum, course)
        for name, values in listed.items()
        # From a program that is new nothing is taken.
        if name in known
        for curriculum, each in stated_curricula(name, values).items()
        for course in each["courses"] or ()
        if course.get("runs") is not None
    ]
    present, runs = 0, _runs_by_course(source, {course["key"] for _curriculum, course in said})
    excluded = (record.external_id.split(" ") for record in _records(source, RecordKind.RUN_EXCLUSION, listed))
    out = {(parts[0], parts[-1]) for parts in excluded}
    for curriculum, course in said:
        there = {keys.fold(run) for run in course["runs"]}
        for run in runs.get(keys.fold(course["key"]), ()):
            if (curriculum, run) in out:
                continue
            present += 1
            if run not in there:
                lost[f"{curriculum} {run}"] = _LOSSES["run"]
    return Losses(present, lost)


def _runs_by_course(source: Source, names: set[str]) -> dict[str, list[str]]:
    """The folded keys of the runs that the source has, by the folded keys of their courses."""
    courses = courses_by_key(names)
    by_pk: dict[int, list[str]] = {}
    pks = sorted({course.pk for course in courses.values()})
    for start in range(0, len(pks), BATCH):
        rows = RunSource.objects.filter(source=source, missing_since=None, run__catalog_course__in=pks[start : start + BATCH])
        for pk, key in rows.values_list("run__catalog_course_id", "run__key_ci"):
            by_pk.setdefault(pk, []).append(key)
    return {name: by_pk.get(course.pk, []) for name, course in courses.items()}
