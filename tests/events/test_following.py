"""
A consumer of the bus keeps a copy of what events carry, while four processes write, two of which are killed.

An event says what a row was. Of a course that is renamed or retitled one event is sent, and none of its runs, which show it:
so the consumer keeps of a run its course's uuid, and joins. ``CATALOG_BUS_ROUNDS`` (3) rounds.
"""

from __future__ import annotations

import os
import random
from datetime import datetime
from functools import partial

import pytest

from openedx_catalog import messages
from openedx_catalog.data import SCHEDULE_DATES
from tests.processes import following
from tests.processes.conftest import Nursery
from tests.processes.test_following import write_in_processes

from . import killed_relay
from .test_relay import make_due, states, stream

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("CATALOG_BUS_ROUNDS", "3"))
COURSE, RUN = "catalog_course", "course_run"
OF_COURSE = ("key", "org_code", "course_code", "title", "language")


def take(copy, event):
    """Apply an event to a copy, ``{(kind, uuid): values}``."""
    kind, what, _version = event["event"].removeprefix("org.openedx.catalog.").split(".")
    if what in ("deleted", "merged"):
        copy.pop((kind, event["uuid"]), None)
    else:
        copy[kind, event["uuid"]] = event


def moment(text):
    return text and datetime.fromisoformat(text)


def from_events(copy):
    """``{(kind, uuid): values}``; runs with what they show of their course."""
    found = {(kind, uuid): {name: row[name] for name in OF_COURSE} for (kind, uuid), row in copy.items() if kind == COURSE}
    for (kind, uuid), row in copy.items():
        if kind == RUN:
            course = found.get((COURSE, row["catalog_course_uuid"]), {})
            own = {name: row[name] for name in ("course_key", "title", "association", "pacing", "withdrawn")}
            dates = {name: moment(row[name]) for name in SCHEDULE_DATES}
            found[kind, uuid] = {**own, **dates, "course": (course.get("key"), course.get("title"), course.get("language"))}
    return found


def from_rest(rows):
    """The same of what REST answers with."""
    found = {name: {field: row[field] for field in OF_COURSE} for name, row in rows.items() if name[0] == COURSE}
    for name, row in rows.items():
        if name[0] == RUN:
            own = {field: row[field] for field in ("course_key", "title", "association")}
            own |= {"pacing": row["schedule"]["pacing"], "withdrawn": row["withdrawn_at"] is not None}
            dates = {field: moment(row["schedule"][field]) for field in SCHEDULE_DATES}
            course = row["catalog_course"]
            found[name] = {**own, **dates, "course": (course["key"], course["title"], course["language"])}
    return found


def test_a_consumer_of_the_bus_has_what_the_catalog_has(broker, consume, nursery: Nursery):
    seed = os.environ.get("CATALOG_STRESS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"CATALOG_STRESS_SEED={seed}")
    consumer, copy, heard, chance = consume(), {}, 0, random.Random(seed)
    for number in range(ROUNDS):
        write_in_processes(nursery, f"{seed} {number}", chance, partial(killed_relay.write, broker.url))
        # What a writer had claimed that was killed.
        make_due()
        messages.relay()
        assert set(states()) == {"done"}
        for event in consumer.hear(len(stream(broker)) - heard):
            take(copy, event)
            heard += 1
        assert from_events(copy) == from_rest(following.catalog()), number
    assert heard > 20 * ROUNDS
