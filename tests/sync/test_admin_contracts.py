"""The admin of syncs, held to the contracts; what its buttons do is in `test_permissions`."""

from itertools import count
from typing import ClassVar

import pytest
from django.contrib import admin

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, PinnedRecordField, RunSource, Source, SourceRecord, SyncJob
from openedx_catalog.testing import CourseRunFactory
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import SYNC

from .conftest import row, run

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


def another_source():
    return api.create_source(name=f"source{next(NUMBERS)}", kind="file", create_missing=True, source="test")


class Sync(AdminContract):
    pages: ClassVar = SYNC
    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    @pytest.fixture(autouse=True)
    def nothing_starts(self, monkeypatch):
        monkeypatch.setattr(api, "start_sync", lambda *args, **kwargs: None)

    @pytest.fixture
    def pk(self, sync, lms, remote):
        """A source, its job, a run that it has, a legacy row without one, another record, and pins."""
        remote.rows = [row("A"), row("B", start="in spring")]
        sync("lms")
        elsewhere = RunSource.objects.create(source=lms, external_id="17", row={"title": "Old Physics"})
        api.link_external_run(elsewhere, run("A").catalog_course, reason="the syllabus says so")
        api.pin_field(run("A").course_key, "title", reason="The registrar's")
        api.pin_record_field("organization", run("A").catalog_course.org_id, "name", reason="Agreed with marketing")
        SourceRecord.objects.create(source=lms, kind="organization", external_id="MITx", record="1")
        return self.kind.objects.latest("pk").pk


class TestSources(Sync):
    kind, reads = Source, ("lms",)

    def make_rows(self, count):
        for _number in range(count):
            another_source()


class TestJobs(Sync):
    kind, reads = SyncJob, ("Partial",)

    def make_rows(self, count):
        for _number in range(count):
            SyncJob.objects.create(source=another_source(), status="ok", counts={"created": 3, "failed": 1})


class TestRunsBySource(Sync):
    kind, reads = RunSource, ("17", "Old Physics")

    def make_rows(self, count):
        for number in range(count):
            RunSource.objects.create(source=another_source(), run=CourseRunFactory(), external_id=str(number))


class TestPins(Sync):
    kind, reads = PinnedField, ("Course A", "The registrar&#x27;s")

    def make_rows(self, count):
        for _number in range(count):
            api.pin_field(str(CourseRunFactory().course_key), "title", reason="r")


class TestPinsOfRecords(Sync):
    kind, reads = PinnedRecordField, ("Organization", "Agreed with marketing")

    def make_rows(self, count):
        for _number in range(count):
            api.pin_record_field("organization", CourseRunFactory().catalog_course.org_id, "name", reason="r")


class TestRecords(Sync):
    kind, reads = SourceRecord, ("MITx", "Organization")

    def make_rows(self, count):
        for number in range(count):
            SourceRecord.objects.create(
                source=another_source(), kind="course", external_id=f"MITx+{number}", record=str(number)
            )


def test_every_model_of_the_admin_is_held_to_a_contract():
    held = {contract.kind for contract in Sync.__subclasses__()}
    assert held == {model for model in admin.site._registry if model._meta.app_label == "openedx_catalog_sync"}
