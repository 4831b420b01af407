"""
The cache entries that the LMS reads programs and pathways from, written from our tables: its ``cache_programs``, without
discovery.

The keys and values are those of ``openedx.core.djangoapps.catalog``; entries never expire, as there. The LMS takes a missing
entry for "no programs", so a memcached that was flushed must be filled again: by ``manage.py lms fill_lms_programs_cache``.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.core.cache import InvalidCacheKey, cache
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun

from .api import containing_programs, reading
from .lms_dicts import STATUSES, program_dicts
from .lms_pathways import pathway_dicts
from .lms_walk import course_run_keys_for_program, course_uuids_for_program
from .models_api import ExternalCourseKey, Program, ProgramOrganization, ProgramType

logger = logging.getLogger(__name__)

PAGE = 100


class Site(NamedTuple):
    """A site of the LMS: each has lists of its own, which are all the same here."""

    id: int
    domain: str


class CacheUnwritable(RuntimeError):
    """Raised when the cache takes nothing: it is down, or a key is none that it takes."""


class Written(NamedTuple):
    """How many entries were written, and the keys of those that the cache refused: memcached takes none over 1 MB."""

    entries: int
    refused: list[str]


def sites() -> list[Site]:
    """The sites of django.contrib.sites; none where it is not installed."""
    if not apps.is_installed("django.contrib.sites"):
        return []
    from django.contrib.sites.models import Site as Stored

    return [Site(*row) for row in Stored.objects.order_by("pk").values_list("pk", "domain")]


@reads_from_writer()
def fill(of_sites: Sequence[Site] | None = None, on_progress: Callable[[int], None] | None = None) -> Written:
    """
    Write every entry anew, and delete those of programs, pathways, runs and courses that are no longer.

    An entry that the cache refuses keeps no other from being written. `of_sites`: those of django.contrib.sites unless given.
    `on_progress` is called with how many programs more are done. Memory and time grow with the programs, of which 100 cost 12
    queries, 13 where there are pathways, which cost three. Raises CacheUnwritable.
    """
    chosen = sites() if of_sites is None else list(of_sites)
    pks = list(_served().order_by("title", "pk").values_list("pk", flat=True))
    stale, writer = _listed_keys(chosen), _Writer()
    lists: dict[str, list[str]] = {f"program-uuids-{site.domain}": [] for site in chosen}
    for start in range(0, len(pks), PAGE):
        page = program_dicts(Program.objects.filter(pk__in=pks[start : start + PAGE]), timezone.now())
        for program in page:
            for key in index_keys(program, chosen):
                lists.setdefault(key, []).append(program["uuid"])
        writer.write({f"program-{program['uuid']}": program for program in page})
        if on_progress:
            on_progress(len(page))
    pathways = {f"pathway-{pathway['id']}": pathway for pathway in pathway_dicts()}
    writer.write(pathways)
    writer.write(lists | _pathway_lists(pathways.values(), chosen))
    served = {f"program-{uuid}" for uuid in _uuids(_served())}
    cache.delete_many(sorted(stale - set(lists) - set(pathways) - served))
    return Written(writer.entries, writer.refused)


@reads_from_writer()
def refresh(uuids: Iterable[str], of_sites: Sequence[Site] | None = None) -> None:
    """
    Write anew what the cache has of these programs, of those that contain them, and every list that they come into or leave;
    and of the pathways of those that the LMS learns of, or forgets.

    The lists are read from the tables, so that two of these at once do no harm. About 20 queries for each 100 programs, and
    12 where no list changes; none without programs. An entry that the cache refuses is logged, and the rest is written. Raises
    CacheUnwritable.
    """
    if not (named := list(uuids)):
        return
    chosen = sites() if of_sites is None else list(of_sites)
    for pks in _pages(containing_programs(Program.objects.filter(uuid__in=named)), PAGE):
        _refresh_page(Program.objects.filter(pk__in=pks), chosen)


def _refresh_page(changed: QuerySet[Program], chosen: list[Site]) -> None:
    names = [f"program-{uuid}" for uuid in _uuids(changed)]
    before = cache.get_many(names)
    after = {f"program-{program['uuid']}": program for program in program_dicts(_served(changed), timezone.now())}
    found: dict[str, Any] = {**dict.fromkeys(names), **after}
    if lists := _lists_to_write(before, after, chosen):
        affected = [*before.values(), *after.values()]
        found |= {key: [] for key in lists}
        for program in _neighbours(affected, lists):
            for key in lists & set(index_keys(program, chosen)):
                found[key].append(program["uuid"])
        found |= {key: uuids for key, uuids in _broad_lists(affected, chosen).items() if key in lists}
    turned = [(before.get(name) or after[name]).get("pathway_ids", ()) for name in before.keys() ^ after.keys()]
    if pathways := {pk for pks in turned for pk in pks}:
        found |= _entries_of(pathways, pathway_dicts(sorted(pathways)))
    _replace(found)


def _replace(found: dict[str, Any]) -> None:
    """Write entries, and delete those of which nothing is left."""
    # A site without programs has a list all the same: the LMS logs a missing one as an error.
    kept = {key: value for key, value in found.items() if value or key.startswith(("program-uuids-", "pathway-ids-"))}
    writer = _Writer()
    writer.write(kept)
    cache.delete_many(sorted(set(found) - set(kept)))
    if writer.refused:
        logger.error("The cache of the LMS refused %d entries: %s.", len(writer.refused), ", ".join(writer.refused))


@reads_from_writer()
def refresh_pathways(ids: Iterable[int], of_sites: Sequence[Site] | None = None) -> None:
    """
    Write anew what the cache has of these pathways (`CatalogExtensionConfig.program_pathways`), their lists, and the programs
    that have come into them or left them.

    Read from the tables, as `refresh`. Three queries, and those of `refresh`; none without pathways. Raises CacheUnwritable.
    """
    if not (named := set(ids)):
        return
    chosen, told = (sites() if of_sites is None else list(of_sites)), pathway_dicts()
    found = _entries_of(named, told)
    before = cache.get_many(list(found))
    _replace(found | _pathway_lists(told, chosen))
    moved: set[str] = set()
    for key, after in found.items():
        was, now = (set(pathway["program_uuids"] if pathway else ()) for pathway in (before.get(key), after))
        moved |= was ^ now
    refresh(moved, chosen)


def _entries_of(ids: Iterable[int], told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The entries of the pathways of these ids; None for those of which nothing is told any more."""
    known = {pathway["id"]: pathway for pathway in told}
    return {f"pathway-{pk}": known.get(pk) for pk in ids}


