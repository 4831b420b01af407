"""What people said of suggestions: these two are different, do not ask again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from django.db import IntegrityError, router, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ... import keys
from ...exceptions import InvalidRequest
from ...lib.changes import Change, ReasonedProvenance, user_name
from ...lib.transactions import writes_to
from ...models import CourseRun, DistinctPair
from .. import lookup

__all__ = ["forget_distinct", "get_distinct_pairs", "mark_distinct"]


def get_distinct_pairs(kind: str = "") -> QuerySet[DistinctPair]:
    """What is known to be different, newest first, of one kind or all. `first` and `second` are uuids or names."""
    rows = DistinctPair.objects.order_by("-pk")
    return rows.filter(kind=_kind(kind)) if kind else rows


@writes_to(DistinctPair)
def mark_distinct(kind: str, first: Any, second: Any, **provenance: Unpack[ReasonedProvenance]) -> DistinctPair:
    """
    Remember that two rows are different, so that `suggest_repairs` leaves them alone. Said again, the first word stays.

    `kind` says what is named: ``catalog_course`` (objects, uuids or keys), ``organization`` (objects or short_names),
    ``course_run`` (keys or uuids), ``placement`` (a run, and a catalog course that it does not belong to), ``course_code`` (a
    catalog course, and a code that it does not want). In whichever order, but for the last two. Changes no row, emits nothing.
    Does not check permissions.

    Raises ReasonRequired, InvalidRequest, and as look-ups do: CatalogCourse.DoesNotExist, CourseRun.DoesNotExist,
    Organization.DoesNotExist, InvalidCatalogKey, InvalidCourseKey.
    """
    change = Change(**provenance)
    change.require_reason(_("marking rows as different"))
    names = _names(kind, first, second)
    if names["first"] == names["second"]:
        raise InvalidRequest(reason=_("These are one and the same row."), field="second")
    signed = {"at": timezone.now(), "source": change.source, "reason": change.reason, "user_name": _name_of(change.user)}
    found = DistinctPair.objects.filter(**names).first()
    if found is None:
        try:
            with transaction.atomic(using=router.db_for_write(DistinctPair)):
                found = DistinctPair.objects.create(**names, **signed)
        except IntegrityError:
            # Somebody else has just said so.
            found = DistinctPair.objects.get(**names)
    return found


@writes_to(DistinctPair)
def forget_distinct(kind: str, first: Any, second: Any) -> bool:
    """Take back what `mark_distinct` says of two rows, which are named as there. Returns whether it was known."""
    return bool(DistinctPair.objects.filter(**_names(kind, first, second)).delete()[0])


def _names(kind: str, first: Any, second: Any) -> dict[str, str]:
    ways = _KINDS[_kind(kind)]
    # One order for both ways round.
    one, other = sorted(way(given) for way, given in zip(ways, (first, second), strict=True))
    return {"kind": kind, "first": one, "second": other}


def _kind(kind: Any) -> str:
    if not isinstance(kind, str) or kind not in _KINDS:
        reason = _("There is no kind %(kind)r. Expected one of: %(known)s.")
        raise InvalidRequest(reason=reason % {"kind": keys.shorten(kind, 60), "known": ", ".join(_KINDS)}, field="kind")
    return kind


def _course(given: Any) -> str:
    course = lookup.course_named(given)
    return str(lookup.complete_course(course).uuid)


def _run(given: Any) -> str:
    uuid = lookup.uuid_of(given)
    if uuid is None:
        return str(lookup.complete(lookup.course_run(given)).uuid)
    if not CourseRun.objects.filter(uuid=uuid).exists():
        raise CourseRun.DoesNotExist(_("There is no course run %(key)s.") % {"key": uuid})
    return str(uuid)


def _organization(given: Any) -> str:
    return lookup.organization_named(given).short_name


def _code(given: Any) -> str:
    return keys.fold(keys.check_code(given))


def _name_of(user: Any) -> str:
    return user_name(user) if user is not None and user.is_authenticated else ""


_KINDS: dict[str, tuple[Callable[[Any], str], Callable[[Any], str]]] = {
    "catalog_course": (_course, _course),
    "organization": (_organization, _organization),
    "course_run": (_run, _run),
    "placement": (_run, _course),
    "course_code": (_course, _code),
}
