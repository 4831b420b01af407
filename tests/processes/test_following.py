"""
A consumer polls the change feed while four processes write, two of which are killed: its copy equals the catalog, each time.

Rows are created, changed, moved, renamed, merged and deleted meanwhile. ``CATALOG_FOLLOW_ROUNDS`` (12) rounds.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from openedx_catalog import api
from openedx_catalog.testing.tokens import token
from tests.core.test_follow_changes import load_consumer, rows
from tests.thorough import sample

from . import following, invariants
from .conftest import Nursery

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("CATALOG_FOLLOW_ROUNDS", sample(12, 30)))
WRITERS, KILLED, CALLS, HTTP_ROUNDS = 4, 2, 25, sample(2, 4)


@pytest.fixture
def consumer(nursery: Nursery) -> Iterator[Connection]:
    """A process that keeps a copy; the pipe to ask it."""
    ours, theirs = nursery.context.Pipe()
    process = nursery.context.Process(target=following.keep_copy, args=(theirs,))
    process.start()
    yield ours
    ours.send(None)
    process.join()


def start_writers(nursery: Nursery, seed: str, write: Any = following.write) -> list[Any]:
    """Four processes that write at once."""
    writers = [nursery.context.Process(target=write, args=(f"{seed} {number}", CALLS)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    return writers


def write_in_processes(nursery: Nursery, seed: str, chance: random.Random, write: Any = following.write) -> list[int]:
    """Four writers at once, two of which are killed somewhere in the middle; their exit codes."""
    writers = start_writers(nursery, seed, write)
    for writer in writers[:KILLED]:
        writer.join(chance.uniform(0, 0.4))
        writer.kill()
    for writer in writers:
        writer.join()
    return [writer.exitcode for writer in writers]


def differences(copy: following.Rows, catalog: following.Rows) -> list[str]:
    """What a consumer has that is not so."""
    found = [f"missed {name}: {catalog[name]}" for name in catalog.keys() - copy.keys()]
    found += [f"kept {name}: {copy[name]}" for name in copy.keys() - catalog.keys()]
    for name in copy.keys() & catalog.keys():
        now = catalog[name]
        found += [f"old {name} {field}: {value} is {now[field]}" for field, value in copy[name].items() if value != now[field]]
    return found


def test_a_consumer_misses_nothing(nursery: Nursery, consumer: Connection):
    seed = os.environ.get("CATALOG_STRESS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"CATALOG_STRESS_SEED={seed}")
    chance, killed, changes = random.Random(seed), 0, 0
    for number in range(ROUNDS):
        codes = write_in_processes(nursery, f"{seed} {number}", chance)
        assert set(codes) <= {0, -signal.SIGKILL}
        killed += codes.count(-signal.SIGKILL)
        consumer.send("copy")
        copy, changes = consumer.recv()
        found = differences(copy, following.catalog())
        assert not found, "\n".join([f"round {number}", *found])
    # A proof of nothing where the writers were done before they were killed, or wrote nothing.
    assert killed >= ROUNDS // 3
    assert changes > 10 * ROUNDS
    assert not (broken := invariants.broken()), "\n".join(broken)


def test_whoever_begins_late_ends_with_the_same_copy(nursery: Nursery):
    write_in_processes(nursery, "late", random.Random(1))
    copy = following.Copy()
    copy.follow()
    assert copy.rows == following.catalog()
    assert api.get_latest_change() == copy.cursor


def test_the_consumer_of_the_how_to_misses_nothing_over_http(nursery: Nursery, live_server: Any, tmp_path: Path):
    """It begins with a full copy while writers are at work, and follows them; one of them is killed."""
    script, chance = load_consumer(), random.Random(5)
    script.PAGE = 7
    catalog = script.Catalog(live_server.url, token(get_user_model().objects.create_user("reader")))
    write_in_processes(nursery, "before", chance)
    with closing(script.open_copy(tmp_path / "copy.sqlite3")) as copy:
        for number in range(HTTP_ROUNDS):
            writers = start_writers(nursery, f"http {number}")
            if not number:
                script.copy_everything(catalog, copy)
            writers[0].kill()
            while any(writer.is_alive() for writer in writers):
                script.follow(catalog, copy)
            for writer in writers:
                writer.join()
            script.follow(catalog, copy)
            stored, found = rows(catalog, copy, script)
            assert stored == found
            assert len(stored) > 10
