"""What the doctor finds and a person decides: repairs of one row, by its id, because its key may be what is wrong."""

from __future__ import annotations

from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _

from .. import keys
from ..exceptions import InvalidRequest
from ..lib import feed
from ..lib.changes import Change, Provenance, ReasonedProvenance, delete_with_history, save_with_history
from ..lib.transactions import refuse_if_protected, writes_to
from ..models import CatalogCourse, CourseRun
from .course_runs import drop_parts
from .lookup import parse_pk

__all__ = ["delete_course_run_twin", "refold_catalog_course", "refold_course_run"]


def refold_catalog_course(pk: int, **provenance: Unpack[Provenance]) -> None:
    """
    Compute the folded code of a catalog course anew, where another program has changed its code. Emits nothing.

    Does not check permissions. Raises CatalogCourse.DoesNotExist, or RetryableConflict where another row has that identity.
    """
    _refold(CatalogCourse, pk, "course_code_ci", Change(**provenance))


def refold_course_run(pk: int, **provenance: Unpack[Provenance]) -> None:
    """
    Compute the folded key of a run anew, where another program has changed its key. Emits nothing.

    Does not check permissions. Raises CourseRun.DoesNotExist, or RetryableConflict where another row has that identity.
    """
    _refold(CourseRun, pk, "key_ci", Change(**provenance))


@writes_to(CourseRun)
def _refold(model: Any, pk: int, column: str, change: Change) -> None:
    row = model.objects.select_for_update().get(pk=parse_pk(pk))
    save_with_history(row, change.because("identity recomputed"), update_fields=[column])


@writes_to(CourseRun)
def delete_course_run_twin(pk: int, **provenance: Unpack[ReasonedProvenance]) -> None:
    """
    Delete a run whose identity another run holds: its own is NULL or not that of its key, which names the other one.

    Emits nothing, since an event would name a run that is still there; the change feed names both. Does not check permissions.
    Raises ReasonRequired, CourseRun.DoesNotExist, HasDependents, or InvalidRequest for a run that is no twin.
    """
    change = Change(**provenance)
    change.require_reason(_("deleting a twin"))
    run = CourseRun.objects.select_for_update().get(pk=parse_pk(pk))
    text = str(run.course_key)
    if run.key_ci == keys.fold(text) or not CourseRun.objects.filter(key_ci=keys.fold(text)).exists():
        reason = _("%(key)s (id %(id)d) is not a twin: no other run holds its identity. Delete it by its key.")
        raise InvalidRequest(reason=reason % {"key": text, "id": pk})
    with refuse_if_protected(text):
        drop_parts(run, change)
        delete_with_history(run, change)
    twin = CourseRun.objects.get(key_ci=keys.fold(text))
    # By its uuid it is gone; a run of this key is not.
    entries = [feed.Entry("course_run", str(run.uuid), text, "deleted")] if run.uuid else []
    entries.append(feed.Entry("course_run", twin.uuid and str(twin.uuid), str(twin.course_key), "updated"))
    feed.write(entries, using=router.db_for_write(CourseRun))
