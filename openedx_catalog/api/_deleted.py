"""What the engine asks before it creates runs: whether somebody deleted their keys for good (ADR 0029)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from ..exceptions import DeletedOnPurpose
from ..lib.changes import Change, signature
from ..lib.transactions import Outdated
from ..models import CourseRun, DeletedRunKey
from ._requests import Request
from ._store import DryStore, Store
from .lookup import complete_course


def without_deleted(requests: Sequence[Request], store: Store) -> list[Request]:
    """Those among requests for new runs whose keys nobody deleted for good; the others are skipped. One SELECT, if any."""
    deleted = _deleted([request.key.key_ci for request in requests], store.using)
    for request in requests:
        if row := deleted.get(request.key.key_ci):
            request.skip(refusal(row))
    return [request for request in requests if request.key.key_ci not in deleted]


def refuse_deleted_meanwhile(requests: Sequence[Request], store: Store) -> None:
    """
    Raise Outdated where a key was deleted for good between the look at it and the insert of its run: one SELECT, if any.

    Another writer may have created and deleted the run in between. Now that it is inserted, whoever wants to delete it waits.
    """
    created = [request.key.key_ci for request in requests if request.outcome == "created"]
    if not isinstance(store, DryStore) and _deleted(created, store.using, latest=True):
        raise Outdated(_("a run was deleted for good while it was created"))


def remember_deleted(run: CourseRun, change: Change) -> None:
    """Remember the key of a run that is about to be deleted for good, which is held, with what the run is."""
    known = {
        "course_key": str(run.course_key), "title": run.title, "association": run.association, "run_uuid": run.uuid,
        "catalog_course_uuid": complete_course(run.catalog_course).uuid, **signature(change),
    }  # fmt: skip
    # It is known already where another program has created the run past the API.
    DeletedRunKey.objects.update_or_create(key_ci=run.key_ci, defaults=known)


def refusal(row: DeletedRunKey) -> DeletedOnPurpose:
    """The error that says who deleted this key, when and why."""
    return DeletedOnPurpose(course_key=row.course_key, at=row.at, by=row.user_name or row.source, why=row.reason)


def _deleted(folded_keys: Collection[str], using: str, *, latest: bool = False) -> dict[str, DeletedRunKey]:
    if not folded_keys:
        return {}
    rows = DeletedRunKey.objects.using(using).filter(key_ci__among=list(folded_keys)).order_by()
    # A plain SELECT of a transaction that began earlier would not see it on MySQL, where that is REPEATABLE READ.
    return {row.key_ci: row for row in (rows.select_for_update() if latest else rows)}
