"""
With 100,000 runs of 92,000 courses nothing scans a large table but what docs/references/performance.rst names.

Every list, filter, order and search of REST and of the admin is asked, and every page of a row; each SELECT is explained. Plans
are of the statistics of these very rows, so that no time counts. A new list or filter is asked without a line here.
"""

import re

import pytest
from django.db import connection

from benchmarks.million import fill, scans_of_everything
from benchmarks.plans import watched
from openedx_catalog.models_api import CourseRun
from tests.scale.documented import entries, named

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are those of PostgreSQL"),
]
RUNS, COURSES = 100_000, 92_000


@pytest.fixture(scope="module")
def large_catalog(django_db_setup, django_db_blocker):
    """Outside of a transaction, since VACUUM is. The rows stay until the database of the tests goes."""
    with django_db_blocker.unblock():
        fill(connection, RUNS, COURSES)
        yield


@pytest.fixture(scope="module")
def scans(large_catalog):
    """{(request, table): the statements that scan it}, of every request."""
    found, asked = {}, 0
    for url, scanned in scans_of_everything(connection, re.compile("")):
        asked += 1
        for scan in scanned:
            found.setdefault((named(url), scan.table), []).append(f"{scan.condition[:200]} | {scan.sql[:200]}")
    assert asked > 1000
    return found


def test_nothing_scans_a_large_table_but_what_the_documentation_names(scans):
    documented = entries()
    unnamed = {key: sql for key, sql in scans.items() if not any(entry.allows(*key) for entry in documented)}

    assert not unnamed, "\n".join(f"{request}: {table}: {sql[0]}" for (request, table), sql in unnamed.items())


def test_what_the_documentation_names_does_scan(scans):
    gone = [
        f"{pattern}: {table}"
        for entry in entries()
        if not entry.at_times
        for table in entry.tables
        if not any(entry._replace(tables=frozenset([table])).allows(*key) for key in scans)
        for pattern in entry.patterns
    ]
    never = [
        pattern
        for entry in entries()
        for pattern in entry.patterns
        if not any(entry._replace(patterns=(pattern,)).allows(*key) for key in scans) and not entry.at_times
    ]
    assert (gone, never) == ([], [])


def test_a_scan_is_seen(large_catalog):
    with watched(connection) as scans:
        list(CourseRun.objects.filter(run_code="R1"))
        list(CourseRun.objects.filter(key_ci="course-v1:org1+c1x+r1"))
    assert [scan.table for scan in scans] == ["courserun"]
