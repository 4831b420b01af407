"""The catalog and the model of it, as texts that can be compared."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from openedx_catalog.contrib.sync.models_api import RunSource, SourceRecord
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .discovery import uuid_of
from .thirty_model import FIELDS, Model

State = dict[str, dict[str, str]]
DATES = FIELDS[1:]


def stored(names: set[str]) -> State:
    """What the catalog has; `names` are those of all programs that there ever were."""
    by_uuid = {uuid_of(name): name for name in names}
    named = {row.uuid: by_uuid.get(str(row.uuid), row.title) for row in Program.objects.all()}
    return {
        "runs": _runs(),
        "courses": dict(CatalogCourse.objects.values_list("course_code", "title")),
        "missing": _missing(by_uuid),
        "external keys": dict(ExternalCourseKey.objects.values_list("run__course_key__text", "key")),
        "programs": _programs(named),
        "curricula": _curricula(named),
    }


def expected(model: Model) -> State:
    """What it must have."""
    programs = {
        name: _line(each.title, each.status, each.hidden, sorted(each.left_out)) for name, each in model.programs.items()
    }
    return {
        "runs": {key: _line(run.course, *(run.values[field] or "" for field in FIELDS)) for key, run in model.runs.items()},
        "courses": dict(model.titles),
        "missing": _expected_missing(model),
        "external keys": {key: value for key, value in model.external_keys.items() if value},
        "programs": programs,
        "curricula": _expected_curricula(model),
    }


def differences(here: State, there: State) -> list[str]:
    """What is not as it must be."""
    found = []
    for what in there:
        for key in sorted(here[what].keys() | there[what].keys()):
            # Courses of runs that nobody speaks of, and former versions under former names.
            is_beside = key not in there[what] and (what == "courses" or here[what][key] == "over")
            if not is_beside and here[what].get(key) != there[what].get(key):
                found.append(f"{what} {key}:\n    is      {here[what].get(key)}\n    must be {there[what].get(key)}")
    return found


def _line(*values: Any) -> str:
    return " | ".join(map(str, values))


def _runs() -> dict[str, str]:
    columns = ("course_key__text", "catalog_course__course_code", "title", *(f"schedule__{name}" for name in DATES))
    rows: Any = CourseRun.objects.values_list(*columns)
    return {key: _line(code, title, *map(_text, values)) for key, code, title, *values in rows}


def _text(value: Any) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if hasattr(value, "year") else value or ""


def _missing(by_uuid: dict[str, str]) -> dict[str, str]:
    runs = RunSource.objects.exclude(missing_since=None).values_list("source__name", "external_id")
    rows = SourceRecord.objects.exclude(missing_since=None).filter(kind__in=("course", "program", "curriculum"))
    found = {f"run of {name}: {key}": "missing" for name, key in runs}
    for kind, name in rows.values_list("kind", "external_id"):
        found[f"{kind}: {by_uuid.get(name, name).removeprefix('MITx+')}"] = "missing"
    return found


def _expected_missing(model: Model) -> dict[str, str]:
    found = {f"run of {source.name}: {key}" for source in model.sources.values() for key in source.missing}
    found |= {f"course: {code}" for code, is_listed in model.listed_courses.items() if not is_listed}
    found |= {f"program: {name}" for name, program in model.programs.items() if program.missing}
    found |= {f"curriculum: {uuid}" for each in model.programs.values() for uuid, one in each.curricula.items() if one.missing}
    return dict.fromkeys(found, "missing")


def _programs(named: dict[Any, str]) -> dict[str, str]:
    left_out = defaultdict(list)
    for uuid, key in ProgramCourseRunExclusion.objects.values_list("program__uuid", "run__course_key__text"):
        left_out[uuid].append(key)
    rows = Program.objects.all()
    return {named[row.uuid]: _line(row.title, row.status, row.hidden, sorted(left_out[row.uuid])) for row in rows}


def _curricula(named: dict[Any, str]) -> dict[str, str]:
    """By program and name; of several versions that which is offered, or the last one."""
    left_out, members, nested = defaultdict(list), defaultdict(list), defaultdict(list)
    for pk, key in CurriculumCourseRunExclusion.objects.values_list("membership", "run__course_key__text"):
        left_out[pk].append(key)
    standing = CurriculumCourseMembership.objects.not_over().order_by("position", "pk")
    for pk, curriculum, code in standing.values_list("pk", "curriculum", "catalog_course__course_code"):
        members[curriculum].append((code, sorted(left_out[pk])))
    for curriculum, uuid in CurriculumProgramMembership.objects.not_over().values_list("curriculum", "program__uuid"):
        nested[curriculum].append(named[uuid])
    rows = Curriculum.objects.select_related("program").order_by("pk")
    # What is over is not followed: only that it is over counts.
    return {
        f"{named[row.program.uuid]}: {row.name}": "over" if row.is_over() else _line(members[row.pk], sorted(nested[row.pk]))
        for row in sorted(rows, key=lambda row: (not row.is_over(), row.pk))
    }


def _expected_curricula(model: Model) -> dict[str, str]:
    found = {}
    for name, program in model.programs.items():
        for each in program.curricula.values():
            members = [(member.course, sorted(member.left_out)) for member in each.members]
            found[f"{name}: {each.name}"] = "over" if each.is_over else _line(members, sorted(each.nested))
    return found
