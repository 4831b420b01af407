"""Move, merge, rename: explicit, with a reason, and nothing automatic undoes them."""

import json

import pytest

from openedx_catalog import api
from openedx_catalog.api import AssociationRecord, SyncRecord
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    InvalidCatalogKey,
    InvalidRequest,
    OrganizationNotFound,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CourseRun, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("operator")


def test_a_moved_run_stays_whatever_comes_later(user):
    api.associate_course_run(RUN_KEY)
    target = api.create_catalog_course(org_code="MITxT", course_code="14.100x", title="For the residency")
    moved = api.move_course_run(RUN_KEY, target, reason="run of the residency", user=user)
    assert (moved.catalog_course, moved.association, moved.title) == (target, "explicit", "14.100x")
    report = api.associate_course_runs([AssociationRecord(RUN_KEY, title="New")], source="backfill:again")
    assert report.outcomes["updated"] == 1
    api.sync_course_run(RUN_KEY, title="Newer")
    assert api.get_catalog_course_for_run(RUN_KEY) == target
    row = moved.history.filter(history_change_reason__contains="residency").get()
    assert (row.history_type, row.history_user, row.history_change_reason) == ("~", user, "api: run of the residency")
    assert not list(api.diagnose())


def test_moving_to_where_it_stands_makes_the_association_explicit_once():
    api.associate_course_run(RUN_KEY)
    for _ in range(2):
        run = api.move_course_run(RUN_KEY, "mitx+14.100x", reason="on purpose")
    assert run.association == "explicit"
    assert type(run.association) is str
    assert run.history.count() == 2


def test_a_reason_has_a_limit(user):
    api.associate_course_run(RUN_KEY)
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    with pytest.raises(InvalidRequest, match="longer than 1000 characters"):
        api.move_course_run(RUN_KEY, other, reason="x" * 1001)
    api.move_course_run(RUN_KEY, other, reason="x" * 1000)


def test_a_merge_takes_runs_and_codes_along(user, data_statements):
    keys = [f"course-v1:MITx+14.73x+{n}" for n in range(5)]
    api.associate_course_runs([AssociationRecord(key) for key in [*keys, RUN_KEY]], source="test")
    source, into = (api.get_catalog_course(key_str=name) for name in ("MITx+14.73x", "MITx+14.100x"))
    with data_statements() as few:
        assert api.merge_catalog_courses(source, into=into, reason="one course", user=user) == into
    assert {r.key_str for r in api.resolve_course_runs(keys).values()} == {"catalog-course:MITx:14.100x"}
    assert {r.association for r in api.resolve_course_runs(keys).values()} == {"explicit"}
    assert api.get_catalog_course(key_str="catalog-course:MITx:14.73x") == into
    new = api.associate_course_run("course-v1:mitx+14.73X+new").run
    assert (new.catalog_course, new.association) == (into, "implicit")
    with pytest.raises(DuplicateCatalogCourse) as caught:
        api.create_catalog_course(org_code="MITx", course_code="14.73x")
    assert caught.value.key_str == "catalog-course:MITx:14.100x"
    gone = CatalogCourse.history.filter(history_type="-").get()
    assert (gone.course_code, gone.history_change_reason, gone.history_user) == ("14.73x", "api: one course", user)
    assert CourseRun.history.filter(history_change_reason="api: one course", history_user=user).count() == 5
    assert not list(api.diagnose())

    many = [f"course-v1:MITx+15.73x+{n}" for n in range(50)]
    api.associate_course_runs([AssociationRecord(key) for key in many], source="test")
    with data_statements() as log:
        api.merge_catalog_courses("MITx+15.73x", into=into, reason="too")
    assert len(log) <= len(few) + 2


def test_merging_follows_across_organizations_and_chains():
    for key in ("course-v1:A+x+1", "course-v1:B+y+1", "course-v1:C+z+1"):
        api.associate_course_run(key)
    api.merge_catalog_courses("A+x", into="B+y", reason="r")
    api.merge_catalog_courses("B+y", into="C+z", reason="r")
    assert (
        api.get_catalog_course(key_str="A+x").key_str == api.get_catalog_course(key_str="B+y").key_str == "catalog-course:C:z"
    )
    assert CatalogCourse.objects.count() == 1


