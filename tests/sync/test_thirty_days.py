"""
Three sources that change for thirty days, with outages, while editors work: each evening the catalog is what a plain model of
the documented rules (`thirty_model`) says, and nobody's edit is lost.

The seed is printed, and taken from ``CATALOG_THIRTY_SEED`` where that is set; ``CATALOG_THIRTY_DAYS`` is for how long.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from openedx_catalog.contrib.sync import api
from tests.thorough import sample

from .thirty_changes import change
from .thirty_editors import Editors
from .thirty_model import Model
from .thirty_reading import differences, expected, stored
from .thirty_rows import Source
from .thirty_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]

# All of them, and 500 runs and 40 programs, in ``make test-everything``.
DAYS = int(os.environ.get("CATALOG_THIRTY_DAYS") or sample(9, 30))
# Each course has five runs.
COURSES, PROGRAMS = sample((30, 8), (100, 40))
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
# From this day on, what is gone is retired.
RETIRES_FROM = DAYS // 2


def seed() -> int:
    """The same one each time, unless it is given or the test is to be thorough; printed, since pytest shows it at a failure."""
    chosen = int(os.environ.get("CATALOG_THIRTY_SEED") or sample(2026, random.SystemRandom().randrange(10**6)))
    print(f"CATALOG_THIRTY_SEED={chosen} CATALOG_THIRTY_DAYS={DAYS}")
    return chosen


class Days:
    """Time passes as it does, and a day whenever somebody says so."""

    def __init__(self) -> None:
        self.day, self._real, self._since = 0, timezone.now, timezone.now()

    def now(self) -> datetime:
        return BEGIN + timedelta(days=self.day) + (self._real() - self._since)


@pytest.fixture
def days(monkeypatch):
    found, real = Days(), timezone.now
    monkeypatch.setattr(timezone, "now", found.now)
    for field in (field for model in apps.get_models() for field in model._meta.fields if field.default is real):
        # They hold the function itself.
        monkeypatch.setattr(field, "_get_default", found.now, raising=False)
    return found


@pytest.fixture
def chance():
    return random.Random(seed())


@pytest.fixture
def world(chance):
    found = World(chance, COURSES, PROGRAMS)
    yield found
    found.close()


@pytest.fixture
def model(db, world):
    """It knows how the sources are configured."""
    own = {
        "discovery": {"also": ["organizations", "courses", "programs"], "create_missing": True, "places_runs": True},
        "lms": {"create_missing": True, "owns": ["end"]},
        "mitxonline": {"rank": 10},
    }
    for name, values in own.items():
        api.create_source(
            name=name, kind=name, base_url=world.remotes[name].url, per_minute=6000, max_missing_percent=40, **values
        )
    return Model(
        Source("discovery", 100, places=True), Source("lms", 100, owns=["end"]), Source("mitxonline", 10, creates=False)
    )


class Operator:
    """Starts the syncs, and takes some of them back; remembers how often a job ended how."""

    def __init__(self, world: World, model: Model, sync, chance: random.Random) -> None:
        self.world, self.model, self._sync, self.chance = world, model, sync, chance
        self.statuses: Counter[tuple[str, str]] = Counter()

    def sync(self, name: str, *, outage: bool = False, reverts: bool = False) -> None:
        self.world.serve()
        heard = self.world.outage(name) if outage else self.world.heard(name)
        before = self.model.snapshot(name)
        report = self._sync(name)
        self.statuses[name, report.status] += 1
        assert (report.status == "aborted") == (heard is None), (name, report.status, report.message)
        if heard is not None:
            self.model.hear(name, heard)
        if reverts and heard is not None:
            self.model.revert(name, before)
            api.revert_sync(report.job, reason="a test")

    def sync_all(self) -> None:
        """Each at least once a day, in any order; editors work in between."""
        names = ["discovery", "lms", "mitxonline"]
        self.chance.shuffle(names)
        for name in names:
            if self.chance.random() < 0.25:
                self.sync(name, outage=True)
            self.sync(name, reverts=name != "discovery" and self.chance.random() < 0.1)


def test_after_thirty_days_the_catalog_is_what_its_sources_and_its_editors_have_said(days, world, model, sync, chance):
    operator, editors = Operator(world, model, sync, chance), Editors(world, model, chance)
    names = set(world.service.programs)
    for day in range(DAYS):
        days.day = day
        world.now = f"{days.now():%Y-%m-%dT%H:%M:%SZ}"
        if day == RETIRES_FROM:
            api.update_source("discovery", retire_missing=True)
            model.retires_missing = True
        if day:
            change(world)
            editors.work()
        operator.sync_all()
        names |= set(world.service.programs)
        assert not (found := differences(stored(names), expected(model))), f"day {day}\n" + "\n".join(found)
    print(dict(operator.statuses), len(model.runs), len(model.programs))
