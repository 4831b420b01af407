"""
Every list, filter and page over 1,000,000 runs on PostgreSQL: ``python -m benchmarks.million``.

The rows are made by SQL, in the database itself. What is asked is found by introspection: each parameter of each REST list,
with values that match many rows, few, and none, and in each order; of each admin list every filter, order and search, and every
page of one row. A parameter without an entry in `VALUES` stops the benchmark, so a new one cannot be forgotten.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

RUNS, ORGS = 1_000_000, 300
LIMIT, NARROW_LIMIT, STATEMENT_TIMEOUT = 3.0, 1.0, 20
# Lists that once took minutes, and have a limit of their own.
NARROW = re.compile(r"[?&](enrollable|current)=(?!.*ordering)")
NOBODY = "00000000-0000-4000-8000-000000000000"
ROOT = "/api/catalog/v1"

# What is written where a value is needed: a common one, a rare one, one that matches nothing. {name} is of a row in the middle.
INSTANTS = ("2001-01-01T00:00:00Z", "{recent}", "2900-01-01T00:00:00Z")
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "uuids": ("{uuid}", NOBODY),
        "q": ("introduction", "number 77777", "a", "zzz"),
        "modified_since": INSTANTS,
        "program": ("{program}", NOBODY),
    },
    "organization": {"q": ("org", "of 77", "zzz"), "active": ("true", "false")},
    "catalog-course": {
        "key": ("{course}", "catalog-course:Nobody:None"),
        "org": ("Org1", "org77", "Nobody"),
        "course_code": ("C77777x", "common", "none"),
        "language": ("en", "zu", "fr", "nl"),
    },
    "course-run": {
        "course_keys": ("{run}", "{run},course-v1:No+Such+Run"),
        "key": ("{run}", "course-v1:No+Such+Run"),
        "catalog_course": ("{course}", "catalog-course:Nobody:None"),
        "org": ("Org1", "org77", "Nobody"),
        "course_code": ("C77777x", "common", "none"),
        "language": ("en", "zu", "fr", "nl"),
        "association": ("implicit", "explicit"),
        "status": ("archived", "current", "starting_soon", "upcoming"),
        "enrollable": ("true", "false"),
        "withdrawn": ("true", "false"),
        "at": INSTANTS,
    },
    "program-type": {},
    "program": {
        "types": ("{type}", "none"),
        "status": ("active", "unpublished,retired", "deleted"),
        "hidden": ("true", "false"),
        "org": ("Org1", "org77", "Nobody"),
        "course": ("{course}", "catalog-course:Nobody:None"),
        "course_run": ("{run}", "course-v1:No+Such+Run"),
    },
    "curriculum": {"current": ("true", "false")},
    "degree": {},
}
# Filters that only make sense, or are only slow, together.
TOGETHER = {
    "course-run": (
        {"enrollable": "false", "at": "2015-06-01T00:00:00Z"},
        {"enrollable": "true", "at": "2900-01-01T00:00:00Z"},
        {"enrollable": "false", "at": "1900-01-01T00:00:00Z"},
        {"enrollable": "false", "org": "Org1", "ordering": "-start"},
        {"status": "current", "at": "2015-06-01T00:00:00Z", "ordering": "title"},
        {"org": "Org1", "withdrawn": "true", "association": "explicit"},
        {"language": "zu", "status": "current"},
    ),
}
# Nobody adds a message by hand: that page is refused.
ANSWERED = (200, 302, 403)
SEARCHES = ("introduction", "77777", "org77", "course-v1:Org1", "number 7 of", "zzz", "ärz")


class Asked(NamedTuple):
    """One request: what it took (None: a statement was stopped), its limit, and the status of its answer."""

    url: str
    seconds: float | None
    limit: float
    status: int = 200

    @property
    def missed(self) -> bool:
        return self.seconds is None or self.seconds > self.limit or self.status not in ANSWERED

    @property
    def taken(self) -> str:
        if self.status not in ANSWERED:
            return f"({self.status})"
        return "stopped" if self.seconds is None else f"{self.seconds:.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="openedx_catalog_million", help="The database, made anew unless --keep.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--keep", action="store_true", help="Use what stands there, if it does, and leave it.")
    parser.add_argument("--only", default="", help="A regular expression: which URLs are asked.")
    parser.add_argument("--top", type=int, default=40, help="How many lines are shown.")
    options = parser.parse_args()
    os.environ.update(CATALOG_DB="postgresql", CATALOG_DB_NAME=options.name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "test_project.settings.full"
    import django

    django.setup()
    from django.db import connection

    made = not (options.keep and _exists(connection))
    if made:
        build(connection, options.runs)
    try:
        asked = ask_everything(connection, re.compile(options.only))
    finally:
        if not options.keep:
            connection.close()
            _execute_elsewhere(connection, f"DROP DATABASE {connection.ops.quote_name(options.name)}")
    report(asked, options.top)
    return int(any(answer.missed for answer in asked))


def _exists(connection: Any) -> bool:
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _execute_elsewhere(connection: Any, *statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# The rows


def build(connection: Any, runs: int) -> None:
    """Make the database and its rows, and say what it took."""
    from django.core.management import call_command

    began, name = time.monotonic(), connection.ops.quote_name(connection.settings_dict["NAME"])
    _execute_elsewhere(connection, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    call_command("migrate", verbosity=0)
    script = (Path(__file__).parent / "million.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        # What is lost when the server falls is made again; and the checks of foreign keys would find nothing.
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for statement in script.replace(":runs", str(runs)).replace(":orgs", str(ORGS)).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("RESET ALL")
        # As autovacuum does after such a load: lists of one table are then counted by its index.
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    print(f"{runs:,} runs in {time.monotonic() - began:.0f} s, {size}", flush=True)


# The questions


def ask_everything(connection: Any, only: re.Pattern[str]) -> list[Asked]:
    """Every request, asked once; one above its limit twice more, and the fastest counts: others use the machine too."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _new = get_user_model().objects.get_or_create(
        username="million", defaults={"is_staff": True, "is_superuser": True, "is_active": True}
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}s'")

    asked: list[Asked] = []

    def ask(url: str) -> Any:
        if not only.search(url):
            return None
        limit, best = NARROW_LIMIT if url.startswith(ROOT) and NARROW.search(url) else LIMIT, None
        response = None
        for _turn in range(3):
            response, spent = _get(client, url)
            if response is not None and (best is None or spent < best):
                best = spent
            if response is None or not limit < spent < 3 * limit:
                break
        asked.append(Asked(url, best, limit, response.status_code if response is not None else 200))
        if len(asked) % 50 == 0:
            print(f"{len(asked)} asked …", file=sys.stderr, flush=True)
        return response

    for url in rest_urls(ask):
        ask(url)
    for url in admin_urls(client, ask, user):
        ask(url)
    return asked


