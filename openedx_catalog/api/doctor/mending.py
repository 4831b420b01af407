"""
What the doctor calls fixable, mended: identities that are missing or wrong, times ahead of our clock, and what extensions mend.

Nothing here merges, moves or deletes a run or a course. What consumers see otherwise afterwards has its history, its event and
its row of the change feed, from the source ``doctor``; what is derived only (folded columns) has none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Unpack

from django.db import router
from django.utils import timezone
from organizations.models import Organization

from ... import identity, keys, signals
from ...extensions import installed_extensions
from ...lib import folds
from ...lib.changes import Change, Provenance, record_history, save_with_history
from ...lib.pages import pages
from ...lib.routing import rows_of
from ...lib.transactions import atomically
from ...models import (
    CatalogCourse,
    CatalogCourseCode,
    CourseRun,
    CourseRunWithdrawal,
    DeletedRunKey,
    FormerOrganizationName,
)
from .._changes import follow_named, record_course_event, record_run_events
from . import _rules, _times

DOCTOR = "doctor"
COMPLETED = "identity completed"
CORRECTED = "changed past the API"
TAKEN_BACK = "the time of its source was in the future"


def repair_findings(*, on_progress: Callable[[int], None] | None = None, **provenance: Unpack[Provenance]) -> int:
    """
    Mend everything that `diagnose` calls fixable, of the core and of each extension; return how many rows were changed.

    Folded columns, run codes and slots that other programs left wrong or out are made anew, missing identities completed, and
    times of sources that lie ahead taken back. Reads every course and run. Repeatable; writers may be at work meanwhile, and
    what they store stays. `on_progress` is called with the rows of each batch. Withdrawals that a later message ends:
    `messages.withdraw_deleted_runs`. The history has what was mended, and then the reason that is given; its source is
    ``doctor`` unless another one is. Does not check permissions. Raises RetryableConflict, InvalidRequest.
    """
    change = _change(provenance)
    done = sum(folds.refold(model) for model in (CatalogCourseCode, FormerOrganizationName, DeletedRunKey))
    corrected = change.because(CORRECTED)
    _empty_wrong_codes(corrected)
    done += _correct_runs(corrected)
    done += complete_identities(on_progress=on_progress, **provenance)
    done += mend_source_times(**provenance)
    return done + sum(extension.repair(corrected) for extension in installed_extensions())


def complete_identities(*, on_progress: Callable[[int], None] | None = None, **provenance: Unpack[Provenance]) -> int:
    """
    Fill NULL uuids, folded keys and codes, and missing slots; return how many rows were changed.

    Never merges and never moves: a row whose folded identity another row holds keeps its NULL, and `diagnose` lists it.
    Oldest rows first, in batches of 1,000. `on_progress` is called with the rows of each batch. A course that stands under
    another code or organization than its history knows of is ``catalog_course.renamed``.
    """
    using, change = router.db_for_write(CourseRun), _change(provenance)
    named = partial(_named, change=change.because(COMPLETED))
    # Again where a deadlock with another writer ended a batch: what was filled is not missing any more.
    courses = identity.complete_catalog_courses(
        CatalogCourse, CatalogCourseCode, using, on_progress=on_progress, run=atomically,
        store_slot=partial(_store_slot, change.because(CORRECTED)), on_named=partial(named, CatalogCourse),
    )  # fmt: skip
    return courses + identity.complete_course_runs(
        CourseRun, using, on_progress=on_progress, run=atomically, on_named=partial(named, CourseRun)
    )


def mend_source_times(**provenance: Unpack[Provenance]) -> int:
    """
    Take back the times of sources that lie ahead of our clock, which keep out everything that is older; return how many.

    Each becomes the time at which it came: a message's is known; that of a run, or its withdrawal, is when the run was last
    changed. Withdrawals that a later message ends: `messages.withdraw_deleted_runs`. A newer time that another
    writer stores meanwhile stays. Runs whose withdrawal gets another time are ``course_run.updated``.
    """
    mended, change = 0, _change(provenance).because(TAKEN_BACK)
    for time in _times.SOURCE_TIMES:
        using = router.db_for_write(time.model)
        for page in pages(_times.ahead(time.model.objects.using(using), time.name), "pk", time.came):
            mended += atomically(using, partial(_mend_page, time.model, time.name, using, page, change))
    return mended


def _mend_page(model: Any, name: str, using: str, page: list[tuple[Any, ...]], change: Change) -> int:
    now = timezone.now()
    # Asked again whether it lies ahead, because others write these rows too.
    rows = _times.ahead(model.objects.using(using), name)
    mended = [pk for pk, came in page if rows.filter(pk=pk).update(**{name: min(came or now, now)})]
    if hasattr(model, "history"):
        _record(model, change, mended)
    if model is CourseRunWithdrawal and mended:
        _announce_runs(list(model.objects.filter(pk__in=mended).order_by("run_id").values_list("run_id", flat=True)))
    return len(mended)


# Identities that are wrong: emptied first, since two rows may have each other's, and then completed as those that are missing


def _empty_wrong_codes(change: Change) -> None:
    using = router.db_for_write(CatalogCourse)
    rows = CatalogCourse.objects.using(using).exclude(course_code_ci=None)
    for page in pages(rows, "pk", "course_code", "course_code_ci"):
        if wrong := [row for row in page if keys.fold(row[1]) != row[2]]:
            atomically(using, partial(_empty_page, using, wrong, change))


def _empty_page(using: str, wrong: list[tuple[Any, ...]], change: Change) -> None:
    rows = CatalogCourse.objects.using(using)
    list(rows.filter(pk__in=[row[0] for row in wrong]).order_by("pk").select_for_update().values_list("pk"))
    for pk, code, code_ci in wrong:
        if rows.filter(pk=pk, course_code=code, course_code_ci=code_ci).update(course_code_ci=None):
            _announce_course(pk, change)


def _correct_runs(change: Change) -> int:
    """Empty folded keys that are wrong, and set run codes to those of the keys; how many of the latter there were."""
    using, done = router.db_for_write(CourseRun), 0
    for page in pages(CourseRun.objects.using(using), "pk", "course_key__text", "key_ci", "run_code"):
        read = [(row, _rules.parsed(row[1])) for row in page]
        if wrong := [(row, key) for row, key in read if isinstance(key, keys.RunKey) and _is_wrong(row, key)]:
            done += atomically(using, partial(_correct_page, using, wrong, change))
    return done


def _is_wrong(row: tuple[Any, ...], key: keys.RunKey) -> bool:
    return row[2] not in (None, key.key_ci) or row[3] != key.run


def _correct_page(using: str, wrong: list[tuple[tuple[Any, ...], keys.RunKey]], change: Change) -> int:
    rows, done, changed = CourseRun.objects.using(using), 0, []
    list(rows.filter(pk__in=[row[0] for row, _key in wrong]).order_by("key_ci", "pk").select_for_update().values_list("pk"))
    for (pk, text, key_ci, run_code), key in wrong:
        same = rows.filter(pk=pk, course_key__text=text)
        if key_ci not in (None, key.key_ci):
            same.filter(key_ci=key_ci).update(key_ci=None)
        corrected = run_code != key.run and same.filter(run_code=run_code).update(run_code=key.run)
        done += bool(corrected)
        if corrected or _is_news(CourseRun, pk, ("course_key", "run_code")):
            changed.append(pk)
    _record(CourseRun, change, changed)
    _announce_runs(changed)
    return done


def _store_slot(change: Change, slot: Any) -> None:
    save_with_history(slot, change, force_insert=True)
    _announce_course(slot.catalog_course_id, change)


# What consumers are told


def _announce_course(pk: int, change: Change) -> None:
    """Of a course that stands elsewhere than its history knows of, nobody has heard that it was renamed."""
    if not _is_news(CatalogCourse, pk, ("org_id", "course_code")):
        return
    course = CatalogCourse.objects.with_org().get(pk=pk)
    before = _last(CatalogCourse, pk, ("org_id", "course_code"))
    org = rows_of(Organization).filter(pk=before["org_id"]).values_list("short_name", flat=True).first()
    previous = keys.format_key_str(org or course.org_code, before["course_code"])
    CatalogCourse.objects.filter(pk=pk).update(modified=timezone.now())
    _record(CatalogCourse, change, [pk])
    if course.uuid is not None:
        record_course_event(signals.CATALOG_COURSE_RENAMED, course, previous_key=previous, reason=change.reason)


def _announce_runs(pks: list[int]) -> None:
    # Of one without a uuid nobody has heard yet.
    known = list(CourseRun.objects.filter(pk__in=pks).exclude(uuid=None).order_by("key_ci", "pk").values_list("pk", flat=True))
    if known:
        CourseRun.objects.filter(pk__in=known).update(modified=timezone.now())
        record_run_events(signals.COURSE_RUN_UPDATED, known)


def _is_news(model: Any, pk: int, names: tuple[str, ...]) -> bool:
    """Whether a row has other values than its history has; not where it has none."""
    last = _last(model, pk, names)
    return last is not None and last != model.objects.filter(pk=pk).values(*names).first()


def _last(model: Any, pk: int, names: tuple[str, ...]) -> Any:
    return model.history.filter(id=pk).order_by("-history_date", "-history_id").values(*names).first()


def _named(model: Any, pks: list[int], *, change: Change) -> None:
    follow_named(model, pks, using=router.db_for_write(model))
    _record(model, change, pks)


def _change(provenance: Provenance) -> Change:
    return Change(**Provenance(source=DOCTOR) | provenance)


def _record(model: Any, change: Change, pks: list[int]) -> None:
    record_history(model, "~", change, using=router.db_for_write(model), column="id", values=pks)
