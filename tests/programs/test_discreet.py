"""Refusals say nothing of programs that their reader may not know of: no title, no curriculum, no number of rows."""

import pytest
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.exceptions import ExternalKeyConflict
from openedx_catalog.exceptions import DuplicateValue, HasDependents
from openedx_catalog.models_api import CourseRun
from openedx_catalog.permissions import discreet
from openedx_catalog.testing.users import admin_client, rest_client, rest_user

from .conftest import course_of, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

APP, ROOT = "openedx_catalog_programs", "/api/catalog/v1"
A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"
WRITER = " + ".join(
    f"{name}_{model}" for name, model in (
        ("openedx_catalog.delete", "catalogcourse"), ("openedx_catalog.view", "catalogcourse"),
        ("openedx_catalog.delete", "courserun"), ("openedx_catalog.view", "courserun"),
        ("openedx_catalog.change", "courserun"), ("organizations.delete", "organization"),
        (f"{APP}.add", "program"), (f"{APP}.delete", "programtype"), (f"{APP}.view", "programtype"),
        (f"{APP}.add", "externalcoursekey"), (f"{APP}.view", "externalcoursekey"),
    )
)  # fmt: skip
VIEWER = f"{APP}.view_program + {WRITER}"


@pytest.fixture
def secret():
    """A program that is not published, with GTx A and B, one run left out; it stands in a public one."""
    for code in "AB":
        run_of(code), run_of(code, "2")
    kind, names = api.create_program_type(name="Odd"), {"marketing_slug": "taken", "readable_id": "taken"}
    program = api.create_program(title="Secret", type=kind, authoring_organizations=["GTx"], **names)
    api.create_curriculum(program, name="SecretCore", courses=["GTx+A", "GTx+B"])
    api.exclude_course_run(program, "course-v1:GTx+A+2")
    api.set_external_course_key(A1, "KEY-1")
    public = api.create_program(title="Public", type=kind, status="active")
    api.add_program(api.create_curriculum(public, name="PublicCore"), program)
    return program


@pytest.mark.parametrize("field", ["marketing_slug", "readable_id"])
def test_whose_value_it_is_is_said_to_whoever_may_view_it(secret, field):
    body = {"title": "New", "type": "odd", field: "taken"}
    answers = {who: rest_client(who).post(f"{ROOT}/programs/", body, format="json") for who in (WRITER, VIEWER)}

    assert {answer.status_code for answer in answers.values()} == {409}
    assert "Secret" in answers[VIEWER].data["detail"]
    assert "another Program." in answers[WRITER].data["detail"]


@pytest.mark.parametrize("path", ["catalog-courses/GTx%2BB/", "organizations/GTx/", "program-types/odd/"])
def test_what_refers_to_a_row_is_counted_of_what_may_be_viewed(secret, path):
    answers = {who: rest_client(who).delete(f"{ROOT}/{path}") for who in (WRITER, VIEWER)}

    assert {answer.status_code for answer in answers.values()} == {409}
    assert "rows that you may not view" in answers[WRITER].data["detail"]
    for kind in ("Curriculum Courses", "Program Organizations", "Programs (2)"):
        assert kind not in answers[WRITER].data["detail"]
    assert "may not view" not in answers[VIEWER].data["detail"]


def pages():
    """The pages that list what goes along with a row, and what is in the way."""
    run, course = CourseRun.objects.get(course_key="course-v1:GTx+A+2"), course_of("B")
    for name, row in (("openedx_catalog_courserun", run), ("openedx_catalog_catalogcourse", course)):
        yield "get", reverse(f"admin:{name}_delete", args=[row.pk]), {}
        yield "post", reverse(f"admin:{name}_changelist"), {"action": "delete_selected", "_selected_action": [row.pk]}


def test_pages_that_delete_list_what_may_be_viewed(secret):
    named = ("Curriculum Course", "Program Course Run Exclusion", "Secret")
    for who, is_named in ((WRITER, False), (VIEWER, True)):
        client = admin_client(who)
        for method, path, body in pages():
            page = getattr(client, method)(path, body)
            assert page.status_code == 200
            assert any(name in page.content.decode() for name in named) is is_named, (who, path)


def test_where_an_external_key_counts_is_said_of_what_may_be_viewed(secret):
    body = {"run": CourseRun.objects.get(course_key=B1).pk, "key": "key-1", "course_key": B1}
    path = reverse(f"admin:{APP}_externalcoursekey_add")
    kept, shown = (admin_client(who).post(path, body).content.decode() for who in (WRITER, VIEWER))

    assert A1 in kept
    assert "Secret" not in kept
    assert "SecretCore" in shown


def test_a_door_of_your_own_asks_the_same(secret):
    reader, root = rest_user("user"), rest_user("superuser")
    for error, attempt in (
        (DuplicateValue, lambda: api.create_program(title="New", type="odd", readable_id="taken")),
        (HasDependents, lambda: catalog.delete_catalog_course(course_of("B"))),
        (ExternalKeyConflict, lambda: api.set_external_course_key(B1, "KEY-1")),
    ):
        with pytest.raises(error) as caught:
            attempt()
        found = discreet(reader, caught.value)
        assert (type(found), found.code) == (error, error.code)
        assert "Secret" not in str(found)
        assert "Curriculum" not in str(found)
        assert discreet(root, caught.value) is caught.value

    other = ValueError()
    assert discreet(reader, other) is other
