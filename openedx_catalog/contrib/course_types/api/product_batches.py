"""What a service says of the products of many runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.data import UNSET, RunMode
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.transactions import atomically, rolled_back, writes_to
from openedx_catalog.models_api import CourseRun

from ..data import ProductsOutcome, ProductsReport, RunProducts
from ..models import CourseProducts, CourseRunProducts, CourseRunType, CourseType, Mode, SeatType
from .matching import SAME
from .products import as_json, write_products

BATCH = 1000
_KINDS: dict[str, Any] = {
    "modes": Mode, "seat_types": SeatType, "course_run_types": CourseRunType, "course_types": CourseType,
}  # fmt: skip


def store_course_run_products(
    records: Iterable[RunProducts],
    *,
    source: str = "api",
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda records: None,
) -> ProductsReport:
    """
    Store what a service says of many runs, as `set_course_run_products`. A record that is wrong, or of a run that is not there,
    is an outcome, and costs no other; of several of one run the last counts. Each 1,000 are one transaction, of about ten
    statements. A dry run reports the same and writes nothing. Raises InvalidValue (`source`), InvalidRequest for no record.
    """
    said, given = values.text("source", source), list(records)
    if wrong := [row for row in given if not isinstance(row, RunProducts)]:
        raise InvalidRequest(reason=_("Expected RunProducts, got %(type)s.") % {"type": type(wrong[0]).__name__})
    given = [row if row.line else row._replace(line=place) for place, row in enumerate(given, 1)]
    found: list[ProductsOutcome] = []
    for start in range(0, len(given), BATCH):
        page = given[start : start + BATCH]
        work = partial(_store_page, page, said)
        using = router.db_for_write(CourseRunProducts)
        found += rolled_back(using, work) if values.flag("dry_run", dry_run) else atomically(using, work)
        on_progress(len(page))
    return ProductsReport(found)


def _store_page(page: Sequence[RunProducts], source: str) -> list[ProductsOutcome]:
    """What became of each, in order."""
    found: dict[int, ProductsOutcome] = {}
    # By folded key: where the last of a run stands, and what all of them say.
    wanted: dict[str, tuple[int, dict[str, Any]]] = {}
    for place, record in enumerate(page):
        try:
            key, said = _read(record)
        except CatalogError as error:
            found[place] = _outcome(record, "invalid", str(error.code), str(error))
            continue
        former, before = wanted.get(key, (place, {}))
        if former != place:
            found[former] = _outcome(page[former], "unchanged")
        wanted[key] = place, before | said
    # Held in the order of all writers.
    runs = CourseRun.objects.filter(key_ci__among=list(wanted)).order_by("key_ci", "pk").select_for_update()
    ids = dict(runs.values_list("key_ci", "pk"))
    outcomes = write_products(
        CourseRunProducts, {ids[key]: said for key, (_place, said) in wanted.items() if key in ids}, source
    )
    for key, (place, _said) in wanted.items():
        if key in ids:
            found[place] = _outcome(page[place], outcomes[ids[key]])
        else:
            reason = _("There is no course run %(key)s.") % {"key": page[place].course_key}
            found[place] = _outcome(page[place], "invalid", "course_run_not_found", reason)
    return [found[place] for place in range(len(page))]


def _read(record: RunProducts) -> tuple[str, dict[str, Any]]:
    said = {"modes": record.modes, "seats": record.seats}
    key = keys.parse_course_key(record.course_key)
    return key.key_ci, {name: as_json(name, each) for name, each in said.items() if each is not UNSET}


def _outcome(record: RunProducts, outcome: str, code: str = "", reason: str = "") -> ProductsOutcome:
    return ProductsOutcome(record.line, str(record.course_key), outcome, code, reason)


@writes_to(CourseProducts)
def store_course_entitlements(said: Mapping[int, Sequence[RunMode | str]], *, source: str = "api") -> set[int]:
    """
    Store what a shop sells for many courses, as `set_course_entitlements`: ``{id of a course: entitlements}``. Returns the ids
    of those that changed. One query, and about eight more for each thousand that do. Raises InvalidValue, InvalidDate.
    """
    name = values.text("source", source)
    wanted = {pk: {"entitlements": as_json("entitlements", sold)} for pk, sold in said.items()}
    outcomes = write_products(CourseProducts, wanted, name)
    return {pk for pk, outcome in outcomes.items() if outcome != "unchanged"}


def unknown_names(**given: Iterable[str]) -> dict[str, set[str]]:
    """
    Which of these ``modes``, ``seat_types``, ``course_run_types``, ``course_types`` (by slug or uuid) there are none of here:
    ``{"modes": {…}, …}``. One query for each. What matching takes for another mode, as ``no-id-professional`` for
    ``professional``, is known with that.
    """
    found = {}
    for kind, names in given.items():
        columns = ("slug", "uuid") if hasattr(_KINDS[kind], "uuid") else ("slug",)
        asked = set(names)
        known = {str(each) for row in _KINDS[kind].objects.values_list(*columns) for each in row} if asked else set()
        found[kind] = {name for name in asked if not {name, name.lower(), SAME.get(name, name)} & known}
    return found
