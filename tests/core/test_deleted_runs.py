"""Runs that are deleted for good stay deleted, whoever lists them, until somebody restores them."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from openedx_catalog import api, messages
from openedx_catalog.exceptions import DeletedOnPurpose, HasDependents, ReasonRequired
from openedx_catalog.models_api import CatalogCourse, CourseRun, DeletedRunKey, InboxMessage, OutboxMessage

pytestmark = pytest.mark.django_db

KEY = "course-v1:MITx+14.100x+3T2017"


@pytest.fixture
def deleted(django_user_model) -> DeletedRunKey:
    api.associate_course_run(KEY, title="Microeconomics")
    user = django_user_model.objects.create_user("operator")
    api.delete_course_run(KEY, for_good=True, reason="never took place", source="admin", user=user)
    return DeletedRunKey.objects.get()


def test_what_the_run_was_is_remembered_with_who_when_and_why():
    run = api.associate_course_run(KEY, title="Microeconomics", catalog_course="Other+Course").run
    before = timezone.now()
    api.delete_course_run(KEY.lower(), for_good=True, reason="never took place", source="admin")
    known = api.get_deleted_run_key(KEY.upper().replace("COURSE-V1", "course-v1"))
    assert (known.course_key, known.title, known.association) == (KEY, "Microeconomics", "explicit")
    assert (known.run_uuid, known.catalog_course_uuid) == (run.uuid, run.catalog_course.uuid)
    assert (known.source, known.reason, known.user_name) == ("admin", "never took place", "")
    assert before <= known.at <= timezone.now()
    assert api.find_course_run(KEY) is None


def test_a_plain_delete_remembers_nothing():
    api.associate_course_run(KEY)
    assert api.delete_course_run(KEY) is None
    assert not DeletedRunKey.objects.exists()
    assert api.associate_course_run(KEY).outcome == "created"


def test_a_run_that_cannot_be_deleted_is_not_remembered(monkeypatch):
    api.associate_course_run(KEY)

    def refuse(*args, **kwargs):
        raise HasDependents(subject=KEY, dependents="programs")

    monkeypatch.setattr("openedx_catalog.api.course_runs.delete_with_history", refuse)
    with pytest.raises(HasDependents):
        api.delete_course_run(KEY, for_good=True)
    assert not DeletedRunKey.objects.exists()


@pytest.mark.parametrize("key", [KEY, KEY.lower()], ids=["same-case", "other-case"])
@pytest.mark.parametrize("dry_run", [False, True], ids=["real", "dry"])
@pytest.mark.parametrize(
    ("function", "record"),
    [(api.associate_course_runs, api.AssociationRecord), (api.sync_course_runs, api.SyncRecord)],
    ids=["associate", "sync"],
)
def test_files_and_syncs_skip_it(deleted, function, record, key, dry_run):
    CatalogCourse.objects.all().delete()
    rows = []
    report = function([record(key, line=7)], dry_run=dry_run, on_row=rows.append)
    assert report.outcomes["skipped"] == report.rows == 1
    assert report.failed == report.catalog_courses_created == 0
    assert [(p.line, p.outcome, p.code) for p in report.problems] == [(7, "skipped", "deleted_on_purpose")]
    assert "never took place" in report.problems[0].reason
    assert "operator" in report.problems[0].reason
    assert rows == [(7, key, "skipped")]
    assert not CourseRun.objects.exists()
    assert not CatalogCourse.objects.exists()


@pytest.mark.parametrize("function", [api.associate_course_run, api.sync_course_run])
def test_single_calls_say_so(deleted, function):
    result = function(KEY, title="Again")
    assert (result.run, result.outcome) == (None, "skipped")
    assert not CourseRun.objects.exists()


def test_whoever_creates_it_is_told_who_deleted_it_when_and_why(deleted):
    with pytest.raises(DeletedOnPurpose) as caught:
        api.create_course_run(KEY.lower())
    error = caught.value
    assert (error.code, error.course_key, error.by, error.why) == ("deleted_on_purpose", KEY, "operator", "never took place")
    assert error.at == deleted.at
    assert "operator" in str(error)
    assert deleted.at.date().isoformat() in str(error)


def test_the_peers_function_is_refused_too(deleted):
    with pytest.raises(DeletedOnPurpose):
        api.create_course_run_for_modulestore_course_with(api.AssociationRecord(KEY).course_key, title="T")


def test_a_delayed_message_does_not_bring_it_back(settings, deleted):
    settings.OPENEDX_CATALOG_INBOX = "off"
    messages.record("exists", KEY, source="course_published")
    messages.process_due()
    message = InboxMessage.objects.get()
    assert (message.state, "deleted_on_purpose" in message.error) == (InboxMessage.State.DONE, True)
    assert not CourseRun.objects.exists()


def test_a_batch_creates_everything_else(deleted):
    keys = ["course-v1:MITx+14.100x+1T2018", KEY, "course-v1:MITx+14.100x+2T2018"]
    report = api.associate_course_runs([api.AssociationRecord(key, line=n) for n, key in enumerate(keys)])
    assert {name: count for name, count in report.outcomes.items() if count} == {"created": 2, "skipped": 1}


def test_runs_that_exist_cost_no_look_at_deleted_keys(data_statements):
    rows = [api.AssociationRecord(f"course-v1:A+B+{n}") for n in range(30)]
    api.associate_course_runs(rows)
    with data_statements() as log:
        api.associate_course_runs(rows)
    assert not [sql for sql in log if DeletedRunKey._meta.db_table in sql]


@pytest.mark.parametrize("count", [10, 1000])
def test_new_runs_cost_two_looks_whatever_their_number(data_statements, count):
    with data_statements() as log:
        api.associate_course_runs(api.AssociationRecord(f"course-v1:A+B+{n}") for n in range(count))
    assert len([sql for sql in log if DeletedRunKey._meta.db_table in sql]) == 2


def test_a_key_that_is_deleted_for_good_while_it_is_created_is_not_created(monkeypatch):
    """Another writer creates it and deletes it for good between the look and the insert."""
    from openedx_catalog.api import _engine

    real, looks = _engine.without_deleted, []

    def look(requests, store):
        looks.append(len(looks))
        # What the other writer has committed is there the next time, too; here the rollback takes it along.
        found = real(requests, store) if len(looks) == 1 else None
        DeletedRunKey.objects.create(course_key=KEY, association="implicit", at=timezone.now())
        return real(requests, store) if found is None else found

    monkeypatch.setattr(_engine, "without_deleted", look)
    assert api.associate_course_run(KEY).outcome == "skipped"
    assert not CourseRun.objects.exists()
    assert not CatalogCourse.objects.exists()


def test_a_restored_run_stands_where_it_stood():
    run = api.associate_course_run(KEY, title="Microeconomics", catalog_course="Other+Course").run
    api.delete_course_run(KEY, for_good=True)
    OutboxMessage.objects.all().delete()
    restored = api.restore_deleted_course_run(KEY.lower(), reason="a mistake", source="admin")
    assert (str(restored.course_key), restored.uuid, restored.title) == (KEY, run.uuid, "Microeconomics")
    assert (restored.catalog_course, restored.association) == (run.catalog_course, "explicit")
    assert not DeletedRunKey.objects.exists()
    assert [row.event_type for row in OutboxMessage.objects.all()] == ["org.openedx.catalog.course_run.created.v1"]
    assert CourseRun.history.latest().history_change_reason == "admin: a mistake"
    assert not list(api.diagnose())


def test_an_implicit_run_follows_its_key_where_its_course_is_gone(deleted):
    api.delete_catalog_course(CatalogCourse.objects.get())
    new = api.create_catalog_course(org_code="MITx", course_code="14.100x")
    restored = api.restore_deleted_course_run(KEY, reason="a mistake")
    assert (restored.catalog_course, restored.association) == (new, "implicit")


def test_an_implicit_run_comes_back_to_the_survivor_of_a_merge(deleted):
    survivor = api.create_catalog_course(org_code="MITx", course_code="Micro")
    api.merge_catalog_courses("MITx+14.100x", into=survivor, reason="one course")
    assert api.restore_deleted_course_run(KEY, reason="a mistake").catalog_course == survivor


def test_nothing_is_forgotten_where_there_is_no_course_to_come_back_to(deleted):
    CatalogCourse.objects.all().delete()
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.restore_deleted_course_run(KEY, reason="a mistake")
    assert DeletedRunKey.objects.exists()
    assert api.restore_deleted_course_run(KEY, reason="a mistake", recreate=False) is None
    assert api.associate_course_run(KEY).outcome == "created"


def test_restoring_needs_a_reason_and_a_key_that_was_deleted(deleted):
    with pytest.raises(ReasonRequired):
        api.restore_deleted_course_run(KEY, reason=" ")
    with pytest.raises(DeletedRunKey.DoesNotExist):
        api.restore_deleted_course_run("course-v1:A+B+C", reason="r")


def test_a_run_that_another_program_created_meanwhile_is_returned_as_it_is(deleted):
    run = CourseRun.objects.create(course_key=KEY, catalog_course=CatalogCourse.objects.get(), title="Theirs")
    assert api.restore_deleted_course_run(KEY, reason="a mistake") == run
    api.delete_course_run(KEY, for_good=True, reason="again")
    assert DeletedRunKey.objects.get().reason == "again"


def test_the_command_lists_and_restores(deleted, capsys):
    call_command("repair_catalog", "list-deleted")
    line = capsys.readouterr().out
    assert line.startswith(f"{KEY}  20")
    assert line.endswith("operator  never took place\n")
    call_command("repair_catalog", "restore", "--key", KEY.lower(), "--reason", "it did")
    assert capsys.readouterr().out == f"{KEY} belongs to catalog-course:MITx:14.100x.\n"
    assert api.get_course_run(KEY).history.latest().history_change_reason == "repair_catalog: it did"
    call_command("repair_catalog", "list-deleted")
    assert capsys.readouterr().out == "No deleted runs.\n"
    with pytest.raises(SystemExit):
        call_command("repair_catalog", "restore", "--key", KEY, "--reason", "it did")
