"""
The functions of edx-platform's catalog utilities, answered from the database: same names, arguments and results.

Of ``openedx.core.djangoapps.catalog.utils``: swap the import, or patch it. Nothing is fetched and nothing cached; every call
builds fresh dicts, since callers change them. What no table here holds yet is there, of the right type, and empty: seats,
entitlements, the modes of runs, one-click purchase and pathways. `site` is taken and not looked at: one database, one catalog.
Nothing here checks permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.values import instant_or_now
from openedx_catalog.models_api import CatalogCourse

from .api import reading
from .api.lookup import authored_by
from .api.programs import get_program_types as _types
from .lms_dicts import STATUSES, Dict, course_dict, organization_dict, program_dicts, run_dicts, type_dict
from .models_api import Program


def get_programs(
    site: Any = None,
    uuid: Any = None,
    uuids: Iterable[Any] | None = None,
    course: Any = None,
    catalog_course_uuid: Any = None,
    organization: Any = None,
    *,
    at: datetime | None = None,
) -> Any:
    """
    Programs as the platform reads them, by exactly one argument, else TypeError; one of `uuid` is a dict or None, else a list.

    Active and retired ones, by title: all (`site`), those of `uuids` in that order, those with a run of that key (`course`)
    or with that catalog course in their own curricula, or those that an organization authors (its short_name). What names
    nothing gives nothing. At most 12 queries, and one more for each level of nested programs. `at` asks for another instant.
    """
    given = (site, uuid, uuids, course, catalog_course_uuid, organization)
    if sum(value is not None for value in given) != 1:
        raise TypeError("get_programs takes exactly one argument.")
    programs, now = Program.objects.filter(status__in=STATUSES), instant_or_now("at", at)
    if uuid is not None:
        return next(iter(program_dicts(programs.filter(uuid__in=_uuids([uuid])), now)), None)
    if uuids is not None:
        wanted = _uuids(uuids)
        found = {program["uuid"]: program for program in program_dicts(programs.filter(uuid__in=wanted), now)}
        return [found[key] for key in map(str, dict.fromkeys(wanted)) if key in found]
    if course is not None:
        programs = programs.filter(pk__in=reading.programs_with_run(course, now))
    elif catalog_course_uuid is not None:
        courses = CatalogCourse.objects.filter(uuid__in=_uuids([catalog_course_uuid]))
        programs = programs.filter(pk__in=reading.programs_with_courses(courses, now))
    elif organization is not None:
        programs = programs.filter(pk__in=authored_by(organization))
    return program_dicts(programs, now)


def get_programs_by_uuids(uuids: Iterable[Any]) -> list[Dict]:
    """`get_programs` of these uuids."""
    return get_programs(uuids=list(uuids))


def get_programs_by_type(site: Any, program_type: str) -> list[Dict]:
    """Programs of a type by its name, e.g. "MicroMasters", in any case."""
    wanted = keys.fold(str(program_type))
    types = [row.pk for row in _types() if keys.fold(row.name) == wanted]
    return program_dicts(Program.objects.filter(status__in=STATUSES, type_id__in=types), timezone.now())


def get_programs_by_type_slug(site: Any, program_type_slug: str) -> list[Dict]:
    """Programs of a type by its slug, e.g. "micromasters"."""
    slug = "" if keys.names_nothing(program_type_slug) else program_type_slug
    return program_dicts(Program.objects.filter(status__in=STATUSES, type__slug=slug), timezone.now())


def get_programs_with_type(site: Any, include_hidden: bool = True) -> list[Dict]:
    """Active programs, each with its type as `get_program_types` has it; hidden ones only if asked for."""
    programs = Program.objects.filter(status=Program.Status.ACTIVE)
    found = program_dicts(programs if include_hidden else programs.filter(hidden=False), timezone.now())
    types = {row["slug"]: row for row in get_program_types()}
    return [{**program, "type": dict(types[program["type_attrs"]["slug"]])} for program in found]


def get_program_types(name: str | None = None) -> Any:
    """All program types as dicts, or the one of this name, None where there is none. One query."""
    types = [type_dict(row) for row in _types()]
    if name is None:
        return types
    return next((row for row in types if row["name"] == name), None)


def get_pathways(site: Any, pathway_id: Any = None) -> Any:
    """No table here holds pathways yet: an empty list, or None for one."""
    return [] if pathway_id is None else None


def get_currency_data() -> list[Dict]:
    """Discovery's exchange rates, which belong to e-commerce: an empty list."""
    return []


