"""
Complete rows whose identity columns are NULL: those of openedx-core's app, and those that other programs write.

Works on the models it is given, so the migration that adopts a database and `api` share it. Never merges, never moves:
a row whose folded identity another row holds keeps its NULL, and the doctor lists it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q

from .keys import MAX_LENGTH, fold

BATCH = 1000
Progress = Callable[[int], None]


def complete_catalog_courses(
    course_model: Any, slot_model: Any, using: str, rows: models.Q | None = None, on_progress: Progress | None = None
) -> int:
    """
    Give catalog courses their uuid, folded code and slot where these are missing; return how many rows were changed.

    Oldest first, one transaction a batch of 1,000, so a killed run continues where it stopped.
    """
    # Not "NOT IN (all slots)": PostgreSQL compares each course with each slot where these do not fit into its work_mem.
    unslotted = ~Exists(slot_model.objects.using(using).filter(catalog_course=OuterRef("pk")))
    missing = Q(course_code_ci=None) | Q(uuid=None) | unslotted
    found = course_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found, "pk", "org_id", "course_code", "course_code_ci", "uuid"):
        with transaction.atomic(using=using):
            folds = {fold(row[2]) for row in batch}
            slots = slot_model.objects.using(using).filter(org_id__in={row[1] for row in batch}, code_ci__in=folds)
            owners = {(org, code): owner for org, code, owner in slots.values_list("org_id", "code_ci", "catalog_course_id")}
            for pk, org_id, code, code_ci, old_uuid in batch:
                folded = fold(code)
                values: dict[str, Any] = {} if old_uuid else {"uuid": uuid.uuid4()}
                owner = owners.setdefault((org_id, folded), pk)
                if owner == pk and len(folded) <= MAX_LENGTH:
                    if code_ci is None:
                        values["course_code_ci"] = folded
                    done += _write_course(course_model, slot_model, using, pk, values, (org_id, code, folded))
                elif values:
                    done += course_model.objects.using(using).filter(pk=pk).update(**values)
        if on_progress:
            on_progress(len(batch))
    return done


def complete_course_runs(run_model: Any, using: str, rows: models.Q | None = None, on_progress: Progress | None = None) -> int:
    """Give runs their uuid and folded key where these are missing; return how many rows were changed. As above."""
    missing = Q(key_ci=None) | Q(uuid=None)
    found = run_model.objects.using(using).filter(missing if rows is None else missing & rows)
    done = 0
    for batch in _batches(found.annotate(text=F("course_key__text")), "pk", "text", "key_ci", "uuid"):
        with transaction.atomic(using=using):
            folds = {fold(text) for _pk, text, _ci, _uuid in batch}
            taken = set(run_model.objects.using(using).filter(key_ci__in=folds).values_list("key_ci", flat=True))
            for pk, text, key_ci, old_uuid in batch:
                values: dict[str, Any] = {} if old_uuid else {"uuid": uuid.uuid4()}
                folded = fold(text)
                if key_ci is None and folded not in taken and len(folded) <= MAX_LENGTH:
                    taken.add(folded)
                    values["key_ci"] = folded
                if values:
                    done += _update(run_model, using, pk, values)
        if on_progress:
            on_progress(len(batch))
    return done


def _batches(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """Pages by primary key: constant memory, also on MariaDB, whose driver buffers a whole result."""
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:BATCH]):
        yield page
        last = page[-1][0]


def _write_course(course_model: Any, slot_model: Any, using: str, pk: int, values: dict, slot: tuple) -> int:
    org_id, code, folded = slot
    try:
        with transaction.atomic(using=using):
            if values:
                course_model.objects.using(using).filter(pk=pk).update(**values)
            if not slot_model.objects.using(using).filter(org_id=org_id, code_ci=folded).exists():
                slot_model.objects.using(using).create(org_id=org_id, code=code, code_ci=folded, catalog_course_id=pk)
    except IntegrityError:
        # A concurrent writer took the identity; the uuid is still ours to give.
        values.pop("course_code_ci", None)
        return _update(course_model, using, pk, values) if values else 0
    return 1


def _update(model: Any, using: str, pk: int, values: dict[str, Any]) -> int:
    try:
        with transaction.atomic(using=using):
            return model.objects.using(using).filter(pk=pk).update(**values)
    except IntegrityError:
        values = {name: value for name, value in values.items() if name == "uuid"}
        return model.objects.using(using).filter(pk=pk).update(**values) if values else 0
