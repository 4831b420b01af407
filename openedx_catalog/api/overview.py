"""The catalog in numbers, for whoever looks after it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC

from django.db import connections
from django.db.models import Count, Q
from django.db.models.functions import ExtractYear, Lower
from organizations.models import Organization

from ..data import CatalogOverview
from ..lib.routing import rows_of
from ..models import CatalogCourse, CourseRun, DeletedRunKey

__all__ = ["get_catalog_overview"]

# The upper end of each class of sizes.
_SIZES = (0, 1, 2, 5, 10, 20)


def get_catalog_overview() -> CatalogOverview:
    """
    Count organizations, catalog courses by their number of runs, those titled by their code and those without a language, and
    runs by year of start (UTC) and association, and those that were deleted for good.

    Six queries, whatever the size of the catalog. Does not check permissions.
    """
    active = dict(rows_of(Organization).order_by().values_list("active").annotate(Count("pk")))
    sizes = _sizes()
    courses = CatalogCourse.objects.alias(lower_title=Lower("title")).aggregate(
        total=Count("pk"),
        # As the database folds, which is near enough for a count.
        untitled=Count("pk", filter=Q(lower_title=Lower("course_code"))),
        without_language=Count("pk", filter=Q(language="")),
    )
    sizes[0] = courses["total"] - sum(sizes.values())
    years = CourseRun.objects.order_by().values_list(ExtractYear("schedule__start", tzinfo=UTC)).annotate(Count("pk"))
    associations = dict(CourseRun.objects.order_by().values_list("association").annotate(Count("pk")))
    return CatalogOverview(
        organizations=sum(active.values()),
        inactive_organizations=active.get(False, 0),
        catalog_courses=courses["total"],
        untitled_courses=courses["untitled"],
        courses_without_language=courses["without_language"],
        course_runs=sum(associations.values()),
        explicit_runs=associations.get("explicit", 0),
        courses_by_size=_by_class(sizes),
        runs_by_year=sorted(years, key=lambda row: (row[0] is None, row[0])),
        deleted_for_good=DeletedRunKey.objects.count(),
    )


def _sizes() -> Counter[int]:
    """``{number of runs: courses with so many}``, of those that have any."""
    connection = connections[CourseRun.objects.all().db]
    table, column = CourseRun._meta.db_table, CourseRun._meta.get_field("catalog_course").column
    # Counted by the database: a number for each catalog course would be read otherwise, and Django groups a group by none.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM {table} GROUP BY {column}) sizes GROUP BY n"  # noqa: S608
        )
        return Counter(dict(cursor.fetchall()))


def _by_class(sizes: Counter[int]) -> list[tuple[str, int]]:
    classes = []
    for low, high in zip((-1, *_SIZES), (*_SIZES, None), strict=True):
        count = sum(n for size, n in sizes.items() if size > low and (high is None or size <= high))
        name = f"{low + 1}+" if high is None else str(high) if high == low + 1 else f"{low + 1}–{high}"
        classes.append((name, count))
    return classes