def get_course_runs() -> list[Dict]:
    """Every run of the catalog, as a dict. Two queries; memory grows with the runs."""
    return _entries(None)


def get_course_runs_for_course(course_uuid: Any) -> list[Dict]:
    """The runs of a catalog course, by key; an empty list where there is none. Two queries."""
    courses = CatalogCourse.objects.filter(uuid__in=_uuids([course_uuid])).values_list("pk", flat=True)
    return _entries(list(courses))


def get_owners_for_course(course_uuid: Any) -> list[Dict]:
    """The organization of a catalog course, in a list. One query."""
    courses = CatalogCourse.objects.with_org().filter(uuid__in=_uuids([course_uuid]))
    return [organization_dict(course.org) for course in courses]


def get_course_uuid_for_course(course_run_key: Any) -> UUID | None:
    """The uuid of the catalog course of a run, or None. One query, two where there is none."""
    course = None
    with suppress(CatalogError):
        course = catalog.find_catalog_course_for_run(course_run_key)
    return course.uuid if course else None


def get_course_run_details(course_run_key: Any, fields: Sequence[str]) -> Dict:
    """These fields of a run's dict; {} where there is none. At most four queries."""
    return get_course_run_data(course_run_key, fields)


def get_course_run_data(course_run_id: Any, course_run_fields: Sequence[str] = ()) -> Dict:
    """The dict of a run, or these fields of it; {} where there is none. At most four queries."""
    run = catalog.find_course_run(course_run_id)
    if run is None:
        return {}
    runs = run_dicts([run.catalog_course_id], timezone.now())[run.catalog_course_id]
    return _only(next((known.entry for known in runs if known.pk == run.pk), {}), course_run_fields)


def get_course_data(course_key_str: str, fields: Sequence[str] = (), querystring: Any = None) -> Dict:
    """The dict of a catalog course by "Org+Code", or these fields of it; {} where there is none. At most six queries."""
    course = None
    with suppress(CatalogError):
        course = catalog.find_catalog_course(key_str=course_key_str)
    return _only(course_dict(course, _entries([course.pk])), fields) if course else {}


# What the platform works out of dicts that it has


def child_programs(program: Dict) -> list[Dict]:
    """The programs in the active curricula of a program's dict, and in theirs, each once."""
    found: dict[str, Dict] = {}
    todo = [program]
    while todo:
        for curriculum in todo.pop(0).get("curricula") or ():
            for child in curriculum.get("programs") or () if curriculum.get("is_active", True) else ():
                if child["uuid"] not in found and child["uuid"] != program.get("uuid"):
                    found[child["uuid"]] = child
                    todo.append(child)
    return list(found.values())


def course_run_keys_for_program(parent_program: Dict) -> set[str]:
    """The keys of all runs of a program's dict and of the programs that it contains."""
    return {run["key"] for course in _all_courses(parent_program) for run in course.get("course_runs") or ()}


def course_uuids_for_program(parent_program: Dict) -> set[str]:
    """The uuids of all courses of a program's dict and of the programs that it contains."""
    return {course["uuid"] for course in _all_courses(parent_program)}


def is_course_run_in_program(course_run_key: Any, program: Dict) -> bool:
    """Whether a program's dict has a run, itself or in a program that it contains."""
    return str(course_run_key) in course_run_keys_for_program(program)


def _all_courses(parent: Dict) -> list[Dict]:
    courses: list[Dict] = []
    for program in [parent, *child_programs(parent)]:
        courses += program.get("courses") or []
        for curriculum in program.get("curricula") or ():
            courses += (curriculum.get("courses") or []) if curriculum.get("is_active", True) else []
    return courses


def _entries(course_ids: Sequence[int] | None) -> list[Dict]:
    return [run.entry for runs in run_dicts(course_ids, timezone.now()).values() for run in runs]


def _only(found: Dict, fields: Sequence[str]) -> Dict:
    return {name: found[name] for name in fields if name in found} if fields else found


def _uuids(values: Iterable[Any]) -> list[UUID]:
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(UUID(str(value)))
    return found
