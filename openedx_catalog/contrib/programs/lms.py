"""
The functions of edx-platform's catalog utilities, answered from the database: same names, arguments and results.

Of ``openedx.core.djangoapps.catalog.utils``: swap the import, or patch it. Nothing is fetched and nothing cached; every call
builds fresh dicts, since callers change them. What no table here holds yet is there, of the right type, and empty: seats,
entitlements, the modes of runs, one-click purchase and pathways. `site` is taken and not looked at: one database, one catalog.
Nothing here checks permissions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.policies import date_window

from .api import reading
from .api._writing import at_or_now, authored_by
from .api.program_types import get_program_types as _types
from .models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    Program,
    ProgramOrganization,
    ProgramType,
)

# What the platform asks discovery for: programs that learners may still be in.
STATUSES = (Program.Status.ACTIVE, Program.Status.RETIRED)
_PACING = {"self": "self_paced", "instructor": "instructor_paced"}
_AVAILABILITY = {"archived": "Archived", "current": "Current", "starting_soon": "Starting Soon", "upcoming": "Upcoming"}
_SCHEDULE = ("start", "end", "enrollment_start", "enrollment_end", "pacing")

Dict = dict[str, Any]


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
    ways = {"site": site, "uuid": uuid, "uuids": uuids, "course": course, "catalog_course_uuid": catalog_course_uuid,
            "organization": organization}  # fmt: skip
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        raise TypeError("get_programs takes exactly one argument.")
    programs, now = Program.objects.filter(status__in=STATUSES), at_or_now(at)
    if uuid is not None:
        return next(iter(as_dicts(programs.filter(uuid__in=_uuids([uuid])), now)), None)
    if uuids is not None:
        wanted = _uuids(uuids)
        found = {program["uuid"]: program for program in as_dicts(programs.filter(uuid__in=wanted), now)}
        return [found[key] for key in map(str, dict.fromkeys(wanted)) if key in found]
    if course is not None:
        return as_dicts(programs.filter(pk__in=programs_with_run(course, now)), now)
    if catalog_course_uuid is not None:
        courses = CatalogCourse.objects.filter(uuid__in=_uuids([catalog_course_uuid]))
        return as_dicts(programs.filter(pk__in=with_courses(courses, now)), now)
    if organization is not None:
        return as_dicts(programs.filter(pk__in=authored_by(organization)), now)
    return as_dicts(programs, now)


def get_programs_by_uuids(uuids: Iterable[Any]) -> list[Dict]:
    """`get_programs` of these uuids."""
    return get_programs(uuids=list(uuids))


def get_programs_by_type(site: Any, program_type: str) -> list[Dict]:
    """Programs of a type by its name, e.g. "MicroMasters", in any case."""
    wanted = keys.fold(str(program_type))
    types = [row.pk for row in _types() if keys.fold(row.name) == wanted]
    return as_dicts(Program.objects.filter(status__in=STATUSES, type_id__in=types), timezone.now())


def get_programs_by_type_slug(site: Any, program_type_slug: str) -> list[Dict]:
    """Programs of a type by its slug, e.g. "micromasters"."""
    slug = "" if keys.names_nothing(program_type_slug) else program_type_slug
    return as_dicts(Program.objects.filter(status__in=STATUSES, type__slug=slug), timezone.now())


def get_programs_with_type(site: Any, include_hidden: bool = True) -> list[Dict]:
    """Active programs, each with its type as `get_program_types` has it; hidden ones only if asked for."""
    programs = Program.objects.filter(status=Program.Status.ACTIVE)
    found = as_dicts(programs if include_hidden else programs.filter(hidden=False), timezone.now())
    types = {row["slug"]: row for row in get_program_types()}
    return [{**program, "type": dict(types[program["type_attrs"]["slug"]])} for program in found]


def get_program_types(name: str | None = None) -> Any:
    """All program types as dicts, or the one of this name, None where there is none. One query."""
    types = [_type_dict(row) for row in _types()]
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
    return [entry for runs in _run_dicts(None, timezone.now()).values() for _pk, _created, entry in runs]


def get_course_runs_for_course(course_uuid: Any) -> list[Dict]:
    """The runs of a catalog course, by key; an empty list where there is none. Two queries."""
    courses = CatalogCourse.objects.filter(uuid__in=_uuids([course_uuid])).values_list("pk", flat=True)
    return [entry for runs in _run_dicts(list(courses), timezone.now()).values() for _pk, _created, entry in runs]


def get_owners_for_course(course_uuid: Any) -> list[Dict]:
    """The organization of a catalog course, in a list. One query."""
    courses = CatalogCourse.objects.with_org().filter(uuid__in=_uuids([course_uuid]))
    return [_organization_dict(course.org) for course in courses]


def get_course_uuid_for_course(course_run_key: Any) -> UUID | None:
    """The uuid of the catalog course of a run, or None. One query, two where there is none."""
    try:
        course = catalog.find_catalog_course_for_run(course_run_key)
    except CatalogError:
        return None
    return course.uuid if course else None


def get_course_run_details(course_run_key: Any, fields: Sequence[str]) -> Dict:
    """These fields of a run's dict; {} where there is none. At most four queries."""
    found = get_course_run_data(course_run_key, fields)
    return {name: found[name] for name in fields if name in found} if fields else found


