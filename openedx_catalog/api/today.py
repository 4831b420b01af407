"""What whoever looks after the catalog asks first: what starts next, what is open, who changed what, by organization."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from organizations.models import Organization

from ..data import CatalogToday, OrganizationCounts, StartingRun
from ..lib.changes import is_by_person
from ..lib.routing import rows_of
from ..models import CatalogCourse, CourseRun
from ..policies import ARCHIVED, date_window

__all__ = ["get_catalog_today"]

STARTING, ORGANIZATIONS, DAYS = 10, 20, 7


def get_catalog_today() -> CatalogToday:
    """
    What starts next, how many runs are open, who changed courses and runs in the last seven days, the largest organizations.

    Seven queries, and one for each status that the host's policy of dates has but ``archived``, whatever the size of the
    catalog; two read the histories of courses and runs. Does not check permissions.
    """
    now = timezone.now()
    since = (now - timedelta(days=DAYS)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    following = CourseRun.objects.filter(schedule__start__gte=now).order_by("schedule__start", "pk")
    starting: Any = following.values_list("pk", "course_key__text", "title", "schedule__start")[:STARTING]
    statuses = [name for name in date_window().statuses() if name != ARCHIVED]
    changes: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for model in (CatalogCourse, CourseRun):
        history = model.history.filter(history_date__gte=since).order_by()
        signed = ("history_user_id", "history_user_name", "history_change_reason")
        for user, name, reason, count in history.values_list(*signed).annotate(Count("pk")):
            if is_by_person(user, name, reason):
                changes[name] += count
            else:
                # Not which job of a source it was, or which request.
                source = (reason or "").partition(": ")[0]
                others[":".join(source.split(":")[:2])] += count
    return CatalogToday(
        at=now,
        since=since,
        starting=[StartingRun(*values) for values in starting],
        by_status={name: CourseRun.objects.in_status(name, now).count() for name in statuses},
        enrollable=CourseRun.objects.enrollable(now).count(),
        changed_by=changes.most_common(),
        changed_from=others.most_common(),
        organizations=_organizations(),
    )


def _organizations() -> list[OrganizationCounts]:
    """Those with the most runs. Three queries."""
    runs = CourseRun.objects.order_by().values_list("catalog_course__org").annotate(n=Count("pk"))
    largest = dict(runs.order_by("-n", "catalog_course__org")[:ORGANIZATIONS])
    courses = dict(CatalogCourse.objects.filter(org__in=largest).order_by().values_list("org").annotate(Count("pk")))
    names = dict(rows_of(Organization).filter(pk__in=largest).values_list("pk", "short_name"))
    return [OrganizationCounts(pk, names.get(pk, "?"), courses.get(pk, 0), count) for pk, count in largest.items()]
