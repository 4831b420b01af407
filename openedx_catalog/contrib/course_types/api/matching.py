"""
Finding the types of courses and runs from what the LMS and a shop say of them (seed 003, discovery's matching).

A course gets the type that was created first of those that fit it and all of its runs, or none: one odd run leaves its course
without, and no other course. What has a type keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Unpack

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.data import RunMode
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import INCONSISTENT, MATCHED, UNCHANGED, UNMATCHED, CourseMatch, MatchReport
from ..models import CourseRunType, CourseRunTyping, CourseTyping, Mode, SeatType
from .products import Said, get_course_entitlements, said_of
from .type_batches import insert_typings
from .types import COURSE_TYPES, RUN_TYPES, get_course_run_types, get_course_types

BATCH = 1000
# The LMS has two modes for what shops sell as one seat; it matches as the first unless there is a mode of its own for it.
SAME = {"no-id-professional": "professional"}


@reads_from_writer()
def match_course_types(
    courses: Iterable[CourseName] | None = None,
    *,
    mismatches: Mapping[str, Sequence[str]] | None = None,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda courses: None,
    stop: Callable[[], bool] = lambda: False,
    **provenance: Unpack[Provenance],
) -> MatchReport:
    """
    Give a type to the courses that have none, and to their runs; of these courses (objects, uuids or keys), or of all.

    A run fits a type whose modes are exactly those that the LMS says, or, where nobody has said any modes, whose seats are
    exactly those that a shop sells (`set_course_run_products`). A course fits a type that is for its organization, whose
    entitlements are those that are sold for it, if anybody has said any, and to whose run types each of its runs fits one. Of
    several the one that was created first is taken, also of run types, in the order of the course type. `mismatches` are run
    types that runs of a course type may have besides: ``{"verified-audit": ["empty"]}``.

    An existing type is never overwritten: where it does not fit, the outcome is ``inconsistent``. Codes of what is not matched:
    ``modes_unknown`` (nobody has said any of a run), ``mode_unknown`` (there is no such mode or seat type here),
    ``run_fits_none``, ``no_common_type``, ``entitlements_fit_none``, ``nothing_known`` (no runs, no entitlements),
    ``organization_not_allowed``; of what is inconsistent ``entitlements_differ``, ``run_type_differs``, ``run_fits_none``.

    A dry run writes nothing and reports the same. Each 1,000 courses are one transaction, of about 20 statements.

    Emits ``catalog_course.updated`` and ``course_run.updated`` of what got a type. `on_progress` is called with how many more
    courses are done; `stop` is asked between batches. Raises CourseType.DoesNotExist and CourseRunType.DoesNotExist
    (`mismatches`), and as `api.get_catalog_course` for a course that is not there.
    """
    change, report = Change(**provenance), MatchReport(dry_run=values.flag("dry_run", dry_run))
    wider = _wider(mismatches or {})
    for pks in _batches(courses):
        if stop():
            break
        work = partial(_match_batch, pks, wider, change, write=not dry_run)
        report.add(atomically(router.db_for_write(CourseTyping), work))
        on_progress(len(pks))
    return report


def read_mismatches(texts: Iterable[str]) -> dict[str, list[str]]:
    """
    What `match_course_types` takes, of texts as people write them: ``["verified-audit=empty,honor"]``. Raises InvalidValue for
    one that is not like that; whether there are such types is not looked up.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        course_type, _sign, run_types = text.partition("=")
        names = [name.strip() for name in run_types.split(",") if name.strip()]
        if not names or not course_type.strip():
            raise values.invalid("mismatches", text, _("expected e.g. %(example)s") % {"example": "verified-audit=empty"})
        found.setdefault(course_type.strip(), []).extend(names)
    return found


class _RunType:
    """A course run type as it is matched."""

    def __init__(self, row: CourseRunType) -> None:
        tracks = [link.track for link in row.track_rows.all()]
        self.pk, self.slug = row.pk, row.slug
        self.modes = {track.mode.slug for track in tracks}
        self.seats = {track.seat_type.slug for track in tracks if track.seat_type}

    def fits(self, said: Said) -> bool:
        if said.modes is not None:
            return self.modes == {mode.slug for mode in said.modes}
        return said.seats is not None and self.seats == {seat.slug for seat in said.seats}


class _Type:
    """A course type as it is matched; `run_types` are those that its runs may have, in order."""

    def __init__(self, row: Any, run_types: Mapping[int, _RunType], wider: Sequence[int]) -> None:
        self.pk, self.slug = row.pk, row.slug
        self.entitlements = {link.seat_type.slug for link in row.entitlement_rows.all()}
        self.organizations = {link.organization_id for link in row.organization_rows.all()}
        own = dict.fromkeys([*(link.course_run_type_id for link in row.run_type_rows.all()), *wider])
        self.run_types = {pk: run_types[pk] for pk in own if pk in run_types}


