"""Pages of lists: by a cursor, which neither skips nor repeats a row whatever others do meanwhile, and by number, uncounted."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.lib.rest.keyset import FIRST
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule, DeletedRunKey
from openedx_catalog.rest_api.v1.urls import router
from openedx_catalog.testing.users import rest_user

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

V1 = "/api/catalog/v1"
LISTS = {prefix: view for prefix, view, _name in router.registry}


def orderings(view):
    found = view.filterset_class.base_filters.get("ordering")
    return ("", *(value for value, _label in found.extra["choices"])) if found else ("",)


ORDERED = [(prefix, value) for prefix, view in LISTS.items() for value in orderings(view)]
START = datetime(2027, 1, 31, tzinfo=UTC)


def delete_for_good(count):
    """What becomes of runs that are deleted so, without them."""
    keys = [f"course-v1:Gone+{n % 2}+{n}" for n in range(count)]
    DeletedRunKey.objects.bulk_create([DeletedRunKey(course_key=key, at=START, association="implicit") for key in keys])


@pytest.fixture
def client():
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_authenticate(rest_user("superuser"))
    return client


@pytest.fixture
def catalog():
    """Rows with equal values, with values of every case, and with none, in every column that lists are ordered by."""
    for number in range(13):
        org, title = f"Org{number % 4}", ("a", "A", "ä", "B")[number % 4]
        run = api.create_course_run(f"course-v1:{org}+C{number // 2}+{number}", title=title)
        if number % 3:
            api.update_course_run(run.course_key, schedule={"start": START + timedelta(days=number % 2)})
        elif number % 2:
            api.update_course_run(run.course_key, schedule={"pacing": "self"})
    delete_for_good(5)
    for rows, values in (
        (CourseRun.objects.order_by("pk"), {"key_ci": None}),
        (CatalogCourse.objects.order_by("-pk"), {"course_code_ci": None}),
    ):
        pks = list(rows.values_list("pk", flat=True)[:3])
        rows.filter(pk__in=pks).update(modified=None, **values)


def rows_of(answer):
    assert answer.status_code == 200, answer.content
    return [row.get("uuid") or row.get("short_name") or row["course_key"] for row in answer.json()["results"]]


def walk(client, prefix, *, back=False, **asked):
    """All pages from the first on, or the way back from the last one."""
    answer = client.get(f"{V1}/{prefix}/", {"cursor": FIRST, **asked})
    pages = [rows_of(answer)]
    while url := answer.json()["next"]:
        answer = client.get(url)
        pages.append(rows_of(answer))
    assert answer.json()["count"] is None
    if back:
        pages = [pages[-1]]
        while url := answer.json()["previous"]:
            answer = client.get(url)
            pages.insert(0, rows_of(answer))
    return [row for page in pages for row in page]


@pytest.mark.parametrize(("prefix", "ordering"), ORDERED)
def test_a_walk_gives_the_list_in_every_order_forwards_and_back(client, catalog, prefix, ordering):
    asked = {"ordering": ordering} if ordering else {}
    expected = rows_of(client.get(f"{V1}/{prefix}/", {"page_size": 100, **asked}))
    assert len(expected) == len(set(expected)) > 3
    for size in (1, 2, 3, 100):
        assert walk(client, prefix, page_size=size, **asked) == expected
    assert walk(client, prefix, back=True, page_size=3, **asked) == expected


@pytest.mark.parametrize(("prefix", "ordering"), ORDERED)
def test_what_is_deleted_and_inserted_meanwhile_moves_nothing(client, catalog, prefix, ordering):
    """By number each deleted row before the page pushes one over its edge, unseen."""
    model = LISTS[prefix].model
    asked = {"page_size": 2, **({"ordering": ordering} if ordering else {})}
    expected = rows_of(client.get(f"{V1}/{prefix}/", {**asked, "page_size": 100}))
    answer = client.get(f"{V1}/{prefix}/", {"cursor": FIRST, **asked})
    seen = rows_of(answer)
    name = {Organization: "short_name", DeletedRunKey: "course_key"}.get(model, "uuid")
    CourseSchedule.objects.filter(run__uuid__in=seen if model is CourseRun else []).delete()
    if model is not CourseRun:
        CourseRun.objects.all().delete()
    if model is Organization:
        CatalogCourse.objects.all().delete()
    # With the row at the edge, whose values the cursor holds.
    model.objects.filter(**{f"{name}__in": seen}).delete()
    api.create_course_run("course-v1:New+Inserted+1", schedule={"start": START})
    while url := answer.json()["next"]:
        answer = client.get(url)
        seen += rows_of(answer)
    assert [row for row in seen if row in expected] == expected


def test_a_walk_goes_with_filters_and_a_search(client, catalog):
    for asked in (
        {"status": "starting_soon", "at": "2027-01-30T00:00:00Z", "ordering": "-start"},
        {"org": "org1"},
        {"q": "C1"},
        {"q": "course-v1:Org3+C1+3"},
        {"q": "a", "ordering": "-title"},
        {"enrollable": "true", "ordering": "start"},
    ):
        expected = rows_of(client.get(f"{V1}/course-runs/", {"page_size": 100, **asked}))
        assert walk(client, "course-runs", page_size=1, **asked) == expected
        assert expected


def test_the_links_keep_what_was_asked_for(client, catalog):
    asked = {"cursor": FIRST, "page_size": "2", "ordering": "-title", "org": "Org1", "fields": "title"}
    answer = client.get(f"{V1}/course-runs/", asked).json()
    given = parse_qs(urlsplit(answer["next"]).query)
    assert {name: values for name, values in given.items() if name != "cursor"} == {
        name: [value] for name, value in asked.items() if name != "cursor"
    }
    assert (answer["previous"], answer["num_pages"], answer["current_page"], answer["start"]) == (None, None, None, None)


def test_a_page_whose_rows_are_gone_leads_back_to_the_first(client, catalog):
    answer = client.get(f"{V1}/course-runs/", {"cursor": FIRST, "page_size": 2}).json()
    second = client.get(answer["next"]).json()
    CourseSchedule.objects.all().delete()
    CourseRun.objects.filter(uuid__in=[row["uuid"] for row in answer["results"]]).delete()
    back = client.get(second["previous"]).json()
    assert (back["results"], back["previous"]) == ([], None)
    assert rows_of(client.get(back["next"]))[0] == second["results"][0]["uuid"]
    CourseRun.objects.all().delete()
    assert client.get(second["next"]).json()["results"] == []


@pytest.mark.parametrize("cursor", ["", "last", "x" * 9000, "\x00", "ä", "W10", "eyJhIjoxfQ:1abcde:xyz"], ids=ascii)
def test_a_cursor_that_is_none_is_refused_by_name(client, catalog, cursor):
    answer = client.get(f"{V1}/course-runs/", {"cursor": cursor})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_a_cursor_of_another_order_or_list_is_refused_by_name(client, catalog):
    url = client.get(f"{V1}/course-runs/", {"cursor": FIRST, "page_size": 1, "ordering": "title"}).json()["next"]
    cursor = parse_qs(urlsplit(url).query)["cursor"][0]
    for prefix, asked in (
        ("course-runs", {}), ("course-runs", {"ordering": "-title"}), ("course-runs", {"ordering": "start"}),
        ("catalog-courses", {"ordering": "title"}), ("organizations", {}),
    ):  # fmt: skip
        answer = client.get(f"{V1}/{prefix}/", {"cursor": cursor, **asked})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"]), (prefix, asked)
    assert client.get(f"{V1}/course-runs/", {"cursor": cursor[:-1] + "_", "ordering": "title"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("cursor=first&page=2", ["page"]),
        ("cursor=first&count=false", ["count"]),
        ("count=no", ["count"]),
        ("count=", ["count"]),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(client, catalog, query, names):
    answer = client.get(f"{V1}/course-runs/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, names)


@pytest.mark.parametrize("prefix", LISTS)
def test_uncounted_pages_are_those_that_are_counted(client, catalog, prefix):
    counted = client.get(f"{V1}/{prefix}/", {"page_size": 3}).json()
    uncounted = client.get(f"{V1}/{prefix}/", {"page_size": 3, "count": "false"}).json()
    for number in range(1, counted["num_pages"] + 1):
        assert (uncounted["results"], uncounted["current_page"], uncounted["start"]) == (
            counted["results"],
            number,
            3 * number - 3,
        )
        assert (uncounted["count"], uncounted["num_pages"]) == (None, None)
        assert bool(uncounted["next"]) is bool(counted["next"])
        assert bool(uncounted["previous"]) is bool(counted["previous"])
        if number < counted["num_pages"]:
            counted, uncounted = client.get(counted["next"]).json(), client.get(uncounted["next"]).json()
    assert client.get(uncounted["previous"]).json()["current_page"] == number - 1
    for page in (number + 1, 10**17):
        assert client.get(f"{V1}/{prefix}/", {"page_size": 3, "count": "false", "page": page}).status_code == 404


def test_runs_of_a_course_are_walked_too(client):
    for number in range(5):
        api.create_course_run(f"course-v1:A+B+{number}")
    url = f"{V1}/catalog-courses/A+B/runs/"
    expected = rows_of(client.get(url))
    answer = client.get(url, {"cursor": FIRST, "page_size": 2})
    seen = rows_of(answer)
    while following := answer.json()["next"]:
        answer = client.get(following)
        seen += rows_of(answer)
    assert seen == expected
    assert client.get(url, {"count": "false", "page_size": 2}).json()["next"]


@pytest.mark.parametrize("rows", [10, 1000])
@pytest.mark.parametrize("prefix", LISTS)
def test_a_page_by_cursor_or_uncounted_costs_two_queries_and_counts_nothing(client, data_statements, prefix, rows):
    records = [
        api.AssociationRecord(f"course-v1:O{n}+C{n // 2}+{n}", title=f"T{n % 7}", start="2027-01-31T10:00:00Z")
        for n in range(rows)
    ]
    api.associate_course_runs(records, source="test")
    delete_for_good(rows)
    following = client.get(f"{V1}/{prefix}/", {"cursor": FIRST, "page_size": 5}).json()["next"]
    for url in (f"{V1}/{prefix}/?cursor=first", following, f"{V1}/{prefix}/?count=false&page=2&page_size=5"):
        with data_statements() as log:
            assert len(client.get(url).json()["results"]) >= 5
        assert len(log) == 2, log
        assert not [sql for sql in log if "COUNT(" in sql]
