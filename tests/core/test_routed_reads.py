"""
Where reads go to a replica: what a writer decides by, and answers with, is what is stored.

The replica of these tests never gets a row. So whoever asks it finds nothing, raises, writes twice or overwrites.
"""

import shutil
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connections, router, transaction
from django.urls import reverse
from organizations.models import Organization
from rest_framework.test import APIClient

from openedx_catalog import api, keys, messages
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    DuplicateCourseRun,
    DuplicateOrganization,
    HasDependents,
)
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import (
    CatalogCourse,
    CatalogCourseCode,
    CatalogPathway,
    CourseRun,
    PathwayCategory,
    PathwayEnrollment,
)
from tests.conftest import RUN_KEY
from tests.second_database import second_database

OTHER_RUN = "course-v1:MITx+14.100x+1T2018"
COURSE, OTHER = "catalog-course:MITx:14.100x", "catalog-course:MITx:6.002x"
# Past, since a source that speaks of the future is not believed.
AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
START, LATER = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
V1 = "/api/catalog/v1"


@pytest.fixture
def catalog(replica):
    """Two courses of MITx, the first with a run that has a start."""
    with reads_from_writer():
        api.associate_course_run(RUN_KEY, title="Microeconomics", schedule={"start": START})
        api.create_catalog_course(org_code="MITx", course_code="6.002x", title="Circuits")
    replica.clear()
    return replica


def stored_run(key=RUN_KEY):
    with reads_from_writer():
        run = api.find_course_run(key)
        return run and (run.title, run.catalog_course.key_str, str(run.association))


def stored_course(key):
    with reads_from_writer():
        course = api.find_catalog_course(key_str=key)
        return course and (course.key_str, course.title)


def course(key):
    with reads_from_writer():
        return api.get_catalog_course(key_str=key)


def organization(code="MITx"):
    with reads_from_writer():
        return api.find_organization_by_code(code)


def record(key=RUN_KEY, **values):
    return api.AssociationRecord(key, **values)


def make_twin():
    """A run of the same identity, as another program may have left it."""
    twin = CourseRun(course_key=RUN_KEY.upper().replace("COURSE-V1", "course-v1"), run_code="3T2017", title="T")
    twin.catalog_course = course(COURSE)
    runs = CourseRun.objects.using("default")
    runs.update(key_ci=None)
    runs.bulk_create([twin])
    runs.filter(title="T").update(key_ci=None)
    return runs.exclude(title="T").update(key_ci=keys.fold(RUN_KEY))


def twin_id():
    return CourseRun.objects.using("default").filter(title="T").values_list("pk", flat=True).first()


def stored(model, **values):
    return model.objects.using("default").filter(**values).exists()


def category():
    with reads_from_writer():
        found = PathwayCategory.objects.filter(category_code="kind").first()
    return found or api.create_pathway_category(category_code="kind", title="Kind")


def create_pathway(code):
    return api.create_catalog_pathway(org_code="MITx", pathway_code=code, category=category())


def enroll():
    """Somebody, in a pathway."""
    with reads_from_writer():
        pathway = CatalogPathway.objects.first() or create_pathway("Path")
        learner = get_user_model().objects.first() or get_user_model().objects.create_user("learner")
    return api.enroll_in_pathway(learner.pk, pathway.pk)


def renamed():
    """The course with a former code."""
    api.rename_catalog_course(COURSE, course_code="Former", reason="for a while")
    return api.rename_catalog_course("catalog-course:MITx:Former", course_code="14.100x", reason="and back")