def _get(client: Any, url: str) -> tuple[Any, float]:
    from django.db import OperationalError

    began = time.perf_counter()
    response = client.get(url)
    if isinstance((getattr(response, "exc_info", None) or (None, None))[1], OperationalError):
        return None, time.perf_counter() - began
    if response.streaming:
        # The first piece: a file of everything takes as long as it takes.
        next(iter(response.streaming_content))
        response.close()
    return response, time.perf_counter() - began


def _middle() -> dict[str, str]:
    """What stands in the middle of the tables."""
    from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership
    from openedx_catalog.models_api import CourseRun

    member = CurriculumCourseMembership.objects.order_by("pk").select_related("curriculum__program__type")[10]
    course = member.catalog_course
    run = course.runs.order_by("pk").first()
    recent = CourseRun.objects.order_by("-pk").values_list("modified", flat=True)[0]
    return {
        "course": course.key_str, "run": str(run.course_key), "program": str(member.curriculum.program.uuid),
        "type": member.curriculum.program.type.slug, "recent": recent.isoformat(),
    }  # fmt: skip


def rest_urls(ask: Callable[[str], Any]) -> Iterator[str]:
    """The lists: bare, in every order, by every parameter; first, middle and last page."""
    from openedx_catalog.contrib.programs.rest_api.v1.urls import router as of_programs
    from openedx_catalog.rest_api.v1.urls import router as of_core

    names = _middle()
    for prefix, view, basename in (*of_core.registry, *of_programs.registry):
        url = f"{ROOT}/{prefix}/"
        filters = view.filterset_class.base_filters
        row = view.model.objects.order_by("pk")[view.model.objects.count() // 2 :].first()
        here = {**names, "uuid": str(getattr(row, "uuid", ""))}
        questions: list[dict[str, str]] = [{}]
        for name, found in filters.items():
            if name == "ordering":
                values: tuple[str, ...] = tuple(value for value, _label in found.extra["choices"])
            elif (values := VALUES[basename].get(name) or VALUES[""].get(name) or ()) == ():
                raise SystemExit(f"{basename}: there are no values for the parameter {name}.")
            questions += [{name: value.format(**here)} for value in values]
        for question in [*questions, *TOGETHER.get(basename, ())]:
            yield from _pages(ask, url, {**question, "page_size": "100"})
        if basename == "catalog-course":
            yield f"{url}{names['course']}/runs/?page_size=100"
        yield f"{url}{view().lookup_of(row)}/"


def _pages(ask: Callable[[str], Any], url: str, question: dict[str, str]) -> Iterator[str]:
    response = ask(f"{url}?{urlencode(question)}")
    pages = response.json()["num_pages"] if response is not None and response.status_code == 200 else 1
    for page in sorted({pages // 2, pages} - {0, 1}):
        yield f"{url}?{urlencode({**question, 'page': page})}"


def admin_urls(client: Any, ask: Callable[[str], Any], user: Any) -> Iterator[str]:
    """The pages: each list with all it offers, and every page of one row."""
    from django.contrib import admin
    from django.test import RequestFactory
    from django.urls import reverse

    for model, model_admin in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label):
        meta = model._meta
        if not meta.app_label.startswith("openedx_catalog"):
            continue
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        request = RequestFactory().get(url)
        request.user = user
        changes = model_admin.get_changelist_instance(request)
        yield url
        pages = changes.paginator.num_pages
        yield from (f"{url}?p={page}" for page in sorted({pages // 2, pages} - {0, 1}))
        for number, column in enumerate(changes.list_display):
            if changes.get_ordering_field(column):
                yield from (f"{url}?o={sign}{number}" for sign in ("", "-"))
        for spec in changes.filter_specs:
            for choice in spec.choices(changes):
                yield f"{url}{choice['query_string']}"
        if model_admin.get_search_fields(request):
            yield from (f"{url}?{urlencode({'q': term})}" for term in SEARCHES)
        if row := model.objects.order_by("pk")[model.objects.count() // 2 :].first():
            yield from _pages_of(model_admin, row)
        if model_admin.search_fields:
            for term in ("", "introduction", "77777", "zzz"):
                yield from _autocomplete(model, term)


def _pages_of(model_admin: Any, row: Any) -> Iterator[str]:
    """Every page that this admin has for one row, and those it has for none."""
    from django.urls import NoReverseMatch, reverse

    for pattern in model_admin.get_urls():
        if pattern.name is None or "changelist" in pattern.name:
            continue
        if pattern.name.endswith("_history") and not hasattr(model_admin.model, "history"):
            # There is none to be shown.
            continue
        for args in ([row.pk], []):
            try:
                url = reverse(f"admin:{pattern.name}", args=args)
            except NoReverseMatch:
                continue
            yield f"{url}?ids={row.pk}" if pattern.name.endswith("_move_many") else url
            if url.endswith("/overview/"):
                yield f"{url}?doctor=1"
            break


def _autocomplete(model: Any, term: str) -> Iterator[str]:
    """For each foreign key that an admin of ours completes from this model."""
    from django.contrib import admin
    from django.urls import reverse

    for other, model_admin in admin.site._registry.items():
        for name in model_admin.autocomplete_fields:
            if other._meta.app_label.startswith("openedx_catalog") and other._meta.get_field(name).related_model is model:
                about = {"app_label": other._meta.app_label, "model_name": other._meta.model_name, "field_name": name}
                yield f"{reverse('admin:autocomplete')}?{urlencode({**about, 'term': term})}"
                return


def report(asked: list[Asked], top: int) -> None:
    """The slowest first, and how many missed their limit."""
    asked = sorted(asked, key=lambda answer: (not answer.missed, -(1e9 if answer.seconds is None else answer.seconds)))
    print(f"\n{'seconds':>8}  {'limit':>5}  request")
    for answer in asked[:top]:
        print(f"{answer.taken:>8}  {answer.limit:>5.0f}  {'MISSED ' if answer.missed else ''}{answer.url}")
    missed = sum(answer.missed for answer in asked)
    times = sorted(answer.seconds for answer in asked if answer.seconds is not None)
    if times:
        print(f"\n{len(asked)} requests, {missed} above the limit; the median took {times[len(times) // 2]:.3f} s.")


if __name__ == "__main__":
    sys.exit(main())