def test_a_renamed_course_answers_to_both_names(user):
    run = api.associate_course_run(RUN_KEY).run
    course = api.rename_catalog_course("MITx+14.100x", course_code="ECO.100", reason="new catalog", user=user)
    assert course.key_str == "catalog-course:MITx:ECO.100"
    assert api.get_catalog_course(key_str="catalog-course:MITx:14.100x") == course
    assert api.get_course_run(RUN_KEY).catalog_course == course
    assert api.get_course_run(RUN_KEY).association == "implicit"
    for key in ("course-v1:MITx+14.100x+new", "course-v1:MITx+eco.100+new"):
        assert api.associate_course_run(key).run.catalog_course == course
    row = course.history.first()
    assert (row.course_code, row.history_user, row.history_change_reason) == ("ECO.100", user, "api: new catalog")
    run.full_clean(validate_unique=False)
    assert not list(api.diagnose())


def test_a_rename_may_change_the_case_only_or_take_an_old_code_back():
    api.create_catalog_course(org_code="A", course_code="bio")
    assert api.rename_catalog_course("A+bio", course_code="BIO", reason="r").course_code == "BIO"
    assert api.rename_catalog_course("A+bio", course_code="chem", reason="r").course_code == "chem"
    course = api.rename_catalog_course("A+bio", course_code="Bio", reason="r")
    assert sorted(course.codes.values_list("code", flat=True)) == ["Bio", "chem"]


def test_a_code_is_never_both_a_course_and_an_alias():
    for code in ("a", "b"):
        api.create_catalog_course(org_code="A", course_code=code)
    with pytest.raises(DuplicateCatalogCourse):
        api.rename_catalog_course("A+a", course_code="B", reason="r")
    api.rename_catalog_course("A+a", course_code="c", reason="r")
    with pytest.raises(DuplicateCatalogCourse):
        api.rename_catalog_course("A+b", course_code="A", reason="r")


@pytest.mark.parametrize("reason", ["", "  "])
def test_each_needs_a_reason(reason):
    api.associate_course_run(RUN_KEY)
    api.create_catalog_course(org_code="A", course_code="b")
    for change in (
        lambda: api.move_course_run(RUN_KEY, "A+b", reason=reason),
        lambda: api.merge_catalog_courses("A+b", into="MITx+14.100x", reason=reason),
        lambda: api.rename_catalog_course("A+b", course_code="c", reason=reason),
    ):
        with pytest.raises(ReasonRequired):
            change()
    assert api.get_catalog_course_for_run(RUN_KEY).org_code == "MITx"


def test_what_cannot_be():
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    with pytest.raises(InvalidRequest, match="itself"):
        api.merge_catalog_courses(course, into="mitx+14.100X", reason="r")
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.move_course_run(RUN_KEY, "No+such", reason="r")
    with pytest.raises(CourseRun.DoesNotExist):
        api.move_course_run("course-v1:No+such+run", course, reason="r")
    with pytest.raises(InvalidCatalogKey):
        api.rename_catalog_course(course, course_code="a b", reason="r")
    gone = api.create_catalog_course(org_code="A", course_code="b")
    CatalogCourse.objects.filter(pk=gone.pk).delete()
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.move_course_run(RUN_KEY, gone, reason="r")


def test_a_course_of_another_program_can_be_renamed_and_merged():
    for code in ("a", "b"):
        api.create_catalog_course(org_code="A", course_code=code)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourse.codes.rel.related_model.objects.all().delete()
    api.rename_catalog_course("A+a", course_code="c", reason="r")
    assert api.merge_catalog_courses("A+a", into="A+b", reason="r").codes.count() == 3
    assert SyncRecord("x").title is api.UNSET


# Another organization


def test_a_course_that_changes_its_organization_answers_to_both_names(user):
    run = api.associate_course_run(RUN_KEY).run
    seen = api.get_latest_change()
    course = api.move_catalog_course("MITx+14.100x", org_code="HarvardX", reason="they teach it now", user=user)
    assert course.key_str == "catalog-course:HarvardX:14.100x"
    assert api.get_catalog_course(key_str="MITx+14.100x") == api.get_catalog_course(uuid=run.catalog_course.uuid) == course
    assert (api.get_course_run(RUN_KEY).association, api.get_course_run(RUN_KEY).catalog_course) == ("implicit", course)
    for key in ("course-v1:MITx+14.100x+new", "course-v1:harvardX+14.100X+new"):
        assert api.associate_course_run(key).run.catalog_course == course
    row = course.history.first()
    assert (row.org.short_name, row.history_user, row.history_change_reason) == ("HarvardX", user, "api: they teach it now")
    told = [(row.kind, row.key, row.what) for row in api.iter_changes(seen)]
    assert told[:3] == [
        ("organization", "HarvardX", "created"),
        ("catalog_course", "catalog-course:HarvardX:14.100x", "renamed"),
        ("course_run", RUN_KEY, "updated"),
    ]
    event = OutboxMessage.objects.filter(event_type__contains="renamed").get()
    assert json.loads(event.payload)["previous_key"] == "catalog-course:MITx:14.100x"
    with pytest.raises(DuplicateCatalogCourse):
        api.create_catalog_course(org_code="MITx", course_code="14.100x")
    run.refresh_from_db()
    run.full_clean(validate_unique=False)
    assert not list(api.diagnose())


