"""Whatever changes what belongs where: each row that is another one afterwards has a history that says who did it and why."""

import pytest
from django.contrib.auth import get_user_model
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule, DeletedRunKey

pytestmark = pytest.mark.django_db

MODELS = (Organization, CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule)
RUN, OTHER, OWN = "course-v1:MITx+101+1", "course-v1:MITx+201+1", "course-v1:MITx+102+2"
CHANGES = {
    "rename": lambda **why: api.rename_catalog_course("MITx+101", course_code="103", **why),
    "move the course": lambda **why: api.move_catalog_course("MITx+101", org_code="HarvardX", **why),
    "rename the organization": lambda **why: api.update_organization("MITx", short_name="MITxT", **why),
    "release": lambda **why: api.release_course_code("MITx+201", "200", **why),
    "give": lambda **why: api.give_course_code("MITx+201", "200", to="MITx+101", **why),
    "swap": lambda **why: api.swap_course_codes("MITx+101", "MITx+201", **why),
    "rerun code": lambda **why: api.set_rerun_code("MITx+101", "109", **why),
    "merge": lambda **why: api.merge_catalog_courses("MITx+101", into="MITx+201", **why),
    "unmerge": lambda **why: api.unmerge_catalog_courses("MITx+300", **why),
    "split": lambda **why: api.split_catalog_course("MITx+101", [RUN], course_code="N", org_code="NewOrg", **why),
    "move": lambda **why: api.move_course_run(RUN, "MITx+201", **why),
    "move many": lambda **why: api.move_course_runs(
        [api.MoveRecord(RUN, "MITx+201"), api.MoveRecord(OTHER, "MITx+101")], **why
    ),
    "move all": lambda **why: api.move_all_course_runs("MITx+101", "MITx+201", **why),
    "follow": lambda **why: api.follow_key("course-v1:MITx+101+Moved", **why),
    "follow many": lambda **why: api.follow_keys(["course-v1:MITx+101+Moved"], **why),
    "delete": lambda **why: api.delete_course_run(RUN, **why),
    "delete for good": lambda **why: api.delete_course_run(RUN, for_good=True, **why),
    "restore": lambda **why: api.restore_deleted_course_run("course-v1:MITx+101+Gone", **why),
    "next run": lambda **why: api.create_course_run(next_for="MITx+101", schedule={"start": "2027-01-01T00:00:00Z"}, **why),
    "first title": lambda **why: api.associate_course_run(RUN, title="Real", **why),
    "file that moves": lambda **why: api.associate_course_runs(
        [api.AssociationRecord(RUN, catalog_course="MITx+New")], move=True, **why
    ),
}


@pytest.fixture
def catalog():
    for key in (RUN, OTHER, OWN.replace("102", "300"), "course-v1:MITx+101+Moved", "course-v1:MITx+101+Gone"):
        api.associate_course_run(key)
    api.update_course_run(RUN, schedule={"start": "2027-01-01T00:00:00Z"})
    api.create_organization(short_name="HarvardX")
    api.create_catalog_course(org_code="X", course_code="Y")
    api.rename_catalog_course("MITx+201", course_code="200", reason="r")
    api.rename_catalog_course("MITx+200", course_code="201", reason="r")
    api.set_rerun_code("MITx+300", "300R", reason="r")
    api.move_course_run("course-v1:MITx+101+Moved", "MITx+201", reason="r")
    api.merge_catalog_courses("MITx+300", into="MITx+201", reason="r")
    api.delete_course_run("course-v1:MITx+101+Gone", for_good=True)


def tables():
    rows = {}
    for model in MODELS:
        fields = model.history.model.tracked_fields
        tracked = [field.attname for field in fields if field.name not in ("modified", "logo")]
        for row in model.objects.all():
            rows[model, row.pk] = {name: getattr(row, name) for name in tracked}
    return rows


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_history_of_every_row_says_who_did_it_and_why(catalog, change):
    user = get_user_model().objects.create_user("curator")
    before, last = tables(), {model: model.history.order_by("history_id").last().history_id for model in MODELS}
    change(reason="because I say so", source="admin", user=user)
    after = tables()
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed
    for model, pk in changed:
        if model is CatalogCourseCode and (CatalogCourse, after.get((model, pk), {}).get("catalog_course_id")) not in before:
            # The first code of a new course, whose own history says it.
            continue
        rows = model.history.filter(id=pk, history_id__gt=last[model]).order_by("history_id")
        assert rows, (model, pk, before.get((model, pk)), after.get((model, pk)))
        for row in rows:
            assert row.history_user == user, model
            assert row.history_change_reason.startswith("admin"), model
            assert row.history_change_reason.endswith("because I say so"), (model, row.history_change_reason)
        newest = rows.last()
        if (model, pk) in after:
            assert {name: getattr(newest, name) for name in after[model, pk]} == after[model, pk]
        else:
            assert newest.history_type == "-"
    for deleted in DeletedRunKey.objects.exclude(course_key__endswith="Gone"):
        assert (deleted.source, deleted.reason, deleted.user_name) == ("admin", "because I say so", "curator")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_consumers_are_told_once_of_every_row(catalog, change):
    def shown():
        runs = CourseRun.objects.with_course()
        return {str(course.uuid): (course.key_str, course.title) for course in CatalogCourse.objects.with_org()} | {
            str(run.uuid): (run.title, run.association, run.catalog_course.key_str, run.catalog_course.title) for run in runs
        }

    before, at = shown(), api.get_latest_change()
    times = {str(row.uuid): row.modified for model in (CatalogCourse, CourseRun) for row in model.objects.all()}
    change(reason="because I say so")
    after = shown()
    changed = {uuid for uuid in {*before, *after} if before.get(uuid) != after.get(uuid)}
    told = [str(row.uuid) for row in api.iter_changes(after=at) if row.kind in ("catalog_course", "course_run")]
    assert changed <= set(told)
    assert sorted(told) == sorted(set(told))
    for model in (CatalogCourse, CourseRun):
        for row in model.objects.filter(uuid__in=changed & set(before)):
            assert row.modified > times[str(row.uuid)], row
