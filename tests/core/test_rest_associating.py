"""``POST course-runs/associate/``: many runs, and what became of each; and when a name may create a catalog course."""

import json

import pytest
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.api import AssociationRecord
from openedx_catalog.exceptions import InvalidValue, UnknownCatalogCourse
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.associating import AssociationRecordWriter
from openedx_catalog.testing.users import rest_user
from openedx_catalog.transfer.reading import COLUMNS
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

URL = "/api/catalog/v1/course-runs/"
ASSOCIATE = f"{URL}associate/"
START = "2027-01-31T10:00:00Z"


@pytest.fixture
def client():
    client = APIClient()
    client.force_authenticate(rest_user("superuser"))
    return client


def post(client, records, *, query="", **body):
    answer = client.post(ASSOCIATE + query, {"records": records, **body}, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def told(answer):
    """``[(outcome, codes of the problems)]``, in the order of the answer."""
    assert [row["line"] for row in answer["records"]] == list(range(1, len(answer["records"]) + 1))
    return [(row["outcome"], *(problem["code"] for problem in row["problems"])) for row in answer["records"]]


def stored():
    return list(CourseRun.objects.order_by("key_ci").values_list("key_ci", "title", "association", "schedule__start"))


def mixed():
    """A record for each outcome, and for each way to be none."""
    shared = api.create_catalog_course(org_code="MITx", course_code="Shared")
    api.associate_course_run("course-v1:A+B+kept", title="Kept")
    api.sync_course_run("course-v1:A+B+set", title="Set", observed_at=api.parse_datetime("2026-01-01T00:00:00Z", "at"))
    return [
        ({"course_key": "course-v1:A+B+new", "title": "New", "start": START, "pacing": "self"}, ("created",)),
        ({"course_key": "course-v1:A+B+by-uuid", "catalog_course": str(shared.uuid)}, ("created",)),
        ({"course_key": "course-v1:A+B+by-key", "catalog_course": "MITx+shared"}, ("created",)),
        ({"course_key": "course-v1:A+B+kept", "title": "Kept"}, ("unchanged",)),
        ({"course_key": "course-v1:A+B+kept", "title": "Changed"}, ("updated",)),
        ({"course_key": "course-v1:A+B+kept", "catalog_course": "MITx+Shared"}, ("conflict", "other_catalog_course")),
        ({"course_key": "course-v1:a+b+KEPT"}, ("conflict", "other_spelling")),
        ({"course_key": "course-v1:A+B+set", "title": "Older"}, ("stale", "stale")),
        ({"course_key": "course-v1:A+C+1", "start": "soon", "language": "??"}, ("created", "invalid_language", "invalid_date")),
        ({"course_key": "garbage"}, ("invalid", "invalid_course_key")),
        ({"title": "No key"}, ("invalid", "invalid_course_key")),
        ({"course_key": "course-v1:A+B+x", "catalog_course": "nonsense"}, ("invalid", "invalid_catalog_key")),
        ({"course_key": "course-v1:A+B+x", "catalog_course": "MITx+Sahred"}, ("invalid", "unknown_catalog_course")),
        (
            {"course_key": "course-v1:A+B+x", "catalog_course": "0" * 8 + "-0000-4000-8000-" + "0" * 12},
            ("invalid", "unknown_catalog_course"),
        ),
        ({"course_key": "course-v1:A+B+x", "titel": "Slip"}, ("invalid", "invalid_request")),
        (RUN_KEY, ("invalid", "invalid_request")),
        (None, ("invalid", "invalid_request")),
        ([], ("invalid", "invalid_request")),
    ]


def test_every_record_has_its_outcome_in_order_and_none_keeps_another_back(client):
    rows = mixed()
    answer = post(client, [record for record, _outcome in rows], reason="curated list")
    assert told(answer) == [outcome for _record, outcome in rows]
    assert answer["outcomes"] == {
        name: sum(outcome[0] == name for _record, outcome in rows) for name in api.AssociationReport().outcomes
    }
    assert (answer["dry_run"], answer["catalog_courses_created"], answer["organizations_created"]) == (False, 1, 0)
    for key in ("course-v1:A+B+by-uuid", "course-v1:A+B+by-key"):
        assert api.get_catalog_course_for_run(key).course_code == "Shared"
        assert api.get_course_run(key).association == "explicit"
    assert "curated list" in api.get_course_run("course-v1:A+B+new").history.get().history_change_reason
    assert all(problem["reason"] for row in answer["records"] for problem in row["problems"])


def test_a_dry_run_says_exactly_what_a_real_one_does_and_writes_nothing(client):
    records = [record for record, _outcome in mixed()]
    before = stored()
    dry = post(client, records, query="?dry_run=true")
    assert stored() == before
    assert dry == {**post(client, records, query="?dry_run=false"), "dry_run": True}
    assert stored() != before
    assert client.post(f"{ASSOCIATE}?dry_run=maybe", {"records": []}, format="json").json()["errors"].keys() == {"dry_run"}


@pytest.mark.parametrize("value", [5, 1.5, True, [], [1], {}, {"a": 1}, "x" * 300, "\x00", "\ud800", None, ""], ids=repr)
def test_whatever_a_value_is_it_is_reported_or_left_out(client, value):
    for name in AssociationRecordWriter._declared_fields:
        body = json.dumps({"records": [{"course_key": "course-v1:A+B+1", name: value}, {"course_key": "course-v1:A+B+2"}]})
        answer = client.post(f"{ASSOCIATE}?dry_run=true", body, content_type="application/json")
        assert answer.status_code in (200, 400), (name, value)
        if answer.status_code == 200:
            assert answer.json()["records"][1]["outcome"] == "created"
            assert answer.json()["records"][0]["outcome"] in ("created", "invalid")


def test_a_record_has_the_columns_of_a_catalog_file():
    assert set(AssociationRecordWriter._declared_fields) == set(COLUMNS)


@pytest.mark.parametrize("records", [None, {}, "x", [{"course_key": RUN_KEY}] * 1001], ids=["null", "object", "text", "1001"])
def test_what_is_no_list_of_at_most_a_thousand_is_refused(client, records):
    answer = client.post(ASSOCIATE, {"records": records}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["records"])
    assert not CourseRun.objects.exists()


def test_no_records_are_no_changes(client):
    assert post(client, [])["records"] == []


def test_it_takes_the_permissions_of_all_that_it_may_write():
    needed = ["openedx_catalog.add_courserun", "openedx_catalog.change_courserun", "openedx_catalog.add_catalogcourse"]
    for missing in needed:
        client = APIClient()
        client.force_authenticate(rest_user(" + ".join(name for name in needed if name != missing)))
        assert client.post(ASSOCIATE, {"records": []}, format="json").status_code == 403


# Whether a name may create a course


def test_a_mistyped_catalog_course_is_refused_unless_it_is_said_to_be_new(client):
    body = {"course_key": RUN_KEY, "catalog_course": "MITx+14.100y"}
    answer = client.post(URL, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_catalog_course")
    assert list(answer.json()["errors"]) == ["catalog_course"]
    assert "MITx:14.100y" in answer.json()["detail"]
    assert not CatalogCourse.objects.exists()
    assert not api.get_organizations().exists()
    made = client.post(URL, {**body, "create_catalog_course": True}, format="json")
    assert (made.status_code, made.json()["catalog_course"]["key"]) == (201, "catalog-course:MITx:14.100y")


def test_a_run_whose_key_alone_names_its_course_creates_that(client):
    made = client.post(URL, {"course_key": RUN_KEY}, format="json")
    assert (made.status_code, made.json()["catalog_course"]["key"]) == (201, "catalog-course:MITx:14.100x")
    assert told(post(client, [{"course_key": "course-v1:New+Course+1"}])) == [("created",)]


def test_a_new_run_names_its_course_by_uuid(client):
    course = api.create_catalog_course(org_code="MITx", course_code="Shared")
    made = client.post(URL, {"course_key": RUN_KEY, "catalog_course": str(course.uuid)}, format="json")
    assert (made.status_code, made.json()["catalog_course"]["uuid"]) == (201, str(course.uuid))
    body = {"course_key": RUN_KEY, "catalog_course": "0" * 32, "create_catalog_course": True}
    answer = client.post(URL, body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["catalog_course"])


@pytest.mark.parametrize("batch_size", [1, 2, 1000])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_record_may_join_a_course_that_one_before_it_creates_whatever_the_batches(batch_size, dry_run):
    records = [
        AssociationRecord("course-v1:A+X+1", catalog_course="A+B", line=1),
        AssociationRecord("course-v1:A+B+1", line=2),
        AssociationRecord("course-v1:A+X+2", catalog_course="a+b", line=3),
        AssociationRecord("course-v1:A+X+3", catalog_course="Nobody+B", line=4),
    ]
    outcomes = {}
    report = api.associate_course_runs(
        records,
        create_catalog_course=False,
        dry_run=dry_run,
        batch_size=batch_size,
        on_row=lambda row: outcomes.setdefault(row.line, row.outcome),
    )
    assert outcomes == {1: "invalid", 2: "created", 3: "created", 4: "invalid"}
    assert [(problem.line, problem.code) for problem in report.problems] == [
        (1, "unknown_catalog_course"),
        (4, "unknown_catalog_course"),
    ]
    assert (report.catalog_courses_created, report.organizations_created) == (1, 1)


def test_nobody_joins_a_course_whose_creator_is_refused(settings):
    settings.ORGANIZATIONS_AUTOCREATE = False
    records = [AssociationRecord("course-v1:A+B+1"), AssociationRecord("course-v1:A+X+2", catalog_course="A+B")]
    report = api.associate_course_runs(records, create_catalog_course=False)
    assert [problem.code for problem in report.problems] == ["organization_not_found", "organization_not_found"]
    assert not CourseRun.objects.exists()


def test_in_python_a_name_creates_its_course_unless_that_is_refused():
    for create in (api.associate_course_run, api.create_course_run):
        with pytest.raises(UnknownCatalogCourse, match="There is no catalog course catalog-course:A:Nothing"):
            create(RUN_KEY, catalog_course="A+Nothing", create_catalog_course=False)
        with pytest.raises(InvalidValue):
            create(RUN_KEY, catalog_course="A+Nothing", create_catalog_course="no")
    assert not CatalogCourse.objects.exists()
    assert api.create_course_run(RUN_KEY, catalog_course="A+Nothing").catalog_course.course_code == "Nothing"
    assert api.create_course_run(f"{RUN_KEY}b", catalog_course="A+nothing", create_catalog_course=False)


def test_a_file_names_courses_by_uuid_too():
    course = api.create_catalog_course(org_code="MITx", course_code="Shared")
    records = [AssociationRecord(f"course-v1:A+B+{n}", catalog_course=str(course.uuid).upper()) for n in range(3)]
    assert api.associate_course_runs(records).outcomes["created"] == 3
    assert course.runs.explicit().count() == 3


@pytest.mark.parametrize("rows", [10, 1000])
def test_it_costs_as_many_statements_for_ten_as_for_a_thousand(client, data_statements, rows):
    courses = [api.create_catalog_course(org_code="MITx", course_code=f"C{n}") for n in range(10)]
    records = [
        {"course_key": f"course-v1:O{n % 9}+N{n // 2}+{n}", "start": START, "title": f"T{n}"}
        | ({"catalog_course": str(courses[n % 10].uuid)} if n % 3 == 0 else {})
        for n in range(rows)
    ]
    with data_statements() as log:
        assert post(client, records)["outcomes"]["created"] == rows
    assert len(log) <= 28, log
