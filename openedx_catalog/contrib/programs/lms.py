"""
The functions of edx-platform's catalog utilities, answered from the database: same names, arguments and results.

Of ``openedx.core.djangoapps.catalog.utils``: swap the import, or let OPENEDX_CATALOG_SERVE_LMS_PROGRAMS do it (`lms_patch`).
Nothing is fetched, and only the answer with all programs is kept (`lms_answers`); every call gives fresh dicts, since callers
change them. The order of instructors, which no table here holds, is there, of the right type, and empty; so are pathways where
no app says any. `site` is taken and not looked at: one database, one catalog. Nothing here checks permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import datetime
from importlib import import_module
from typing import Any, TypeVar
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
from .lms_answers import all_programs
from .lms_dicts import STATUSES, Dict, course_dict, fresh_run, owner_dicts, program_dicts, run_dicts, type_dict
from .lms_modes import course_entitlements
from .lms_pathways import are_told, pathway_dicts
from .lms_texts import course_texts
from .lms_walk import (
    child_programs,
    course_run_keys_for_program,
    course_uuids_for_program,
    is_course_run_in_program,
)
from .models_api import Program

Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = [
    "check_catalog_integration_and_get_user",
    "child_programs",
    "course_run_keys_for_program",
    "course_uuids_for_program",
    "format_price",
    "get_catalog_api_base_url",
    "get_catalog_api_client",
    "get_course_data",
    "get_course_run_data",
    "get_course_run_details",
    "get_course_runs",
    "get_course_runs_for_course",
    "get_course_uuid_for_course",
    "get_currency_data",
    "get_fulfillable_course_runs_for_entitlement",
    "get_localized_price_text",
    "get_owners_for_course",
    "get_pathways",
    "get_program_types",
    "get_programs",
    "get_programs_by_type",
    "get_programs_by_type_slug",
    "get_programs_by_uuids",
    "get_programs_for_organization",
    "get_programs_with_type",
    "get_pseudo_session_for_entitlement",
    "get_visible_sessions_for_entitlement",
    "is_course_run_in_program",
    "normalize_program_type",
]

LMS_MODULE = "openedx.core.djangoapps.catalog.utils"
SERVED: list[str] = []
"""The functions that the LMS gets from here in any case. Not what it works out itself, of dicts, prices and enrollments; nor
exchange rates, which no table here holds."""


def served() -> list[str]:
    """The functions that the LMS gets from here (`lms_patch`): of pathways only where an app says any."""
    return [*SERVED, "get_pathways"] if are_told() else SERVED


def _served(function: Function) -> Function:
    SERVED.append(function.__name__)
    return function


@_served
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

    Active and retired ones, by title: all (`site`), those of `uuids` in that order, those that hold the run of that key
    (`course`) or that catalog course, themselves or in a program in them, as `course_run_keys_for_program` reads it, or those
    that an organization authors (its short_name). What names nothing gives nothing. At most 12 queries, one more for each level
    of nested programs, one for the course modes of the LMS, one for pathways, and four for what learners read of courses and
    runs; for all (`site`) three and the modes where nothing has changed since, else at most eight more than those
    (`lms_answers`). `at` asks for another instant.
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
        run = catalog.find_course_run(course)
        return [] if run is None else _holding(programs, [run.catalog_course_id], now, run=str(run.course_key))
    if catalog_course_uuid is not None:
        pks = list(CatalogCourse.objects.filter(uuid__in=_uuids([catalog_course_uuid])).values_list("pk", flat=True))
        return _holding(programs, pks, now, course=str(UUID(str(catalog_course_uuid)))) if pks else []
    if organization is not None:
        return program_dicts(programs.filter(pk__in=authored_by(organization)), now)
    return all_programs() if at is None else program_dicts(programs, now)


def _holding(programs: Any, courses: list[int], at: datetime, *, run: str = "", course: str = "") -> list[Dict]:
    """Those of the programs that may hold these courses whose dict says that it holds the run or the course."""
    found = program_dicts(programs.filter(pk__in=reading.programs_around(courses, at)), at)
    return [
        each for each in found if run in course_run_keys_for_program(each) or course in course_uuids_for_program(each) - {""}
    ]


@_served
def get_programs_by_uuids(uuids: Iterable[Any]) -> list[Dict]:
    """`get_programs` of these uuids."""
    return get_programs(uuids=list(uuids))


@_served
def get_programs_for_organization(organization: str) -> list[str] | None:
    """The uuids of the programs that an organization authors (its short_name), by title, or None. Two queries."""
    programs = Program.objects.filter(status__in=STATUSES, pk__in=authored_by(organization)).order_by("title", "pk")
    return [str(uuid) for uuid in programs.values_list("uuid", flat=True)] or None


@_served
def get_programs_by_type(site: Any, program_type: str) -> list[Dict]:
    """Programs of a type by its name, e.g. "MicroMasters", in any case."""
    wanted = keys.fold(str(program_type))
    types = [row.pk for row in _types() if keys.fold(row.name) == wanted]
    return program_dicts(Program.objects.filter(status__in=STATUSES, type_id__in=types), timezone.now())


@_served
def get_programs_by_type_slug(site: Any, program_type_slug: str) -> list[Dict]:
    """Programs of a type by its slug, e.g. "micromasters"."""
    slug = "" if keys.names_nothing(program_type_slug) else program_type_slug
    return program_dicts(Program.objects.filter(status__in=STATUSES, type__slug=slug), timezone.now())


@_served
def get_programs_with_type(site: Any, include_hidden: bool = True) -> list[Dict]:
    """Active and retired programs, each with its type as `get_program_types` has it; hidden ones only if asked for."""
    found = [program for program in all_programs() if include_hidden or not program["hidden"]]
    types = {row["slug"]: row for row in get_program_types()}
    return [{**program, "type": deepcopy(types[program["type_attrs"]["slug"]])} for program in found]


def normalize_program_type(program_type: Any) -> str:
    """The name of a type as the keys of the LMS's cache have it: in lower case."""
    return str(program_type).lower()


