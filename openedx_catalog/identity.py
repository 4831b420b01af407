"""
Complete rows whose identity columns are NULL: those of openedx-core's app, and those that other programs write.

Works on the models it is given, so the migration that adopts a database and `api` share it. Never merges, never moves:
a row whose folded identity another row holds keeps its NULL, and the doctor lists it. Writers may be at work meanwhile:
only what is still NULL is filled, so an identity that was given, and perhaps known to others, stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from .keys import MAX_LENGTH, fold, format_key_str

BATCH = 1000
Progress = Callable[[int], None]
Run = Callable[[str, Callable[[], int]], int]
"""Runs the work on a batch in a transaction of a database."""
Named = Callable[[list[int]], None]
"""Called with the ids of rows that were given a uuid, in the transaction of their batch."""


def _in_transaction(using: str, work: Callable[[], int]) -> int:
    with transaction.atomic(using=using):
        return work()


def complete_catalog_courses(
    course_model: Any,
    slot_model: Any,
    using: str,
    rows: models.Q | None = None,
    on_progress: Progress | None = None,
    run: Run = _in_transaction,
    store_slot: Callable[[Any], None] | None = None,
    on_named: Named | None = None,
) -> int:
    """
    Give catalog courses their uuid, folded code and slot where these are missing; return how many rows were changed.

    Oldest first, one transaction a batch of 1,000, so a killed run continues where it stopped. `run` may repeat a batch
    that was rolled back; `store_slot` stores a new slot instead of its own ``save()``.
    """
    # Not "NOT IN (all slots)": PostgreSQL compares each course with each slot where these do not fit into its work_mem. A slot
    # of its own code: one of a former code or organization does not do.
    slots = slot_model.objects.using(using).filter(org=OuterRef("org"), code_ci=OuterRef("course_code_ci"))
    unslotted = ~Exists(slots)
    missing = Q(course_code_ci=None) | Q(uuid=None) | unslotted
    found = course_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found, "pk", "org_id", "course_code", "course_code_ci", "uuid"):
        work = partial(_complete_courses, course_model, slot_model, using, batch, store_slot)
        done += run(using, partial(_announced, work, course_model, using, [row[0] for row in batch if not row[4]], on_named))
        if on_progress:
            on_progress(len(batch))
    return done


def complete_course_runs(
    run_model: Any,
    using: str,
    rows: models.Q | None = None,
    on_progress: Progress | None = None,
    run: Run = _in_transaction,
    on_named: Named | None = None,
) -> int:
    """Give runs their uuid and folded key where these are missing; return how many rows were changed. As above."""
    missing = Q(key_ci=None) | Q(uuid=None)
    found = run_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found.annotate(text=F("course_key__text")), "pk", "text", "key_ci", "uuid"):
        work = partial(_complete_runs, run_model, using, batch)
        done += run(using, partial(_announced, work, run_model, using, [row[0] for row in batch if not row[3]], on_named))
        if on_progress:
            on_progress(len(batch))
    return done


def _batches(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """Pages by primary key: constant memory, also on MariaDB, whose driver buffers a whole result."""
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
        yield page
        last = page[-1][0]


def _announced(work: Callable[[], int], model: Any, using: str, unnamed: list[int], on_named: Named | None) -> int:
    """Do the work, and tell consumers of the change feed of rows that had no uuid: they have never heard of them."""
    done = work()
    rows = model.objects.using(using).filter(pk__in=unnamed).exclude(uuid=None).order_by("pk")
    feed = model._meta.apps.get_model("openedx_catalog", "CatalogChange")
    if model._meta.model_name == "courserun":
        found = [("course_run", *row) for row in rows.values_list("uuid", "course_key__text")]
    else:
        columns = rows.values_list("uuid", "org__short_name", "course_code")
        found = [("catalog_course", named, format_key_str(org, code)) for named, org, code in columns]
    changes = [feed(kind=kind, uuid=named, key=key, what="created", occurred_at=timezone.now()) for kind, named, key in found]
    feed.objects.using(using).bulk_create(changes)
    if on_named and unnamed:
        on_named(list(rows.values_list("pk", flat=True)))
    return done


def _complete_courses(
    course_model: Any, slot_model: Any, using: str, batch: list[tuple[Any, ...]], store_slot: Callable[[Any], None] | None
) -> int:
    folds = {fold(row[2]) for row in batch}
    slots = slot_model.objects.using(using).filter(org_id__in={row[1] for row in batch}, code_ci__in=folds)
    owners = {(org, code): owner for org, code, owner in slots.values_list("org_id", "code_ci", "catalog_course_id")}
    done = 0
    for pk, org_id, code, code_ci, old_uuid in batch:
        folded = fold(code)
        values: dict[str, Any] = {} if old_uuid else {"uuid": uuid.uuid4()}
        owner = owners.setdefault((org_id, folded), pk)
        if owner == pk and len(folded) <= MAX_LENGTH:
            if code_ci is None:
                values["course_code_ci"] = folded
            slot = slot_model(org_id=org_id, code=code, code_ci=folded, catalog_course_id=pk)
            store = partial(store_slot, slot) if store_slot else partial(slot.save, using=using, force_insert=True)
            done += _complete_course(course_model, slot, using, pk, values, store)
        else:
            done += _fill(course_model.objects.using(using).filter(pk=pk), values)
    return done


def _complete_course(course_model: Any, slot: Any, using: str, pk: int, values: dict, store: Callable[[], None]) -> int:
    """Returns 1 where something was missing."""
    # The row as it was read: of a course that was renamed or deleted since then, nothing here is true.
    rows = course_model.objects.using(using).filter(pk=pk, org_id=slot.org_id, course_code=slot.code)
    try:
        with transaction.atomic(using=using):
            filled = _fill(rows, values)
            # Held before it gets a slot, which must not lead to a course that is gone or has another code by then.
            if not filled and not rows.select_for_update().order_by().values_list("pk").first():
                return 0
            if type(slot).objects.using(using).filter(org_id=slot.org_id, code_ci=slot.code_ci).exists():
                return filled
            store()
    except IntegrityError:
        # A concurrent writer took the identity; the uuid is still ours to give.
        return _fill_uuid(rows, values)
    return 1


def _complete_runs(run_model: Any, using: str, batch: list[tuple[Any, ...]]) -> int:
    folds = {fold(text) for _pk, text, _ci, _uuid in batch}
    taken = set(run_model.objects.using(using).filter(key_ci__in=folds).values_list("key_ci", flat=True))
    done = 0
    for pk, text, key_ci, old_uuid in batch:
        values: dict[str, Any] = {} if old_uuid else {"uuid": uuid.uuid4()}
        folded = fold(text)
        if key_ci is None and folded not in taken and len(folded) <= MAX_LENGTH:
            taken.add(folded)
            values["key_ci"] = folded
        rows = run_model.objects.using(using).filter(pk=pk)
        try:
            with transaction.atomic(using=using):
                done += _fill(rows, values)
        except IntegrityError:
            done += _fill_uuid(rows, values)
    return done


def _fill(rows: Any, values: dict[str, Any]) -> int:
    """
    Fill the columns of a row that are NULL, and no other: it was read before, and others write it too.

    Returns 1 where there was one. In one statement if nobody else was here, else column by column.
    """
    if not values:
        return 0
    empty = {f"{name}__isnull": True for name in values}
    if rows.filter(**empty).update(**values):
        return 1
    if len(values) == 1:
        return 0
    return max(rows.filter(**{f"{name}__isnull": True}).update(**{name: value}) for name, value in values.items())


def _fill_uuid(rows: Any, values: dict[str, Any]) -> int:
    return _fill(rows, {name: value for name, value in values.items() if name == "uuid"})