WRITES = {
    "associate_course_run": lambda: api.associate_course_run(RUN_KEY, title="New").outcome == "updated",
    "associate_course_runs": lambda: (
        api.associate_course_runs([record(title="New"), record(OTHER_RUN)], source="test").outcomes["updated"] == 1
        and stored_run(OTHER_RUN)[1] == COURSE
    ),
    "complete_identities": lambda: (
        CourseRun.objects.update(key_ci=None) and api.complete_identities() == 1 and stored_run()[1] == COURSE
    ),
    "create_catalog_course": lambda: (
        api.create_catalog_course(org_code="NewX", course_code="1").org.short_name == "NewX"
        and stored_course("catalog-course:NewX:1") is not None
    ),
    "create_catalog_pathway": lambda: create_pathway("New").key_str == "catalog-pathway:MITx:New",
    "create_course_run": lambda: api.create_course_run(OTHER_RUN).catalog_course_id == course(COURSE).pk,
    "create_course_run_for_modulestore_course_with": lambda: (
        api.create_course_run_for_modulestore_course_with(RUN_KEY, title="Other").title == "Microeconomics"
    ),
    "create_organization": lambda: api.create_organization(short_name="HarvardX") == organization("HarvardX"),
    "create_pathway_category": lambda: (
        api.create_pathway_category(category_code="new", title="New").pk and stored(PathwayCategory, category_code="new")
    ),
    "delete_catalog_course": lambda: not api.delete_catalog_course(course(OTHER)) and stored_course(OTHER) is None,
    "delete_catalog_pathway": lambda: (
        not api.delete_catalog_pathway(create_pathway("New").pk) and not stored(CatalogPathway, pathway_code="New")
    ),
    "delete_course_run": lambda: not api.delete_course_run(RUN_KEY) and stored_run() is None,
    "delete_course_run_twin": lambda: (
        make_twin() and not api.delete_course_run_twin(twin_id(), reason="twice") and twin_id() is None
    ),
    "delete_organization": lambda: (
        api.delete_organization(api.create_organization(short_name="HarvardX")) is None and organization("HarvardX") is None
    ),
    "delete_pathway_category": lambda: (
        category() and not api.delete_pathway_category("kind") and not stored(PathwayCategory, category_code="kind")
    ),
    "delete_pathway_enrollment": lambda: not api.delete_pathway_enrollment(enroll()) and not stored(PathwayEnrollment),
    "enroll_in_pathway": lambda: enroll().pk == enroll().pk and stored(PathwayEnrollment, is_active=True),
    "follow_key": lambda: (
        api.move_course_run(RUN_KEY, OTHER, reason="there")
        and api.follow_key(RUN_KEY).catalog_course_id == course(COURSE).pk
        and stored_run()[1:] == (COURSE, "implicit")
    ),
    "follow_keys": lambda: (
        api.move_course_run(RUN_KEY, OTHER, reason="there")
        and api.follow_keys([RUN_KEY]).outcomes["moved"] == 1
        and stored_run()[1:] == (COURSE, "implicit")
    ),
    "give_course_code": lambda: (
        renamed()
        and api.give_course_code(COURSE, "Former", to=OTHER, reason="theirs").key_str == OTHER
        and stored_course("catalog-course:MITx:Former")[0] == OTHER
    ),
    "mend_source_times": lambda: CourseRun.objects.update(source_time=AHEAD) and api.mend_source_times() == 1,
    "merge_catalog_courses": lambda: (
        api.merge_catalog_courses(COURSE, into=OTHER, reason="one course").key_str == OTHER and stored_run()[1] == OTHER
    ),
    "move_all_course_runs": lambda: (
        api.move_all_course_runs(COURSE, OTHER, reason="r").outcomes == {"moved": 1} and stored_run()[1] == OTHER
    ),
    "move_course_runs": lambda: (
        api.move_course_runs([api.MoveRecord(RUN_KEY, course(OTHER).uuid)], reason="r").outcomes == {"moved": 1}
        and stored_run()[1] == OTHER
    ),
    "move_catalog_course": lambda: (
        api.move_catalog_course(COURSE, org_code="NewX", reason="theirs").key_str == "catalog-course:NewX:14.100x"
        and stored_run()[1] == "catalog-course:NewX:14.100x"
    ),
    "move_course_run": lambda: (
        api.move_course_run(RUN_KEY, OTHER, reason="belongs there").catalog_course.key_str == OTHER
        and stored_run()[1:] == (OTHER, "explicit")
    ),
    "refold_catalog_course": lambda: (
        CatalogCourse.objects.update(course_code_ci=None)
        and not api.refold_catalog_course(course(COURSE).pk)
        and course(COURSE).course_code_ci == "14.100x"
    ),
    "refold_course_run": lambda: (
        CourseRun.objects.update(key_ci="elsewhere")
        and not api.refold_course_run(CourseRun.objects.using("default").get().pk)
        and stored_run()[1] == COURSE
    ),
    "release_course_code": lambda: (
        renamed()
        and api.release_course_code(COURSE, "Former", reason="no longer used").key_str == COURSE
        and stored_course("catalog-course:MITx:Former") is None
    ),
    "release_organization_name": lambda: (
        api.update_organization(api.create_organization(short_name="Before"), short_name="After")
        and api.release_organization_name("Before", reason="free") == organization("After")
        and organization("Before") is None
    ),
    "rename_catalog_course": lambda: (
        api.rename_catalog_course(COURSE, course_code="14.101x", reason="new number").key_str == "catalog-course:MITx:14.101x"
        and stored_course(COURSE)[0] == "catalog-course:MITx:14.101x"
    ),
    "restore_deleted_course_run": lambda: (
        not api.delete_course_run(RUN_KEY, for_good=True, reason="never")
        and api.restore_deleted_course_run(RUN_KEY, reason="it did").catalog_course_id == course(COURSE).pk
        and stored_run()[1] == COURSE
    ),
    "restore_course_run": lambda: api.withdraw_course_run(RUN_KEY, at=START) and api.restore_course_run(RUN_KEY, at=LATER),
    "set_rerun_code": lambda: (
        api.set_rerun_code(COURSE, "R", reason="fixed").key_str == COURSE
        and api.create_course_run(next_for=COURSE, term="T").course_key.course == "R"
    ),
    "swap_course_codes": lambda: (
        [row.key_str for row in api.swap_course_codes(COURSE, OTHER, reason="exchanged")] == [OTHER, COURSE]
        and stored_run()[1:] == (OTHER, "explicit")
    ),
    "split_catalog_course": lambda: (
        api.split_catalog_course(COURSE, [RUN_KEY], course_code="new", reason="two").key_str == stored_run()[1]
    ),
    "sync_course_run": lambda: (
        api.sync_course_run(RUN_KEY, title="Newer", observed_at=LATER).outcome == "updated"
        and api.sync_course_run(RUN_KEY, title="Older", observed_at=START).outcome == "stale"
    ),
    "sync_course_run_details": lambda: not api.sync_course_run_details(RUN_KEY, title="New") and stored_run()[0] == "New",
    "sync_course_runs": lambda: (
        api.sync_course_runs([api.SyncRecord(RUN_KEY, title="New")], source="test").outcomes["updated"] == 1
    ),
    "unenroll_from_pathway": lambda: (
        not api.unenroll_from_pathway((row := enroll()).user_id, row.catalog_pathway_id)
        and stored(PathwayEnrollment, is_active=False)
    ),
    "unmerge_catalog_courses": lambda: (
        api.merge_catalog_courses(COURSE, into=OTHER, reason="one").key_str == OTHER
        and api.unmerge_catalog_courses(COURSE, reason="two").runs_returned == (RUN_KEY,)
        and stored_run()[1:] == (COURSE, "implicit")
    ),
    "update_catalog_course": lambda: (
        not api.update_catalog_course(course(COURSE), title="New") and stored_course(COURSE)[1] == "New"
    ),
    "update_catalog_pathway": lambda: (
        not api.update_catalog_pathway(create_pathway("New").pk, title="T", category="kind")
        and stored(CatalogPathway, title="T")
    ),
    "update_course_run": lambda: api.update_course_run(RUN_KEY, title="New").title == stored_run()[0] == "New",
    "update_organization": lambda: api.update_organization(organization(), short_name="mitX").short_name == "mitX",
    "update_pathway_category": lambda: (
        category() and not api.update_pathway_category("kind", title="T") and stored(PathwayCategory, title="T")
    ),
    "withdraw_course_run": lambda: (
        api.withdraw_course_run(RUN_KEY, at=START) and not api.withdraw_course_run(RUN_KEY, at=START)
    ),
}
VERBS = (
    "follow_",
    "associate_",
    "complete_",
    "create_",
    "delete_",
    "enroll_",
    "follow_",
    "give_",
    "mend_",
    "merge_",
    "move_",
    "refold_",
    "release_",
    "rename_",
    "restore_",
    "set_",
    "split_",
    "swap_",
    "sync_",
    "unenroll_",
    "unmerge_",
    "update_",
    "withdraw_",
)