class _Course(NamedTuple):
    """What is known of a course: its type (an id), if any, and what is sold for it, if anybody has said."""

    pk: int
    key_str: str
    org_id: int
    course_type: int | None
    entitlements: set[str] | None
    runs: tuple[_Run, ...]


class _Run(NamedTuple):
    pk: int
    key: str
    course_run_type: int | None
    said: Said


class _Matcher:
    """The types as they are, and what they say of a course. Five queries."""

    def __init__(self, wider: Mapping[int, Sequence[int]]) -> None:
        # The run types last: those that a course type has by then are among them.
        course_types = list(get_course_types())
        run_types = {row.pk: _RunType(row) for row in get_course_run_types()}
        self.types = {row.pk: _Type(row, run_types, wider.get(row.pk, ())) for row in course_types}
        self.run_types = {pk: each for kind in self.types.values() for pk, each in kind.run_types.items()}
        # The slugs of modes, and of seat types.
        self.known = [set(model.objects.values_list("slug", flat=True)) for model in (Mode, SeatType)]
        self.pks = [{each.slug: each.pk for each in rows.values()} for rows in (self.types, self.run_types)]

    def match(self, course: _Course) -> CourseMatch:
        """The type of a course and of its runs; or why there is none."""
        course = course._replace(runs=tuple(run._replace(said=self._as_known(run.said)) for run in course.runs))
        unknown = [run for run in course.runs if run.course_run_type is None and run.said == Said()]
        if unknown:
            text = _("nobody has said which modes or seats it has")
            return _failed(course, "modes_unknown", unfitting={run.key: text for run in unknown})
        if course.course_type is not None:
            return self._with_type(course, self.types[course.course_type])
        if not course.runs and course.entitlements is None:
            return _failed(course, "nothing_known", _("It has no runs, and nobody has said what is sold for it."))
        candidates = [kind for kind in self.types.values() if course.entitlements in (None, kind.entitlements)]
        allowed = [kind for kind in candidates if not kind.organizations or course.org_id in kind.organizations]
        for kind in allowed:
            if (runs := _typed(course, kind)) is not None:
                return CourseMatch(course.key_str, MATCHED, kind.slug, runs)
        return self._why_not(course, candidates, allowed)

    def new(self, course: _Course, match: CourseMatch) -> tuple[int | None, dict[int, int]]:
        """The id of the type that a course gets, if any, and of those that its runs get: ``{id of a run: id of its type}``."""
        types, run_types = self.pks
        runs = {run.pk: run_types[match.run_types[run.key]] for run in course.runs if run.key in match.run_types}
        return (types.get(match.course_type) if course.course_type is None else None), runs

    def _as_known(self, said: Said) -> Said:
        """With what this LMS calls otherwise by the name of the mode that it matches as."""
        return Said(*(found and [_same(mode, known) for mode in found] for found, known in zip(said, self.known, strict=True)))

    def _with_type(self, course: _Course, kind: _Type) -> CourseMatch:
        if course.entitlements not in (None, kind.entitlements):
            text = _("It is of the type %(type)s, with the entitlements %(wanted)s, and sold with %(sold)s.")
            facts = {"type": kind.slug, "wanted": _listed(kind.entitlements), "sold": _listed(course.entitlements)}
            return _failed(course, "entitlements_differ", text % facts, outcome=INCONSISTENT)
        if differing := {run.key: why for run in course.runs if (why := self._differs(run))}:
            return _failed(course, "run_type_differs", unfitting=differing, outcome=INCONSISTENT)
        untyped = course._replace(runs=tuple(run for run in course.runs if run.course_run_type is None))
        runs = _typed(untyped, kind)
        if runs is None:
            return _failed(course, "run_fits_none", unfitting=_unfitting(untyped, [kind]), outcome=INCONSISTENT)
        return CourseMatch(course.key_str, MATCHED if runs else UNCHANGED, kind.slug, runs)

    def _differs(self, run: _Run) -> str:
        """Why the type that a run has is not what services say of it; or ""."""
        kind = self.run_types.get(run.course_run_type or 0)
        if kind is None or run.said == Said() or kind.fits(run.said):
            return ""
        return _("it is of the type %(type)s, and has %(modes)s") % {"type": kind.slug, "modes": _said(run.said)}

    def _why_not(self, course: _Course, candidates: Sequence[_Type], allowed: Sequence[_Type]) -> CourseMatch:
        if not candidates:
            text = _("No type has exactly the entitlements %(sold)s.") % {"sold": _listed(course.entitlements)}
            return _failed(course, "entitlements_fit_none", text)
        if any(_typed(course, kind) is not None for kind in candidates):
            return _failed(course, "organization_not_allowed", _("The types that fit are for other organizations."))
        unfitting = _unfitting(course, allowed)
        if unknown := {slug for run in course.runs if run.key in unfitting for slug in self._unknown(run.said)}:
            text = _("There is no mode or seat type %(slugs)s here.") % {"slugs": _listed(unknown)}
            return _failed(course, "mode_unknown", text, unfitting)
        if unfitting:
            return _failed(course, "run_fits_none", unfitting=unfitting)
        return _failed(course, "no_common_type", _("Each of its runs fits a type, but no course type has them all."))

    def _unknown(self, said: Said) -> set[str]:
        """Of what a run is matched by, what there is none of here."""
        place = 0 if said.modes is not None else 1
        return {mode.slug for mode in said[place] or ()} - self.known[place]


