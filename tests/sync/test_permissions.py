"""Who presses what in the admin of sync, and what it does then; who sees which page is in `test_admin_contracts`."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, RunSource, Source

from .conftest import last_job, row
from .test_jobs import FILE, load

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SYNC = "openedx_catalog_sync"
VIEWS = tuple(f"{SYNC}.view_{model}" for model in ("source", "syncjob", "runsource", "pinnedfield"))
# Each may sign in to the admin; nobody else comes past its login.
USERS = {
    "staff": (),
    "viewer": VIEWS,
    "configures": (*VIEWS, f"{SYNC}.add_source", f"{SYNC}.change_source"),
    "deletes": (*VIEWS, f"{SYNC}.delete_source"),
    "syncs": (*VIEWS, f"{SYNC}.sync_source"),
    "pins": (*VIEWS, f"{SYNC}.add_pinnedfield", f"{SYNC}.delete_pinnedfield", "openedx_catalog.view_courserun"),
    "links": (*VIEWS, f"{SYNC}.change_runsource", "openedx_catalog.add_courserun", "openedx_catalog.change_courserun"),
    "links without runs": (*VIEWS, f"{SYNC}.change_runsource"),
}
ALL_BUT_STAFF = set(USERS) - {"staff"}


@pytest.fixture
def rows_of_all(sync, lms, remote, monkeypatch):
    """One row of each kind, a job that can go on and be taken back, and nothing that really starts."""
    remote.rows = [row("A")]
    sync("lms")
    remote.rows = [row("A", name="Wrong"), row("Bad", start="soon")]
    sync("lms")
    api.create_source(name="legacy", kind="file", create_missing=True)
    load(FILE)
    api.pin_field("course-v1:MITx+A+1", "title", reason="ours")
    started = []
    monkeypatch.setattr(api, "start_sync", lambda source, **kwargs: started.append(source))
    return started


@pytest.fixture
def sign_in_as(client, django_user_model):
    def sign_in(name):
        user = django_user_model.objects.create_user(name, is_staff=True)
        for each in USERS[name]:
            app, codename = each.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client.force_login(user)
        return client

    return sign_in


def url(name, *args):
    return reverse(f"admin:{SYNC}_{name}", args=args)


def pages():
    """``{page: (its address, who sees it)}``."""
    source, job = api.get_source("lms").pk, Source.objects.get(name="lms").jobs.latest("pk").pk
    run_source, pin = RunSource.objects.get(external_id="17").pk, PinnedField.objects.get().pk
    return {
        "sources": (url("source_changelist"), ALL_BUT_STAFF),
        "a source": (url("source_change", source), ALL_BUT_STAFF),
        "its history": (url("source_history", source), ALL_BUT_STAFF),
        "a new source": (url("source_add"), {"configures"}),
        "without a source": (url("source_delete", source), {"deletes"}),
        "sync now": (url("source_sync", source), {"syncs"}),
        "jobs": (url("syncjob_changelist"), ALL_BUT_STAFF),
        "a job": (url("syncjob_change", job), ALL_BUT_STAFF),
        "runs by source": (url("runsource_changelist"), ALL_BUT_STAFF),
        "a legacy row": (url("runsource_change", run_source), ALL_BUT_STAFF),
        "its key": (url("runsource_key", run_source), {"links"}),
        "pins": (url("pinnedfield_changelist"), ALL_BUT_STAFF),
        "a pin": (url("pinnedfield_change", pin), ALL_BUT_STAFF),
        "a new pin": (url("pinnedfield_add"), {"pins"}),
        "without a pin": (url("pinnedfield_delete", pin), {"pins"}),
    }


def buttons():
    """``{button: (its address, what is sent, who may press it)}``."""
    source, job = api.get_source("lms").pk, Source.objects.get(name="lms").jobs.latest("pk").pk
    run_source, pin = RunSource.objects.get(external_id="17").pk, PinnedField.objects.get(field="title")
    values = {
        "name": "new", "kind": "lms", "base_url": "https://lms.example.org", "username": "", "field_map": "{}",
        "organizations": "", "max_missing_percent": 10, "retire_after": 1, "per_minute": 30,
        "every_minutes": "", "enabled": "on", "rank": 100,
    }  # fmt: skip
    return {
        "configure": (url("source_change", source), values, {"configures"}),
        "add": (url("source_add"), values, {"configures"}),
        "delete": (url("source_delete", source), {"post": "yes"}, {"deletes"}),
        "sync": (url("source_sync", source), {"only": ""}, {"syncs"}),
        "preview": (url("source_sync", source), {"only": "", "_preview": ""}, {"syncs"}),
        "go on": (url("syncjob_change", job), {"_resume": ""}, {"syncs"}),
        "revert": (url("syncjob_change", job), {"_revert": ""}, {"syncs"}),
        "link": (url("runsource_key", run_source), {"course_key": "course-v1:MITx+PHY+1"}, {"links"}),
        "pin": (url("pinnedfield_add"), {"run": pin.run_id, "field": "end", "reason": ""}, {"pins"}),
        "unpin": (url("pinnedfield_delete", pin.pk), {"post": "yes"}, {"pins"}),
    }


@pytest.mark.parametrize("name", USERS)
def test_who_may_press_which_button(rows_of_all, sign_in_as, name):
    client = sign_in_as(name)
    for button in buttons():
        address, values, allowed = buttons()[button]
        before = _state(rows_of_all)
        status = client.post(address, values).status_code
        assert status == (302 if name in allowed else 403), button
        assert (_state(rows_of_all) != before) == (name in allowed), button
        if button in ("delete", "unpin") and name in allowed:
            # What follows needs it again.
            return


def _state(started):
    return (
        list(Source.objects.order_by("pk").values_list("name", "base_url")), len(started), last_job().reverted_at,
        list(Source.objects.filter(name="lms").values_list("jobs__reverted_at")),
        list(RunSource.objects.order_by("pk").values_list("pk", "run_id")), PinnedField.objects.count(),
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(ALL_BUT_STAFF))
def test_nobody_sees_a_button_that_he_may_not_press(rows_of_all, sign_in_as, name):
    client = sign_in_as(name)
    found = pages()
    shown = {page: client.get(found[page][0]).content.decode() for page in ("sources", "a source", "a job", "runs by source",
                                                                           "a legacy row", "pins", "a pin")}  # fmt: skip
    sync = url("source_sync", api.get_source("lms").pk)
    assert {page for page in shown if sync in shown[page]} == ({"sources", "a source"} if name == "syncs" else set())
    for button in ('name="_resume"', 'name="_revert"'):
        assert (button in shown["a job"]) == (name == "syncs")
    key = found["its key"][0]
    assert {page for page in shown if key in shown[page]} == ({"runs by source", "a legacy row"} if name == "links" else set())
    assert (url("source_add") in shown["sources"], 'name="_save"' in shown["a source"]) == (name == "configures",) * 2
    assert ('value="delete_selected"' in shown["sources"]) == (name == "deletes")
    assert (url("pinnedfield_add") in shown["pins"], 'value="delete_selected"' in shown["pins"]) == (name == "pins",) * 2


def test_whoever_may_only_look_sees_what_a_source_may_write(rows_of_all, sign_in_as):
    page = pages()["a source"][0]
    assert "All" in sign_in_as("viewer").get(page).content.decode()
