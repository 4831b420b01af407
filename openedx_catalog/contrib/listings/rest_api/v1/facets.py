"""How many listings have which subject, level, language and organization."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from ...models_api import CourseListing, CourseListingSubject, Level, Subject


def facets_of(rows: QuerySet[CourseListing]) -> dict[str, Any]:
    """The counts of some listings, the most frequent values first. Seven queries."""
    rows = rows.order_by()
    subjects = CourseListingSubject.objects.filter(listing__in=rows.values("pk")).order_by()
    languages: Counter[str] = Counter()
    for codes, count in _counted(rows, "languages"):
        languages.update(dict.fromkeys(codes, count))
    org = ("catalog_course__org__short_name", "catalog_course__org__name")
    return {
        "count": rows.count(),
        "subject": _kinds(Subject, _counted(subjects, "subject")),
        "level": _kinds(Level, _counted(rows.exclude(level=None), "level")),
        "language": _sorted(({"code": code, "count": count} for code, count in languages.items()), "code"),
        "org": _sorted(
            ({"short_name": code, "name": name, "count": count} for code, name, count in _counted(rows, *org)), "short_name"
        ),
    }


def _counted(rows: QuerySet, *columns: str) -> Iterable[Any]:
    return rows.values_list(*columns).annotate(found=Count("pk"))


def _kinds(model: Any, counted: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    counts = dict(counted)
    named = model.objects.filter(pk__in=counts)
    return _sorted(({"slug": row.slug, "name": row.name_in(), "count": counts[row.pk]} for row in named), "slug")


def _sorted(found: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return sorted(found, key=lambda each: (-each["count"], each[name]))
