"""Histories of courses and runs say when they got which type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseType
from openedx_catalog.models_api import CourseRun
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

R1 = "course-v1:MITx+A+R1"


def told(subject):
    """``[(what, [(field, before, after)])]``, oldest first."""
    entries = reversed(catalog.history_of(subject))
    return [(each.what, [(change.field, change.before, change.after) for change in each.changes]) for each in entries]


@pytest.mark.parametrize("of", ["course", "run"])
def test_a_history_has_each_type_with_who_and_why(course, of):
    row = course("A", R1={})
    subject, field, retype = {
        "course": (row, "course_type", lambda slug, **why: api.set_course_type(row, slug, **why)),
        "run": (R1, "course_run_type", lambda slug, **why: api.set_course_run_type(R1, slug, **why)),
    }[of]
    before = len(catalog.history_of(subject))
    for slug in ("audit", "honor", None):
        retype(slug, source="rest", reason=f"as {slug}")
    assert told(subject)[before:] == [
        ("typed", [(field, None, "audit")]), ("retyped", [(field, "audit", "honor")]), ("untyped", []),
    ]  # fmt: skip
    newest, second, *_others = catalog.history_of(subject)
    assert (second.source, second.reason) == ("rest", "as honor")
    key = row.key_str if of == "course" else R1
    assert (newest.row.key, newest.row.kind) == (key, "catalog_course" if of == "course" else "course_run")
    assert key in newest.text
    assert newest.text.endswith("was taken away.")


def test_a_type_that_is_gone_is_told_by_its_last_name(course):
    row = course("A")
    made = api.create_course_type(name="Short lived")
    api.set_course_type(row, made)
    api.update_course_type(made, slug="gone")
    api.set_course_type(row, None)
    api.delete_course_type("gone")
    assert not CourseType.objects.filter(slug="gone").exists()
    assert ("typed", [("course_type", None, "gone")]) in told(row)


def test_what_went_with_a_run_is_no_change_of_its_own(course):
    course("A", R1={})
    api.set_course_run_type(R1, "audit")
    catalog.delete_course_run(R1)
    assert [what for what, _changes in told(R1)] == ["created", "typed", "deleted"]
    catalog.create_course_run(R1)
    api.set_course_run_type(R1, "honor")
    assert [what for what, _changes in told(R1)][-2:] == ["recreated", "typed"]


def test_a_merge_leaves_the_type_in_both_histories(course):
    row, other = course("A"), course("B")
    api.set_course_type(other, "audit")
    catalog.merge_catalog_courses(other, into=row, reason="one")
    assert ("typed", [("course_type", None, "audit")]) in told(row)
    assert [what for what, _changes in told(other.uuid)][-1] == "merged"


def test_rest_and_admin_show_it(course, admin_client):
    row = course("A", R1={})
    api.set_course_type(row, "verified-audit"), api.set_course_run_type(R1, "audit")
    client = rest_client("superuser")
    for url, field, slug in (
        (f"/api/catalog/v1/course-runs/{R1}/history/", "course_run_type", "audit"),
        ("/api/catalog/v1/catalog-courses/MITx+A/history/", "course_type", "verified-audit"),
    ):
        newest = client.get(url).data["results"][0]
        assert (newest["what"], newest["changes"]) == ("typed", [{"field": field, "before": None, "after": slug}])
    run = CourseRun.objects.get()
    for url in (f"courserun/{run.pk}", f"catalogcourse/{row.pk}"):
        page = admin_client.get(f"/admin/openedx_catalog/{url}/history/").content.decode()
        assert all(said in page for said in ("was given a type.", "audit"))


def test_it_costs_three_queries_more_however_many(course):
    row = course("A", R1={})

    def cost(subject):
        with CaptureQueriesContext(connection) as found:
            list(catalog.history_of(subject))
        return len(found)

    without = cost(row), cost(R1)
    for slug in ("audit", "honor") * 3:
        api.set_course_type(row, slug), api.set_course_run_type(R1, slug, allow_mismatch=True)
    # The one that reads the table is there anyway, and none is gone.
    assert (cost(row), cost(R1)) == (without[0] + 1, without[1] + 1)
