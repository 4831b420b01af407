"""
The cache entries that the LMS reads programs from, written from our tables: its ``cache_programs``, without discovery.

The keys and values are those of ``openedx.core.djangoapps.catalog``; entries never expire, as there. The LMS takes a missing
entry for "no programs", so a memcached that was flushed must be filled again: by ``manage.py lms fill_lms_programs_cache``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.core.cache import InvalidCacheKey, cache
from django.db.models import Q
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.routing import reads_from_writer

from . import lms
from .api import containing_programs, get_program_types
from .api._writing import authored_by
from .models_api import ExternalCourseKey, Program, ProgramType

PAGE = 100


class Site(NamedTuple):
    """A site of the LMS: each has lists of its own, which are all the same here."""

    id: int
    domain: str


def sites() -> list[Site]:
    """The sites of django.contrib.sites; none where it is not installed."""
    if not apps.is_installed("django.contrib.sites"):
        return []
    from django.contrib.sites.models import Site as Stored

    return [Site(*row) for row in Stored.objects.order_by("pk").values_list("pk", "domain")]


@reads_from_writer()
def fill(of_sites: Sequence[Site] | None = None, on_progress: Callable[[int], None] | None = None) -> int:
    """
    Write every entry anew, and delete those of programs, runs and courses that are no longer; returns how many were written.

    `of_sites`: those of django.contrib.sites unless given. `on_progress` is told how many programs more are done. Memory and
    time grow with the programs, of which 100 cost 12 queries.
    """
    chosen = sites() if of_sites is None else list(of_sites)
    pks = list(_served().order_by("title", "pk").values_list("pk", flat=True))
    stale, written = _known(chosen), 0
    lists: dict[str, list[str]] = {f"program-uuids-{site.domain}": [] for site in chosen}
    for start in range(0, len(pks), PAGE):
        page = lms.as_dicts(Program.objects.filter(pk__in=pks[start : start + PAGE]), timezone.now())
        for program in page:
            for key in index_keys(program, chosen):
                lists.setdefault(key, []).append(program["uuid"])
        written += _write({f"program-{program['uuid']}": program for program in page})
        if on_progress:
            on_progress(len(page))
    lists |= {f"pathway-ids-{site.domain}": [] for site in chosen}
    written += _write(lists)
    served = {f"program-{uuid}" for uuid in _uuids(_served())}
    cache.delete_many(sorted(stale - set(lists) - served))
    return written


@reads_from_writer()
def refresh(uuids: Iterable[str], of_sites: Sequence[Site] | None = None) -> None:
    """
    Write anew what the cache has of these programs, of those that contain them, and every list that they were or are in.

    The lists are read from the tables, so that two of these at once do no harm. About 20 queries; none without programs.
    """
    uuids = list(uuids)
    if not uuids:
        return
    chosen = sites() if of_sites is None else list(of_sites)
    wanted = containing_programs(Program.objects.filter(uuid__in=uuids))
    changed = Program.objects.filter(pk__in=wanted)
    entries: dict[str, Any] = {f"program-{uuid}": None for uuid in map(str, changed.values_list("uuid", flat=True))}
    before = list(cache.get_many(list(entries)).values())
    entries |= {f"program-{program['uuid']}": program for program in lms.as_dicts(_served(changed), timezone.now())}
    touched = [*before, *(program for program in entries.values() if program)]
    keys = {key for program in touched for key in index_keys(program, chosen)}
    lists: dict[str, list[str]] = {key: [] for key in keys}
    for program in _neighbours(touched):
        for key in index_keys(program, chosen):
            if key in lists:
                lists[key].append(program["uuid"])
    _fill_broad_lists(lists, touched, chosen)
    found: dict[str, Any] = {**entries, **lists}
    # A site without programs has a list all the same: the LMS logs a missing one as an error.
    kept = {key for key, value in found.items() if value or key.startswith("program-uuids-")}
    _write({key: found[key] for key in kept})
    cache.delete_many(sorted(set(found) - kept))


@reads_from_writer()
def programs_of_courses(keys: Iterable[str]) -> list[str]:
    """The uuids of the programs in whose curricula the catalog courses of these keys stand, at whatever time."""
    courses = [course for key in keys if (course := catalog.find_catalog_course(key_str=key))]
    return _uuids(Program.objects.filter(curricula__course_memberships__catalog_course__in=courses).distinct())


@reads_from_writer()
def programs_naming(row: Any) -> list[str]:
    """The uuids of the programs whose entries say something of an external key, a program type or an organization."""
    course = "curricula__course_memberships__catalog_course"
    if isinstance(row, ExternalCourseKey):
        condition = Q(**{f"{course}__runs": row.run_id})
    elif isinstance(row, ProgramType):
        condition = Q(type=row.pk)
    else:
        condition = Q(organizations__organization=row.pk) | Q(**{f"{course}__org": row.pk})
    return _uuids(Program.objects.filter(condition).distinct())


def index_keys(program: dict[str, Any], of_sites: Sequence[Site]) -> list[str]:
    """The keys of the lists that a program's uuid stands in."""
    keys = {f"course-programs-{run['key']}": None for course in program["courses"] for run in course["course_runs"]}
    keys |= {f"catalog-course-programs-{course['uuid']}": None for course in program["courses"] if course["uuid"]}
    keys |= {f"organization-programs-{org['key']}": None for org in program["authoring_organizations"]}
    for site in of_sites:
        keys[f"program-uuids-{site.domain}"] = None
        keys[f"programs-by-type-{site.id}-{program['type'].lower()}"] = None
        keys[f"programs-by-type-slug-{site.id}-{program['type_attrs']['slug']}"] = None
    return list(keys)