@_served
def get_program_types(name: str | None = None) -> Any:
    """All program types as dicts, or the one of this name, None where there is none. One query."""
    types = [{**type_dict(row), "applicable_seat_types": list(row.applicable_seat_types)} for row in _types()]
    if name is None:
        return types
    return next((row for row in types if row["name"] == name), None)


def get_pathways(site: Any, pathway_id: Any = None) -> Any:
    """
    The published credit and industry pathways, by id, each with the uuids of its programs in order; with an id one, or None.

    Of their programs those that `get_programs` knows. Three queries. Where no app has pathways there are none.
    """
    if not pathway_id:
        return pathway_dicts()
    return next(iter(pathway_dicts(_ids(pathway_id))), None)


def get_currency_data() -> list[Dict]:
    """Discovery's exchange rates, which belong to e-commerce: an empty list."""
    return []


@_served
def get_course_runs() -> list[Dict]:
    """Every run of the catalog, as a dict. Two queries; memory grows with the runs."""
    return _entries(None)


@_served
def get_course_runs_for_course(course_uuid: Any) -> list[Dict]:
    """The runs of a catalog course, by key; an empty list where there is none. Two queries."""
    courses = CatalogCourse.objects.filter(uuid__in=_uuids([course_uuid])).values_list("pk", flat=True)
    return _entries(list(courses))


@_served
def get_owners_for_course(course_uuid: Any) -> list[Dict]:
    """The organizations that own a catalog course. One query, and what extensions ask."""
    courses = list(CatalogCourse.objects.with_org().filter(uuid__in=_uuids([course_uuid])))
    texts = course_texts([course.pk for course in courses])
    return [owner for course in courses for owner in owner_dicts(course, texts.get(course.pk))]


@_served
def get_course_uuid_for_course(course_run_key: Any) -> UUID | None:
    """The uuid of the catalog course of a run, or None. One query, two where there is none."""
    course = None
    with suppress(CatalogError):
        course = catalog.find_catalog_course_for_run(course_run_key)
    return course.uuid if course else None


