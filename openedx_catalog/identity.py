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

from .keys import MAX_LENGTH, fold

BATCH = 1000
Progress = Callable[[int], None]
Run = Callable[[str, Callable[[], int]], int]
"""Runs the work on a batch in a transaction of a database."""


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
) -> int:
    """
    Give catalog courses their uuid, folded code and slot where these are missing; return how many rows were changed.

    Oldest first, one transaction a batch of 1,000, so a killed run continues where it stopped. `run` may repeat a batch
    that was rolled back.
    """
    # Not "NOT IN (all slots)": PostgreSQL compares each course with each slot where these do not fit into its work_mem.
    unslotted = ~Exists(slot_model.objects.using(using).filter(catalog_course=OuterRef("pk")))
    missing = Q(course_code_ci=None) | Q(uuid=None) | unslotted
    found = course_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found, "pk", "org_id", "course_code", "course_code_ci", "uuid"):
        done += run(using, partial(_complete_courses, course_model, slot_model, using, batch))
        if on_progress:
            on_progress(len(batch))
    return done


def complete_course_runs(
    run_model: Any,
    using: str,
    rows: models.Q | None = None,
    on_progress: Progress | None = None,
    run: Run = _in_transaction,
) -> int:
    """Give runs their uuid and folded key where these are missing; return how many rows were changed. As above."""
    missing = Q(key_ci=None) | Q(uuid=None)
    found = run_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found.annotate(text=F("course_key__text")), "pk", "text", "key_ci", "uuid"):
        done += run(using, partial(_complete_runs, run_model, using, batch))
        if on_progress:
            on_progress(len(batch))
    return done


def _batches(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """Pages by primary key: constant memory, also on MariaDB, whose driver buffers a whole result."""
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
        yield page
        last = page[-1][0]


def _complete_courses(course_model: Any, slot_model: Any, using: str, batch: list[tuple[Any, ...]]) -> int:
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
            done += _complete_course(course_model, slot_model, using, pk, values, (org_id, code, folded))
        else:
            done += _fill(course_model.objects.using(using).filter(pk=pk), values)
    return done


def _complete_course(course_model: Any, slot_model: Any, using: str, pk: int, values: dict, slot: tuple) -> int:
    """Returns 1 where something was missing."""
    org_id, code, folded = slot
    # The row as it was read: of a course that was renamed or deleted since then, nothing here is true.
    rows = course_model.objects.using(using).filter(pk=pk, org_id=org_id, course_code=code)
    try:
        with transaction.atomic(using=using):
            filled = _fill(rows, values)
            # Held before it gets a slot, which must not lead to a course that is gone or has another code by then.
            if not filled and not rows.select_for_update().order_by().values_list("pk").first():
                return 0
            if slot_model.objects.using(using).filter(org_id=org_id, code_ci=folded).exists():
                return filled
            slot_model.objects.using(using).create(org_id=org_id, code=code, code_ci=folded, catalog_course_id=pk)
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