def _pathway_lists(told: Iterable[dict[str, Any]], of_sites: Sequence[Site]) -> dict[str, list[int]]:
    """The list of pathways of each site. Ids, as the LMS reads it; its own ``cache_programs`` writes keys of entries there."""
    ids = [pathway["id"] for pathway in told]
    return {f"pathway-ids-{site.domain}": list(ids) for site in of_sites}


def _lists_to_write(before: dict[str, Any], after: dict[str, Any], chosen: list[Site]) -> set[str]:
    """The keys of the lists that a program has come into or left, those that its title orders anew, and those that are gone."""
    lists: set[str] = set()
    standing: set[str] = set()
    for name in before.keys() | after.keys():
        was, now = before.get(name), after.get(name)
        old, new = (set(index_keys(program, chosen)) if program else set() for program in (was, now))
        lists |= old ^ new if was and now and was["title"] == now["title"] else old | new
        standing |= new
    return lists | {key for page in _pages(standing - lists, 1000) for key in set(page) - set(cache.get_many(page))}


@reads_from_writer()
def programs_of_courses(names: Iterable[str]) -> list[str]:
    """
    The uuids of the programs in whose curricula these catalog courses stand, at whatever time; named by uuid, key or former
    key. Two queries for each thousand names, and one more.
    """
    courses = {course for page in _pages(names, 1000) for course in _courses_in_programs(page)}
    found = Program.objects.filter(curricula__course_memberships__catalog_course__in=courses).distinct()
    return _uuids(found) if courses else []


