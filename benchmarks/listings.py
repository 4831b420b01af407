"""
Public lists of courses, timed in process beside a bare view of the same SQL: ``python -m benchmarks.listings COURSE_RUNS.csv``.

The database is that of the test settings (CATALOG_DB). Each course of the file gets a listing; then the list of 100 over REST,
the page of courses and their confirmations (304) are asked for, in turn with a view that sends the same statements and answers
with their rows as JSON, without a framework for resources or templates.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from .timing import in_turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "test_project.settings.listings")
REPEATS = 15
SENT: list[tuple[str, Any]] = []
PAGES = {"REST, 100 listings": "/api/catalog/v1/listings/courses/?page_size=100", "page of courses": "/catalog/courses/"}


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    sys.modules["benchmarks.listings_urls"] = urls = ModuleType("benchmarks.listings_urls")
    urls.urlpatterns = url_patterns()  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = urls.__name__
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(f"{fill(Path(sys.argv[1]))} courses with listings, {connection.vendor}")
        for name, url in PAGES.items():
            print(measure(name, url))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def fill(path: Path) -> int:
    """The runs of the file, and a listing for each of their courses; how many of these."""
    from tqdm import tqdm

    from openedx_catalog import api as catalog
    from openedx_catalog.contrib.listings import api
    from openedx_catalog.models_api import CatalogCourse

    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    catalog.associate_course_runs(catalog.AssociationRecord(row["course_key"], title=row.get("title", "")) for row in rows)
    subjects = [api.create_subject(name=f"Subject {number}") for number in range(20)]
    courses = list(CatalogCourse.objects.with_org())
    for number, course in enumerate(tqdm(courses, unit="course", disable=None)):
        values: dict[str, Any] = {"subjects": [subjects[number % 20]], "languages": ["en"], "weeks": 6, "live": True}
        api.set_course_listing(course, short_description="What it is about, in a sentence or two.", **values)
    return len(courses)


def measure(name: str, url: str) -> str:
    """A line: the median, that of the bare view, their ratio, statements, and what a confirmation takes."""
    from django.db import connection
    from django.test import Client

    client, statements = Client(), list[tuple[str, Any]]()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    client.get(url)
    with connection.execute_wrapper(note):
        response = client.get(url)
    assert response.status_code == 200, (url, response.content[:300])
    SENT[:] = statements
    statements.clear()
    with connection.execute_wrapper(note):
        confirmed = client.get(url, headers={"if-none-match": response["ETag"]})
    assert confirmed.status_code == 304, url
    contestants = {
        "ours": lambda _turn: client.get(url),
        "bare": lambda _turn: client.get("/bare/"),
        "confirmed": lambda _turn: client.get(url, headers={"if-none-match": response["ETag"]}),
    }
    took = {name: seconds * 1000 for name, seconds in in_turns(contestants, REPEATS).items()}
    told = f"{name}: {took['ours']:.1f} ms, {len(SENT)} statements; bare {took['bare']:.1f} ms"
    told = f"{told}: {took['ours'] / took['bare']:.2f} x"
    return f"{told}; 304 in {took['confirmed']:.1f} ms, {len(statements)} statements"


def bare(request: Any) -> Any:
    """The rows of the statements that are sent for a page."""
    from django.db import connection
    from django.http import HttpResponse

    found = []
    for sql, params in SENT:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found.append(cursor.fetchall())
    return HttpResponse(json.dumps(found, default=str), content_type="application/json")


def url_patterns() -> list[Any]:
    from django.urls import include, path

    return [path("bare/", bare), path("", include("test_project.urls"))]


if __name__ == "__main__":
    main()
