"""A run is named by its key or its uuid, an organization by its short_name or as an object: wherever either is named."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CourseRun, DeletedRunKey
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

AT = datetime(2027, 1, 1, tzinfo=UTC)
CALLS = {
    "get_course_run": api.get_course_run,
    "find_course_run": api.find_course_run,
    "get_catalog_course_for_run": api.get_catalog_course_for_run,
    "find_catalog_course_for_run": api.find_catalog_course_for_run,
    "update_course_run": lambda run: api.update_course_run(run, title="New"),
    "withdraw_course_run": lambda run: api.withdraw_course_run(run, at=AT),
    "restore_course_run": lambda run: [api.restore_course_run(run, at=AT)],
    "move_course_run": lambda run: api.move_course_run(run, "X+Y", reason="r"),
    "follow_key": api.follow_key,
    "split_catalog_course": lambda run: api.split_catalog_course("MITx+14.100x", [run], course_code="New", reason="r"),
    "mark_distinct": lambda run: api.mark_distinct("placement", run, "X+Y", reason="r"),
    "delete_course_run": lambda run: [api.delete_course_run(run)],
}


@pytest.fixture
def run():
    api.create_catalog_course(org_code="X", course_code="Y")
    return api.associate_course_run(RUN_KEY, title="T").run


@pytest.mark.parametrize("spell", [str, lambda uuid: uuid, lambda uuid: uuid.hex], ids=["text", "object", "hex"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_run_is_named_by_its_uuid(run, call, spell):
    assert call(spell(run.uuid))


@pytest.mark.parametrize("call", [CALLS[name] for name in CALLS if not name.startswith("find")])
def test_a_uuid_of_no_run_is_said_so(run, call):
    with pytest.raises(CourseRun.DoesNotExist, match="There is no course run"):
        call(uuid4())


MANY = (api.get_course_runs, api.get_catalog_courses_for_runs, api.resolve_course_runs)


@pytest.mark.parametrize("read", MANY)
def test_many_runs_are_named_by_their_uuids_at_the_price_of_keys(run, read, django_assert_num_queries):
    other = api.associate_course_run("course-v1:edX+Demo+2027").run
    with django_assert_num_queries(1):
        by_key = read([RUN_KEY, str(other.course_key)])
    names = [run.uuid, str(run.uuid), run.uuid.hex.upper(), str(other.uuid)]
    with django_assert_num_queries(1):
        assert read([*names, uuid4()]) == dict.fromkeys(names[:3], by_key[RUN_KEY]) | {names[3]: by_key[str(other.course_key)]}
    with django_assert_num_queries(2):
        assert read([RUN_KEY.lower(), run.uuid, "junk"]) == dict.fromkeys([RUN_KEY.lower(), run.uuid], by_key[RUN_KEY])


@pytest.mark.parametrize("read", MANY)
def test_uuids_go_on_to_name_runs_that_moved_and_courses_that_were_renamed_and_merged(run, read):
    api.move_course_run(run.uuid, "X+Y", reason="r")
    api.merge_catalog_courses("X+Y", into="MITx+14.100x", reason="r")
    api.rename_catalog_course("MITx+14.100x", course_code="14.200x", reason="r")
    found = read([run.uuid])[run.uuid]
    assert getattr(found, "catalog_course", found).key_str == "catalog-course:MITx:14.200x"


def test_resolving_over_rest_takes_uuids(run, sign_in):
    unknown = str(uuid4())
    body = {"course_keys": [str(run.uuid), RUN_KEY, unknown, "junk"]}
    answer = sign_in("user").post("/api/catalog/v1/course-runs/resolve/", body, format="json").data
    assert {name: found["course_key"] for name, found in answer["runs"].items()} == dict.fromkeys(
        [str(run.uuid), RUN_KEY], RUN_KEY
    )
    assert (answer["unknown"], answer["invalid"]) == ([unknown], ["junk"])


def test_a_run_that_was_deleted_for_good_is_named_by_the_uuid_that_it_had(run):
    api.delete_course_run(run.uuid, for_good=True)
    assert api.get_deleted_run_key(str(run.uuid)).course_key == RUN_KEY
    assert api.restore_deleted_course_run(run.uuid, reason="r").uuid == run.uuid
    with pytest.raises(DeletedRunKey.DoesNotExist):
        api.get_deleted_run_key(run.uuid)


def test_an_organization_is_given_as_an_object(run):
    organization = Organization.objects.create(short_name="HarvardX", name="Harvard")
    created = api.create_catalog_course(org_code=organization, course_code="PH1")
    assert api.get_catalog_course(org_code=organization, course_code="ph1") == created
    split = api.split_catalog_course("MITx+14.100x", [RUN_KEY], org_code=organization, course_code="PH2", reason="r")
    assert split.key_str == "catalog-course:HarvardX:PH2"
    moved = api.move_catalog_course("X+Y", org_code=organization, reason="r")
    assert moved.key_str == "catalog-course:HarvardX:Y"
    assert [row.course_key for row in api.iter_associations(org_code=organization)] == [RUN_KEY]
    category = api.create_pathway_category(category_code="major", title="Major")
    pathway = api.create_catalog_pathway(org_code=organization, pathway_code="P", category=category)
    assert api.get_catalog_pathway(org_code=organization, pathway_code="P") == pathway
    assert list(api.get_catalog_pathways(org_code=organization)) == [pathway]
