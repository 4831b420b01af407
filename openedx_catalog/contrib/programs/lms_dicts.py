"""Programs, courses and runs as the dicts that edx-platform expects of a discovery service."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import QuerySet

from openedx_catalog.data import CourseRunTexts, CourseTexts, RunMode
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.policies import date_window

from . import lms_modes, lms_pathways, lms_purchase, lms_texts
from .api import reading
from .models_api import Curriculum, Program, ProgramOrganization, ProgramType

# What the platform asks discovery for: programs that learners may still be in.
STATUSES = (Program.Status.ACTIVE, Program.Status.RETIRED)
_PACING = {"self": "self_paced", "instructor": "instructor_paced"}
_AVAILABILITY = {"archived": "Archived", "current": "Current", "starting_soon": "Starting Soon", "upcoming": "Upcoming"}
_DATES = ("start", "end", "enrollment_start", "enrollment_end")

Dict = dict[str, Any]


class KnownRun(NamedTuple):
    """
    A run of the catalog, its dict, and the one that it has within a master's degree; and the modes and dates that both are of.
    """

    pk: int
    began: datetime | None
    entry: Dict
    in_masters: Dict
    modes: Sequence[RunMode]
    dates: SimpleNamespace


def program_dicts(programs: QuerySet[Program], at: datetime) -> list[Dict]:
    """
    The dicts of these programs at an instant, by title.

    A program that is no degree, and at most one of whose curricula is current and has courses alone, is what discovery calls a
    program with courses: its `curricula` are empty.
    """
    return fresh_programs(shared_programs(programs, at).programs)


class SharedPrograms(NamedTuple):
    """
    What `program_dicts` gives, but that a run or an owner is one dict wherever it stands, so nobody may change anything; and
    the modes, by run, that it was made of. A twentieth of the memory. From `until` on another one may be sold as a whole.
    """

    programs: list[Dict]
    modes: dict[str, Sequence[RunMode]]
    until: datetime | None


def shared_programs(programs: QuerySet[Program], at: datetime) -> SharedPrograms:
    """The dicts of these programs at an instant, by title, of which `fresh_programs` makes any number."""
    with _collecting_later():
        builder = _Builder(list(programs.select_related("type", "degree").order_by("title", "pk")), at)
        modes = {run.entry["key"]: run.modes for runs in builder.runs.values() for run in runs}
        found = [builder.program(program, set()) for program in builder.wanted]
        return SharedPrograms(found, modes, min((moment for moment in builder.moments if moment > at), default=None))


def fresh_programs(programs: Sequence[Dict]) -> list[Dict]:
    """The dicts of these programs, which callers may change."""
    with _collecting_later():
        return list(map(_fresh_program, programs))


# By hand: copy.deepcopy takes fifty times as long.


def _fresh_program(program: Dict) -> Dict:
    found = program.copy()
    for name in ("type_attrs", "degree"):
        found[name] = program[name] and program[name].copy()
    for name in ("authoring_organizations", "credit_backing_organizations"):
        found[name] = [organization.copy() for organization in program[name]]
    for name in ("applicable_seat_types", "instructor_ordering", "pathway_ids"):
        found[name] = program[name].copy()
    found["courses"] = list(map(fresh_course, program["courses"]))
    found["curricula"] = list(map(_fresh_curriculum, program["curricula"]))
    return found


def _fresh_curriculum(curriculum: Dict) -> Dict:
    courses, programs = map(fresh_course, curriculum["courses"]), map(_fresh_program, curriculum["programs"])
    return {**curriculum, "courses": list(courses), "programs": list(programs)}


def fresh_course(course: Dict) -> Dict:
    """The dict of a catalog course and its runs, which callers may change."""
    found = course.copy()
    found["owners"] = [owner.copy() for owner in course["owners"]]
    found["entitlements"] = [entitlement.copy() for entitlement in course["entitlements"]]
    found["course_runs"] = list(map(fresh_run, course["course_runs"]))
    if course.get("image"):
        found["image"] = course["image"].copy()
    return found


def fresh_run(run: Dict) -> Dict:
    """The dict of a run, which callers may change."""
    found = run.copy()
    found["seats"] = [seat.copy() for seat in run["seats"]]
    return found


@contextmanager
def _collecting_later() -> Iterator[None]:
    """
    Nothing that is built here is garbage, and to look for some takes as long as all the rest (benchmarks/programs.py). Threads
    that do this at once do no harm: whoever found the collector on turns it on again.
    """
    found_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if found_on:
            gc.enable()


class _Builder:
    """Everything about some programs and what they contain, read at once; and the dicts, in which those of a run are shared."""

    def __init__(self, programs: Sequence[Program], at: datetime) -> None:
        self.at, self.wanted = at, programs
        self.moments: set[datetime] = set()
        self._read_programs()
        self._read_courses()

    def _read_programs(self) -> None:
        self.children: dict[int, list[int]] = defaultdict(list)
        own = {program.pk for program in self.wanted}
        for _program, curriculum, child in reading.nestings(own, self.at):
            self.children[curriculum].append(child)
        nested = {child for children in self.children.values() for child in children} - own
        served = Program.objects.filter(pk__in=nested, status__in=STATUSES).select_related("type", "degree") if nested else ()
        self.programs = {program.pk: program for program in [*self.wanted, *served]}
        self.curricula: dict[int, list[Curriculum]] = defaultdict(list)
        for row in Curriculum.objects.filter(program_id__in=self.programs).order_by("pk"):
            self.curricula[row.program_id].append(row)
        self.organizations: dict[tuple[int, str], list[Any]] = defaultdict(list)
        roles = ProgramOrganization.objects.filter(program_id__in=self.programs).select_related("organization")
        for role in roles.order_by("position", "pk"):
            self.organizations[role.program_id, role.role].append(role.organization)
        self.pathway_ids = lms_pathways.pathway_ids(list(self.programs))

    def _read_courses(self) -> None:
        self.uses: dict[int, list[reading.CourseUse]] = defaultdict(list)
        uses = reading.course_uses(list(self.programs), self.at)
        for use in uses:
            self.uses[use.curriculum].append(use)
        courses = CatalogCourse.objects.with_org().in_bulk({use.course for use in uses})
        self.entitlements = lms_modes.course_entitlements(list(courses))
        texts = lms_texts.course_texts(list(courses))
        self.courses = {pk: course_dict(course, [], self.entitlements[pk], texts.get(pk)) for pk, course in courses.items()}
        self.runs = run_dicts(list(self.courses), self.at)
        known = [(course, run.pk, run.began) for course, runs in self.runs.items() for run in runs]
        self.counting = {member: set(runs) for member, runs in reading.counting_runs(uses, known).items()}

    def program(self, program: Program, seen: set[int]) -> Dict:
        """`seen`: a program stands in a dict once, where it is met first: else a few levels would be many megabytes."""
        seen.add(program.pk)
        rows, masters = self.curricula[program.pk], program.type.slug == lms_modes.MASTERS
        degree = getattr(program, "degree", None)
        nested = any(self._inside(row, seen) for row in rows)
        flat = degree is None and not nested and sum(row.is_current(self.at) for row in rows) <= 1
        # No union: a program is complete with every course of this list, and a degree with one of its tracks. As the LMS
        # reads the first active curriculum where it looks into them, this is the first one that has courses.
        first = next((self.uses[row.pk] for row in rows if self.uses[row.pk]), ())
        return {
            "uuid": str(program.uuid),
            "title": program.title,
            "subtitle": program.subtitle,
            "type": program.type.name,
            "type_attrs": {**type_dict(program.type), "coaching_supported": False},
            "status": program.status,
            "hidden": program.hidden,
            "marketing_slug": program.marketing_slug or "",
            "marketing_url": None,
            "readable_id": program.readable_id or "",
            "courses": self._courses(first, masters),
            "curricula": [] if flat else [self._curriculum(row, seen, masters) for row in rows],
            "degree": None if degree is None else {"apply_url": degree.apply_url},
            "authoring_organizations": [*map(organization_dict, self.organizations[program.pk, "authoring"])],
            "credit_backing_organizations": [*map(organization_dict, self.organizations[program.pk, "credit"])],
            "applicable_seat_types": list(program.type.applicable_seat_types),
            "is_program_eligible_for_one_click_purchase": self._is_bought_at_once(program, first),
            "instructor_ordering": [],
            "pathway_ids": list(self.pathway_ids.get(program.pk, ())),
        }

    def _curriculum(self, curriculum: Curriculum, seen: set[int], masters: bool) -> Dict:
        inside = self._inside(curriculum, seen)
        # Before what they contain: the LMS looks for it in the first active curriculum of each, and no further.
        seen.update(inside)
        return {
            "uuid": str(curriculum.uuid),
            "name": curriculum.name,
            "is_active": curriculum.is_current(self.at),
            "courses": self._courses(self.uses[curriculum.pk], masters),
            "programs": [self.program(self.programs[child], seen) for child in inside],
        }

    def _inside(self, curriculum: Curriculum, seen: set[int]) -> list[int]:
        return [child for child in self.children[curriculum.pk] if child in self.programs and child not in seen]

    def _is_bought_at_once(self, program: Program, uses: Sequence[reading.CourseUse]) -> bool:
        if not lms_purchase.may_be_bought_at_once(program):
            return False
        offers = [lms_purchase.Offer(self.entitlements[pk], runs) for pk, runs in self._counting(uses).items()]
        self.moments.update(lms_purchase.moments(offers))
        return lms_purchase.is_bought_at_once(program.type.applicable_seat_types, offers, self.at)

    def _courses(self, uses: Sequence[reading.CourseUse], masters: bool) -> list[Dict]:
        return [
            {**self.courses[pk], "course_runs": [run.in_masters if masters else run.entry for run in runs]}
            for pk, runs in self._counting(uses).items()
        ]

    def _counting(self, uses: Sequence[reading.CourseUse]) -> dict[int, list[KnownRun]]:
        """Each course once, with the runs that count by any of these memberships."""
        counting: dict[int, set[int]] = defaultdict(set)
        for use in uses:
            counting[use.course] |= self.counting[use.membership]
        return {pk: [run for run in self.runs[pk] if run.pk in runs] for pk, runs in counting.items()}


def course_dict(
    course: CatalogCourse, runs: list[Dict], entitlements: Sequence[RunMode], texts: CourseTexts | None = None
) -> Dict:
    """A catalog course, with the dicts of these runs, what is sold for it as a whole, and what everybody may read of it."""
    return {
        "uuid": str(course.uuid or ""),
        "key": f"{course.org_code}+{course.course_code}",
        "title": course.title,
        "owners": owner_dicts(course, texts),
        "entitlements": lms_purchase.entitlement_dicts(entitlements),
        "course_runs": runs,
        **lms_texts.course_fields(texts),
    }


def owner_dicts(course: CatalogCourse, texts: CourseTexts | None) -> list[Dict]:
    """The organizations that own a course: where nobody has said any, that of its key."""
    return [organization_dict(each) for each in (texts and texts.owners) or [course.org]]


def organization_dict(organization: Any) -> Dict:
    """An organization."""
    logo = organization.logo.url if organization.logo else None
    return {"key": organization.short_name, "name": organization.name, "logo_image_url": logo}


def type_dict(row: ProgramType) -> Dict:
    """A program type."""
    return {"uuid": str(row.uuid), "name": row.name, "slug": row.slug}


def run_dicts(course_ids: Sequence[int] | None, at: datetime) -> dict[int, list[KnownRun]]:
    """
    ``{course: runs}`` of these courses (None: of all), by key. One query, and one each for their modes in the LMS and for what
    is to be read of them, where an extension says that.
    """
    runs = CourseRun.objects.all() if course_ids is None else CourseRun.objects.filter(catalog_course_id__in=course_ids)
    rows = list(runs.annotate(status=date_window().status_expression(at)).order_by("key_ci", "pk").values(
        "catalog_course_id", "pk", "created", "course_key__text", "uuid", "title", "external_course_key__key",
        "withdrawal__id", "status", "schedule__pacing", *(f"schedule__{name}" for name in _DATES),
    ))  # fmt: skip
    names = [row["course_key__text"] for row in rows]
    modes, texts = lms_modes.run_modes(names), lms_texts.run_texts(names)
    found: dict[int, list[KnownRun]] = defaultdict(list)
    for row in rows:
        entry = _run_dict(row, offered := modes[row["course_key__text"]], texts.get(row["course_key__text"]))
        masters = lms_modes.earned_mode(offered, masters=True)
        in_masters = entry if masters == entry["type"] else {**entry, "type": masters}
        began = row["schedule__start"] or row["created"]
        dates = SimpleNamespace(**{name: row[f"schedule__{name}"] for name in _DATES})
        found[row["catalog_course_id"]].append(KnownRun(row["pk"], began, entry, in_masters, offered, dates))
    return found


def _run_dict(row: Dict, modes: Sequence[RunMode], texts: CourseRunTexts | None) -> Dict:
    # What nobody offers any more is what discovery unpublishes.
    offered = not row["withdrawal__id"] and row["status"] != "archived"
    return {
        "key": row["course_key__text"],
        "uuid": str(row["uuid"] or ""),
        "title": row["title"],
        "external_key": row["external_course_key__key"] or "",
        "status": "published" if offered else "unpublished",
        "availability": _AVAILABILITY.get(row["status"], ""),
        **{name: _in_utc(row[f"schedule__{name}"]) for name in _DATES},
        "pacing_type": _PACING.get(row["schedule__pacing"] or ""),
        "type": lms_modes.earned_mode(modes),
        "seats": lms_modes.seats(modes),
        **lms_texts.run_fields(texts),
    }


def _in_utc(moment: datetime | None) -> str | None:
    # A database with a TIME_ZONE of its own answers in that.
    return iso_instant(moment and moment.astimezone(UTC))
