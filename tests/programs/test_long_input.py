"""What programs are named with: refused by length before anything costly is done with it, through every door."""

import json
from types import SimpleNamespace
from unicodedata import combining, normalize
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from rest_framework.serializers import ListField
from rest_framework.test import APIClient

from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.admin.builder_forms import AddCourseForm
from openedx_catalog.contrib.programs.rest_api.v1 import filters, writers
from openedx_catalog.exceptions import CatalogError, InvalidDate
from openedx_catalog.lib.admin.forms import CodesField
from openedx_catalog.lib.rest.serializers import Writer

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

MARKS = "e" + "\u0315\u0300\u0327" * 4000
LONG = "x" * 100_000


@pytest.fixture
def composed(monkeypatch):
    """Fails the test where a text is composed, or made a slug of, that is longer than any name is."""

    def watched(form, text):
        assert len(text) <= 1020, f"{len(text)} characters were composed"
        return normalize(form, text)

    watching = SimpleNamespace(normalize=watched, combining=combining)
    monkeypatch.setattr("openedx_catalog.lib.texts.unicodedata", watching)
    monkeypatch.setattr("django.utils.text.unicodedata", watching)


@pytest.fixture
def client():
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("writer"))
    return client


@pytest.mark.parametrize("text", [MARKS, LONG], ids=["marks", "letters"])
def test_no_function_composes_it(composed, courses, program, curriculum, text):
    calls = [
        lambda: api.get_program(readable_id=text),
        lambda: api.get_program(marketing_slug=text),
        lambda: api.get_program_type(text),
        lambda: api.create_program_type(name=text),
        lambda: api.create_program(title=text, type="masters"),
        lambda: api.create_program(title="x", type="masters", readable_id=text),
        lambda: api.create_program(title="x", type="masters", marketing_slug=text),
        lambda: api.create_program(title="x", type="masters", authoring_organizations=[text]),
        lambda: api.set_external_course_key(run_of("A").course_key, text),
        lambda: api.resolve_run(program, text),
        lambda: api.add_course(curriculum, text),
        lambda: api.update_curriculum(curriculum, name=text),
        lambda: api.get_programs(org_code=text),
        lambda: lms.get_programs_by_type(None, text),
        lambda: lms.get_programs_by_type_slug(None, text),
        lambda: lms.get_programs(organization=text),
        lambda: lms.get_programs(course=text),
    ]
    texts = [""]
    for call in calls:
        try:
            call()
        except (CatalogError, ObjectDoesNotExist) as error:
            texts.append(str(error))
    assert max(map(len, texts)) < 1500


@pytest.mark.parametrize("column", ["program_key", "program_title", "program_type", "program_status", "course_key"])
def test_a_row_of_a_flat_list_is_a_problem_that_is_reported_in_short(composed, courses, column):
    values = {
        "program_key": "p",
        "program_title": "P",
        "program_type": "Masters",
        "program_status": "live",
        "course_key": "GTx+A",
    }
    rows = [api.ProgramCourseRow(**{"course_key": "GTx+A", **values, column: MARKS}, run_key="", line=2)]
    report = api.migrate_program_courses(rows)
    assert {line for line, _code, _reason in report.problems} == {2}
    assert max(len(reason) for _line, _code, reason in report.problems) < 1500


@pytest.mark.parametrize("text", [MARKS[:3000], LONG], ids=["marks", "letters"])
@pytest.mark.parametrize("name", [*filters.ProgramFilter.base_filters])
def test_a_parameter_of_a_list(client, composed, name, text):
    response = client.get("/api/catalog/v1/programs/", QUERY_STRING=f"{name}={quote(text)}")
    assert response.status_code == 400
    assert list(response.data["errors"]) == [name]


def test_every_list_of_a_body_has_two_limits():
    fields = [
        field
        for writer in vars(writers).values()
        if isinstance(writer, type) and issubclass(writer, Writer)
        for field in writer().fields.values()
        if isinstance(field, ListField)
    ]
    assert fields
    for field in fields:
        assert field.max_length
        assert field.child.max_length
        with pytest.raises(Exception, match="no more than"):
            field.run_validation([""] * (field.max_length + 1))


@pytest.mark.parametrize("route", ["programs", "curricula", "degrees", "program-types"])
def test_a_body_that_names_something_twice(client, route):
    body = json.dumps({"title": "x"})[:-1] + ', "title": "y"}'
    response = client.post(f"/api/catalog/v1/{route}/", body, content_type="application/json")
    assert response.status_code == 400
    assert "'title' stands twice" in response.data["detail"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "0999-12-31T23:59:59Z"])
def test_dates_outside_of_the_calendar(courses, program, curriculum, moment):
    degree = api.create_degree(program)
    for call in (
        lambda: api.update_curriculum(curriculum, effective_at=moment),
        lambda: api.add_course(curriculum, "GTx+B", retired_at=moment),
        lambda: api.retire(curriculum, at=moment),
        lambda: api.add_cost(degree, description="T", amount="5", currency="USD", effective_at=moment),
        lambda: api.add_deadline(degree, semester="S", name="N", due_at=moment),
        lambda: api.resolve_run(program, "x", at=moment),
    ):
        with pytest.raises(InvalidDate, match="1000 to 9999"):
            call()


@pytest.mark.parametrize("text", ["GTx " * 101, "GTx," * 100_000])
def test_a_form_takes_as_many_organizations_as_rest(text):
    with pytest.raises(ValidationError, match="at most 100"):
        CodesField(max_codes=100).clean(text)
    assert CodesField(max_codes=100).clean("GTx, MITx") == ["GTx", "MITx"]


def test_a_form_looks_up_as_many_runs_as_rest(courses, django_assert_max_num_queries):
    form = AddCourseForm.__new__(AddCourseForm)
    form.cleaned_data = {"excluded_runs": "\n".join(f"course-v1:GTx+A+{number}" for number in range(501))}
    with django_assert_max_num_queries(0), pytest.raises(ValidationError, match="at most 500"):
        form.clean_excluded_runs()
    form.cleaned_data = {"excluded_runs": "course-v1:GTx+A+1\n" * 1000}
    with django_assert_max_num_queries(1):
        assert form.clean_excluded_runs() == ["course-v1:GTx+A+1"]