def test_every_function_that_writes_is_listed():
    assert sorted(WRITES) == sorted(name for name in api.__all__ if name.startswith(VERBS))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_asks_the_replica_nothing(catalog, name):
    assert WRITES[name]()
    assert catalog.about_ours() == []


def test_the_second_of_two_updates_does_not_erase_the_first(catalog):
    api.update_course_run(RUN_KEY, schedule={"end": LATER})
    api.update_course_run(RUN_KEY, schedule={"pacing": "self"})
    with reads_from_writer():
        schedule = api.get_course_run(RUN_KEY).schedule
        assert (schedule.start, schedule.end, schedule.pacing) == (START, LATER, "self")
        assert schedule.history.filter(history_type="+").count() == 1


def test_an_object_that_a_replica_gave_is_compared_with_what_is_stored(catalog):
    run = CourseRun.objects.using("default").get()
    run._state.db = "second"
    run.title = "Saved past the API"
    run.save()
    assert stored_run()[0] == "Saved past the API"
    with reads_from_writer():
        before = CourseRun.history.count()
    run.save()
    with reads_from_writer():
        assert CourseRun.history.count() == before


def test_what_is_there_is_refused(catalog):
    api.create_organization(short_name="Once")
    with pytest.raises(DuplicateOrganization):
        api.create_organization(short_name="mitx")
    with pytest.raises(DuplicateCatalogCourse):
        api.create_catalog_course(org_code="mitX", course_code="14.100X")
    with pytest.raises(DuplicateCatalogCourse):
        api.rename_catalog_course(COURSE, course_code="6.002X", reason="no")
    with pytest.raises(DuplicateCourseRun):
        api.create_course_run(RUN_KEY.lower())
    with pytest.raises(HasDependents):
        api.delete_catalog_course(course(COURSE))
    with pytest.raises(HasDependents):
        api.delete_organization(organization())
    with pytest.raises(DuplicateOrganization):
        api.update_organization(organization(), short_name="Once")
    assert catalog.about_ours() == []


