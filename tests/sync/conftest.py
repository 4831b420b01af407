"""A source on loopback, and a clock that does not wait."""

from __future__ import annotations

import random

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.client import Clock
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob

from .remote import Remote


class FakeClock(Clock):
    """Time passes where somebody waits, and in reality too."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return super().now() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def remote():
    server = Remote()
    yield server
    server.close()


@pytest.fixture(scope="module")
def remote_of_module():
    server = Remote()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    """Nor does what a test starts without a clock of its own, as the admin does."""
    monkeypatch.setattr("openedx_catalog.contrib.sync.client.Clock", FakeClock)


@pytest.fixture
def clock():
    random.seed(1)
    return FakeClock()


@pytest.fixture
def lms(db, remote):
    """An LMS that may create runs."""
    return api.create_source(name="lms", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000)


@pytest.fixture
def sync(clock):
    """``sync("lms", …)``: with a clock that does not wait."""

    def call(source, **kwargs):
        return api.sync_source(source, clock=clock, **kwargs)

    return call


def row(code="A", run="1", org="MITx", **values):
    """A run as the LMS lists it."""
    return {
        "id": f"course-v1:{org}+{code}+{run}", "name": f"Course {code}", "org": org, "number": code, "pacing": "instructor",
        "start": "2027-01-01T00:00:00Z", "end": None, "enrollment_start": None, "enrollment_end": None, **values,
    }  # fmt: skip


def rows(count, **values):
    return [row(f"C{number:05}", **values) for number in range(count)]


def run(code="A", number="1", org="MITx"):
    return catalog.get_course_run(f"course-v1:{org}+{code}+{number}")


def counts(report):
    """The outcomes that there were."""
    return {name: count for name, count in report.counts.items() if count}


def by_outcome(report):
    found = {}
    for outcome in report.outcomes:
        found.setdefault(outcome.outcome, []).append(outcome)
    return found


def missing():
    return sorted(RunSource.objects.exclude(missing_since=None).values_list("external_id", flat=True))


def last_job():
    return SyncJob.objects.latest("pk")
