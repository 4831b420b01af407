"""
While processes write and merge, others follow the index, are killed, and a new one is built: in the end it has what the
catalog has. ``CATALOG_INDEX_ROUNDS`` (4) rounds.
"""

from __future__ import annotations

import os
import random
import signal
from threading import Thread

import pytest
from django.db import OperationalError, connection, transaction

from openedx_catalog import api as catalog
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.engines.database import DatabaseEngine
from openedx_catalog.contrib.search.models_api import SearchIndex
from tests.processes import stressing
from tests.processes.conftest import nursery as nursery
from tests.thorough import sample

from . import racing

pytestmark = [pytest.mark.newest, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("CATALOG_INDEX_ROUNDS", sample(4, 20)))
WRITERS, CALLS = 3, 30


def differences() -> list[str]:
    """What the index has that is not so."""
    found, wanted = racing.indexed(), racing.of_catalog()
    lines = [f"missed {name}" for name in wanted.keys() - found.keys()]
    lines += [f"kept {name}" for name in found.keys() - wanted.keys()]
    return lines + [
        f"old {name}: {found[name]} is {wanted[name]}" for name in found.keys() & wanted if found[name] != wanted[name]
    ]


def test_an_index_ends_with_what_the_catalog_has(nursery):
    seed = os.environ.get("CATALOG_STRESS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"CATALOG_STRESS_SEED={seed}")
    chance, killed, documents = random.Random(seed), 0, set()
    stressing.prepare()
    api.rebuild_index()
    for number in range(ROUNDS):
        begin = [(racing.write, f"{seed} {number} {writer}", CALLS) for writer in range(WRITERS)]
        writers = [nursery.context.Process(target=target, args=args) for target, *args in begin]
        followers = [nursery.context.Process(target=racing.follow) for _follower in range(2)]
        builders = [nursery.context.Process(target=racing.rebuild)] if number % 2 else []
        for process in (*writers, *followers, *builders):
            process.start()
        followers[0].join(chance.uniform(0, 0.5))
        followers[0].kill()
        writers[0].join(chance.uniform(0, 0.5))
        writers[0].kill()
        for process in (*writers, *builders):
            process.join()
        followers[1].kill()
        for process in followers:
            process.join()
        codes = [process.exitcode for process in (*writers, *followers, *builders)]
        assert set(codes) <= {0, -signal.SIGKILL}, codes
        killed += codes[WRITERS] == -signal.SIGKILL
        while api.follow_changes().changes:
            continue
        found = differences()
        assert not found, "\n".join([f"round {number}", *found])
        documents |= {name.partition(":")[0] for name in racing.indexed()}
    # A proof of nothing where nothing was written, or nobody was there to be killed.
    assert killed == ROUNDS
    assert documents == {"course", "course_run", "program", "pathway"}


def test_nobody_else_follows_while_documents_are_made(make_course, monkeypatch):
    api.rebuild_index()
    course, found, put = make_course("1x"), [], DatabaseEngine.put

    def another_one():
        try:
            if connection.vendor == "sqlite":
                # Of which a transaction waits for the one that writes.
                connection.cursor().execute("PRAGMA busy_timeout = 0")
            with transaction.atomic():
                if connection.vendor == "sqlite":
                    SearchIndex.objects.update(is_live=True)
                SearchIndex.objects.select_for_update(nowait=True).get()
            found.append("was let in")
        except OperationalError:
            found.append("has to wait")
        finally:
            connection.close()

    def look(self, index, documents):
        other = Thread(target=another_one)
        other.start()
        other.join()
        put(self, index, documents)

    monkeypatch.setattr(DatabaseEngine, "put", look)
    catalog.update_catalog_course(course, title="Other")
    assert api.follow_changes().put == 1
    assert set(found) == {"has to wait"}