def _courses_in_programs(names: Sequence[str]) -> set[int]:
    uuids = [UUID(name) for name in names if not name.startswith(keys.CATALOG_KEY_PREFIX)]
    parsed = [keys.parse_catalog_key(name) for name in names if name.startswith(keys.CATALOG_KEY_PREFIX)]
    codes = {(keys.fold(key.org), keys.fold(key.code)) for key in parsed}
    found: set[int] = set()
    standing = CatalogCourse.objects.filter(curriculum_memberships__isnull=False).order_by()
    if uuids:
        found.update(standing.filter(uuid__in=uuids).values_list("pk", flat=True))
    if codes:
        slots = CatalogCourseCode.objects.filter(code_ci__among=sorted({code for _org, code in codes}))
        slots = slots.filter(catalog_course__curriculum_memberships__isnull=False)
        rows = slots.values_list("catalog_course_id", "org__short_name", "code_ci")
        found.update(course for course, org, code in rows if (keys.fold(org), code) in codes)
    return found


@reads_from_writer()
def programs_naming(rows: Iterable[tuple[Any, int]]) -> list[str]:
    """
    The uuids of the programs whose entries say something of external keys (by the run's id), program types or organizations:
    (model, id). A query for each thousand of a kind.
    """
    course = "curricula__course_memberships__catalog_course"
    paths = {ExternalCourseKey: [f"{course}__runs"], ProgramType: ["type"]}
    kinds: dict[Any, set[int]] = defaultdict(set)
    for model, pk in rows:
        kinds[model].add(pk)
    found: set[str] = set()
    for model, pks in kinds.items():
        for path in paths.get(model, ["organizations__organization", f"{course}__org"]):
            for page in _pages(pks, 1000):
                found.update(_uuids(Program.objects.filter(**{f"{path}__in": page}).distinct()))
    return sorted(found)


def index_keys(program: dict[str, Any], of_sites: Sequence[Site]) -> list[str]:
    """The keys of the lists that a program is in: as the LMS, also under the runs and courses of the programs in it."""
    found = {f"course-programs-{key}": None for key in sorted(course_run_keys_for_program(program))}
    found |= {f"catalog-course-programs-{uuid}": None for uuid in sorted(course_uuids_for_program(program) - {""})}
    found |= {f"organization-programs-{org['key']}": None for org in program["authoring_organizations"]}
    return [*found, *_site_keys(program["type"], program["type_attrs"]["slug"], of_sites)]


def _site_keys(name: str, slug: str, of_sites: Sequence[Site]) -> list[str]:
    """Those that each site has: all programs, and those of a type by its name and by its slug."""
    kinds = ("program-uuids-{domain}", "programs-by-type-{id}-{name}", "programs-by-type-slug-{id}-{slug}")
    return [kind.format(**site._asdict(), name=name.lower(), slug=slug) for site in of_sites for kind in kinds]


def _served(programs: Any = None) -> Any:
    return (Program.objects.all() if programs is None else programs).filter(status__in=STATUSES)


def _neighbours(affected: Sequence[dict[str, Any]], lists: set[str]) -> list[dict[str, Any]]:
    """
    The programs that may be in those of these lists that are about a course or a run of one of the affected: those that hold
    it, or the run under another course by now, themselves or in a program that they contain.
    """
    uuids = {uuid for program in affected for uuid in course_uuids_for_program(program)} - {""}
    uuids = {uuid for uuid in uuids if f"catalog-course-programs-{uuid}" in lists}
    runs = {key for program in affected for key in course_run_keys_for_program(program)}
    runs = {key for key in runs if f"course-programs-{key}" in lists}
    if not uuids and not runs:
        return []
    now = timezone.now()
    moved = CourseRun.objects.filter(course_key__text__in=runs).order_by().values("catalog_course_id")
    courses = CatalogCourse.objects.filter(Q(uuid__in=uuids) | Q(pk__in=moved)).values_list("pk", flat=True)
    programs = reading.programs_around(list(courses), now)
    return program_dicts(_served().filter(pk__in=programs), now) if programs else []