@_served
def get_course_run_details(course_run_key: Any, fields: Sequence[str]) -> Dict:
    """These fields of a run's dict, all if none is named; {} where there is none. At most four queries."""
    run = catalog.find_course_run(course_run_key)
    if run is None:
        return {}
    runs = run_dicts([run.catalog_course_id], timezone.now())[run.catalog_course_id]
    return _only(next((fresh_run(known.entry) for known in runs if known.pk == run.pk), {}), fields)


@_served
def get_course_run_data(course_run_id: Any, fields: Sequence[str] = ()) -> Dict | None:
    """The dict of a run, or these fields of it; None where there is none. At most four queries."""
    return get_course_run_details(course_run_id, fields) or None


@_served
def get_course_data(course_key_str: str, fields: Sequence[str] = (), querystring: Any = None) -> Dict | None:
    """The dict of a catalog course by "Org+Code", or these fields of it; None where there is none. At most six queries,
    and one for its entitlements."""
    course = None
    with suppress(CatalogError):
        course = catalog.find_catalog_course(key_str=course_key_str)
    if course is None:
        return None
    sold = course_entitlements([course.pk])[course.pk]
    texts = course_texts([course.pk]).get(course.pk)
    return _only(course_dict(course, _entries([course.pk]), sold, texts), fields) or None


# Prices and entitlements


def format_price(price: Any, symbol: str = "$", code: str = "USD") -> str:
    """``$10 USD``, ``$10.50 USD``."""
    return f"{symbol}{price:.0f} {code}" if int(price) == price else f"{symbol}{price:.2f} {code}"


def get_localized_price_text(price: Any, request: Any) -> str:
    """The price in US dollars: there are no exchange rates here."""
    return format_price(price)


def get_fulfillable_course_runs_for_entitlement(entitlement: Any, course_runs: list[Dict]) -> list[Dict]:
    """Those of these runs that the entitlement can be used for. The LMS's own answer: only it knows of enrollments."""
    return _of_lms("get_fulfillable_course_runs_for_entitlement")(entitlement, course_runs)


def get_visible_sessions_for_entitlement(entitlement: Any) -> list[Dict]:
    """The runs of its course that an entitlement can be used for. Only in the LMS."""
    return get_fulfillable_course_runs_for_entitlement(entitlement, get_course_runs_for_course(entitlement.course_uuid))


def get_pseudo_session_for_entitlement(entitlement: Any) -> Dict | None:
    """One run for the page of an entitlement: the first that it can be used for, else the last, else None. Only in the LMS."""
    runs = get_course_runs_for_course(entitlement.course_uuid)
    available = get_fulfillable_course_runs_for_entitlement(entitlement, runs)
    return next(iter(available), None) or (runs[-1] if runs else None)


def get_catalog_api_base_url(site: Any = None) -> str:
    """Where the LMS finds its discovery service, which nothing here asks. Only in the LMS."""
    return _of_lms("get_catalog_api_base_url")(site)


def get_catalog_api_client(user: Any) -> Any:
    """The LMS's client of its discovery service, which nothing here asks. Only in the LMS."""
    return _of_lms("get_catalog_api_client")(user)


def check_catalog_integration_and_get_user(error_message_field: str) -> Any:
    """The user as whom the LMS asks its discovery service, and its configuration. Only in the LMS."""
    return _of_lms("check_catalog_integration_and_get_user")(error_message_field)


def _of_lms(name: str) -> Any:
    """A function of the LMS. Raises ModuleNotFoundError elsewhere."""
    return getattr(import_module(LMS_MODULE), name)


def _entries(course_ids: Sequence[int] | None) -> list[Dict]:
    return [fresh_run(run.entry) for runs in run_dicts(course_ids, timezone.now()).values() for run in runs]


def _only(found: Dict, fields: Sequence[str]) -> Dict:
    return {name: found[name] for name in fields if name in found} if fields else found


def _ids(given: Any) -> list[int]:
    """An id, as a number or a text; none where it is none."""
    text = str(given)
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 19 else []


def _uuids(values: Iterable[Any]) -> list[UUID]:
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(UUID(str(value)))
    return found
