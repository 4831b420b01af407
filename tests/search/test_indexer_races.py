"""
While processes write and merge, others follow the index, are killed, and a new one is built: in the end it has what the
catalog has. ``CATALOG_INDEX_ROUNDS`` (4) rounds.
"""

from __future__ import annotations

import os
import random
import signal

import pytest

from openedx_catalog.contrib.search import api
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