def test_an_organization_that_is_saved_past_us_is_held_against_the_names_that_are_stored(catalog):
    api.create_organization(short_name="Once")
    catalog.clear()
    org = Organization.objects.using("default").get(short_name="MITx")
    org.short_name = "Once"
    with pytest.raises(DuplicateOrganization):
        org.save()


def test_within_a_transaction_the_caller_reads_what_he_has_written(catalog):
    assert CourseRun.objects.count() == 0
    with transaction.atomic():
        run = CourseRun.objects.get()
        assert (run.catalog_course.org.short_name, run.schedule.start) == ("MITx", START)
        run.refresh_from_db()
        assert run.catalog_course.runs.get() == run
        assert run.history.count() == 1
    assert CourseRun.objects.count() == 0


def test_an_alias_that_is_given_wins(catalog):
    with transaction.atomic():
        assert CourseRun.objects.using("second").count() == 0


# REST


@pytest.fixture
def client(catalog):
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("op"))
    return client


def test_rest_finds_and_answers_with_what_is_stored(client, catalog):
    assert client.post(f"{V1}/organizations/", {"short_name": "NewX"}, format="json").status_code == 201
    created = client.post(f"{V1}/catalog-courses/", {"org_code": "NewX", "course_code": "1"}, format="json")
    assert (created.status_code, created.json()["key"]) == (201, "catalog-course:NewX:1")
    run = client.post(f"{V1}/course-runs/", {"course_key": "course-v1:NewX+1+1"}, format="json")
    assert (run.status_code, run.json()["catalog_course"]["key"]) == (201, "catalog-course:NewX:1")
    url = f"{V1}/course-runs/course-v1:NewX+1+1/"
    patched = client.patch(url, {"title": "New"}, format="json", HTTP_IF_MATCH=run["ETag"])
    assert (patched.status_code, patched.json()["title"]) == (200, "New")
    assert client.patch(url, {"title": "Newer"}, format="json", HTTP_IF_MATCH=run["ETag"]).status_code == 412
    moved = client.post(f"{url}move/", {"catalog_course": OTHER, "reason": "there"}, format="json")
    assert (moved.status_code, moved.json()["catalog_course"]["key"]) == (200, OTHER)
    renamed = client.post(f"{V1}/catalog-courses/{OTHER}/rename/", {"course_code": "2", "reason": "n"}, format="json")
    assert (renamed.status_code, renamed.json()["key"]) == (200, "catalog-course:MITx:2")
    merged = client.post(f"{V1}/catalog-courses/catalog-course:NewX:1/merge/", {"into": COURSE, "reason": "m"}, format="json")
    assert (merged.status_code, merged.json()["key"]) == (200, COURSE)
    assert client.delete(url).status_code == 204
    assert client.patch(f"{V1}/organizations/NewX/", {"name": "New"}, format="json").json()["name"] == "New"
    assert catalog.about_ours() == []
    assert client.get(f"{V1}/course-runs/").json()["results"] == []
    assert catalog.about_ours() != []


# Admin


