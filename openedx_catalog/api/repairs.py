"""What the doctor finds and a person decides: repairs of one row, by its id, because its key may be what is wrong."""

from __future__ import annotations

from typing import Any, Unpack

from django.db import router

from .. import keys
from ..exceptions import InvalidRequest
from ..lib.changes import Change, ReasonedProvenance, delete_with_history
from ..lib.transactions import atomically, refuse_if_protected
from ..models import CatalogCourse, CourseRun
from .lookup import parse_pk

__all__ = ["delete_course_run_twin", "refold_catalog_course", "refold_course_run"]


def refold_catalog_course(pk: int) -> None:
    """
    Compute the folded code of a catalog course anew, where another program has changed its code. No history, no event.

    Does not check permissions. Raises CatalogCourse.DoesNotExist, or RetryableConflict where another row has that identity.
    """
    _refold(CatalogCourse, pk, "course_code_ci")


def refold_course_run(pk: int) -> None:
    """
    Compute the folded key of a run anew, where another program has changed its key. No history, no event.

    Does not check permissions. Raises CourseRun.DoesNotExist, or RetryableConflict where another row has that identity.
    """
    _refold(CourseRun, pk, "key_ci")


def _refold(model: Any, pk: int, column: str) -> None:
    def work() -> None:
        row = model.objects.select_for_update().get(pk=parse_pk(pk))
        row.save(update_fields=[column])

    atomically(router.db_for_write(model), work)


def delete_course_run_twin(pk: int, **provenance: Unpack[ReasonedProvenance]) -> None:
    """
    Delete a run whose identity another run holds: its own is NULL, and its key names the other one.

    Emits nothing, since an event would name a run that is still there. Does not check permissions. Raises ReasonRequired,
    CourseRun.DoesNotExist, HasDependents, or InvalidRequest for a run that is no twin.
    """
    change = Change(**provenance)
    change.require_reason("delete a twin")

    def work() -> None:
        run = CourseRun.objects.select_for_update().get(pk=parse_pk(pk))
        text = str(run.course_key)
        if run.key_ci is not None or not CourseRun.objects.filter(key_ci=keys.fold(text)).exists():
            raise InvalidRequest(reason=f"{text} (id {pk}) is no twin: no other run holds its identity.")
        with refuse_if_protected(text):
            delete_with_history(run, change)

    atomically(router.db_for_write(CourseRun), work)
