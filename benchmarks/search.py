"""
Searches, timed in process beside their bare SQL: ``python -m benchmarks.search COURSE_RUNS.csv``.

The database is that of the test settings (CATALOG_DB). First the courses of the file are indexed, then 100,000 documents made
of them, each with the titles of four others in its text; how many a second, and how much memory that takes beyond what the
process had. Then each question is asked in turn with the same statements sent by the driver, whose rows are fetched and nothing
more: 20 bodies, the total, and the counts of four facets. Targets for 100,000 on PostgreSQL: a median of 50 ms, and 1.5 times
the bare SQL.
"""

from __future__ import annotations

import csv
import os
import random
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import django

from .listings import statements_of
from .timing import analyze, in_turns

os.environ["DJANGO_SETTINGS_MODULE"] = "test_project.settings.search"
DOCUMENTS, BATCH, REPEATS, OTHERS = 100_000, 500, 5, 4
COUNTED = ("organization", "language", "level", "subject")
QUESTIONS = (
    "microeconomics", "14.100x", "circuits and electronics", "mitx 6.00", "circiuts", "artifical intelligence", "python",
    "data", "introduction to", "machine learning", '"computer science"', "course-v1:MITx+6.002x+1T2020", "history of art",
    "zzzzzz", "english for business", "quantum", "statistics", "supply chain management", "bio", "linear algebra",
)  # fmt: skip


def main() -> None:
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        courses = read(Path(sys.argv[1]))
        for index, count in (("real", len(courses)), ("large", DOCUMENTS)):
            print(fill(index, courses, count))
            analyze(connection)
            print(*measure(index), sep="\n", flush=True)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def read(path: Path) -> list[tuple[str, str, str]]:
    """Organization, number and last title of each course that the runs of a file belong to."""
    courses: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if found := re.match(r"(?:[\w-]+:)?([^+/]+)[+/]([^+/]+)[+/]", row["course_key"]):
                courses[found[1], found[2]] = row["title"] or courses.get((found[1], found[2]), "")
    return [(org, number, title) for (org, number), title in courses.items()]


def documents(courses: list[tuple[str, str, str]], count: int) -> Iterator[Any]:
    """So many; where there are more than courses, their numbers go on."""
    from openedx_catalog.contrib.search.data import Document

    chosen = random.Random(1)
    titles = [title for _org, _number, title in courses if title]
    for place in range(count):
        org, number, title = courses[place % len(courses)]
        number = f"{number}.{place // len(courses)}" if place >= len(courses) else number
        key, subject = f"{org}+{number}", f"Subject {chosen.randrange(30)}"
        facets = {
            "organization": [org],
            "language": [chosen.choice(("en", "en", "es", "fr"))],
            "level": [chosen.choice(("Introductory", "Intermediate", "Advanced"))],
            "subject": sorted({subject, f"Subject {chosen.randrange(30)}"}),
            "skill": sorted({f"Skill {chosen.randrange(500)}" for _number in range(3)}),
        }
        text, rank = f"{title}. {'. '.join(chosen.choices(titles, k=OTHERS))}", float(chosen.randrange(100))
        body = {"key": key, "title": title, "short_description": text[:150]}
        names, keywords = f"{title} {org} {number}", f"{org} {subject}"
        yield Document(f"course:{place}", "course", key, title, names, keywords, text, facets, rank, body)


def fill(index: str, courses: list[tuple[str, str, str]], count: int) -> str:
    from openedx_catalog.contrib.search.engines.database import DatabaseEngine

    engine, source = DatabaseEngine(), documents(courses, count)
    engine.create(index)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    while batch := list(islice(source, BATCH)):
        engine.put(index, batch)
    took = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"{index}: {count} documents indexed in {took:.1f} s, {count / took:.0f} a second, {grown:.0f} MB more memory"


def measure(index: str) -> Iterator[str]:
    from openedx_catalog.contrib.search.data import Search
    from openedx_catalog.contrib.search.engines.database import DatabaseEngine

    ours, ratios = [], []
    for text in QUESTIONS:
        work = partial(DatabaseEngine().search, index, Search(text, counted=COUNTED))
        sent, total = statements_of(work), work().total
        took = in_turns({"ours": lambda _turn, work=work: work(), "bare": lambda _turn, sent=sent: send(sent)}, REPEATS)
        ours.append(took["ours"] * 1000)
        ratios.append(took["ours"] / took["bare"])
        yield f"  {text}: {total} found, {ours[-1]:.1f} ms, {len(sent)} statements, {ratios[-1]:.2f} x the bare SQL"
    median, ratio = statistics.median(ours), statistics.median(ratios)
    yield f"{index}: median {median:.1f} ms, the slowest {max(ours):.1f} ms; {ratio:.2f} x the bare SQL"


def send(statements: list[tuple[str, Any]]) -> list[Any]:
    from django.db import connection

    found = []
    for sql, params in statements:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found.append(cursor.fetchall())
    return found


if __name__ == "__main__":
    main()
