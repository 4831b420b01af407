"""Course catalogs over REST: writing them, what they have, and the lists of courses and runs by them."""

import csv
import io
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test.utils import override_settings
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.models_api import CourseCatalog
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.permissions import ModelPermissions
from openedx_catalog.testing.users import rest_client, rest_user

from .catalogs import course, courses, stored  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ROOT = "/api/catalog/v1"
CATALOGS = f"{ROOT}/catalogs/"


@pytest.fixture
def editor(db):
    """Who may do everything with course catalogs, and nothing else."""
    return rest_client(" + ".join(f"openedx_catalog_search.{verb}_coursecatalog" for verb in ("add", "change", "delete")))


def at(row, action=""):
    return f"{CATALOGS}{row.uuid}/{action}"


def keys(response):
    assert response.status_code == 200, response.content
    return {each["key"].removeprefix("catalog-course:").replace(":", "+") for each in response.json()["results"]}


def errors(response, status=400):
    assert response.status_code == status, response.content
    return response.json()["errors"]


def test_a_course_catalog_is_created_changed_and_deleted(courses, editor):  # noqa: F811
    Group.objects.create(name="Customers")
    body = {"name": "MITx", "query": "org:MITx", "viewer_groups": ["Customers"], "reason": "asked for"}
    created = editor.post(CATALOGS, body, format="json")
    assert created.status_code == 201, created.content
    row = CourseCatalog.objects.get()
    assert created["Location"].endswith(reverse("openedx_catalog:search:course_catalog-detail", args=[row.uuid]))
    assert row.history.get().history_change_reason.endswith(": asked for")
    said = {"uuid": str(row.uuid), "name": "MITx", "query": "org:MITx", "include_archived": False, "count": 3}
    assert created.json().items() >= {**said, "viewers": [], "viewer_groups": ["Customers"]}.items()
    tag = created["ETag"]
    changed = editor.patch(at(row), {"include_archived": True, "viewer_groups": []}, format="json", HTTP_IF_MATCH=tag)
    assert changed.json().items() >= {"query": "org:MITx", "count": 4, "viewer_groups": []}.items()
    assert editor.patch(at(row), {"name": "X"}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    listed = editor.get(f"{CATALOGS}?q=mit").json()["results"]
    assert listed == [{**changed.json(), "count": None}]
    assert editor.get(f"{CATALOGS}?q=harvard").json()["results"] == []
    assert editor.delete(at(row)).status_code == 204
    assert editor.get(at(row)).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({"query": "org:("}, "query", 400),
        ({"query": ""}, "query", 400),
        ({"query": 7}, "query", 400),
        ({"name": None}, "name", 400),
        ({"name": "x" * 256}, "name", 400),
        ({"viewers": ["nobody"]}, "viewers", 400),
        ({"viewers": "nobody"}, "viewers", 400),
        ({"viewer_groups": ["Nobody"]}, "viewer_groups", 400),
        ({"include_archived": "yes"}, "include_archived", 400),
        ({"courses": []}, "courses", 400),
        ({"name": "ALL"}, None, 409),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_cannot_be_stored_is_refused_at_its_field(editor, body, field, status):
    row, other = stored(), stored(name="Other")
    for response in (
        editor.post(CATALOGS, {"name": "New", "query": "*", **body}, format="json"),
        editor.patch(at(other), body, format="json"),
    ):
        assert response.status_code == status, response.content
        if field:
            assert list(response.json()["errors"]) == [field]
    assert list(api.get_course_catalogs()) == [row, other]


def test_errors_of_a_query_say_where(editor):
    response = editor.post(CATALOGS, {"name": "New", "query": "org:("}, format="json")
    assert (response.json()["code"], "at character" in errors(response)["query"][0]) == ("invalid_query", True)


def test_its_courses_are_paged_and_have_the_shape_of_the_core(courses, editor):  # noqa: F811
    row = stored("org:MITx")
    response = editor.get(at(row, "courses/?page_size=2"))
    assert (response.json()["count"], response.json()["num_pages"]) == (3, 2)
    assert keys(response) | keys(editor.get(response.json()["next"])) == {"MITx+A", "MITx+B", "MITx+Bare"}
    one = catalog.get_catalog_course(key_str="MITx+A")
    assert response.json()["results"][0] == editor.get(f"{ROOT}/catalog-courses/{one.uuid}/").json()
    assert set(editor.get(at(row, "courses/?view=minimal")).json()["results"][0]) == {"uuid", "key", "title"}
    assert "nonsense" in errors(editor.get(at(row, "courses/?nonsense=1")))


def test_it_says_of_keys_whether_it_has_them(courses, editor):  # noqa: F811
    row = stored("org:MITx")
    expected = {"MITx+A": True, "HarvardX+A": False, "course-v1:MITx+A+R1": True, "course-v1:Nobody+A+R1": False}
    given = list(expected)
    # "+" is a space in an address where nobody encodes it.
    query = {"course_id": ",".join(given[:2]).replace("+", " "), "course_run_id": ",".join(given[2:])}
    assert editor.get(at(row, "contains/"), query).json() == {"courses": expected}
    body = {"course_ids": given[:2], "course_run_ids": given[2:]}
    assert editor.post(at(row, "contains/"), body, format="json").json() == {"courses": expected}
    body["course_ids"] = [given[0].replace("+", " "), f" {given[1]} ", ""]
    assert editor.post(at(row, "contains/"), body, format="json").json() == {"courses": expected}
    for nothing in ({}, {"course_ids": [], "course_run_ids": []}, {"course_ids": [""]}):
        said = errors(editor.post(at(row, "contains/"), nothing, format="json"))
        assert said == {"course_ids": ["Give course_ids or course_run_ids."]}
        assert "course_id" in errors(editor.get(at(row, "contains/"), {"course_id": ""} if nothing else {}))
    assert "course_run_id" in errors(editor.get(at(row, "contains/"), {"course_run_id": "MITx+A"}))
    assert "course_ids" in errors(editor.post(at(row, "contains/"), {"course_ids": ["MITx"]}, format="json"))
    assert "course_ids.0" in errors(editor.post(at(row, "contains/"), {"course_ids": [7]}, format="json"))
    with override_settings(OPENEDX_CATALOG_MAX_CONTAINED_KEYS=1):
        said = errors(editor.post(at(row, "contains/"), {"course_ids": given[:2]}, format="json"))
        assert said == {"course_ids": ["Expected at most 1 keys together, got 2."]}


def test_five_hundred_keys_fit_into_one_request_and_cost_as_much_as_one(courses, editor, django_assert_num_queries):  # noqa: F811
    row, costs = stored(), []
    for count in (1, 500):
        with django_assert_num_queries(costs[0]) if costs else _counted(costs):
            body = {"course_ids": [f"MITx+C{number}" for number in range(count)]}
            assert len(editor.post(at(row, "contains/"), body, format="json").json()["courses"]) == count


def test_its_runs_come_as_a_file(courses, editor):  # noqa: F811
    row = stored("org:MITx", "Of MITx", include_archived=True)
    for accept in ("*/*", "text/csv"):
        response = editor.get(at(row, "csv/"), HTTP_ACCEPT=accept)
        assert response["Content-Type"].startswith("text/csv")
        assert response["Content-Disposition"] == 'attachment; filename="of-mitx.csv"'
    lines = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [(line["course_key"], line["course_run_key"], line["status"]) for line in lines] == [
        ("catalog-course:MITx:A", "course-v1:MITx+A+R1", "upcoming"),
        ("catalog-course:MITx:B", "course-v1:MITx+B+R1", "upcoming"),
        ("catalog-course:MITx:Old", "course-v1:MITx+Old+R1", "archived"),
        ("catalog-course:MITx:Bare", "", ""),
    ]
    assert lines[2]["end"] == "2020-01-01T00:00:00+00:00"


def test_a_query_is_previewed(courses, editor):  # noqa: F811
    response = editor.get(f"{CATALOGS}preview/", {"query": "org:MITx", "page_size": 2})
    assert (response.json()["count"], len(response.json()["results"])) == (3, 2)
    archived = editor.get(f"{CATALOGS}preview/", {"query": "org:MITx", "include_archived": "true"})
    assert keys(archived) == {"MITx+A", "MITx+B", "MITx+Bare", "MITx+Old"}
    assert "query" in errors(editor.get(f"{CATALOGS}preview/", {"query": "org:("}))
    assert "query" in errors(editor.get(f"{CATALOGS}preview/"))
    assert "include_archived" in errors(editor.get(f"{CATALOGS}preview/", {"query": "*", "include_archived": "maybe"}))
    assert not CourseCatalog.objects.exists()


def test_courses_runs_and_programs_are_listed_by_course_catalog(courses, editor):  # noqa: F811
    row = stored("key:(HarvardX+A OR MITx+B)")
    assert keys(editor.get(f"{ROOT}/catalog-courses/?catalog={row.uuid}")) == {"HarvardX+A", "MITx+B"}
    assert keys(editor.get(f"{ROOT}/catalog-courses/?catalog={row.uuid}&org=MITx")) == {"MITx+B"}
    runs = editor.get(f"{ROOT}/course-runs/?catalog={row.uuid}").json()["results"]
    assert {run["course_key"] for run in runs} == {"course-v1:HarvardX+A+R1", "course-v1:MITx+B+R1"}
    for code in ("A", "B"):
        programs.create_program_type(name=code, slug=code.lower())
        program = programs.create_program(title=code, type=code.lower(), status="active")
        programs.add_course(programs.create_curriculum(program, name="Plan"), f"MITx+{code}")
    listed = editor.get(f"{ROOT}/programs/?catalog={row.uuid}").json()["results"]
    assert [program["title"] for program in listed] == ["B"]


@pytest.mark.parametrize("path", ["catalog-courses", "course-runs", "programs"])
def test_a_course_catalog_that_is_not_there_or_for_others_lists_nothing(courses, path):  # noqa: F811
    client, row = rest_client("user"), stored()
    said = [errors(client.get(f"{ROOT}/{path}/?catalog={name}")) for name in (row.uuid, uuid4(), "nonsense")]
    assert [list(each) for each in said] == [["catalog"]] * 3
    assert "There is no course catalog" in said[0]["catalog"][0]
    api.set_viewers(row, viewers=["user"], viewer_groups=[])
    assert client.get(f"{ROOT}/{path}/?catalog={row.uuid}").status_code == 200


def test_a_stored_query_that_is_broken_is_said_to_be(courses, editor):  # noqa: F811
    row = stored()
    CourseCatalog.objects.update(query="org:(")
    assert editor.get(at(row)).json()["count"] is None
    for path in ("courses/", "csv/", "contains/?course_id=MITx%2BA"):
        assert "query" in errors(editor.get(at(row, path)))
    for path in ("catalog-courses", "course-runs"):
        assert "catalog" in errors(editor.get(f"{ROOT}/{path}/?catalog={row.uuid}"))


class KeepsCodeA(ModelPermissions):
    """Courses with the code A are nobody's business."""

    def sees_all(self, user, model):
        return model is not CatalogCourse and super().sees_all(user, model)

    def visible(self, user, rows):
        return rows.exclude(course_code="A") if rows.model is CatalogCourse else super().visible(user, rows)


def test_what_a_user_may_not_see_is_in_none_of_the_answers(courses, editor):  # noqa: F811
    row = stored()
    with override_settings(OPENEDX_CATALOG_PERMISSION_POLICY=f"{__name__}.KeepsCodeA"):
        assert editor.get(at(row)).json()["count"] == 2
        assert keys(editor.get(at(row, "courses/"))) == {"MITx+B", "MITx+Bare"}
        assert b"MITx:A," not in b"".join(editor.get(at(row, "csv/")).streaming_content)
        assert editor.get(at(row, "contains/?course_id=MITx%2BA")).json() == {"courses": {"MITx+A": False}}
        assert keys(editor.get(f"{CATALOGS}preview/?query=*")) == {"MITx+B", "MITx+Bare"}
        assert keys(editor.get(f"{ROOT}/catalog-courses/?catalog={row.uuid}")) == {"MITx+B", "MITx+Bare"}


@pytest.mark.parametrize("path", [CATALOGS, "{}", "{}courses/", "{}contains/?course_id=MITx%2BA"])
def test_requests_cost_as_much_with_many_rows_as_with_few(course, editor, path, django_assert_num_queries):  # noqa: F811
    row, costs = stored(), []
    rest_user("user")
    for size in (2, 12):
        for number in range(size):
            course("MITx", f"{size}-{number}", run=False)
            stored(name=f"{size}-{number}", viewers=["user"])
        with django_assert_num_queries(costs[0]) if costs else _counted(costs):
            assert editor.get(path.format(at(row))).status_code == 200


def _counted(costs):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    class Counted(CaptureQueriesContext):
        def __exit__(self, *args):
            super().__exit__(*args)
            costs.append(len(self))

    return Counted(connection)