def _typed(course: _Course, kind: _Type) -> dict[str, str] | None:
    """``{key of a run: slug of the type that it gets}`` within a course type; None where one of the runs fits none."""
    found = {}
    for run in course.runs:
        if run.course_run_type is None:
            fitting = next((each for each in kind.run_types.values() if each.fits(run.said)), None)
            if fitting is None:
                return None
            found[run.key] = fitting.slug
        elif run.course_run_type not in kind.run_types:
            return None
    return found


def _unfitting(course: _Course, kinds: Iterable[_Type]) -> dict[str, str]:
    run_types = [each for kind in kinds for each in kind.run_types.values()]
    return {
        run.key: _("no type has exactly %(modes)s") % {"modes": _said(run.said)}
        for run in course.runs
        if run.course_run_type is None and not any(each.fits(run.said) for each in run_types)
    }


def _failed(
    course: _Course, code: str, reason: str = "", unfitting: Mapping[str, str] | None = None, outcome: str = UNMATCHED
) -> CourseMatch:
    if not reason:
        runs = "; ".join(f"{key}: {text}" for key, text in list((unfitting or {}).items())[:3])
        reason = _("Calculating its course type failed: %(runs)s.") % {"runs": runs}
    return CourseMatch(course.key_str, outcome, code=code, reason=reason, unfitting=unfitting or {})


def _same(mode: RunMode, known: set[str]) -> RunMode:
    same = SAME.get(mode.slug)
    return mode if same is None or mode.slug in known else mode._replace(slug=same)


def _said(said: Said) -> str:
    if said.modes is not None:
        return _("the modes %(slugs)s") % {"slugs": _listed(mode.slug for mode in said.modes)}
    return _("the seats %(slugs)s") % {"slugs": _listed(seat.slug for seat in said.seats or ())}


def _listed(slugs: Iterable[str] | None) -> str:
    return ", ".join(sorted(slugs or ())) or _("none")


def _wider(mismatches: Mapping[str, Sequence[str]]) -> dict[int, list[int]]:
    """``{id of a course type: ids of the run types that it may have besides}``"""
    found = {}
    for course_type, slugs in mismatches.items():
        run_types = RUN_TYPES.find_all(slugs, "mismatches")
        found[COURSE_TYPES.find(course_type, "mismatches").pk] = [row.pk for row in run_types]
    return found


def _batches(courses: Iterable[CourseName] | None) -> Iterator[Sequence[int]]:
    """The ids of the courses, in order, a batch at a time."""
    if courses is not None:
        named = list(dict.fromkeys(course_named(course).pk for course in courses))
        yield from (named[start : start + BATCH] for start in range(0, len(named), BATCH))
        return
    last = 0
    while page := list(CatalogCourse.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield page
        last = page[-1]


def _match_batch(pks: Sequence[int], wider: Mapping[int, Sequence[int]], change: Change, *, write: bool) -> list[CourseMatch]:
    courses = list(_read(pks))
    # Read after the courses: whichever types these have are among them, also one that somebody has just made.
    matcher = _Matcher(wider)
    matches = [matcher.match(course) for course in courses]
    if write:
        new = {course.pk: matcher.new(course, match) for course, match in zip(courses, matches, strict=True)}
        insert_typings(CourseTyping, {pk: kind for pk, (kind, _runs) in new.items() if kind is not None}, change)
        insert_typings(CourseRunTyping, {run: kind for _kind, runs in new.values() for run, kind in runs.items()}, change)
    return matches


def _read(pks: Sequence[int]) -> Iterator[_Course]:
    """What is known of these courses. Seven queries, one more where this is an LMS."""
    rows: Any = CourseRun.objects.with_key_text().filter(catalog_course__in=pks).order_by("key_ci", "pk")
    runs = list(rows.values_list("pk", "catalog_course_id", "key_text"))
    said = said_of({pk: key for pk, _course, key in runs})
    types = dict(CourseRunTyping.objects.filter(run__catalog_course__in=pks).values_list("run_id", "course_run_type_id"))
    by_course: dict[int, list[_Run]] = defaultdict(list)
    for pk, course, key in runs:
        by_course[course].append(_Run(pk, key, types.get(pk), said[pk]))
    typings = dict(CourseTyping.objects.filter(catalog_course__in=pks).values_list("catalog_course_id", "course_type_id"))
    sold = get_course_entitlements(pks)
    for course in CatalogCourse.objects.with_org().filter(pk__in=pks).order_by("pk"):
        entitlements = set(sold[course.pk]) if course.pk in sold else None
        own = tuple(by_course[course.pk])
        yield _Course(course.pk, course.key_str, course.org_id, typings.get(course.pk), entitlements, own)
