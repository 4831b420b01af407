"""Sources on loopback, as for sync alone, that are asked for what learners read."""

import pytest

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseListingSubject, CourseRunListing
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import SourceRecord
from openedx_catalog.models_api import CatalogChange, OutboxMessage
from tests.sync.conftest import clock as clock
from tests.sync.conftest import lms as lms
from tests.sync.conftest import nobody_waits as nobody_waits
from tests.sync.conftest import remote as remote
from tests.sync.conftest import sync as sync
from tests.sync.discovery import Service


class Describing(Service):
    """A discovery service that says of its courses what stands in `said`, and of runs what they are given."""

    def __init__(self, remote):
        super().__init__(remote)
        self.said = {}

    def _run(self, key, course):
        # Of what is sold nothing is said.
        return {**super()._run(key, course), "run_type": None, "type": None}

    def _course(self, key, excluded):
        found = {**super()._course(key, excluded), **self.said.get(key, {})}
        return found if "owners" in self.said.get(key, {}) else {name: found[name] for name in found if name != "owners"}


@pytest.fixture
def service(db, remote):
    given = {"create_missing": True, "per_minute": 6000, "also": ["courses", "listings"]}
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, **given)
    return Describing(remote)


@pytest.fixture
def physics(db):
    """Two subjects and a level."""
    listings.create_subject(name="Physics")
    listings.create_subject(name="Data Analysis & Statistics", slug="data-analysis-statistics")
    listings.create_level(name="Introductory")


def stored():
    """Everything that a sync could have written of listings."""
    tables = (CourseListing, CourseRunListing, CourseListingSubject)
    history = [model.history.model for model in tables]
    found = [list(model.objects.order_by("pk").values()) for model in (*tables, SourceRecord)]
    counted = [model.objects.count() for model in (*history, OutboxMessage, CatalogChange)]
    return [*found, counted]
