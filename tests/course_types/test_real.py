"""The 12,404 real runs, with modes drawn from the shapes of real answers of a discovery service."""

import itertools
import json
from collections import defaultdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunTyping, CourseTyping
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.transfer import open_catalog_file

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Beside what those answers have, what they lack.
MORE = [
    ("audit",), ("verified",), ("honor",), ("professional",), ("no-id-professional",), ("audit", "credit", "verified"),
    ("masters",),
]  # fmt: skip
# What a test reads of the golden table: {course type: the sets that its runs may have}, in order.
EXPECTED = {
    "audit": ["audit"], "professional": ["professional"], "verified-audit": ["audit", "audit,verified"],
    "credit-verified-audit": ["audit", "audit,verified", "audit,credit,verified"], "honor": ["honor"],
    "verified-honor": ["honor", "honor,verified"],
    "credit-verified-honor": ["honor", "honor,verified", "credit,honor,verified"],
    "verified": ["verified"], "empty": [""],
}  # fmt: skip


def shapes(folder):
    """The sets of seats in real answers, each once."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("seats"), list):
                found.add(tuple(sorted(seat["type"] for seat in value["seats"])))
            value = list(value.values())
        for each in value if isinstance(value, list) else ():
            walk(each)

    for path in sorted((folder / "api" / "discovery_v1_real").glob("*.json")):
        walk(json.loads(path.read_text(encoding="utf-8")))
    return sorted(found)


def draw(folder):
    """``{course key: slugs}`` of all runs: courses of one kind, and some that are mixed."""
    drawn, said = itertools.cycle([*shapes(folder), *MORE]), {}
    rows = (
        CourseRun.objects.with_key_text().order_by("catalog_course_id", "key_ci").values_list("catalog_course_id", "key_text")
    )
    for place, (_course, group) in enumerate(itertools.groupby(rows, lambda row: row[0])):
        own = next(drawn)
        said |= {key: own if place % 5 else next(drawn) for _course, key in group}
    return said


def expected_of(runs):
    """The course type of a course whose runs have these sets; None where none fits."""
    sets = {",".join(sorted(slugs)).replace("no-id-professional", "professional") for slugs in runs}
    return next((name for name, allowed in EXPECTED.items() if sets <= set(allowed)), None)


def test_real_runs_are_matched_in_bounded_queries_and_twice_as_once(real_data):
    with open_catalog_file(str(real_data / "course_runs.csv")) as file:
        catalog.associate_course_runs(file.records())
    said = draw(real_data)
    records = [
        api.RunProducts(key, **{("seats", "modes")[place % 2]: slugs}) for place, (key, slugs) in enumerate(said.items())
    ]
    stored = api.store_course_run_products(records)
    assert stored.outcomes == {"created": len(said), "updated": 0, "unchanged": 0, "invalid": 0}

    dry = api.match_course_types(dry_run=True)
    assert not CourseTyping.objects.exists()
    with CaptureQueriesContext(connection) as log:
        real = api.match_course_types()
    courses = CatalogCourse.objects.count()
    assert len(log) <= 10 + 45 * (courses // 1000 + 1)
    assert (real.counts, real.courses) == (dry.counts, dry.courses)
    by_course = defaultdict(list)
    for run, course in CourseRun.objects.with_key_text().values_list("key_text", "catalog_course_id"):
        by_course[course].append(said[run])
    expected = {course: name for course, sets in by_course.items() if (name := expected_of(sets))}
    assert dict(CourseTyping.objects.values_list("catalog_course_id", "course_type__slug")) == expected
    assert real.counts["matched"] == len(expected) > courses / 3
    assert CourseRunTyping.objects.count() == sum(len(by_course[course]) for course in expected)
    again = api.match_course_types()
    assert again.counts == {**real.counts, "matched": 0, "unchanged": len(expected)}
    assert again.courses == [match for match in real.courses if match.code]
