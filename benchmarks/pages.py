"""
The lists of the admin, timed in process: ``python -P benchmarks/pages.py SAMPLE OUT``.

The Python that runs it decides whether ``openedx_catalog`` is ours or openedx-core's, so it imports nothing else of ours.
"""

from __future__ import annotations

import csv
import json
import runpy
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.conf import settings
from django.urls import path

ROOT = Path(__file__).parent.parent
REPEATS, ROWS = 9, 100
PAGES = {
    "course runs, 100 rows": "courserun/",
    "course runs, last page": "courserun/?p={last}",
    "catalog courses, 100 rows": "catalogcourse/",
}
urlpatterns: list[Any] = []


def main() -> None:
    sample, out = map(Path, sys.argv[1:])
    base = ROOT / "test_project" / "settings"
    apps = ["admin", "auth", "contenttypes", "messages", "sessions", "staticfiles"]
    settings.configure(
        DATABASES={"default": runpy.run_path(str(base / "databases.py"))["database"]()},
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "simple_history", "organizations", "openedx_catalog"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        ROOT_URLCONF=sys.modules[__name__],
        ALLOWED_HOSTS=["testserver"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        USE_TZ=True,
        SECRET_KEY="for the benchmark only",  # noqa: S106
        SILENCED_SYSTEM_CHECKS=["models.W036", "models.W044"],
    )
    django.setup()
    from django.contrib import admin
    from django.db import connection

    urlpatterns.append(path("admin/", admin.site.urls))
    connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with sample.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        fill(rows)
        runpy.run_path(str(ROOT / "benchmarks" / "timing.py"))["analyze"](connection)
        out.write_text(json.dumps(measure(len(rows))), encoding="utf-8")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def fill(rows: list[dict[str, str]]) -> None:
    """By our API, or by hand into the peer's tables: it has no call for many."""
    from openedx_catalog import api

    if hasattr(api, "associate_course_runs"):
        api.associate_course_runs((api.AssociationRecord(**row) for row in rows), source="benchmark")
        return
    from opaque_keys.edx.keys import CourseKey
    from organizations.models import Organization

    from openedx_catalog.models import CatalogCourse, CourseRun

    parsed = [(CourseKey.from_string(row["course_key"]), row) for row in rows]
    names = sorted({key.org for key, _row in parsed})
    Organization.objects.bulk_create([Organization(short_name=name, name=name) for name in names], batch_size=500)
    orgs = {org.short_name: org for org in Organization.objects.all()}
    pairs = sorted({(key.org, key.course) for key, _row in parsed})
    CatalogCourse.objects.bulk_create(
        [CatalogCourse(org=orgs[org], course_code=code, title=code) for org, code in pairs], batch_size=500
    )
    courses = {(course.org.short_name, course.course_code): course for course in CatalogCourse.objects.select_related("org")}
    CourseRun.objects.bulk_create(
        [
            CourseRun(course_key=key, catalog_course=courses[key.org, key.course], run_code=key.run, title=row["title"])
            for key, row in parsed
        ],
        batch_size=500,
    )


def measure(runs: int) -> dict[str, tuple[float, int]]:
    """{page: (median seconds, queries)}"""
    from django.contrib import admin
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    for model_admin in admin.site._registry.values():
        # Theirs; ours shows 50.
        model_admin.list_per_page = ROWS
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("benchmark"))
    facts = {}
    for name, page in PAGES.items():
        url = "/admin/openedx_catalog/" + page.format(last=-(-runs // ROWS))
        queries: list[str] = []

        def note(execute: Any, sql: str, *rest: Any, queries: list[str] = queries) -> Any:
            queries.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = client.get(url)
        assert response.status_code == 200, (url, response)
        taken = []
        for _repeat in range(REPEATS):
            began = time.perf_counter()
            client.get(url)
            taken.append(time.perf_counter() - began)
        facts[name] = (median(taken), len(queries))
    return facts


if __name__ == "__main__":
    main()
