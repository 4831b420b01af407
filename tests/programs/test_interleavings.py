"""Two writers who would see half of each other's work: what is decided is decided when everything is held."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.models_api import OutboxMessage
from tests.interleaving import after_waiting, writer

from .conftest import PAST, run_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
    pytest.mark.newest,
]

B1 = "course-v1:GTx+B+1"


@pytest.fixture
def program():
    run_of("A")
    run_of("B")
    return api.create_program(title="Analytics", type=api.create_program_type(name="Kind"), status="active")


@pytest.fixture
def curriculum(program):
    return api.create_curriculum(program, name="Core", courses=["GTx+A"])


def test_what_another_writer_has_retired_meanwhile_keeps_its_date(curriculum):
    member = curriculum.course_memberships.get()
    with writer(lambda: api.retire(member, at=PAST)) as commit:
        assert after_waiting(lambda: api.retire(member), commit).retired_at == PAST


def test_a_program_that_is_retired_meanwhile_gains_no_run_by_a_move(program, curriculum):
    with writer(lambda: api.retire_program(program)) as commit:
        after_waiting(lambda: catalog.move_course_run(B1, "GTx+A", reason="same course"), commit)
    assert [str(row.run.course_key) for row in program.run_exclusions.all()] == [B1]


def test_the_program_that_has_a_curriculum_by_now_receives_of_its_removal(program, curriculum):
    other = api.create_program(title="Other", type="kind", status="active")
    with writer(lambda: api.update_curriculum(curriculum, program=other)) as commit:
        after_waiting(lambda: api.remove(curriculum), commit)
    assert OutboxMessage.objects.order_by("pk").last().subject == str(other.uuid)


ORDER = ("openedx_catalog_catalogcourse", "openedx_catalog_courserun", "openedx_catalog_programs_program")


def locked(queries):
    """The tables whose rows were locked, in order."""
    texts = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"] or "FOR NO KEY UPDATE" in query["sql"]]
    return [re.search(r'FROM ["`](\w+)', text)[1] for text in texts]


def rest(path, row, body, client):
    client.force_authenticate(get_user_model().objects.create_superuser("root"))
    address = f"/api/catalog/v1/{path}/{row.uuid}/"
    answer = client.patch(address, body, format="json", HTTP_IF_MATCH=client.get(address).headers["ETag"])
    assert answer.status_code == 200, answer.data


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda row, client: api.update_curriculum(row.curriculum, name="Main"), id="update"),
        pytest.param(lambda row, client: rest("curricula", row.curriculum, {"name": "Main"}, client), id="curriculum"),
        pytest.param(lambda row, client: rest("curriculum-courses", row, {"group": "Electives"}, client), id="member"),
        pytest.param(lambda row, client: rest("programs", row.curriculum.program, {"title": "Data"}, client), id="program"),
    ],
)
def test_courses_are_held_first_and_then_programs_and_nothing_before_them(curriculum, change):
    """Two writers in one order wait for each other at most; in two orders the database ends one of them."""
    row = curriculum.course_memberships.get()
    with CaptureQueriesContext(connection) as queries:
        change(row, APIClient())
    tables = list(dict.fromkeys(locked(queries)))
    held = [table for table in ORDER if table in tables]
    assert ORDER[-1] in held
    assert tables[: len(held)] == held, tables
