"""Pathways, their steps and what these offer: what is stored, what is refused, and what is told."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from opaque_keys.edx.keys import UsageKey

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.api import NodeRecord
from openedx_catalog.contrib.pathways.models_api import LearnerPathway, LearnerPathwayNode, LearnerPathwayStep
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import CatalogError, DuplicateValue, InvalidRequest, InvalidValue, OrganizationNotFound
from openedx_catalog.models_api import CatalogChange, CatalogCourse, OutboxMessage

from .conftest import node, nodes

BLOCK = "block-v1:MITx+A+R1+type@video+block@intro"


def steps_of(pathway):
    """The titles of the steps, in order."""
    return [step.title for step in pathway.steps.order_by("position")]


def offered(step):
    """What a step offers, in order."""
    return [str(node.usage_key or node.program or node.catalog_course.course_code) for node in step.nodes.order_by("position")]


def told():
    """What became of pathways, as the feed says, the oldest first."""
    rows = CatalogChange.objects.filter(kind="learner_pathway").order_by("pk")
    return list(rows.values_list("what", "audience"))


class TestPathway:
    def test_is_inactive_and_for_everybody_unless_somebody_says_otherwise(self, db):
        row = api.create_learner_pathway(title=" Become a data analyst ")
        assert (row.title, row.status, row.visibility, row.scope) == (
            "Become a data analyst",
            "inactive",
            "listed",
            "everybody",
        )
        assert api.get_learner_pathway(str(row.uuid)) == row

    @pytest.mark.parametrize(
        ("values", "error", "names"),
        [
            ({}, InvalidValue, "it is missing"),
            ({"title": ""}, InvalidValue, "it is empty"),
            ({"title": "x" * 256}, InvalidValue, "longer than 255"),
            ({"title": "P", "status": "retired"}, InvalidValue, "inactive, active"),
            ({"title": "P", "visibility": "hidden"}, InvalidValue, "listed, unlisted"),
            ({"title": "P", "scope": "everyone"}, InvalidValue, "everybody, organizations, groups"),
            ({"title": "P", "scope": "organizations"}, InvalidValue, "organizations is empty"),
            ({"title": "P", "scope": "groups", "groups": []}, InvalidValue, "groups is empty"),
            ({"title": "P", "organizations": ["Nowhere"]}, OrganizationNotFound, "Nowhere"),
            ({"title": "P", "groups": ["Acme"]}, InvalidValue, "no group of this name"),
            ({"title": "P", "catalog_pathway": 3}, InvalidRequest, "got int"),
            ({"title": "P", "overview": "\x00"}, InvalidValue, "overview"),
            ({"title": "P", "image": "picture.png"}, InvalidValue, "expected a file"),
        ],
    )
    def test_what_cannot_be_stored_is_refused_and_nothing_is_left(self, db, values, error, names):
        with pytest.raises(error) as caught:
            api.create_learner_pathway(**values)
        assert names in str(caught.value)
        assert not LearnerPathway.objects.exists()

    def test_is_for_organizations_or_groups(self, db):
        catalog.create_organization(short_name="MITx", name="MIT")
        Group.objects.create(name="Acme")
        row = api.create_learner_pathway(title="P", scope="organizations", organizations=["mitx"], groups=["Acme"])
        assert [each.organization.short_name for each in row.organization_rows.all()] == ["MITx"]
        api.update_learner_pathway(row, scope="groups")
        with pytest.raises(InvalidValue, match="groups is empty"):
            api.update_learner_pathway(row, groups=[])
        api.update_learner_pathway(row, scope="everybody", groups=[])
        assert not row.group_rows.exists()

    def test_has_one_catalog_pathway_in_which_learners_enroll(self, db):
        catalog.create_organization(short_name="MITx", name="MIT")
        category = catalog.create_pathway_category(category_code="degree", title="Degree")
        enrolled = catalog.create_catalog_pathway(org_code="MITx", pathway_code="Data", category=category, title="Data")
        made = api.make_learner_pathway(enrolled)
        assert (made.title, made.catalog_pathway, made.status) == ("Data", enrolled, "inactive")
        assert api.make_learner_pathway(enrolled) is None
        with pytest.raises(DuplicateValue, match="already used by"):
            api.create_learner_pathway(title="Other", catalog_pathway=enrolled.key_str)
        catalog.delete_catalog_pathway(enrolled)
        made.refresh_from_db()
        assert made.catalog_pathway is None

    def test_tells_everybody_only_of_what_is_for_everybody(self, db, course):
        row = api.create_learner_pathway(title="P")
        api.update_learner_pathway(row, status="active")
        api.update_learner_pathway(row, status="active", title="P")
        step = api.add_step(row, nodes(course("A")))
        api.update_learner_pathway(row, visibility="unlisted")
        api.remove_step(step)
        api.update_learner_pathway(row, visibility="listed")
        api.delete_learner_pathway(row)
        assert told() == [
            ("created", "viewers"), ("updated", "everybody"), ("updated", "everybody"), ("updated", "gone"),
            ("updated", "viewers"), ("updated", "everybody"), ("deleted", "everybody"),
        ]  # fmt: skip
        assert OutboxMessage.objects.filter(event_type__contains="learner_pathway", subject=str(row.uuid)).count() == 7
        assert not LearnerPathwayStep.objects.exists()
        assert LearnerPathway.history.filter(uuid=row.uuid, history_type="-").exists()


class TestSteps:
    @pytest.fixture
    def three(self, pathway, course):
        """Steps A, B and C, each with the course of its name."""
        return [api.add_step(pathway, nodes(course(code)), title=code) for code in "ABC"]

    def test_have_explicit_places(self, pathway, three, course):
        api.add_step(pathway, nodes(course("D")), title="D", position=1)
        assert steps_of(pathway) == ["A", "D", "B", "C"]
        assert list(pathway.steps.order_by("position").values_list("position", flat=True)) == [0, 1, 2, 3]
        api.remove_step(three[1])
        assert steps_of(pathway) == ["A", "D", "C"]
        assert list(pathway.steps.order_by("position").values_list("position", flat=True)) == [0, 1, 2]

    def test_are_reordered_in_one_call(self, pathway, three, django_assert_max_num_queries):
        one, two, last = three
        with django_assert_max_num_queries(11):
            assert api.reorder_steps(pathway, [last, str(one.uuid), two])
        assert steps_of(pathway) == ["C", "A", "B"]
        assert not api.reorder_steps(pathway, [last, one, two])

    @pytest.mark.parametrize("wrong", ["missing", "twice", "strange", "nothing"])
    def test_each_is_named_once_in_the_order(self, pathway, three, wrong):
        given = {"missing": three[:2], "twice": [*three, three[0]], "strange": [*three[:2], str(uuid4())], "nothing": []}[wrong]
        with pytest.raises(InvalidRequest, match=str(three[0].uuid)):
            api.reorder_steps(pathway, given)
        assert steps_of(pathway) == ["A", "B", "C"]

    @pytest.mark.parametrize("wrong", [0, 3, -1, 1.5, True, "1", None, 10**9])
    def test_ask_for_one_to_all_of_their_nodes(self, pathway, course, wrong):
        step = api.add_step(pathway, nodes(course("A"), course("B")), min_requirement=2)
        for ask in (
            lambda: api.update_step(step, min_requirement=wrong),
            lambda: api.add_step(pathway, nodes("MITx+A", "MITx+B"), min_requirement=wrong),
        ):
            with pytest.raises(InvalidValue, match="min_requirement"):
                ask()
        assert list(pathway.steps.values_list("min_requirement", flat=True)) == [2]

    def test_a_step_offers_something(self, pathway):
        with pytest.raises(InvalidValue, match="min_requirement"):
            api.add_step(pathway, [])

    def test_a_node_is_not_removed_while_the_step_asks_for_it(self, pathway, course):
        step = api.add_step(pathway, nodes(course("A"), course("B")), min_requirement=2)
        first, second = step.nodes.order_by("position")
        with pytest.raises(InvalidValue, match="from 1 to 1"):
            api.remove_node(first)
        api.remove_node(first, min_requirement=1)
        assert offered(step) == ["B"]
        with pytest.raises(InvalidRequest, match="only node"):
            api.remove_node(second)
        assert api.get_learner_pathway(pathway.uuid).steps.get().min_requirement == 1


class TestNodes:
    def test_are_a_course_a_program_or_a_block_of_a_course(self, pathway, course, program):
        one, other = course("A"), course("B")
        step = api.add_step(pathway, nodes("MITx+A", program("Circuits", one), BLOCK))
        api.add_node(step, node(other), position=0)
        assert offered(step) == ["B", "A", "Circuits", BLOCK]
        assert [each.kind for each in step.nodes.order_by("position")] == ["course", "course", "program", "block"]
        assert step.nodes.get(usage_key=BLOCK).catalog_course == one
        assert api.reorder_nodes(step, list(step.nodes.order_by("-position")))
        assert offered(step) == [BLOCK, "Circuits", "A", "B"]

    @pytest.mark.parametrize(
        ("values", "error", "names"),
        [
            ({}, InvalidRequest, "exactly one"),
            ({"catalog_course": "MITx+A", "program": "any"}, InvalidRequest, "exactly one"),
            ({"program": "any", "usage_key": BLOCK}, InvalidRequest, "exactly one"),
            ({"catalog_course": "MITx+Nowhere"}, CatalogCourse.DoesNotExist, "Nowhere"),
            ({"program": str(uuid4())}, Program.DoesNotExist, ""),
            ({"program": "no uuid"}, InvalidRequest, "no uuid"),
            ({"usage_key": "intro"}, InvalidValue, "usage key of a part"),
            ({"usage_key": 5}, InvalidValue, "usage_key"),
            ({"usage_key": "course-v1:MITx+A+R1"}, InvalidValue, "usage key of a part"),
            ({"usage_key": "lb:MITx:lib:video:intro"}, InvalidValue, "usage_key"),
            ({"usage_key": "i4x://MITx/A/video/intro"}, InvalidValue, "no part of a course run"),
            ({"usage_key": f"aside-usage-v1:{BLOCK.replace('::', '$::')}::notes"}, InvalidValue, "no part of a course run"),
            ({"usage_key": UsageKey.from_string(BLOCK + "x" * 300)}, InvalidValue, "longer than 255"),
            ({"catalog_course": "MITx+B", "hours": 10**400}, InvalidValue, "number of hours"),
            ({"catalog_course": "MITx+B", "hours": b"1"}, InvalidValue, "hours"),
            ({"usage_key": BLOCK.replace("R1", "R9")}, InvalidValue, "no run with this part"),
            ({"usage_key": BLOCK, "catalog_course": "MITx+B"}, InvalidValue, "MITx:A, and not of catalog-course:MITx:B"),
            ({"catalog_course": "MITx+B", "hours": 0}, InvalidValue, "more than 0"),
            ({"catalog_course": "MITx+B", "hours": float("nan")}, InvalidValue, "hours"),
            ({"catalog_course": "MITx+B", "hours": "many"}, InvalidValue, "number of hours"),
        ],
    )
    def test_what_is_no_such_thing_is_refused(self, pathway, course, values, error, names):
        course("A"), course("B")
        step = api.add_step(pathway, nodes("MITx+A"))
        with pytest.raises(error) as caught:
            api.add_node(step, NodeRecord(**values))
        assert names in str(caught.value)
        assert offered(step) == ["A"]

    def test_the_same_is_offered_once_a_step(self, pathway, course, program):
        kinds = nodes(course("A"), program("Circuits"), BLOCK)
        step = api.add_step(pathway, kinds)
        for each in kinds:
            with pytest.raises(DuplicateValue):
                api.add_node(step, each)
            with pytest.raises(DuplicateValue):
                api.add_step(pathway, [each, each])
        # Another step may offer it, and so may a step offer a course and a part of it.
        api.add_step(pathway, kinds)
        assert LearnerPathwayNode.objects.count() == 6

    @pytest.mark.parametrize(
        "other",
        [
            BLOCK.upper().replace("BLOCK-V1", "block-v1").replace("TYPE@VIDEO+BLOCK@INTRO", "type@video+block@intro"),
            BLOCK.replace("+type", "+branch@draft-branch+type"),
        ],
    )
    def test_a_block_is_called_by_the_key_of_its_run(self, pathway, course, other):
        course("A")
        step = api.add_step(pathway, nodes(other))
        assert offered(step) == [BLOCK]
        with pytest.raises(DuplicateValue, match="intro"):
            api.add_node(step, node(BLOCK))

    def test_there_are_only_so_many(self, pathway, course, monkeypatch):
        monkeypatch.setattr("openedx_catalog.contrib.pathways.api._values.MAX_PARTS", 1)
        step = api.add_step(pathway, nodes(course("A")))
        for ask in (lambda: api.add_node(step, node(course("B"))), lambda: api.add_step(pathway, nodes("MITx+A"))):
            with pytest.raises(InvalidRequest, match="1 already"):
                ask()

    def test_hours_are_said_where_the_effort_does_not(self, pathway, course):
        step = api.add_step(pathway, [node(course("A"), hours=2.5)])
        row = step.nodes.get()
        assert float(row.hours) == 2.5
        api.update_node(row, hours=None)
        assert step.nodes.get().hours is None
        with pytest.raises(InvalidValue, match="more than 0"):
            api.update_node(row, hours=-1)

    def test_what_is_gone_is_named(self, pathway, course):
        step = api.add_step(pathway, nodes(course("A")))
        row = step.nodes.get()
        api.delete_learner_pathway(pathway)
        for ask, kind in (
            (lambda: api.update_step(step, title="x"), LearnerPathwayStep),
            (lambda: api.remove_node(row), LearnerPathwayNode),
            (lambda: api.add_step(pathway, nodes("MITx+A")), LearnerPathway),
        ):
            with pytest.raises(kind.DoesNotExist, match="There is no"):
                ask()


def test_a_course_that_is_deleted_leaves_its_steps_which_the_doctor_tells_of(pathway, course):
    short = api.add_step(pathway, nodes(course("A"), course("B")), min_requirement=2)
    api.add_step(pathway, nodes("MITx+A"), title="empty")
    catalog.delete_course_run("course-v1:MITx+A+R1", reason="over")
    catalog.delete_catalog_course("MITx+A", reason="over")
    found = [(each.code, each.subject) for each in api.diagnose(quick=False)]
    assert found == [("pathway_step_short", str(pathway.uuid))] * 2
    assert [content.times for content in api.read_contents([pathway])[pathway.pk].steps] == [(None, None)] * 2
    # Past the API: the feed names the pathway for each node that went.
    assert told()[-2:] == [("updated", "everybody")] * 2
    api.repair(catalog_change())
    assert not list(api.diagnose(quick=False))
    assert [(step.pk, step.min_requirement) for step in pathway.steps.all()] == [(short.pk, 1)]


def catalog_change():
    """Who repairs."""
    from openedx_catalog.lib.changes import Change

    return Change(source="doctor")


def test_errors_are_typed(pathway):
    with pytest.raises(CatalogError):
        api.add_step(pathway, ["MITx+A"])
