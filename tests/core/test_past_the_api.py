"""What somebody saves or deletes by the ORM is held to the same rules and recorded as any other change."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from openedx_catalog import api
from openedx_catalog.exceptions import InvalidTitle
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

PREFIX = "org.openedx.catalog."


@pytest.fixture
def run():
    run = api.associate_course_run(RUN_KEY, title="Micro", schedule={"pacing": "self"}).run
    OutboxMessage.objects.all().delete()
    return CourseRun.objects.get(pk=run.pk)


def events():
    """The kinds of the events since, and the values of the last one."""
    rows = list(OutboxMessage.objects.order_by("pk"))
    kinds = [row.event_type.removeprefix(PREFIX).removesuffix(".v1") for row in rows]
    return kinds, json.loads(rows[-1].payload) if rows else {}


def reasons(model, count=1):
    return list(model.history.order_by("-history_id").values_list("history_type", "history_change_reason")[:count])


@pytest.mark.parametrize("make", [lambda run: run, lambda run: run.catalog_course], ids=["run", "course"])
def test_a_title_is_held_to_the_rule_of_every_door(run, make):
    row = make(run)
    row.title = "  Title "
    row.save()
    assert (row.title, type(row).objects.get().title) == ("Title", "Title")
    for wrong in ("x" * 256, "a\x00b", "\ud800", 5):
        row.title = wrong
        with pytest.raises(InvalidTitle):
            row.save()
    row.title = "   "
    row.save()
    assert type(row).objects.get().title == ("14.100x" if row != run else "Micro")


def test_a_run_that_is_saved_is_an_event_and_says_so_in_its_history(run):
    run.title = "Other"
    run.save()
    kinds, values = events()
    assert (kinds, values["title"]) == (["course_run.updated"], "Other")
    assert reasons(CourseRun) == [("~", "orm: saved past the API")]
    run.save()
    run.source_time = run.created
    run.save()
    assert events()[0] == kinds
    CourseRun(catalog_course=run.catalog_course, run_code="new").save()
    assert events()[0][1:] == ["course_run.created"]
    assert reasons(CourseRun) == [("+", "orm: saved past the API")]


def test_a_reason_that_the_caller_gives_stands_for_that_change_alone(run):
    run.title, run._change_reason = "Other", "we know better"
    run.save()
    run.title = "Third"
    run.save()
    assert reasons(CourseRun, 2) == [("~", "orm: saved past the API"), ("~", "we know better")]


def test_what_the_api_returns_may_be_saved_and_does_not_pass_for_the_api(run, django_user_model):
    run = api.update_course_run(RUN_KEY, title="By the API", reason="typo", user=django_user_model.objects.create_user("ada"))
    run.title = "By hand"
    run.save()
    last = CourseRun.history.latest("history_id")
    assert (last.history_change_reason, last.history_user) == ("orm: saved past the API", None)


def test_a_run_that_is_moved_is_reported_as_a_move_and_not_as_an_update(run):
    other = api.create_catalog_course(org_code="MITxT", course_code="x")
    OutboxMessage.objects.all().delete()
    run.catalog_course, run.association = other, "explicit"
    run.save()
    kinds, values = events()
    assert kinds == ["course_run.moved"]
    assert (values["previous_catalog_course_key"], values["catalog_course_key"], values["reason"]) == (
        "catalog-course:MITx:14.100x", "catalog-course:MITxT:x", "saved past the API",
    )  # fmt: skip


def test_a_schedule_is_part_of_its_run(run):
    run.schedule.pacing = "instructor"
    run.schedule.save()
    assert events()[1]["pacing"] == "instructor"
    run.schedule.delete()
    kinds, values = events()
    assert (kinds, values["pacing"]) == (["course_run.updated"] * 2, "")
    assert reasons(CourseSchedule, 2) == [("-", "orm: deleted past the API"), ("~", "orm: saved past the API")]


def test_a_course_is_created_renamed_updated_and_deleted(run):
    course = CatalogCourse.objects.create(org=run.catalog_course.org, course_code="new")
    course.course_code, course.title = "newer", "New"
    course.save()
    course.delete()
    kinds, values = events()
    assert kinds == [f"catalog_course.{kind}" for kind in ("created", "renamed", "updated", "deleted")]
    assert values["key"] == "catalog-course:MITx:newer"
    renamed = json.loads(OutboxMessage.objects.get(event_type__contains="renamed").payload)
    assert renamed["previous_key"] == "catalog-course:MITx:new"
    assert [reason for _kind, reason in reasons(CatalogCourse, 3)] == [
        "orm: deleted past the API", "orm: saved past the API", "orm: saved past the API",
    ]  # fmt: skip


def test_a_run_that_is_deleted_is_one_event_and_its_schedule_has_its_reason(run):
    run._change_reason = "never took place"
    run.delete()
    assert events()[0] == ["course_run.deleted"]
    assert reasons(CourseRun) == reasons(CourseSchedule) == [("-", "never took place")]
    other = api.associate_course_run(RUN_KEY, schedule={"pacing": "self"}).run
    OutboxMessage.objects.all().delete()
    api.delete_course_run(str(other.course_key), reason="never took place")
    assert events()[0] == ["course_run.deleted"]
    assert reasons(CourseRun) == reasons(CourseSchedule) == [("-", "api: never took place")]


def test_fixtures_and_bulk_writes_are_left_alone(run, tmp_path):
    call_command("dumpdata", "openedx_catalog.courserun", output=str(tmp_path / "runs.json"), verbosity=0)
    changed = (tmp_path / "runs.json").read_text().replace("Micro", "Macro")
    (tmp_path / "runs.json").write_text(changed)
    call_command("loaddata", str(tmp_path / "runs.json"), verbosity=0)
    assert CourseRun.objects.get().title == "Macro"
    CourseRun.objects.update(title="Bulk")
    assert events()[0] == []


def test_rows_that_are_deleted_at_once_are_an_event_each(run):
    CourseRun.objects.all().delete()
    assert events()[0] == ["course_run.deleted"]
    assert reasons(CourseRun) == [("-", "orm: deleted past the API")]
