"""What the pages of a source say beside its form: what is missing, what is running, and what goes with it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import (
    PinnedField,
    RunSource,
    Source,
    SourceRecord,
    SyncJob,
    SyncLease,
    SyncOutcome,
    SyncPage,
)
from openedx_catalog.models_api import CourseRun

from .conftest import last_job, row, rows, run
from .test_admin import admin, text_of, url  # noqa: F401 - a fixture
from .test_follows import follow, service  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RUNS = reverse("admin:openedx_catalog_courserun_changelist")


@pytest.fixture
def one_is_missing(sync, lms, remote):
    """A source with three runs, of which it does not list one any more."""
    remote.rows = rows(3)
    sync("lms")
    remote.rows.pop()
    sync("lms")
    sync("lms")


def running(source):
    job = SyncJob.objects.create(source=source, total=400)
    SyncLease.objects.update_or_create(source=source, defaults={"job": job, "until": timezone.now() + timedelta(minutes=1)})
    return job


# What is missing


def test_what_is_missing_is_told_on_the_page_of_the_source_long_after(admin, lms, one_is_missing):  # noqa: F811
    page = text_of(admin.get(url("source_change", lms.pk)))
    listed = f"{url('runsource_changelist')}?source__id__exact={lms.pk}&amp;state=missing"
    assert f'<a href="{listed}">1 run</a>' in page
    found = text_of(admin.get(url("runsource_changelist"), {"source__id__exact": lms.pk, "state": "missing"}))
    assert ("C00002" in found, "C00001" in found) == (True, False)


def test_and_in_the_list_of_runs_by_a_filter(admin, one_is_missing):  # noqa: F811
    assert "Not listed any more" in text_of(admin.get(RUNS))
    found = admin.get(RUNS, {"not_listed": "1"}).context["cl"].result_list
    assert [str(each.course_key) for each in found] == ["course-v1:MITx+C00002+1"]
    assert "has not listed this run since" in text_of(
        admin.get(reverse("admin:openedx_catalog_courserun_change", args=[found[0].pk]))
    )


def test_whoever_may_not_know_which_source_has_which_run_has_no_such_filter(client, django_user_model, one_is_missing):
    viewer = django_user_model.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_courserun"))
    client.force_login(viewer)
    assert "Not listed any more" not in text_of(client.get(RUNS))


def test_programs_and_courses_that_are_missing_are_counted_and_filtered_too(admin, service, follow):  # noqa: F811
    service.program("One", "MITx+A")
    service.program("Two", "MITx+B")
    follow()
    del service.programs["Two"]
    follow(allow_mass_missing=True)
    source = api.get_source("discovery")
    assert "1 other record</a>" in text_of(admin.get(url("source_change", source.pk)))
    found = admin.get(url("sourcerecord_changelist"), {"state": "missing"}).context["cl"].result_list
    assert [each.kind for each in found] == ["program"]


# What is running


def test_pages_that_show_a_running_job_load_themselves_again_and_others_do_not(admin, sync, lms, remote):  # noqa: F811
    remote.rows = [row("A")]
    sync("lms")
    pages = [url("source_changelist"), url("syncjob_changelist"), url("syncjob_change", last_job().pk)]
    assert ["refresh.js" in text_of(admin.get(page)) for page in pages] == [False, False, False]
    pages[2] = url("syncjob_change", running(lms).pk)
    assert ["refresh.js" in text_of(admin.get(page)) for page in pages] == [True, True, True]
    SyncLease.objects.update(until=timezone.now() - timedelta(minutes=1))
    shown = [text_of(admin.get(page)) for page in pages]
    assert ["refresh.js" in page for page in shown] == [False, False, False]
    assert "Its process is gone" in shown[2]


def test_a_killed_job_is_named_by_the_overview_before_anybody_looks_at_jobs(admin, sync, lms, remote):  # noqa: F811
    remote.rows = [row("A")]
    sync("lms")
    SyncJob.objects.create(source=lms)
    overview = admin.get(reverse("admin:openedx_catalog_catalogcourse_overview"))
    assert "The last sync of lms ended as Killed." in [text for text, _url in overview.context["decisions"]]


def test_the_page_of_a_source_says_why_a_job_changed_nothing(admin, sync, lms, remote):  # noqa: F811
    remote.rows = rows(20)
    sync("lms")
    remote.rows = []
    sync("lms")
    page = text_of(admin.get(url("source_change", lms.pk)))
    assert ("Aborted" in page, "The source lists nothing" in page) == (True, True)
    assert "Allow mass missing" in text_of(admin.get(url("syncjob_change", last_job().pk)))


# Deleting


def test_a_source_is_deleted_with_what_it_remembers_and_the_catalog_stays(admin, one_is_missing, lms):  # noqa: F811
    SourceRecord.objects.create(source=lms, kind="organization", external_id="MITx", record="1")
    api.pin_field(run("C00000").course_key, "title", reason="ours")
    page = admin.get(url("source_delete", lms.pk))
    counted = {str(name): count for name, count in page.context["model_count"]}
    assert counted == {"Sources": 1, "Sync Jobs": 3, "Run Sources": 3, "Source Records": 1}
    assert "pinned fields, for other sources" in text_of(page)
    before = run("C00002").modified
    assert admin.post(url("source_delete", lms.pk), {"post": "yes", "reason": "another LMS by now"}).status_code == 302
    gone = (Source, SyncJob, SyncPage, SyncOutcome, RunSource, SourceRecord, SyncLease)
    assert [model.objects.count() for model in gone] == [0] * len(gone)
    assert (CourseRun.objects.count(), PinnedField.objects.count()) == (3, 1)
    for history in (Source.history, RunSource.history):
        last = history.first()
        assert (last.history_type, last.history_change_reason) == ("-", "admin: another LMS by now")
        assert last.history_user.username == "admin"
    # The run that was missing is shown otherwise from now on.
    assert run("C00002").modified > before


@pytest.mark.parametrize("how", ["alone", "selected in the list"])
def test_while_a_job_runs_a_source_is_not_deleted(admin, lms, how):  # noqa: F811
    running(lms)
    if how == "alone":
        answer = admin.post(url("source_delete", lms.pk), {"post": "yes"}, follow=True)
    else:
        chosen = {"action": "delete_selected", "_selected_action": [lms.pk], "post": "yes"}
        answer = admin.post(url("source_changelist"), chosen, follow=True)
    assert "a job of it is running" in text_of(answer)
    assert Source.objects.exists()


def test_deleting_costs_the_same_for_any_number_of_runs(sync, lms, remote, data_statements):
    def cost(count):
        remote.rows = rows(count)
        api.create_source(name="big", kind="lms", base_url=remote.url, per_minute=6000)
        sync("big")
        with data_statements() as log:
            api.delete_source("big")
        return len(log)

    remote.rows = rows(300)
    sync("lms")
    assert cost(300) == cost(30)
