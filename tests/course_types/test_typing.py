"""Courses and runs have types; what does not go together is refused, or meant."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.exceptions import CourseRunTypeMismatch, CourseTypeNotAllowed
from openedx_catalog.contrib.course_types.models_api import CourseRunTyping, CourseTyping
from openedx_catalog.exceptions import InvalidCatalogKey, InvalidValue
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db
R1, R2 = "course-v1:MITx+A+R1", "course-v1:MITx+A+R2"


def told():
    return list(OutboxMessage.objects.order_by("pk").values_list("event_type", flat=True))


def test_a_course_that_another_program_wrote_without_its_identity_is_told_of(course):
    row = course("A")
    CatalogCourse.objects.filter(pk=row.pk).update(uuid=None, course_code_ci=None)
    before = told()
    api.set_course_type("MITx+A", "verified-audit")
    assert [name.rpartition("catalog.")[2] for name in told()[len(before) :]] == ["catalog_course.updated.v1"]


def test_a_course_and_its_runs_get_types(course, types):
    row = course("A", R1={}, R2={})
    before = told()
    assert api.set_course_type(row, "verified-audit", reason="as sold").slug == "verified-audit"
    assert api.set_course_run_type(R1, "audit").slug == "audit"
    assert types(row) == ("verified-audit", {"R1": "audit"})
    assert api.get_course_types_of([row.pk]) == {row.pk: "verified-audit"}
    assert api.find_course_run_type_of(R1).slug == "audit"
    assert api.find_course_run_type_of(R2) is None
    assert [name.rpartition("catalog.")[2] for name in told()[len(before):]] == [
        "catalog_course.updated.v1", "course_run.updated.v1",
    ]  # fmt: skip
    assert CatalogChange.objects.filter(kind="catalog_course", key=row.key_str, what="updated").exists()
    assert CourseTyping.history.latest().history_change_reason == "api: as sold"
    api.set_course_run_type(R1, "verified-audit")
    api.set_course_type("MITx+A", None)
    assert types(row) == (None, {"R1": "verified-audit"})
    assert [each.history_type for each in CourseRunTyping.history.order_by("pk")] == ["+", "~"]


def test_nothing_is_written_where_nothing_changes(course):
    row = course("A", R1={})
    api.set_course_type(row, "honor"), api.set_course_run_type(R1, "honor")
    before = told(), CatalogCourse.objects.get(pk=row.pk).modified, CourseRun.objects.get(key_ci=R1.lower()).modified
    api.set_course_type(row, "honor"), api.set_course_run_type(R1, "honor")
    assert (told(), CatalogCourse.objects.get(pk=row.pk).modified, CourseRun.objects.get(key_ci=R1.lower()).modified) == before
    assert CourseTyping.history.count() == CourseRunTyping.history.count() == 1


def test_a_mismatch_has_to_be_meant(course, types):
    row = course("A", R1={}, R2={})
    assert api.set_course_run_type(R2, "honor").slug == "honor"
    api.set_course_type(row, "verified-audit")
    with pytest.raises(CourseRunTypeMismatch) as refused:
        api.set_course_run_type(R1, "empty")
    assert (refused.value.code, refused.value.field) == ("course_run_type_mismatch", "course_run_type")
    assert "audit, verified-audit" in str(refused.value)
    api.set_course_run_type(R1, "empty", allow_mismatch=True)
    assert types(row) == ("verified-audit", {"R1": "empty", "R2": "honor"})
    found = [(each.code, each.subject) for each in catalog.diagnose()]
    assert sorted(each for each in found if each[0] == "course_run_type_mismatch") == [
        ("course_run_type_mismatch", R1), ("course_run_type_mismatch", R2),
    ]  # fmt: skip


def test_a_type_of_other_organizations_is_refused(course):
    row, other = course("A"), course("B", org="GTx")
    api.set_course_type(other, "honor")
    api.update_course_type("honor", organizations=["MITx"])
    assert api.set_course_type(row, "honor").slug == "honor"
    with pytest.raises(CourseTypeNotAllowed, match=r"'honor' is not for courses of 'HarvardX'\. It is for: MITx"):
        api.set_course_type(course("C", org="HarvardX"), "honor")
    assert [each.subject for each in catalog.diagnose() if each.code == "course_type_not_allowed"] == [other.key_str]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: api.set_course_type("MITx+A", 7), InvalidValue),
        (lambda: api.set_course_type("nonsense", "audit"), InvalidCatalogKey),
        (lambda: api.set_course_run_type(R1, "audit", allow_mismatch="yes"), InvalidValue),
        (lambda: api.set_course_run_type("course-v1:MITx+A+None", "audit"), CourseRun.DoesNotExist),
        (lambda: api.set_course_run_products(R1, modes="audit"), InvalidValue),
        (lambda: api.set_course_run_products(R1, modes=[7]), InvalidValue),
        (lambda: api.set_course_run_products(R1, seats=[f"s{n}" for n in range(101)]), InvalidValue),
        (lambda: api.set_course_entitlements("MITx+A", "verified"), InvalidValue),
    ],
)
def test_what_is_wrong_is_said(course, call, error):
    course("A", R1={})
    with pytest.raises(error):
        call()


@pytest.mark.parametrize(("own", "expected"), [("honor", "honor"), (None, "verified-audit")])
def test_a_course_that_stays_keeps_its_type_or_gets_that_of_the_other_one(course, types, own, expected):
    row, other = course("A", R1={}), course("B", R1={}, entitlements=["verified"])
    api.set_course_type(other, "verified-audit"), api.set_course_run_type("course-v1:MITx+B+R1", "audit")
    api.set_course_type(row, own)
    catalog.merge_catalog_courses(other, into=row, reason="one course")
    assert api.find_course_type_of(row).slug == expected
    assert api.get_course_entitlements([row.pk]) == {row.pk: ["verified"]}
    assert api.get_course_run_types_of(["course-v1:MITx+B+R1"]) == {"course-v1:MITx+B+R1": "audit"}
    assert CourseTyping.objects.count() == 1


def test_a_course_that_comes_back_has_the_type_that_the_merge_took(course):
    row, other, untyped = course("A", R1={}), course("B", R1={}), course("C")
    api.set_course_type(row, "honor"), api.set_course_type(other, "verified-audit")
    api.set_course_type(untyped, "audit"), api.set_course_type(untyped, None, reason="by hand")
    for each in (other, untyped):
        catalog.merge_catalog_courses(each, into=row, reason="one course")
    back, without = (catalog.unmerge_catalog_courses(key, reason="they are two").course for key in ("MITx+B", "MITx+C"))
    assert [getattr(api.find_course_type_of(each), "slug", None) for each in (row, back, without)] == [
        "honor", "verified-audit", None,
    ]  # fmt: skip
    assert CourseTyping.history.latest("history_id").history_change_reason == "api: they are two"


def test_a_type_that_is_gone_does_not_come_back(course):
    row, other = course("A"), course("B")
    api.create_course_type(name="Old"), api.set_course_type(other, "old")
    api.set_course_type(row, "honor")
    catalog.merge_catalog_courses(other, into=row, reason="one course")
    api.delete_course_type("old")
    back = catalog.unmerge_catalog_courses("MITx+B", reason="they are two").course
    assert api.find_course_type_of(back) is None


def test_rows_go_with_what_they_are_about(course):
    row = course("A", R1={"modes": ["audit"]}, entitlements=[])
    api.set_course_type(row, "audit"), api.set_course_run_type(R1, "audit")
    catalog.delete_course_run(R1)
    catalog.delete_catalog_course(row)
    assert not CourseTyping.objects.exists()
    assert not CourseRunTyping.objects.exists()
