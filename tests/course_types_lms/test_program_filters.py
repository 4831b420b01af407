"""Programs over REST, narrowed by the types and modes of the runs that count in them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.models_api import CourseRun
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

URL = "/api/catalog/v1/programs/"
A, A2, B = "course-v1:GTx+A+1", "course-v1:GTx+A+2", "course-v1:GTx+B+1"


@pytest.fixture(autouse=True)
def both(db):
    """Programs with course A and with course B; runs of A are audit and verified, that of B is verified."""
    catalog.associate_course_runs([catalog.AssociationRecord(key) for key in (A, A2, B)])
    for key, slug in ((A, "audit"), (A2, "verified"), (B, "verified")):
        api.set_course_run_type(key, slug)
    made = {}
    for code in "AB":
        made[code] = programs.create_program(title=code, type="xseries", status="active")
        programs.create_curriculum(made[code], name="Core", courses=[f"GTx+{code}"], effective_at=None)
    return made


@pytest.fixture
def client(db):
    return rest_client("superuser")


@pytest.fixture
def narrowed(client):
    """``narrowed(mode="audit")``: the titles of the programs in the list."""

    def read(user=client, **parameters):
        answer = user.get(URL, {**parameters, "ordering": "title"})
        assert answer.status_code == 200, answer.data
        return [row["title"] for row in answer.data["results"]]

    return read


def test_programs_are_narrowed_by_the_types_and_modes_of_their_runs(narrowed):
    assert narrowed(mode="audit") == narrowed(course_run_type="audit") == ["A"]
    assert narrowed(mode="verified") == narrowed(mode="verified,honor", status="active") == ["A", "B"]
    assert narrowed(mode="honor") == narrowed(course_run_type="nothing") == []
    # It is one run that has both.
    assert narrowed(mode="audit", course_run_type="verified") == []


def test_only_runs_that_count_in_a_program_count(narrowed, both):
    programs.exclude_course_run(both["A"], A2)
    assert narrowed(mode="verified") == ["B"]
    programs.exclude_course_run(both["B"].curricula.get().course_memberships.get(), B)
    assert narrowed(mode="verified") == []


def test_of_a_retired_program_runs_that_began_later_do_not_count(narrowed, both):
    programs.retire_program(both["A"])
    now = timezone.now()
    catalog.update_course_run(A, schedule={"start": now + timedelta(days=1)})
    assert narrowed(mode="audit") == []
    catalog.update_course_run(A, schedule={"start": now - timedelta(days=1)})
    assert narrowed(mode="audit") == ["A"]


def test_programs_are_narrowed_as_of_an_instant(narrowed, both):
    curriculum = both["A"].curricula.get()
    programs.update_curriculum(curriculum, retired_at=timezone.now() + timedelta(days=3))
    assert narrowed(mode="audit", at=(timezone.now() + timedelta(days=2)).isoformat()) == ["A"]
    assert narrowed(mode="audit", at=(timezone.now() + timedelta(days=4)).isoformat()) == []


class KeepsBackA2(ModelPermissions):
    def sees_all(self, user, model):
        return model is not CourseRun

    def visible(self, user, rows):
        return rows.exclude(course_key__text=A2) if rows.model is CourseRun else rows


def test_a_run_that_is_kept_back_tells_nothing(narrowed, settings):
    reader = rest_client("user")
    assert narrowed(reader, course_run_type="verified") == ["A", "B"]
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsBackA2"
    assert narrowed(reader, course_run_type="verified") == ["B"]


def test_a_narrowed_list_costs_no_query_more(client):
    def queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).data["count"] == 1
        return len(found)

    assert queries(f"{URL}?mode=audit&course_run_type=audit") == queries(f"{URL}?q=A")


def test_what_is_no_slug_is_refused_by_its_parameter(client):
    for name in ("mode", "course_run_type"):
        answer = client.get(URL, {name: "a\x00"})
        assert (answer.status_code, set(answer.data["errors"])) == (400, {name})