def _served(programs: Any = None) -> Any:
    return (Program.objects.all() if programs is None else programs).filter(status__in=lms.STATUSES)


def _neighbours(touched: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The programs that share a course with one of these, or have one of their runs under another course by now."""
    uuids = {course["uuid"] for program in touched for course in program["courses"] if course["uuid"]}
    runs = {run["key"] for program in touched for course in program["courses"] for run in course["course_runs"]}
    now = timezone.now()
    moved = CourseRun.objects.filter(course_key__text__in=runs).order_by().values("catalog_course_id")
    courses = CatalogCourse.objects.filter(Q(uuid__in=uuids) | Q(pk__in=moved))
    programs = lms.with_courses(courses, now) if uuids or runs else ()
    return lms.as_dicts(_served().filter(pk__in=programs), now) if programs else []


def _fill_broad_lists(lists: dict[str, list[str]], touched: Sequence[dict[str, Any]], of_sites: Sequence[Site]) -> None:
    """The lists of a site, of a type and of an organization, which have more programs than those that share a course."""
    for code in {org["key"] for program in touched for org in program["authoring_organizations"]}:
        lists[f"organization-programs-{code}"] = _uuids(_served().filter(pk__in=authored_by(code)))
    types = list(get_program_types())
    by_slug: dict[str, list[int]] = {program["type_attrs"]["slug"]: [] for program in touched} | {
        row.slug: [row.pk] for row in types
    }
    by_name: dict[str, list[int]] = {program["type"].lower(): [] for program in touched}
    for row in types:
        by_name.setdefault(row.name.lower(), []).append(row.pk)
    everything = _uuids(_served())
    for site in of_sites:
        lists[f"program-uuids-{site.domain}"] = everything
        for kind, found in (("type-slug", by_slug), ("type", by_name)):
            for named, pks in found.items():
                if f"programs-by-{kind}-{site.id}-{named}" in lists:
                    lists[f"programs-by-{kind}-{site.id}-{named}"] = _uuids(_served().filter(type_id__in=pks))


def _uuids(programs: Any) -> list[str]:
    return [str(uuid) for uuid in programs.order_by("title", "pk").values_list("uuid", flat=True)]


def _known(of_sites: Sequence[Site]) -> set[str]:
    """The keys of all entries of the programs that the cache lists for these sites."""
    found: set[str] = set()
    for site in of_sites:
        programs = [f"program-{uuid}" for uuid in cache.get(f"program-uuids-{site.domain}") or ()]
        for start in range(0, len(programs), PAGE):
            for program in cache.get_many(programs[start : start + PAGE]).values():
                found.update(index_keys(program, of_sites))
        found.update(programs)
    return found


def _write(entries: dict[str, Any]) -> int:
    """Raises CacheUnwritable where the cache says that it did not take an entry."""
    try:
        failed = cache.set_many(entries, timeout=None) if entries else ()
    except InvalidCacheKey as error:
        raise CacheUnwritable(f"{error} The LMS has a KEY_FUNCTION for such keys: set the same here.") from error
    if failed:
        raise CacheUnwritable(f"The cache did not take {len(failed)} of {len(entries)} entries, {min(failed)} among them.")
    return len(entries)


class CacheUnwritable(RuntimeError):
    """Raised when the cache refuses entries: it is down, a key or an entry is none that it takes."""
