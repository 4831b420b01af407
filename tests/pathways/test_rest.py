"""Learner pathways over REST: who sees which, what is shown of them, and which offer a course or a program."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.checks import check_audience
from openedx_catalog.contrib.pathways.models_api import LearnerPathway
from openedx_catalog.contrib.pathways.policies import GroupsOfUser
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.testing.factories import CatalogCourseFactory, CatalogPathwayFactory
from openedx_catalog.testing.pathways import LearnerPathwayFactory
from openedx_catalog.testing.programs import ProgramFactory
from openedx_catalog.testing.users import granted, rest_client, rest_user
from tests.listings.conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATHWAYS = "/api/catalog/v1/learner-pathways/"
COURSE = "MITx+14.100x"
RUN = "course-v1:MITx+14.100x+1T2027"
BLOCK = "block-v1:MITx+14.100x+1T2027+type@video+block@intro"
VIEW, CHANGE = (f"openedx_catalog_pathways.{verb}_learnerpathway" for verb in ("view", "change"))
# By the user, the scopes of which he may know.
SCOPES = {
    "anonymous": {"everybody"},
    "user": {"everybody"},
    "staff": {"everybody"},
    "in the group": {"everybody", "groups"},
    "of the organization": {"everybody", "organizations"},
    VIEW: {"everybody", "groups", "organizations"},
    CHANGE: {"everybody", "groups", "organizations"},
    "superuser": {"everybody", "groups", "organizations"},
}


@pytest.fixture
def course(db):
    return catalog.create_course_run(RUN, title="Microeconomics").catalog_course


@pytest.fixture
def audience(course):
    """What a pathway is given for each scope."""
    Group.objects.create(name="Acme")
    return {"everybody": {}, "organizations": {"organizations": ["MITx"]}, "groups": {"groups": ["Acme"]}}


def client_of(name):
    if name not in ("in the group", "of the organization"):
        return rest_client(name)
    user = rest_user("member")
    user.groups.add(Group.objects.get_or_create(name="Acme" if name == "in the group" else "MITx")[0])
    client = APIClient()
    client.force_login(user)
    return client


def url_of(pathway, path=""):
    return f"{PATHWAYS}{pathway.uuid}/{path}"


def listed(client, **parameters):
    answer = client.get(PATHWAYS, parameters)
    assert answer.status_code == 200, answer.data
    return [row["uuid"] for row in answer.data["results"]]


def offering(client, **parameters):
    answer = client.get(f"{PATHWAYS}uuids/", parameters)
    assert answer.status_code == 200, answer.data
    return answer.data


def seen(client, pathway):
    """Where a pathway is seen: ``{"list", "uuids", "detail", "snapshot"}``; what is not there is as what never was."""
    nothing = client.get(f"{PATHWAYS}00000000-0000-4000-8000-000000000000/")
    found = {name for name, uuids in (("list", listed(client)), ("uuids", offering(client, course_keys=COURSE))) if uuids}
    for name, path in (("detail", ""), ("snapshot", "snapshot/")):
        answer = client.get(url_of(pathway, path))
        if answer.status_code == 200:
            found.add(name)
            assert answer.data["uuid"] == str(pathway.uuid)
        else:
            assert answer.status_code == nothing.status_code == 404
            named = nothing.data["detail"].replace("00000000-0000-4000-8000-000000000000", str(pathway.uuid))
            assert (answer.data["detail"], set(answer.data)) == (named, set(nothing.data))
    return found


# Who sees which


@pytest.mark.parametrize("scope", ["everybody", "organizations", "groups"])
@pytest.mark.parametrize("name", SCOPES)
def test_who_sees_which_pathway_where(name, scope, course, audience, settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    client = client_of(name)
    pathway = LearnerPathwayFactory(steps=[[course]], scope=scope, **audience[scope])
    everywhere, by_address = {"list", "uuids", "detail", "snapshot"}, {"detail", "snapshot"}
    may = scope in SCOPES[name]
    assert seen(client, pathway) == (everywhere if may else set())
    api.update_learner_pathway(pathway, visibility="unlisted")
    assert seen(client, pathway) == (by_address if may else set())
    # Nobody sees what is being prepared.
    api.update_learner_pathway(pathway, visibility="listed", status="inactive")
    assert seen(client, pathway) == set()


class Linked(GroupsOfUser):
    """As a host has it that knows customers otherwise."""

    def groups_of(self, user):
        return ["Acme"]

    def organizations_of(self, user):
        return ["MITx"]


class KeepsBack(ModelPermissions):
    """As a host has it that keeps one pathway back, and all that is not a pathway, from all but superusers."""

    def visible(self, user, rows):
        if rows.model is LearnerPathway:
            return super().visible(user, rows).exclude(title="Kept")
        return rows if user.is_superuser else rows.none()

    def sees_all(self, user, model):
        return user.is_superuser


def test_a_policy_of_the_host_says_who_is_of_what(course, audience, settings):
    settings.OPENEDX_CATALOG_PATHWAY_AUDIENCE = f"{__name__}.Linked"
    pathways = [LearnerPathwayFactory(steps=[[course]], scope=scope, **values) for scope, values in audience.items()]
    assert listed(client_of("user")) == [str(pathway.uuid) for pathway in pathways]


def test_what_a_policy_of_the_host_keeps_back_stays_so(course, settings):
    shown = LearnerPathwayFactory(steps=[[course]], catalog_pathway=CatalogPathwayFactory())
    kept = LearnerPathwayFactory(title="Kept", steps=[[course]])
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsBack"
    client = client_of("user")
    assert listed(client) == [str(shown.uuid)]
    assert [client.get(url_of(pathway)).status_code for pathway in (shown, kept)] == [200, 404]
    data = client.get(url_of(shown)).data
    assert (data["catalog_pathway"], data["steps"][0]["nodes"]) == (None, [])
    assert offering(client, course_keys=f"{COURSE},{RUN}") == []


@pytest.mark.parametrize(("name", "told"), [("in the group", False), (VIEW, True), ("superuser", True)])
def test_for_whom_it_is_is_told_to_whoever_may_view_pathways(name, told, course, audience):
    client = client_of(name)
    pathway = LearnerPathwayFactory(steps=[[course]], scope="groups", groups=["Acme"], organizations=["MITx"])
    data = client.get(url_of(pathway)).data
    assert data["scope"] == "groups"
    assert (data["organizations"], data["groups"]) == ((["MITx"], ["Acme"]) if told else (None, None))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("openedx_catalog.contrib.pathways.policies.GroupsOfUser", None),
        ("no.such.Policy", "ModuleNotFoundError"),
        ("openedx_catalog.contrib.pathways.policies.Nobody", "ImportError"),
        ("builtins.dict", "it has no groups_of and no organizations_of"),
    ],
)
def test_an_audience_that_cannot_be_asked_is_reported(path, why, settings):
    settings.OPENEDX_CATALOG_PATHWAY_AUDIENCE = path
    found = {error.id: error.msg for error in check_audience()}
    assert list(found) == (["openedx_catalog_pathways.E001"] if why else [])
    assert (why or "") in "".join(found.values())


# What is shown


@pytest.fixture
def pathway(course):
    """A step of two of a course with a known effort, a block of it and a program of it; and one with a block alone."""
    listings.set_course_listing(course, live=True, min_effort=2, max_effort=4, weeks=5)
    program = ProgramFactory(title="Economics")
    programs.create_curriculum(program, name="Core", courses=[course])
    row = api.create_learner_pathway(
        title="Become an economist", overview="All of it.", image=picture(), image_alt="A graph", status="active",
        catalog_pathway=CatalogPathwayFactory(org=course.org, pathway_code="Econ"),
    )  # fmt: skip
    records = [
        api.NodeRecord(catalog_course=course), api.NodeRecord(usage_key=BLOCK, hours=0.5), api.NodeRecord(program=program)
    ]  # fmt: skip
    api.add_step(row, records, min_requirement=2, title="Basics")
    api.add_step(row, [api.NodeRecord(usage_key=BLOCK)])
    return row


def test_a_pathway_says_what_its_steps_offer_and_how_long_that_takes(pathway):
    data = client_of("user").get(url_of(pathway)).json()
    first, second = data.pop("steps")
    assert data.pop("image") == {"src": f"http://testserver{pathway.image.url}", "alt": "A graph"}
    assert data == {
        "uuid": str(pathway.uuid), "title": "Become an economist", "overview": "All of it.", "status": "active",
        "visibility": "listed", "scope": "everybody", "organizations": None, "groups": None,
        "catalog_pathway": "catalog-pathway:MITx:Econ", "hours": {"min": None, "max": None}, "skills": [],
    }  # fmt: skip
    course, block, program = first.pop("nodes")
    key, rows = "catalog-course:MITx:14.100x", list(pathway.steps.first().nodes.order_by("position"))
    assert [node.pop("uuid") for node in (course, block, program)] == [str(row.uuid) for row in rows]
    assert course == {
        "kind": "course", "catalog_course": key, "program": None, "title": "Microeconomics", "usage_key": None, "hours": 15.0,
    }  # fmt: skip
    assert block == course | {"kind": "block", "usage_key": BLOCK, "hours": 0.5}
    assert program == course | {
        "kind": "program", "catalog_course": None, "program": str(rows[2].program.uuid), "title": "Economics"
    }  # fmt: skip
    assert first == {
        "uuid": str(pathway.steps.first().uuid), "title": "Basics", "position": 0, "min_requirement": 2,
        "hours": {"min": 15.5, "max": 30.0},
    }  # fmt: skip
    assert (second["position"], second["nodes"][0]["hours"], second["hours"]["min"]) == (1, None, None)


def test_a_snapshot_counts_what_steps_offer(pathway):
    client = client_of("user")
    answer = client.get(url_of(pathway, "snapshot/"))
    data = answer.json()
    assert set(data) == {"uuid", "title", "image", "status", "hours", "steps"}
    counts = ("courses", "programs", "blocks")
    assert [tuple(step[name] for name in counts) for step in data["steps"]] == [(1, 1, 1), (0, 0, 1)]
    assert "nodes" not in data["steps"][0]
    assert client.get(url_of(pathway, "snapshot/"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert client.get(url_of(pathway, "snapshot/?fields=title")).json() == {"title": "Become an economist"}


def test_what_a_step_offers_and_is_kept_back_is_left_out(pathway):
    step = pathway.steps.first()
    api.update_step(step, min_requirement=3)
    programs.update_program(step.nodes.get(catalog_course=None).program, hidden=True)
    viewer = rest_client(f"openedx_catalog_programs.view_program + {VIEW}")
    for client, nodes, hours in ((client_of("user"), 2, 15.5), (viewer, 3, 30.5)):
        shown = client.get(url_of(pathway)).data["steps"][0]
        assert (len(shown["nodes"]), shown["min_requirement"], shown["hours"]["min"]) == (nodes, nodes, hours)
        assert client.get(url_of(pathway, "snapshot/")).data["steps"][0]["programs"] == nodes - 2


def test_a_list_is_ordered_and_narrowed(course):
    client = client_of("user")
    first, second = (LearnerPathwayFactory(title=title, steps=[[course]]) for title in ("B", "A"))
    uuids = [str(row.uuid) for row in (first, second)]
    assert listed(client) == uuids
    assert listed(client, ordering="title") == listed(client, ordering="-created") == uuids[::-1]
    assert listed(client, uuids=uuids[1]) == uuids[1:]


# Which offer something


@pytest.mark.parametrize(
    "key",
    [
        COURSE,
        "catalog-course:MITx:14.100x",
        RUN,
        RUN.upper().replace("COURSE-V1", "course-v1"),
        "MITx 14.100x",
        f"GTx+A,{COURSE}",
    ],
)
def test_pathways_that_offer_a_course_are_found_by_its_key_and_by_those_of_its_runs(key, course):
    pathway, part = LearnerPathwayFactory(steps=[[course]]), LearnerPathwayFactory(steps=[[api.NodeRecord(usage_key=BLOCK)]])
    LearnerPathwayFactory()
    assert offering(client_of("user"), course_keys=key) == [str(pathway.uuid), str(part.uuid)]


def test_pathways_are_found_by_programs_that_the_user_may_know_of(course):
    program, hidden = ProgramFactory(), ProgramFactory(hidden=True)
    pathway, other = LearnerPathwayFactory(steps=[[program]]), LearnerPathwayFactory(steps=[[course, hidden]])
    client = client_of("user")
    assert offering(client, program_uuids=[program.uuid, hidden.uuid]) == [str(pathway.uuid)]
    assert offering(client, program_uuids=program.uuid, course_keys=COURSE) == [str(pathway.uuid), str(other.uuid)]
    assert offering(client, program_uuids="00000000-0000-4000-8000-000000000000", course_keys="GTx+None") == []


def test_many_keys_cost_as_many_queries_as_one(course, django_assert_max_num_queries):
    client = client_of("user")
    for number in range(9):
        CatalogCourseFactory(course_code=f"Q{number}", org=course.org)
    for count in (1, 9):
        with django_assert_max_num_queries(12):
            offering(client, course_keys=",".join(f"{course.org.short_name}+Q{number}" for number in range(count)))


@pytest.mark.parametrize(
    ("query", "field", "named"),
    [
        ("", "course_keys", "program_uuids"),
        ("course_keys=", "course_keys", "at least one"),
        ("course_keys=MITx%2B14.100x,nonsense,course-v1:x", "course_keys", "nonsense, course-v1:x"),
        ("course_keys=catalog-course:MITx", "course_keys", "catalog-course:MITx"),
        ("program_uuids=7", "program_uuids", "7"),
        ("course_keys=" + ",".join(f"MITx%2B{number}" for number in range(101)), "course_keys", "at most 100"),
        ("course=MITx%2BA", "course", "no such parameter"),
    ],
    ids=["nothing", "empty", "malformed", "no code", "no uuid", "too many", "unknown"],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(query, field, named):
    answer = client_of("user").get(f"{PATHWAYS}uuids/?{query}")
    assert (answer.status_code, list(answer.data["errors"])) == (400, [field])
    assert named in str(answer.data["errors"][field])


# What it costs


def test_a_list_costs_ten_queries_whatever_there_is_in_it(course, audience):
    client = APIClient()
    user = granted(rest_user("member"), "organizations.view_organization")
    client.force_authenticate(user)
    program = ProgramFactory()
    programs.create_curriculum(program, name="Core", courses=[course])
    costs = []
    for count in (1, 12):
        for _number in range(count):
            LearnerPathwayFactory(steps=[[course, program, api.NodeRecord(usage_key=BLOCK)]] * 3)
        for url in (PATHWAYS, f"{PATHWAYS}uuids/?course_keys={COURSE.replace('+', '%2B')}"):
            with CaptureQueriesContext(connection) as found:
                assert client.get(url).status_code == 200
            # Django reads the permissions of a user once for each request.
            costs.append(len([each for each in found.captured_queries if "auth_permission" not in each["sql"]]))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 10
    assert CatalogCourse.objects.count() == 1