def get_course_run_data(course_run_id: Any, course_run_fields: Sequence[str] = ()) -> Dict:
    """The dict of a run, or these fields of it; {} where there is none. At most four queries."""
    run = catalog.find_course_run(course_run_id)
    if run is None:
        return {}
    entries = _run_dicts([run.catalog_course_id], timezone.now())[run.catalog_course_id]
    entry = next((entry for pk, _created, entry in entries if pk == run.pk), {})
    return {name: entry[name] for name in course_run_fields if name in entry} if course_run_fields else entry


def get_course_data(course_key_str: str, fields: Sequence[str] = (), querystring: Any = None) -> Dict:
    """The dict of a catalog course by "Org+Code", or these fields of it; {} where there is none. At most six queries."""
    try:
        course = catalog.find_catalog_course(key_str=course_key_str)
    except CatalogError:
        return {}
    if course is None:
        return {}
    runs = _run_dicts([course.pk], timezone.now())[course.pk]
    entry = _course_dict(course, [run for _pk, _created, run in runs])
    return {name: entry[name] for name in fields if name in entry} if fields else entry


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


# From rows to dicts


def as_dicts(programs: QuerySet[Program], at: datetime) -> list[Dict]:
    """
    The dicts of these programs at an instant, by title.

    A program that is no degree, and at most one of whose curricula is current and has courses alone, is what discovery calls a
    program with courses: its `curricula` are empty.
    """
    return _Builder(list(programs.select_related("type", "degree").order_by("title", "pk")), at).build()


class _Builder:
    """Everything about some programs and what they contain, read at once; each dict of it is built once and used once."""

    def __init__(self, programs: Sequence[Program], at: datetime) -> None:
        self.at, self.wanted = at, programs
        self.children = self._children([program.pk for program in programs])
        self.inside: dict[int, dict[int, None]] = defaultdict(dict)
        for curriculum_id, child in self.children:
            self.inside[curriculum_id][child] = None
        ids = {program.pk for program in programs}
        nested = {child for _curriculum, child in self.children} - ids
        rows = Program.objects.filter(pk__in=nested, status__in=STATUSES).select_related("type", "degree") if nested else ()
        self.programs = {program.pk: program for program in [*programs, *rows]}
        self.curricula: dict[int, list[Curriculum]] = defaultdict(list)
        for curriculum in Curriculum.objects.filter(program_id__in=self.programs).order_by("pk"):
            self.curricula[curriculum.program_id].append(curriculum)
        self.places: dict[int, list[reading.Place]] = defaultdict(list)
        found = reading.places(list(self.programs), at)
        for place in found:
            self.places[place.curriculum].append(place)
        self.courses = CatalogCourse.objects.with_org().in_bulk({place.course for place in found})
        self.runs = _run_dicts(list(self.courses), at)
        known = [(course, pk, created) for course, runs in self.runs.items() for pk, created, _entry in runs]
        self.counting = {entry.place.membership: set(entry.runs) for entry in reading.runs_in(found, known)}
        self.organizations: dict[tuple[int, str], list[Dict]] = defaultdict(list)
        roles = ProgramOrganization.objects.filter(program_id__in=self.programs).select_related("organization")
        for row in roles.order_by("position", "pk"):
            self.organizations[row.program_id, row.role].append(_organization_dict(row.organization))

    def build(self) -> list[Dict]:
        return [self._program(program, set()) for program in self.wanted]

    def _children(self, program_ids: list[int]) -> list[tuple[int, int]]:
        """``[(curriculum, program in it)]`` at any depth. One query a level; each program once, also in a circle."""
        found, seen, level = [], set(program_ids), program_ids
        while level:
            rows = (
                CurriculumProgramMembership.objects.counting(self.at)
                .filter(curriculum__program_id__in=level)
                .order_by("curriculum_id", "position", "pk")
            )
            pairs = list(rows.values_list("curriculum_id", "program_id"))
            found += pairs
            level = list(dict.fromkeys(child for _curriculum, child in pairs if child not in seen))
            seen |= set(level)
        return found

    def _program(self, program: Program, told: set[int]) -> Dict:
        told.add(program.pk)
        curricula = [self._curriculum(curriculum, told) for curriculum in self.curricula[program.pk]]
        own = [place for curriculum in self.curricula[program.pk] for place in self.places[curriculum.pk]]
        degree = getattr(program, "degree", None)
        nested = any(curriculum["programs"] for curriculum in curricula)
        flat = degree is None and not nested and sum(curriculum["is_active"] for curriculum in curricula) <= 1
        return {
            "uuid": str(program.uuid),
            "title": program.title,
            "subtitle": program.subtitle,
            "type": program.type.name,
            "type_attrs": {**_type_dict(program.type), "coaching_supported": False},
            "status": program.status,
            "hidden": program.hidden,
            "marketing_slug": program.marketing_slug or "",
            "marketing_url": None,
            "readable_id": program.readable_id or "",
            "courses": self._courses(own),
            "curricula": [] if flat else curricula,
            "degree": None if degree is None else {"apply_url": degree.apply_url},
            "authoring_organizations": self._organizations(program, "authoring"),
            "credit_backing_organizations": self._organizations(program, "credit"),
            "applicable_seat_types": [],
            "is_program_eligible_for_one_click_purchase": False,
            "instructor_ordering": [],
            "pathway_ids": [],
        }

    def _organizations(self, program: Program, role: str) -> list[Dict]:
        return [dict(entry) for entry in self.organizations[program.pk, role]]

    def _curriculum(self, curriculum: Curriculum, told: set[int]) -> Dict:
        """A program stands in a dict once, where it is met first: otherwise a few levels would be many megabytes."""
        programs = []
        for child in self.inside[curriculum.pk]:
            if child in self.programs and child not in told:
                programs.append(self._program(self.programs[child], told))
        return {
            "uuid": str(curriculum.uuid),
            "name": curriculum.name,
            "is_active": curriculum.is_current(self.at),
            "courses": self._courses(self.places[curriculum.pk]),
            "programs": programs,
        }

    def _courses(self, places: Sequence[reading.Place]) -> list[Dict]:
        """Each course once, with the runs that count in any of these places."""
        counting: dict[int, set[int]] = defaultdict(set)
        for place in places:
            counting[place.course] |= self.counting[place.membership]
        return [
            _course_dict(self.courses[course], [_fresh(run) for pk, _created, run in self.runs[course] if pk in counted])
            for course, counted in counting.items()
        ]


