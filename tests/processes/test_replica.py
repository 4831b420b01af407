"""
Reads that are routed to a real replica, an hour late: whoever writes decides by what is stored, and nothing is lost.

The servers are the test's own: made before the first test, with the tables in both, and gone after the last one. What runs on
them are processes, under the settings ``replica`` (``programs`` to look at the primary afterwards).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection

from . import clusters, replicated, stressing
from .conftest import CHECKOUT, child_environment, racing_processes
from .test_stress import SECONDS, counted, seed

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

Call = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, str]]:
    """The variables that lead to a primary with our tables, and to a replica that stays as it was made."""
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    with ExitStack() as stack:
        try:
            primary = stack.enter_context(clusters.primary_cluster())
        except clusters.NoServer as reason:
            pytest.skip(str(reason))
        primary.sql("CREATE DATABASE catalog")
        found = {"PGHOST": "127.0.0.1", "PGPORT": str(primary.port), "PGUSER": clusters.USER, "PGPASSWORD": ""}
        found |= {"CATALOG_DB": "postgresql", "CATALOG_DB_NAME": "catalog"}
        migrate = [sys.executable, "manage.py", "migrate", "-v0", "--settings", "test_project.settings.programs"]
        subprocess.run(migrate, cwd=CHECKOUT, env=child_environment(**found), check=True)
        replica = stack.enter_context(clusters.late_replica(primary))
        yield {**found, "CATALOG_REPLICA_PORT": str(replica.port)}


@pytest.fixture
def processes(servers: dict[str, str]) -> Callable[..., Any]:
    """``with processes("replica") as run``: four processes under these settings."""

    def start(profile: str) -> Any:
        return racing_processes(4, **servers, DJANGO_SETTINGS_MODULE=f"test_project.settings.{profile}")

    return start


def assert_the_tables_are_sound(processes: Callable[..., Any]) -> None:
    """Asked of the primary, by processes that know no replica."""
    with processes("programs") as primary:
        found, *_others = primary.run(replicated.broken)
    assert not found, "\n".join(found)


def test_every_function_that_writes_works_behind_a_late_replica(processes: Callable[..., Any]):
    with processes("replica") as late:
        wrong, *_others = late.run(replicated.walk)
        rows = late.run(replicated.rows_on_the_replica)
    assert rows == [0] * 4
    assert not wrong, "\n".join(wrong)
    assert_the_tables_are_sound(processes)


def test_everything_holds_after_random_calls_behind_a_late_replica(processes: Callable[..., Any]):
    with processes("programs") as primary:
        primary.run(replicated.prepare)
    with processes("replica") as late:
        counted(late.run(stressing.work, seed(SECONDS / 2, "behind a replica"), SECONDS / 2))
    assert_the_tables_are_sound(processes)
