"""
What answers show, and the change feed: whatever a write changes of a row, the feed names this row, and it has a later date.

Every function that writes is called, as `test_routed_reads.WRITES` has it, and what is written past the API.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.management import call_command
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseRunWithdrawal, CourseSchedule
from openedx_catalog.testing.users import rest_client
from tests.conftest import RUN_KEY
from tests.core.test_routed_reads import AHEAD, COURSE, LATER, OTHER, START, WRITES, course, make_twin, organization, twin_id

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KINDS = {"organization": "organizations", "catalog_course": "catalog-courses", "course_run": "course-runs"}
# Codes are shown by a course's history, and by no answer that has a date.
OF_CODES = ("set_rerun_code", "give_course_code")


@pytest.fixture
def shown():
    """``{(kind, name): row}`` of all that REST answers with; an organization, which has no uuid, goes by its short_name."""
    client = rest_client("superuser")

    def read():
        answers = {kind: client.get(f"/api/catalog/v1/{path}/", {"page_size": 100}).json() for kind, path in KINDS.items()}
        rows = [(kind, row) for kind, answer in answers.items() for row in answer["results"]]
        # What has no uuid nobody has heard of.
        return {(kind, name): row for kind, row in rows if (name := row.get("uuid", row.get("short_name")))}

    return read


@pytest.fixture
def told(shown):
    """``told(write)`` asserts it of what this write changes, and returns the rows that are named without having changed."""
    api.associate_course_run(RUN_KEY, title="Microeconomics", schedule={"start": START})
    api.create_catalog_course(org_code="OtherX", course_code="1", title="Another")
    api.create_catalog_course(org_code="MITx", course_code="6.002x", title="Circuits")

    def check(write):
        before, begun = shown(), api.get_latest_change()
        write()
        after, named = shown(), {(row.kind, str(row.uuid or row.key)) for row in api.iter_changes(begun)}
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert changed - named == set()
        still = changed & before.keys() & after.keys()
        assert {name for name in still if before[name]["modified"] >= after[name]["modified"]} == set()
        return {name for name in named - changed if name in before or name in after}

    return check


@pytest.mark.parametrize("name", WRITES)
def test_a_function_tells_of_exactly_what_it_changes(told, name):
    unchanged = told(WRITES[name])
    if name in OF_CODES:
        unchanged = {kind for kind, _uuid in unchanged} - {"catalog_course"}
    if name == "delete_course_run_twin":
        unchanged = {kind for kind, _uuid in unchanged} - {"course_run"}
    assert unchanged == set()


def save(model, values, **lookup):
    """Past the API."""
    row = model.objects.get(**lookup)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def save_course(**values):
    save(CatalogCourse, values, course_code="14.100x")


def save_org(**values):
    save(Organization, values, short_name="MITx")


def withdrawn():
    api.withdraw_course_run(RUN_KEY, at=START)


PAST_THE_API = {
    "course to another organization": lambda: save_course(org=organization("OtherX")),
    "code": lambda: save_course(course_code="15"),
    "title of the course": lambda: save_course(title="New"),
    "language": lambda: save_course(language="fr"),
    "uuid of the course": lambda: save_course(uuid=UUID(int=5)),
    "uuid of the run": lambda: save(CourseRun, {"uuid": UUID(int=5)}),
    "title of the run": lambda: save(CourseRun, {"title": "New"}),
    "run to another course": lambda: save(CourseRun, {"catalog_course": course(OTHER), "association": "explicit"}),
    "schedule": lambda: save(CourseSchedule, {"end": LATER}),
    "schedule deleted": lambda: CourseSchedule.objects.get().delete(),
    "schedules deleted": lambda: CourseSchedule.objects.all().delete(),
    "withdrawal": lambda: CourseRunWithdrawal.objects.create(run=CourseRun.objects.get(), at=START),
    "run deleted": lambda: CourseRun.objects.get().delete(),
    "runs deleted": lambda: CourseRun.objects.all().delete(),
    "course deleted": lambda: course(OTHER).delete(),
    "courses deleted": lambda: CatalogCourse.objects.filter(course_code="6.002x").delete(),
    "organization renamed": lambda: save_org(short_name="NewX"),
    "organization in another case": lambda: save_org(short_name="MITX"),
    "name of the organization": lambda: save_org(name="New"),
    "organization deactivated": lambda: save_org(active=False),
}


@pytest.mark.parametrize("name", PAST_THE_API)
def test_what_is_written_past_the_api_tells_of_exactly_what_it_changes(told, name):
    assert told(PAST_THE_API[name]) == set()


def stored_otherwise(model, code=None, **values):
    """By another program."""
    rows = model.objects.all() if code is None else model.objects.filter(course_code=code)
    return lambda: rows.update(**values)


def to_other_organization():
    CatalogCourse.objects.filter(course_code="14.100x").update(org=organization("OtherX"))


def withdrawn_ahead():
    withdrawn()
    CourseRunWithdrawal.objects.update(at=AHEAD)


# What happened before, and what is told then.
AFTERWARDS = {
    "unmerge": (
        lambda: api.merge_catalog_courses(COURSE, into=OTHER, reason="one"),
        lambda: api.unmerge_catalog_courses(COURSE, reason="two"),
    ),
    "restore of a deleted run": (
        lambda: api.delete_course_run(RUN_KEY, for_good=True, reason="never"),
        lambda: api.restore_deleted_course_run(RUN_KEY, reason="it did"),
    ),
    "restore of a withdrawn run": (withdrawn, lambda: api.restore_course_run(RUN_KEY, at=LATER)),
    "later withdrawal": (withdrawn, lambda: api.withdraw_course_run(RUN_KEY, at=LATER)),
    "withdrawal saved": (withdrawn, lambda: save(CourseRunWithdrawal, {"at": LATER})),
    "withdrawal deleted": (withdrawn, lambda: CourseRunWithdrawal.objects.get().delete()),
    "follow the key": (
        lambda: api.move_course_run(RUN_KEY, OTHER, reason="there"),
        lambda: api.follow_key(RUN_KEY, reason="back"),
    ),
    "first title": (
        lambda: api.update_catalog_course(COURSE, title="14.100x"),
        lambda: api.associate_course_run(RUN_KEY, title="Economics"),
    ),
    "first title in a batch": (
        lambda: api.update_catalog_course(COURSE, title="14.100x"),
        lambda: api.associate_course_runs([api.AssociationRecord(RUN_KEY, title="Economics")]),
    ),
    "a twin that was known": (make_twin, lambda: api.delete_course_run_twin(twin_id(), reason="twice")),
    "doctor: code": (stored_otherwise(CatalogCourse, "14.100x", course_code="7"), api.repair_findings),
    "doctor: organization": (to_other_organization, api.repair_findings),
    "doctor: run code": (stored_otherwise(CourseRun, run_code="7"), api.repair_findings),
    "doctor: no uuids": (stored_otherwise(CatalogCourse, uuid=None), api.repair_findings),
    "doctor: withdrawal ahead": (withdrawn_ahead, api.repair_findings),
    "rerun code without a uuid": (
        stored_otherwise(CatalogCourse, "14.100x", uuid=None),
        lambda: api.set_rerun_code(COURSE, "R", reason="fixed"),
    ),
    "merge into a course without a uuid": (
        stored_otherwise(CatalogCourse, "14.100x", uuid=None),
        lambda: api.merge_catalog_courses(OTHER, into=COURSE, reason="one"),
    ),
    "repair_catalog": (
        lambda: None,
        lambda: call_command(
            "repair_catalog", "move", f"--run={CourseRun.objects.get().pk}", f"--into={course(OTHER).pk}", "--reason=r"
        ),
    ),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_what_follows_tells_of_exactly_what_it_changes(told, name):
    prepare, write = AFTERWARDS[name]
    prepare()
    unchanged = told(write)
    assert unchanged == set() or name == "a twin that was known"
