"""What is not public is for whoever may view programs, in the admin too; the table of pages is in `test_admin_contracts`."""

import pytest
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumGroup,
    Degree,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    Program,
    ProgramType,
)
from openedx_catalog.testing.users import admin_client, viewer_client
from tests.admin_pages import PROGRAMS

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

APP = "openedx_catalog_programs"
MODELS = {
    model._meta.label_lower: model
    for model in (Program, ProgramType, Curriculum, CurriculumGroup, Degree, DegreeCost, DegreeDeadline, ExternalCourseKey)
}


@pytest.fixture
def offered(db):
    """One row of everything, all of an active program; another program is in its curriculum."""
    run_of("A")
    api.set_external_course_key("course-v1:GTx+A+1", "MATH 1")
    program = api.create_program(title="Analytics", type="masters", status="active", authoring_organizations=["GTx"])
    curriculum = api.create_curriculum(program, name="Core", courses=["GTx+A"])
    nested = api.create_program(title="Inside", type="xseries", status="active")
    api.add_program(curriculum, nested)
    api.add_group(curriculum, name="Electives", minimum=1)
    degree = api.create_degree(program)
    api.add_cost(degree, description="Tuition", amount="9900", currency="USD")
    api.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
    return program


def pk_of(model, program):
    if model == f"{APP}.programtype":
        return program.type_id
    return program.pk if model == f"{APP}.program" else MODELS[model].objects.get().pk


def path_of(page, pk):
    return reverse(f"admin:{page.model.replace('.', '_')}_{page.name}", args=[] if page.name in ("changelist", "add") else [pk])


@pytest.mark.parametrize(
    "do", ["add_course", "add_program", "order", "up:1", "dates:1", "reintroduce:1", "exclude:1", "nonsense"]
)
def test_whoever_may_only_view_builds_nothing(offered, do):
    client = viewer_client(APP, "openedx_catalog")
    before = api.program_courses(offered)
    curriculum = offered.curricula.get()
    path = reverse(f"admin:{APP}_curriculum_build", args=[curriculum.pk])
    do = do.replace("1", str(curriculum.course_memberships.get().pk))
    assert client.post(path, {"_do": do}).status_code == 403
    assert client.get(path).status_code == 200
    assert api.program_courses(offered) == before


@pytest.mark.parametrize(("status", "hidden"), [("unpublished", False), ("deleted", False), ("active", True)])
def test_rows_of_what_is_not_public_are_for_whoever_may_view_programs(offered, status, hidden):
    """The permission to view costs alone shows no cost of a degree that is not published; nor does that to change them."""
    if status == "deleted":
        api.delete_program(offered)
    else:
        api.update_program(offered, status=status, hidden=hidden)
    models = [f"{APP}.{name}" for name in ("curriculum", "degree", "degreecost", "degreedeadline")]
    held = " + ".join(f"{APP}.change_{model.split('.')[1]}" for model in models)
    client = admin_client(held)
    pages = [page for page in PROGRAMS if page.model in models and page.see in ("view", "change") and ":" not in page.name]
    for page in pages:
        response = client.get(path_of(page, pk_of(page.model, offered)))
        if page.name == "changelist":
            assert response.context["cl"].result_count == 0, page
        else:
            assert response.status_code in (302, 404), page
    client = admin_client(f"{held} + {APP}.view_program")
    for page in pages:
        response = client.get(path_of(page, pk_of(page.model, offered)))
        assert response.status_code == 200, page
        assert page.name != "changelist" or response.context["cl"].result_count == 1, page


def test_a_form_offers_no_program_that_its_user_may_not_know_of(offered):
    secret = api.create_program(title="Secret", type="masters")
    client = admin_client(f"{APP}.add_curriculum + {APP}.change_curriculum")
    body = {"program": secret.pk, "name": "Core"}
    assert client.post(reverse(f"admin:{APP}_curriculum_add"), body).status_code == 200
    assert not secret.curricula.exists()
    path = reverse(f"admin:{APP}_curriculum_build", args=[offered.curricula.get().pk])
    assert b"Secret" not in client.post(path, {"_do": "add_program", "program-program": secret.pk}).content
    api.add_program(offered.curricula.get(), secret)
    assert b"Secret" not in client.get(path).content


def test_deleting_a_program_is_for_whoever_may_delete_programs(offered):
    client = admin_client(f"{APP}.change_program")
    path = reverse(f"admin:{APP}_program_change", args=[offered.pk])

    def offers():
        return [value for value, _label in client.get(path).context["adminform"].form.fields["status"].choices]

    assert "deleted" not in offers()
    body = {"title": "Analytics", "type": offered.type_id, "status": "deleted", "initial-status": "active"}
    assert client.post(path, body).status_code == 200
    client = admin_client(f"{APP}.change_program + {APP}.delete_program")
    assert "deleted" in offers()
    offered.refresh_from_db()
    assert offered.status == "active"


def test_a_course_is_named_where_courses_may_not_be_viewed(offered):
    client = admin_client(f"{APP}.view_curriculum")
    page = client.get(reverse(f"admin:{APP}_curriculum_build", args=[offered.curricula.get().pk])).content.decode()
    for value in (catalog.get_catalog_course(key_str="GTx+A").key_str, "Inside", "1 run"):
        assert value in page


def test_the_doctor_is_for_those_from_whom_nothing_is_kept(offered):
    """He names rows of every app."""
    path, core = reverse("admin:openedx_catalog_catalogcourse_overview"), "openedx_catalog"
    client = admin_client(f"{core}.view_catalogcourse + {core}.view_courserun")
    assert b"doctor=1" not in client.get(path).content
    assert client.get(path, {"doctor": "1"}).status_code == 403
    client = admin_client(f"{core}.view_catalogcourse + {core}.view_courserun + {APP}.view_program")
    assert b"doctor=1" in client.get(path).content
    assert client.get(path, {"doctor": "1"}).status_code == 200


def test_what_is_picked_from_is_what_may_be_viewed(offered):
    secret = api.create_program(title="Secret", type="masters")
    asked = {"app_label": APP, "model_name": "curriculum", "field_name": "program", "term": "secret"}
    path = reverse("admin:autocomplete")
    client = admin_client(f"{APP}.change_curriculum")
    assert client.get(path, asked).status_code == 403
    client = admin_client(f"{APP}.view_program")
    assert [row["id"] for row in client.get(path, asked).json()["results"]] == [str(secret.pk)]
