"""What documents of courses and runs are made of, read for many at once: as many queries for a thousand as for one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

from django.apps import apps
from django.utils.html import strip_tags

from openedx_catalog import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun

from . import public
from .timing import Timing, external_starts, timing_of

# What parts words, where it begins and ends.
_BLOCK = re.compile(r"<(?=/?(?:p|h\d|li|[uod]l|d[td]|t[dhr]|table|div|br|hr|blockquote|pre)\b)")


class Texts(NamedTuple):
    """What learners read of a course, and by what they find it; of programs and pathways, what their courses have."""

    organizations: Sequence[Any] = ()
    languages: Sequence[str] = ()
    levels: Sequence[str] = ()
    subjects: Sequence[str] = ()
    skills: Sequence[str] = ()
    course_types: Sequence[str] = ()
    programs: Sequence[Any] = ()


class RunFacts(NamedTuple):
    """A run that everybody sees."""

    run: CourseRun
    title: str
    summary: str
    text: str
    languages: Sequence[str]
    timing: Timing


class CourseFacts(NamedTuple):
    """A course that everybody sees, with its runs; `best` is the run that learners are led to, `slug` names its page."""

    course: CatalogCourse
    key: str
    slug: str | None
    title: str
    summary: str
    text: str
    texts: Texts
    runs: Sequence[RunFacts]
    best: RunFacts | None


def read_courses(pks: Collection[int], now: datetime, *, with_programs: bool = True) -> dict[int, CourseFacts]:
    """``{id: facts}`` of those among these courses that everybody may know of; others are absent."""
    courses = _courses(pks)
    found = list(courses)
    runs = _runs(found)
    modes, types = _modes(runs), _course_types(found)
    skills, programs = _skills(found), _programs(found, now) if with_programs else {}
    keys = {pk: _key(courses[pk][0]) for pk in found}
    external = external_starts([*keys.values(), *(str(run.course_key) for some in runs.values() for run in some)])
    facts = {}
    for pk, (course, listing, owners) in courses.items():
        texts = Texts(
            organizations=owners,
            languages=(listing and listing.languages) or list(filter(None, [course.language])),
            levels=[listing.level.name] if listing and listing.level else [],
            subjects=[subject.name for subject in listing.subjects] if listing else [],
            skills=skills.get(pk, []),
            course_types=list(filter(None, [types.get(pk)])),
            programs=programs.get(pk, []),
        )
        said: tuple[str, str] = (listing.short_description, plain(listing.full_description)) if listing else ("", "")
        own = []
        for run in runs.get(pk, ()):
            key = str(run.course_key)
            start, closed = external.get(key) or external.get(keys[pk]), bool(listing and listing.invitation_only)
            timing = timing_of(run, modes.get(key, ()), now, external=start, by_invitation=closed)
            own.append(_run_facts(run, timing, said, texts.languages))
        chosen = _best_run([each.run for each in own], now)
        best = next((each for each in own if each.run is chosen), None)
        title = listing.title if listing else course.title
        facts[pk] = CourseFacts(course, keys[pk], listing and listing.slug, title, *said, texts, own, best)
    return facts


def plain(html: str) -> str:
    """The words of some HTML."""
    return " ".join(unescape(strip_tags(_BLOCK.sub(" <", html))).split())


def _key(course: CatalogCourse) -> str:
    return f"{course.org_code}+{course.course_code}"


def _run_facts(run: CourseRun, timing: Timing, said: tuple[str, str], languages: Sequence[str]) -> RunFacts:
    """What a listing of a run leaves blank is that of its course."""
    listing: Any = getattr(run, "listing", None)
    title = (listing and listing.title_override) or run.title
    summary = (listing and listing.short_description) or said[0]
    text = plain(listing.full_description) if listing else ""
    return RunFacts(run, title, summary, text or said[1], (listing and listing.languages) or languages, timing)


def _courses(pks: Collection[int]) -> dict[int, tuple[CatalogCourse, Any, list[Any]]]:
    """``{id: (course, its listing or None, its organizations)}``, organizations joined. At most three queries."""
    if not apps.is_installed(public.LISTINGS):
        found = list(public.public_courses().with_org().filter(id__among=list(pks)).order_by("pk"))
        known = known_organizations(row.org for row in found)
        return {row.pk: (row, None, [row.org] if row.org.pk in known else []) for row in found}
    from openedx_catalog.contrib.listings.api import get_course_listings

    listings = get_course_listings().filter(catalog_course__id__among=list(pks), catalog_course__in=public.public_courses())
    rows = list(listings)
    known = known_organizations(org for row in rows for org in row.owners)
    return {row.catalog_course_id: (row.catalog_course, row, [org for org in row.owners if org.pk in known]) for row in rows}


def known_organizations(rows: Iterable[Any]) -> set[int]:
    """The ids of those among some organizations that everybody may know of: a policy of the host may hide some."""
    return {org.pk for org in permissions.known_rows(public.ANYBODY, {org.pk: org for org in rows}.values())}


def _runs(pks: Sequence[int]) -> dict[int, list[CourseRun]]:
    """``{id of a course: its runs}``, by folded key. One query."""
    among = public.public_runs()
    if apps.is_installed(public.LISTINGS):
        from openedx_catalog.contrib.listings.api import get_shown_runs

        return get_shown_runs(pks, among)
    found: dict[int, list[CourseRun]] = defaultdict(list)
    rows = among.filter(catalog_course__id__among=list(pks)).select_related("schedule", "withdrawal")
    for run in rows.order_by("key_ci", "pk"):
        found[run.catalog_course_id].append(run)
    return dict(found)


def _best_run(runs: Sequence[CourseRun], now: datetime) -> CourseRun | None:
    # A policy of dates, which needs no table of that app.
    from openedx_catalog.contrib.listings.policies import best_run_policy

    chosen: CourseRun | None = best_run_policy().choose(runs, now)
    return chosen


def _modes(runs: Mapping[int, Sequence[CourseRun]]) -> Mapping[str, Sequence[Any]]:
    if not apps.is_installed(public.COURSE_TYPES):
        return {}
    from openedx_catalog.contrib.course_types.api import modes_of_runs

    return modes_of_runs([str(run.course_key) for some in runs.values() for run in some])


def _course_types(pks: Sequence[int]) -> Mapping[int, str]:
    if not apps.is_installed(public.COURSE_TYPES):
        return {}
    from openedx_catalog.contrib.course_types.api import get_course_types_of

    return get_course_types_of(pks)


def _skills(pks: Sequence[int]) -> dict[int, list[str]]:
    if not apps.is_installed(public.SKILLS):
        return {}
    from openedx_catalog.contrib.skills.api import skills_of_courses

    return {pk: [skill.name for skill in skills] for pk, skills in skills_of_courses(pks).items()}


def _programs(pks: Sequence[int], now: datetime) -> dict[int, list[Any]]:
    """``{id of a course: the programs on offer that have it}``, by way of public programs alone, types joined."""
    if not apps.is_installed(public.PROGRAMS):
        return {}
    from openedx_catalog.contrib.programs.api import courses_in_order, programs_around

    around = programs_around(pks, now)
    rows = {row.pk: row for row in public.offered_programs().filter(pk__in=around).select_related("type").order_by("pk")}
    wanted, found = set(pks), defaultdict(list)
    for program, courses in courses_in_order(list(rows), now, among=public.public_programs()).items():
        for course in wanted.intersection(courses):
            found[course].append(rows[program])
    return dict(found)
