"""Skills over REST: who may write them, what courses and programs show, and what finds them. Blocked ones are nowhere."""

import pytest
from django.test.utils import override_settings

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.skills import api
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.permissions import ModelPermissions
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ROOT = "/api/catalog/v1"


@pytest.fixture
def client():
    return rest_client("user")


@pytest.fixture
def catalog(course, program):
    """A course with skills, one without, and programs: by way of the course, by itself, hidden, and without any."""
    one, other = course("A", "Circuits", ("Soldering", 0.5), blocked=["Alchemy"]), course("B")
    program("Union", one, other, skills=["Law"], blocked=["Soldering"])
    program("Own", other, skills=["Law"], blocked=["Alchemy"])
    program("Hidden", one, hidden=True)
    program("Nothing", other)


def shown(client, path, name="title"):
    """``{title: names of skills}``"""
    response = client.get(f"{ROOT}/{path}")
    assert response.status_code == 200, response.content
    return {row[name]: [each["name"] for each in row["skills"]] for row in response.json()["results"]}


def test_courses_and_programs_show_their_skills(catalog, client):
    assert shown(client, "catalog-courses/") == {"Course A": ["Soldering", "Circuits"], "Course B": []}
    assert shown(client, "programs/") == {"Union": ["Circuits"], "Own": ["Law"], "Nothing": []}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("catalog-courses/?skill=circuits", {"Course A"}),
        ("catalog-courses/?skill=Alchemy", set()),
        ("catalog-courses/?skill=law,SOLDERING", {"Course A"}),
        ("catalog-courses/?skill=none", set()),
        ("programs/?skill=circuits", {"Union"}),
        ("programs/?skill=soldering", set()),
        ("programs/?skill=law", {"Own"}),
        ("programs/?skill=circuits,law", {"Own", "Union"}),
        ("programs/?skill=alchemy", set()),
    ],
)
def test_they_are_found_by_a_skill_that_they_show(catalog, client, path, found):
    assert set(shown(client, path)) == found
    uuids = [str(row.uuid) for row in api.get_skills().filter(name_ci__in=path.lower().partition("=")[2].split(","))]
    by_uuid = f"{path.partition('=')[0]}={','.join(uuids)}" if uuids else path
    assert set(shown(client, by_uuid)) == found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alchemy", "Circuits", "Law", "Soldering"]),
        ("?q=CIRC", ["Circuits"]),
        ("?ordering=-name", ["Soldering", "Law", "Circuits", "Alchemy"]),
        ("?external_ids=none", []),
    ],
)
def test_skills_are_listed_by_name(catalog, client, query, names):
    assert [row["name"] for row in client.get(f"{ROOT}/skills/{query}").json()["results"]] == names


class KeepsCourseA(ModelPermissions):
    """Course A is nobody's business."""

    def sees_all(self, user, model):
        return model is not CatalogCourse and super().sees_all(user, model)

    def visible(self, user, rows):
        return rows.exclude(course_code="A") if rows.model is CatalogCourse else super().visible(user, rows)


def test_a_course_that_is_kept_back_brings_no_skills(catalog, client):
    with override_settings(OPENEDX_CATALOG_PERMISSION_POLICY=f"{__name__}.KeepsCourseA"):
        assert shown(client, "programs/")["Union"] == ["Law"]
        assert set(shown(client, "programs/?skill=circuits")) == set()


def test_so_does_a_program_within_that_is_hidden(course, program, client):
    inner = program("Inner", course("A", "Circuits"), hidden=True)
    program("Outer", inner)
    assert shown(client, "programs/") == {"Outer": []}
    programs.update_program(inner, hidden=False)
    assert shown(client, "programs/") == {"Outer": ["Circuits"], "Inner": ["Circuits"]}