def _broad_lists(affected: Sequence[dict[str, Any]], of_sites: Sequence[Site]) -> dict[str, list[str]]:
    """The lists of a site, a type and an organization, which have more programs than those that share a course."""
    codes = {org["key"] for program in affected for org in program["authoring_organizations"]}
    role = ProgramOrganization.Role.AUTHORING
    rows = ProgramOrganization.objects.filter(role=role, organization__short_name__in=codes)
    authors: dict[int, list[str]] = defaultdict(list)
    for pk, code in rows.values_list("program_id", "organization__short_name"):
        authors[pk].append(code)
    lists: dict[str, list[str]] = defaultdict(list, {f"program-uuids-{site.domain}": [] for site in of_sites})
    served = _served().select_related("type").order_by("title", "pk")
    for pk, uuid, name, slug in served.values_list("pk", "uuid", "type__name", "type__slug"):
        for key in [*(f"organization-programs-{code}" for code in authors[pk]), *_site_keys(name, slug, of_sites)]:
            lists[key].append(str(uuid))
    return lists


def _uuids(programs: Any) -> list[str]:
    return [str(uuid) for uuid in programs.order_by("title", "pk").values_list("uuid", flat=True)]


def _pages(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    found = sorted(items)
    return (found[start : start + size] for start in range(0, len(found), size))


def _listed_keys(of_sites: Sequence[Site]) -> set[str]:
    """The keys of all entries of the programs and pathways that the cache lists for these sites."""
    found: set[str] = set()
    for site in of_sites:
        named = cache.get(f"pathway-ids-{site.domain}") or ()
        found |= {name if str(name).startswith("pathway-") else f"pathway-{name}" for name in named}
        programs = {f"program-{uuid}" for uuid in cache.get(f"program-uuids-{site.domain}") or ()}
        for page in _pages(programs, PAGE):
            found.update(key for program in cache.get_many(page).values() for key in index_keys(program, of_sites))
        found |= programs
    return found


class _Writer:
    """Writes entries, and counts them; what the cache does not take of them is `refused`."""

    def __init__(self) -> None:
        self.entries = 0
        self.refused: list[str] = []

    def write(self, entries: dict[str, Any]) -> None:
        """Write these. Raises CacheUnwritable where the cache takes none of them, or not their keys."""
        try:
            refused = list(cache.set_many(entries, timeout=None)) if entries else []
        except InvalidCacheKey as error:
            text = _("%(error)s The LMS has a KEY_FUNCTION for such keys: set the same one here.") % {"error": error}
            raise CacheUnwritable(text) from error
        except OSError as error:
            raise CacheUnwritable(_("The cache cannot be reached: %(error)s.") % {"error": error}) from error
        except Exception:
            # Clients of memcached have each an error of its own for an entry that is too large, and do not go on.
            refused = [key for key, value in entries.items() if not _written(key, value)]
        if refused and len(refused) == len(entries):
            names = {"failed": len(refused), "example": min(refused)}
            text = _("The cache did not store any of %(failed)d entries, for example %(example)s.") % names
            raise CacheUnwritable(text)
        # What was there before is older than what the tables say.
        cache.delete_many(refused)
        self.refused += refused
        self.entries += len(entries) - len(refused)


def _written(key: str, value: Any) -> bool:
    try:
        cache.set(key, value, timeout=None)
    except Exception:
        logger.exception("The cache did not take %s.", key)
        return False
    return True
