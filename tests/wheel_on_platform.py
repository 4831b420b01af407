"""
The installed wheel inside a host shaped like the platform; `package` runs it where nothing of the checkout is in reach.

Publishing 1,000 courses must yield the very catalog that a backfill from the same CourseOverview rows yields.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from opaque_keys.edx.keys import CourseKey  # noqa: E402
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview  # noqa: E402
from organizations.models import Organization  # noqa: E402
from xmodule.modulestore.django import delete, publish  # noqa: E402

from openedx_catalog import __file__ as installed  # noqa: E402
from openedx_catalog.models_api import CatalogCourse, CourseRun, InboxMessage, OutboxMessage  # noqa: E402

COURSES = 1000
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


def key(n: int) -> CourseKey:
    """Four runs of each course, every seventh in the old form."""
    org, code, run = f"Org{n // 4 % 23}", f"CS{n // 4}", f"Run{n}"
    return CourseKey.from_string(f"{org}/{code}/{run}" if n % 7 == 0 else f"course-v1:{org}+{code}+{run}")


def catalog() -> list[tuple]:
    """Every run with its course, schedule and times of the platform."""
    return list(
        CourseRun.objects.order_by("key_ci").values_list(
            "course_key__text", "title", "association", "created", "schedule__start", "schedule__end", "schedule__pacing",
            "catalog_course__org__short_name", "catalog_course__course_code", "catalog_course__title",
            "catalog_course__language",
        )
    )  # fmt: skip


def main() -> None:
    assert reverse("openedx_catalog:v1:course-run-list") == "/api/catalog/v1/course-runs/"
    for n in range(COURSES):
        errors = publish(
            key(n),
            JANUARY + timedelta(hours=n),
            display_name=f"Course {n // 4}",
            start=JANUARY + timedelta(days=n) if n % 3 else None,
            end=JANUARY + timedelta(days=n + 90) if n % 5 else None,
            self_paced=bool(n % 2),
            language=("en", "es", "pt-br", None)[n // 4 % 4],
        )
        assert errors == [], errors
    delete(key(COURSES - 1))
    assert CourseRun.objects.filter(withdrawal__isnull=False).count() == 1
    assert not InboxMessage.objects.exclude(state="done").exists()
    assert OutboxMessage.objects.filter(event_type__contains="course_run.created").count() == COURSES
    published = catalog()
    assert len(published) == COURSES == CourseOverview.objects.count() + 1
    CourseRun.objects.all().delete()
    CatalogCourse.objects.all().delete()
    Organization.objects.all().delete()
    call_command("backfill_catalog", "--from", "course_overviews", stdout=StringIO())
    backfilled = catalog()
    gone = {str(key(COURSES - 1))}
    assert backfilled == [row for row in published if row[0] not in gone]
    print(f"{installed}: {COURSES} published, {len(backfilled)} backfilled, the same")


if __name__ == "__main__":
    main()