def test_a_course_may_change_organization_and_code_at_once_and_come_back():
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    assert api.move_catalog_course(course, org_code="H", course_code="E1", reason="r").key_str == "catalog-course:H:E1"
    assert api.move_catalog_course(course, org_code="mitx", course_code="14.100X", reason="r").key_str == (
        "catalog-course:MITx:14.100X"
    )
    assert sorted(course.codes.values_list("org__short_name", "code")) == [("H", "E1"), ("MITx", "14.100X")]
    assert not list(api.diagnose())


def test_a_course_goes_where_its_code_is_free_and_the_organization_may_be(settings):
    api.associate_course_run(RUN_KEY)
    api.create_catalog_course(org_code="HarvardX", course_code="14.100X")
    with pytest.raises(DuplicateCatalogCourse):
        api.move_catalog_course("MITx+14.100x", org_code="HarvardX", reason="r")
    for wrong in ("a:b", "", None, "a b"):
        with pytest.raises(InvalidCatalogKey):
            api.move_catalog_course("MITx+14.100x", org_code=wrong, reason="r")
    settings.ORGANIZATIONS_AUTOCREATE = False
    with pytest.raises(OrganizationNotFound):
        api.move_catalog_course("MITx+14.100x", org_code="New", reason="r")
    with pytest.raises(ReasonRequired):
        api.move_catalog_course("MITx+14.100x", org_code="HarvardX", course_code="x", reason=" ")
    assert api.get_catalog_course_for_run(RUN_KEY).org_code == "MITx"


def test_a_course_that_stays_where_it_is_leaves_no_trace():
    api.associate_course_run(RUN_KEY)
    before = OutboxMessage.objects.count()
    course = api.move_catalog_course("MITx+14.100x", org_code="MITx", reason="r")
    assert (course.history.count(), OutboxMessage.objects.count()) == (1, before)


# Previews


def everything():
    models = (CatalogCourse, CourseRun, CatalogCourse.history.model, CourseRun.history.model, OutboxMessage, CatalogChange)
    return [sorted(map(str, model.objects.values())) for model in models]


@pytest.mark.parametrize(
    ("preview", "shown"),
    [
        (lambda: api.move_course_run(RUN_KEY, "A+b", reason="r", dry_run=True).catalog_course.key_str, "catalog-course:A:b"),
        (lambda: api.rename_catalog_course("A+b", course_code="c", reason="r", dry_run=True).key_str, "catalog-course:A:c"),
        (lambda: api.move_catalog_course("A+b", org_code="New", reason="r", dry_run=True).key_str, "catalog-course:New:b"),
        (lambda: api.merge_catalog_courses("A+b", into="MITx+14.100x", reason="r", dry_run=True).title, "14.100x"),
        (
            lambda: api.split_catalog_course("MITx+14.100x", [RUN_KEY], course_code="c", reason="r", dry_run=True).key_str,
            "catalog-course:MITx:c",
        ),
    ],
)
def test_a_preview_returns_what_would_be_and_leaves_nothing(preview, shown, django_capture_on_commit_callbacks):
    api.associate_course_run(RUN_KEY)
    api.create_catalog_course(org_code="A", course_code="b")
    before = everything()
    with django_capture_on_commit_callbacks() as callbacks:
        assert preview() == shown
    assert (everything(), callbacks) == (before, [])


def test_a_preview_refuses_what_the_change_would():
    api.associate_course_run(RUN_KEY)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.move_course_run(RUN_KEY, "No+such", reason="r", dry_run=True)
    with pytest.raises(ReasonRequired):
        api.rename_catalog_course("MITx+14.100x", course_code="c", reason="", dry_run=True)