def test_the_admin_writes_by_what_is_stored(admin_client, catalog):
    add = reverse("admin:openedx_catalog_catalogcourse_add")
    values = {"org": organization().pk, "course_code": "8.01", "title": "", "language": "en", "initial-language": "en"}
    assert admin_client.post(add, values).status_code == 302
    assert "belongs" in admin_client.post(add, values).content.decode() or stored_course("catalog-course:MITx:8.01")
    with reads_from_writer():
        run, target = api.get_course_run(RUN_KEY), api.get_catalog_course(key_str=OTHER)
    change = reverse("admin:openedx_catalog_courserun_change", args=[run.pk])
    values = {"title": "By hand", "initial-title": run.title, "end": "2025-06-01T00:00:00"}
    assert admin_client.post(change, values).status_code == 302
    assert stored_run()[0] == "By hand"
    with reads_from_writer():
        assert api.get_course_run(RUN_KEY).schedule.end == LATER
    move = reverse("admin:openedx_catalog_courserun_move", args=[run.pk])
    values = {"catalog_course": target.pk, "reason": "belongs there"}
    shown = admin_client.post(move, {**values, "_preview": "1"}).context["shown"]
    assert admin_client.post(move, {**values, "_shown": shown, "_confirm": "1"}).status_code == 302
    assert stored_run()[1] == OTHER
    rename = reverse("admin:openedx_catalog_catalogcourse_rename", args=[target.pk])
    values = {"course_code": "6.003x", "reason": "new number"}
    shown = admin_client.post(rename, {**values, "_preview": "1"}).context["shown"]
    assert admin_client.post(rename, {**values, "_shown": shown, "_confirm": "1"}).status_code == 302
    changelist = reverse("admin:openedx_catalog_courserun_changelist")
    values = {"action": "delete_selected", "_selected_action": [run.pk], "post": "yes"}
    assert admin_client.post(changelist, values).status_code == 302
    assert stored_run() is None
    delete = reverse("admin:openedx_catalog_catalogcourse_delete", args=[target.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert stored_course("catalog-course:MITx:6.003x") is None
    assert catalog.about_ours() == []


# Commands and messages


def test_the_doctor_reads_what_it_mends(catalog, capsys):
    CourseRun.objects.using("default").update(uuid=None)
    call_command("catalog_doctor", "--fix")
    assert "1 row completed.\n0 errors, 0 warnings." in capsys.readouterr().out
    assert catalog.about_ours() == []


def test_messages_are_taken_from_where_they_were_written(catalog, settings):
    settings.OPENEDX_CATALOG_INBOX = "command"
    messages.record("exists", OTHER_RUN, source="test")
    messages.record("deleted", RUN_KEY, source="test", source_time=LATER)
    assert messages.process_due()["done"] == 2
    with reads_from_writer():
        assert api.get_course_run(RUN_KEY).withdrawal.at == LATER
    assert messages.purge(0) == 2
    assert catalog.about_ours() == []


# All of the catalog in another database


@pytest.fixture
def elsewhere(transactional_db, empty_database, settings, tmp_path):
    """The tables of ours, and the organizations, are in another database than the default one."""
    path = tmp_path / "catalog.sqlite3"
    shutil.copy(empty_database, path)
    with second_database(path):
        settings.DATABASE_ROUTERS = ["tests.second_database.CatalogElsewhereRouter"]
        yield
        settings.DATABASE_ROUTERS = []


def test_a_catalog_in_a_database_of_its_own(elsewhere):
    run = api.associate_course_run(RUN_KEY, title="Microeconomics").run
    course = api.rename_catalog_course(COURSE, course_code="14.101x", reason="new number")
    assert (run.catalog_course.pk, router.db_for_write(CourseRun)) == (course.pk, "second")
    assert (
        api.merge_catalog_courses(
            course, into=api.create_catalog_course(org_code="MITx", course_code="1"), reason="one"
        ).runs.get()
        == run
    )
    assert list(api.diagnose()) == []
    assert CourseRun.objects.using("default").count() == Organization.objects.using("default").count() == 0


def test_a_course_and_its_slot_are_stored_together_or_not_at_all(elsewhere):
    course = api.create_catalog_course(org_code="MITx", course_code="14.100x")
    api.rename_catalog_course(course, course_code="14.101x", reason="new number")
    with pytest.raises(IntegrityError):
        # The alias has the slot.
        CatalogCourse(org=course.org, course_code="14.100x", title="Twin").save()
    assert CatalogCourse.objects.get() == course
    assert CatalogCourseCode.objects.count() == 2
    assert not connections["second"].in_atomic_block