def _fresh(run: Dict) -> Dict:
    """A copy that shares nothing."""
    return {**run, "seats": []}


def _course_dict(course: CatalogCourse, runs: list[Dict]) -> Dict:
    return {
        "uuid": str(course.uuid or ""),
        "key": f"{course.org_code}+{course.course_code}",
        "title": course.title,
        "owners": [_organization_dict(course.org)],
        "entitlements": [],
        "course_runs": runs,
    }


def _organization_dict(organization: Any) -> Dict:
    logo = organization.logo.url if organization.logo else None
    return {"key": organization.short_name, "name": organization.name, "logo_image_url": logo}


def _type_dict(row: ProgramType) -> Dict:
    return {"uuid": str(row.uuid), "name": row.name, "slug": row.slug}


def _run_dicts(course_ids: Sequence[int] | None, at: datetime) -> dict[int, list[tuple[int, datetime, Dict]]]:
    """``{course: [(id, created, dict)]}`` of the runs of these courses (None: of all), by key. One query."""
    columns = ("catalog_course_id", "pk", "created", "course_key__text", "uuid", "title", "external_course_key__key",
               "withdrawal__id", "status", *(f"schedule__{name}" for name in _SCHEDULE))  # fmt: skip
    runs = CourseRun.objects.all() if course_ids is None else CourseRun.objects.filter(catalog_course_id__in=course_ids)
    found: dict[int, list[tuple[int, datetime, Dict]]] = defaultdict(list)
    rows = runs.annotate(status=date_window().status_expression(at)).order_by("key_ci", "pk").values_list(*columns)
    for course, pk, created, key, uuid, title, external, withdrawal, status, start, end, opens, closes, pacing in rows:
        entry = {
            "key": key,
            "uuid": str(uuid or ""),
            "title": title,
            "external_key": external or "",
            # What nobody offers any more is what discovery unpublishes.
            "status": "unpublished" if withdrawal or status == "archived" else "published",
            "availability": _AVAILABILITY.get(status, ""),
            "start": _text(start),
            "end": _text(end),
            "enrollment_start": _text(opens),
            "enrollment_end": _text(closes),
            "pacing_type": _PACING.get(pacing or ""),
            "type": "",
            "seats": [],
        }
        found[course].append((pk, created, entry))
    return found


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _uuids(values: Iterable[Any]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(value if isinstance(value, UUID) else UUID(str(value)))
        except ValueError:
            continue
    return found


def with_courses(courses: QuerySet[CatalogCourse], at: datetime) -> set[int]:
    """The programs that have one of these courses in their own curricula at an instant. One query."""
    rows = CurriculumCourseMembership.objects.counting(at).filter(catalog_course__in=courses)
    return set(rows.values_list("curriculum__program_id", flat=True))


def programs_with_run(course_key: Any, at: datetime) -> set[int]:
    """The programs in which a run counts. At most five queries."""
    run = catalog.find_course_run(course_key)
    if run is None:
        return set()
    programs = with_courses(CatalogCourse.objects.filter(pk=run.catalog_course_id), at)
    found = [place for place in reading.places(list(programs), at) if place.course == run.catalog_course_id]
    known = [(run.catalog_course_id, run.pk, run.created)]
    return {entry.place.program for entry in reading.runs_in(found, known) if entry.runs}
