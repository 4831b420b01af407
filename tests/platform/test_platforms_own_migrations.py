"""What the platform's migrations do with the catalog works on openedx-core's tables and on ours, and is ours afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from learning_stub.models import CriteriaGroup, HistoricalCriteriaGroup
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.databases import new_database, on_database

KEYS = ("course-v1:MITx+14.100x+3T2017", "course-v1:MITx+14.100x+1T2018", "course-v1:DelftX+Été+2026")
TITLES = ("Microeconomics", "Microeconomics, again", None)
THEN = datetime(2017, 9, 1, tzinfo=UTC)


def migrate(*arguments: str) -> None:
    call_command("migrate", *arguments, verbosity=0)


@pytest.fixture
def fresh(django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """A database with the tables of the platform and the first migration of the catalog, and three courses."""
    with django_db_blocker.unblock(), new_database("platform", tmp_path) as name, on_database(name):
        for app in ("auth", "contenttypes", "organizations"):
            migrate(app)
        migrate("openedx_catalog", "0001_initial")
        migrate("course_overviews", "0001_initial")
        for key, title in zip(KEYS, TITLES, strict=True):
            CourseOverview.objects.bulk_create([CourseOverview(id=key, display_name=title, language="zh_HANS", created=THEN)])
        yield


@pytest.mark.parametrize(
    "order",
    [
        ("course_overviews", "openedx_catalog"),
        ("openedx_catalog", "course_overviews"),
    ],
    ids=["before ours", "after ours"],
)
def test_the_platforms_backfill_runs_on_the_tables_of_both(fresh: None, order: tuple[str, str]):
    for app in order:
        migrate(app)
    assert {str(run.course_key): (run.title, run.created) for run in CourseRun.objects.all()} == {
        KEYS[0]: ("Microeconomics", THEN),
        KEYS[1]: ("Microeconomics, again", THEN),
        KEYS[2]: ("Été", THEN),
    }
    # Runs that disagree leave the course its code.
    assert sorted(CatalogCourse.objects.values_list("title", flat=True)) == ["14.100x", "Été"]
    # Each row has its identity, and nothing is created twice.
    report = api.associate_course_runs([api.AssociationRecord(key.swapcase().replace("COURSE-V", "course-v")) for key in KEYS])
    assert (report.outcomes["created"], report.outcomes["conflict"]) == (0, 3)
    api.complete_identities()
    assert list(api.diagnose()) == []


def test_foreign_keys_from_before_our_migrations_stay(fresh: None):
    migrate("course_overviews")
    migrate("learning_stub")
    pk = _runs_at_0001().get(run_code="3T2017").pk
    group = CriteriaGroup.objects.create(course_id=pk)
    HistoricalCriteriaGroup.objects.create(course_id=pk)
    # And everything else that is installed: Django follows its foreign keys when it deletes.
    migrate()
    assert str(CriteriaGroup.objects.get().course.course_key) == KEYS[0]
    assert list(api.get_course_run(KEYS[0]).competency_criteria_groups.all()) == [group]
    api.delete_course_run(KEYS[0])
    assert (CriteriaGroup.objects.count(), HistoricalCriteriaGroup.objects.get().course_id) == (0, pk)


def _runs_at_0001() -> Any:
    state = MigrationExecutor(connection).loader.project_state([("openedx_catalog", "0001_initial")])
    return state.apps.get_model("openedx_catalog", "CourseRun").objects
