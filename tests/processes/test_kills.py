"""A backfill that is killed at any point is finished by running it again: the state is that of an undisturbed one."""

from __future__ import annotations

import csv
import random
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from openedx_catalog.models_api import CourseRun
from tests.thorough import sample

from . import killed
from .conftest import Nursery
from .state import catalog_state, empty_catalog

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SEED = 20270131
POINTS = sample(6, 20)
ROWS = 1500
COLUMNS = ("course_key", "title", "start", "end", "enrollment_end", "pacing", "language", "catalog_course")


def rows(chance: random.Random) -> Iterator[dict[str, str]]:
    """
    Runs of shared courses and organizations, with the dirt of real files.

    No two rows contradict each other about a value: those are taken in turn, and in turn again the next time.
    """
    for i in range(ROWS):
        row = {"course_key": run_key(i), "title": f"Course {i % 410}"}
        match chance.randrange(12):
            case 0:
                bad = ["", "№", f"course-v1:Org+{i}", f"library-v1:Org+{i}", f"{run_key(i)}+branch@draft"]
                row["course_key"] = chance.choice(bad)
            case 1:
                # The run of an earlier row, spelled otherwise.
                row = {"course_key": f"course-v1:{run_key(i // 2).partition(':')[2].upper()}"}
            case 2:
                # The run of an earlier row, which now has a schedule.
                row = {"course_key": run_key(i // 3), "start": "2027-02-01T00:00Z"}
            case 3:
                row["catalog_course"] = f"Partner{i % 5}+Shared{i % 50}"
            case 4:
                row |= {"course_key": f"Org{i % 37}/Code{i % 410}/Run{i}", "language": chance.choice(["fr", "Spanish"])}
            case 5 | 6:
                row |= {"end": "2026-03-01T00:00:00+01:00", "enrollment_end": "1066-10-14T09:00:00Z", "pacing": "self"}
            case 7:
                row |= {"start": "in spring", "pacing": "instructor"}
        yield row


def run_key(i: int) -> str:
    return f"course-v1:Org{i % 37}+Code{i % 410}+Run{i}"


@pytest.fixture(scope="module")
def catalog_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kills") / "runs.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows(random.Random(SEED)))
    return path


def backfill_again(path: Path) -> None:
    with pytest.raises(SystemExit) as done:
        call_command("backfill_catalog", str(path), batch_size=killed.BATCH_SIZE, source="killed", stdout=StringIO())
    assert done.value.code == 1


def moments(statements: int) -> list[str]:
    """The point between the rows and their history, and seeded ones from the first statement to the last."""
    numbers = random.Random(SEED).sample(range(1, statements + 1), POINTS)
    return ["between", *(f"{'before' if i % 2 else 'after'} {number}" for i, number in enumerate(numbers))]


def test_a_killed_backfill_is_finished_by_running_it_again(nursery: Nursery, catalog_file: Path):
    count = nursery.context.Value("i", 0)
    assert nursery.run(killed.backfill, str(catalog_file), "never", count) == 0
    expected = catalog_state()
    assert all(expected.values())

    differing = {}
    for moment in moments(count.value):
        empty_catalog()
        assert nursery.run(killed.backfill, str(catalog_file), moment, count) == -signal.SIGKILL, moment
        assert CourseRun.objects.count() == CourseRun.history.filter(history_type="+").count(), (moment, SEED)
        assert catalog_state() != expected, (moment, SEED)
        backfill_again(catalog_file)
        if differences := {name: rows - expected[name] for name, rows in catalog_state().items() if rows != expected[name]}:
            differing[moment] = differences

    assert differing == {}, f"seed {SEED}"
