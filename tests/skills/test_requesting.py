"""``program.skills_requested``: once after the commit of the first publication, and of each other overview while active."""

import pytest
from django.db import transaction

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.models_api import ProgramPublication

pytestmark = pytest.mark.django_db(transaction=True)


def publish(row):
    programs.change_program_status(row, "active")


def publish_past_the_api(row):
    row.refresh_from_db()
    row.status, row.retired_at = "active", None
    row.save()


def describe(row, text="Other"):
    programs.update_program(row, description=text)


def describe_past_the_api(row):
    row.refresh_from_db()
    row.description = "Other"
    row.save(update_fields=["description"])


@pytest.mark.parametrize("do", [publish, publish_past_the_api])
def test_once_on_the_first_publication(program, told, do):
    row = program("Electronics", status="unpublished", description="Learn")
    describe(row, "Learn circuits")
    assert told == []
    do(row)
    assert told == [("Electronics", "Learn circuits")]
    programs.change_program_status(row, "unpublished")
    describe(row, "Learn more")
    do(row)
    programs.retire_program(row)
    do(row)
    assert len(told) == 1


def test_once_where_it_is_created_active(program, told):
    program("Electronics", description="Learn")
    Program.objects.create(title="Past the API", type=programs.get_program_type("xseries"), status="active")
    assert told == [("Electronics", "Learn"), ("Past the API", "")]


@pytest.mark.parametrize("do", [describe, describe_past_the_api])
def test_on_another_overview_while_active(program, told, do):
    row = program("Electronics", description="Learn")
    told.clear()
    do(row)
    do(row)
    assert told == [("Electronics", "Other")]


def test_once_where_it_is_described_and_published_at_once(program, told):
    row = program("Electronics", status="unpublished")
    programs.update_program(row, description="Learn", status="active")
    assert told == [("Electronics", "Learn")]


def test_on_nothing_else(program, course, told):
    row = program("Electronics", description="Learn")
    told.clear()
    programs.update_program(row, title="Other", subtitle="Other", hidden=True, marketing_slug="other", description="Learn")
    programs.add_course(row.curricula.get(), course("A", "Circuits"))
    api.set_program_skills(row, ["Law"])
    row.refresh_from_db()
    row.save()
    programs.retire_program(row)
    describe(row)
    assert told == []


def test_after_the_commit_and_not_where_it_is_rolled_back(program, told):
    row = program("Electronics", status="unpublished")
    with transaction.atomic():
        publish(row)
        transaction.set_rollback(True)
    assert (told, ProgramPublication.objects.count()) == ([], 0)
    with transaction.atomic():
        publish(row)
        assert told == []
    assert told == [("Electronics", "")]


def test_the_back_fill_asks_for_active_ones(program, course, told):
    program("Has", course("A", "Circuits"))
    row = program("Has none", description="Learn")
    program("Unpublished", status="unpublished")
    programs.retire_program(program("Retired"))
    silent = program("Published past signals", status="unpublished")
    Program.objects.filter(pk=silent.pk).update(status="active")
    told.clear()
    assert api.request_program_skills(dry_run=True) == 3
    assert (told, ProgramPublication.objects.filter(program=silent).exists()) == ([], False)
    assert api.request_program_skills(without_skills=True) == 2
    assert told == [("Has none", "Learn"), ("Published past signals", "")]
    api.set_program_skills(row, ["Law"])
    told.clear()
    assert api.request_program_skills() == 3
    programs.change_program_status(silent, "unpublished")
    publish(silent)
    assert len(told) == 3
