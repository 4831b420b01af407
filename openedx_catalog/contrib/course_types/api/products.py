"""What other services say of courses and runs, by which types are found: modes and seats with their prices, entitlements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import (
    CourseName,
    course_named,
    locked_run,
    modes_of_lms,
    record_shown_changes,
    record_shown_courses,
)
from openedx_catalog.data import UNSET, RunMode, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.lib.values import iso_instant, parse_datetime
from openedx_catalog.models_api import CourseRun

from .. import conf
from ..models import CourseProducts, CourseRunProducts, CourseRunTypeTrack

MAX_MODES = 100
# How it is told of a course or a run that something else is shown of it now.
TELL: dict[str, Any] = {"catalog_course": record_shown_courses, "run": record_shown_changes}


@writes_to(CourseRunProducts)
def set_course_run_products(
    course_key: CourseKey | str,
    *,
    modes: Sequence[RunMode | str] | Unset | None = UNSET,
    seats: Sequence[RunMode | str] | Unset | None = UNSET,
    source: str = "api",
) -> bool:
    """
    Store what a service says of a run: the modes that the LMS has, the seats that a shop sells, as `RunMode` or slugs alone.

    None says that nobody knows, an empty list that there are none. They are facts of others: without history, and not checked
    against our modes (`match_course_types` says which are unknown). `source` is who says so. Returns whether anything changed;
    then the run is dated, and ``course_run.updated`` emitted.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, InvalidValue, InvalidDate.
    """
    given = {name: as_json(name, each) for name, each in (("modes", modes), ("seats", seats)) if each is not UNSET}
    said, run = values.text("source", source), locked_run(course_key)
    return write_products(CourseRunProducts, {run.pk: given}, said)[run.pk] != "unchanged"


@writes_to(CourseProducts)
def set_course_entitlements(
    catalog_course: CourseName, entitlements: Sequence[RunMode | str] | None, *, source: str = "api"
) -> bool:
    """
    Store which entitlements a shop sells for a course: slugs of their seat types alone, or as `RunMode` with price and SKU,
    whose `upgrade_deadline` is until when they are sold. An empty list says that there are none, None that nobody knows.

    Without history, as `set_course_run_products`. Returns whether anything changed; then the course is dated, and
    ``catalog_course.updated`` emitted.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest, InvalidValue.
    """
    said, course = values.text("source", source), course_named(catalog_course)
    wanted = as_json("entitlements", entitlements)
    if wanted is not None:
        return write_products(CourseProducts, {course.pk: {"entitlements": wanted}}, said)[course.pk] != "unchanged"
    deleted, _models = CourseProducts.objects.filter(catalog_course=course).delete()
    if deleted:
        record_shown_courses([course.pk])
    return bool(deleted)


def get_course_entitlements(catalog_course_ids: Sequence[int]) -> dict[int, list[str]]:
    """``{id of a course: slugs}`` of those of which a service has said any, or that there are none. One query."""
    return {pk: [each.slug for each in sold] for pk, sold in entitlements_of_courses(catalog_course_ids).items()}


def entitlements_of_courses(catalog_course_ids: Sequence[int]) -> dict[int, list[RunMode]]:
    """The same as they are sold: ``{id of a course: entitlements}``, each with its price, SKU and until when. One query."""
    rows = CourseProducts.objects.filter(catalog_course__in=list(catalog_course_ids))
    return {pk: _from_json(stored) or [] for pk, stored in rows.values_list("catalog_course_id", "entitlements")}


def modes_of_runs(course_keys: Sequence[str]) -> dict[str, list[RunMode]]:
    """
    ``{course key: modes}`` of the runs that have a type, or of which a service has said modes or seats; keys as stored.

    The modes of a run's type, each with the price that a service has said for it (the LMS where this is one), else free.
    Without a type the modes that are stored, or the seats. Three queries at most, one more in an LMS where runs have types.
    """
    rows = CourseRun.objects.filter(key_ci__among=[keys.fold(key) for key in course_keys])
    found_rows = list(rows.values_list("pk", "course_key__text", "course_run_typing__course_run_type"))
    runs = {pk: key for pk, key, _type in found_rows}
    types = {pk: type_pk for pk, _key, type_pk in found_rows if type_pk is not None}
    stored = {pk: said.modes if said.modes is not None else said.seats for pk, said in _stored(runs).items()}
    slugs = _modes_of_types(set(types.values())) if types else {}
    in_lms = modes_of_lms([runs[pk] for pk in types]) if types else {}
    found = {}
    for pk, key in runs.items():
        if pk in types:
            known = {mode.slug: mode for mode in (in_lms.get(key) or stored.get(pk) or ())}
            found[key] = [known.get(slug) or RunMode(slug) for slug in slugs.get(types[pk], ())]
        elif modes := stored.get(pk):
            found[key] = modes
    return found


# For the other modules of this API


def said_of(runs: Mapping[int, str]) -> dict[int, Said]:
    """
    ``{id of a run: Said}`` of all of them, given with their keys. One query, one more where this is an LMS.

    In an LMS its own modes count, and a run for which it has none has its default mode (COURSE_MODE_DEFAULTS), unless some are
    stored.
    """
    stored, in_lms = _stored(runs), modes_of_lms(list(runs.values()))
    found = {}
    for pk, key in runs.items():
        modes, seats = stored.get(pk, Said())
        if key in in_lms:
            modes = in_lms[key] or (modes if modes is not None else [RunMode(conf.lms_default_mode())])
        found[pk] = Said(modes, seats)
    return found


def _stored(runs: Mapping[int, str]) -> dict[int, Said]:
    rows = CourseRunProducts.objects.filter(run__in=list(runs)).values_list("run_id", "modes", "seats")
    return {pk: Said(_from_json(modes), _from_json(seats)) for pk, modes, seats in rows}


class Said(NamedTuple):
    """What services say of a run, each None where nobody has said."""

    modes: list[RunMode] | None = None
    seats: list[RunMode] | None = None


def as_json(field: str, given: Any) -> Any:
    """Modes or seats as they are stored, sorted by slug, each once; None for None. Raises InvalidValue, InvalidDate."""
    if given is None:
        return None
    found: dict[str, dict[str, Any]] = {}
    for each in values.sequence(field, given):
        mode = each if isinstance(each, RunMode) else RunMode(_slug(field, each))
        found.setdefault(_slug(field, mode.slug), _mode_as_json(field, mode))
    if len(found) > MAX_MODES:
        reason = _("expected at most %(limit)d, got %(found)d") % {"limit": MAX_MODES, "found": len(found)}
        raise values.invalid(field, ", ".join(found), reason)
    return [found[slug] for slug in sorted(found)]


def write_products(model: Any, wanted: dict[int, dict[str, Any]], source: str) -> dict[int, str]:
    """
    Store what differs of ``{id of a run or course: {column: value}}``, tell of it, and say what became of each; they are held.
    """
    owner, columns = f"{model.owner}_id", {name for said in wanted.values() for name in said}
    rows = {getattr(row, owner): row for row in model.objects.filter(**{f"{owner}__in": list(wanted)})}
    new: list[Any] = []
    changed: list[Any] = []
    outcomes = dict.fromkeys(wanted, "unchanged")
    for pk, said in wanted.items():
        row = rows.get(pk) or model(**{owner: pk})
        # Of whom nobody has said anything yet, nothing is said by None.
        if all((getattr(row, name) if pk in rows else None) == value for name, value in said.items()):
            continue
        outcomes[pk] = "updated" if pk in rows else "created"
        (changed if pk in rows else new).append(row)
        row.source, row.modified = source, timezone.now()
        for name, value in said.items():
            setattr(row, name, value)
    model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, [*columns, "source", "modified"], batch_size=500)
    TELL[model.owner]([getattr(row, owner) for row in (*new, *changed)])
    return outcomes


def _modes_of_types(pks: set[int]) -> dict[int, list[str]]:
    rows = CourseRunTypeTrack.objects.filter(course_run_type__in=pks).order_by("track__mode_id", "pk")
    found: dict[int, list[str]] = {}
    for course_run_type, slug in rows.values_list("course_run_type_id", "track__mode__slug"):
        found.setdefault(course_run_type, []).append(slug)
    return found


def _mode_as_json(field: str, mode: RunMode) -> dict[str, Any]:
    deadline = parse_datetime(mode.upgrade_deadline, "upgrade_deadline") if mode.upgrade_deadline else None
    named = {name: values.text(name, getattr(mode, name)) for name in ("price", "currency")}
    skus = {name: values.text(name, value) if (value := getattr(mode, name)) else None for name in ("sku", "bulk_sku")}
    return {"slug": _slug(field, mode.slug), **named, "upgrade_deadline": iso_instant(deadline), **skus}


def _from_json(stored: Any) -> list[RunMode] | None:
    if stored is None:
        return None
    return [
        RunMode(**{**each, "upgrade_deadline": parse_datetime(each.get("upgrade_deadline"), "upgrade_deadline")})
        for each in stored
    ]


def _slug(field: str, given: Any) -> str:
    return values.text(field, given, max_length=64, required=True)
