"""No page of the admin of syncs fails, whatever the address, and whoever asks."""

import pytest

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob
from tests.admin_pages import failures, signed_in, viewer

from .conftest import row, run

pytestmark = pytest.mark.django_db

APP = "openedx_catalog_sync"


@pytest.fixture
def synced(sync, lms, remote):
    """A source, its job, a run that it has, a legacy row without one, and a pin."""
    remote.rows = [row("A"), row("B", start="in spring")]
    sync("lms")
    RunSource.objects.create(source=lms, external_id="17", row={"title": "Old Physics"})
    api.pin_field(run("A").course_key, "title", reason="The registrar's")


@pytest.mark.parametrize(
    ("who", "filled"), [("superuser", True), ("viewer", True), ("superuser", False)], ids=["superuser", "viewer", "no rows"]
)
def test_no_page_of_the_admin_fails(client, request, who, filled, monkeypatch):
    monkeypatch.setattr(api, "start_sync", lambda *args, **kwargs: None)
    ids = ["1"]
    if filled:
        request.getfixturevalue("synced")
        ids = [str(pk) for model in (RunSource, SyncJob) for pk in model.objects.values_list("pk", flat=True)]
    signed_in(client, who) if who == "superuser" else viewer(client, APP, "openedx_catalog", "organizations")
    assert failures(client, APP, ids) == []
