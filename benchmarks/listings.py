"""
Public lists of courses, timed in process beside a bare view of the same SQL: ``python -m benchmarks.listings COURSE_RUNS.csv``.

The database is that of the test settings (CATALOG_DB). Each course of the file gets a listing; then the list of 100 over REST,
the page of courses and their confirmations (304) are asked for, first after a change and by the next visitor, in turn with a
view that sends the statements of the first and answers with their rows as JSON, without a framework for resources or templates.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from .timing import analyze, in_turns

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
        analyze(connection)
        for name, url in PAGES.items():
            print(*measure(name, url), sep="\n")
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


def measure(name: str, url: str) -> Iterator[str]:
    """Lines: the medians of who asks first and of who asks next, each beside a bare view; and what a confirmation takes."""
    from django.core.cache import cache
    from django.test import Client

    client = Client()
    tag = client.get(url)["ETag"]

    def first(_turn: int = 0) -> Any:
        cache.clear()
        return client.get(url)

    def following(_turn: int = 0) -> Any:
        return client.get(url)

    first()
    SENT[:] = statements_of(first)
    for who, work in (("who asks first", first), ("who asks next", following)):
        count = len(statements_of(work))
        took = in_turns({"ours": work, "bare": lambda _turn: client.get("/bare/")}, REPEATS)
        ours, theirs = took["ours"] * 1000, took["bare"] * 1000
        yield f"{name}, {who}: {ours:.1f} ms, {count} statements; bare {theirs:.1f} ms: {ours / theirs:.2f} x"
    confirmed = partial(client.get, url, headers={"if-none-match": tag})
    count, took = len(statements_of(confirmed)), in_turns({"304": lambda _turn: confirmed()}, REPEATS)
    assert confirmed().status_code == 304, url
    yield f"{name}, confirmed: {took['304'] * 1000:.1f} ms, {count} statements"


def statements_of(work: Callable[[], Any]) -> list[tuple[str, Any]]:
    from django.db import connection

    found = list[tuple[str, Any]]()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return found


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
