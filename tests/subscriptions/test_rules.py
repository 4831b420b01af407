"""The truth table of what a plan includes, with its empty sets (seed 003, ADR 0036)."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.apps import SubscriptionsConfig

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("subscribed", [False, True])
@pytest.mark.parametrize("choice", [None, True, False])
@pytest.mark.parametrize("pacing", ["self", "instructor", ""])
def test_a_run_is_in_if_its_organization_is_its_course_is_not_left_out_and_it_is_self_paced(
    subscribed, choice, pacing, course, included
):
    course("A", R=pacing)
    api.set_course_subscription("MITx+A", choice)
    api.set_organization_subscription("MITx", subscribed)
    course_is_in = subscribed and choice is not False
    run_is_in = course_is_in and pacing == "self"
    assert included() == (["A"] * course_is_in, ["A+R"] * run_is_in, [])
    assert api.explain_course("MITx+A").included is course_is_in
    why = api.explain_run("course-v1:MITx+A+R")
    assert (why.included, why.stored) == (run_is_in, run_is_in)
    assert [reason.code for reason in why.reasons] == [
        *["organization_not_subscribed"] * (not subscribed),
        *["course_left_out"] * (choice is False),
        *["course_not_included"] * (not course_is_in),
        *["pacing_not_included"] * (pacing != "self"),
    ]


def test_a_course_without_runs_is_in_all_the_same(course, included):
    course("A")
    api.set_organization_subscription("MITx", True)
    assert included() == (["A"], [], [])


def test_all_organizations_that_own_a_course_must_be_in(course, included, monkeypatch, django_capture_on_commit_callbacks):
    row = course("A", R="self")
    catalog.create_organization(short_name="HarvardX", name="Harvard")
    monkeypatch.setattr(SubscriptionsConfig, "course_owners", lambda self, pks: {row.pk: ["HarvardX"]})
    api.set_organization_subscription("MITx", True)
    assert included() == ([], [], [])
    (reason,) = api.explain_course(row).reasons
    assert (reason.code, reason.subjects) == ("organization_not_subscribed", ("HarvardX",))
    assert reason.message == "These organizations take no part in the plan: HarvardX."
    monkeypatch.setattr(SubscriptionsConfig, "courses_of_owner", lambda self, code: [row.pk] * (code == "HarvardX"))
    with django_capture_on_commit_callbacks(execute=True):
        api.set_organization_subscription("harvardx", True)
    assert included(refreshed=False) == (["A"], ["A+R"], [])


def test_a_program_is_in_if_every_course_is_also_those_of_the_programs_in_it(course, program, included):
    first, second, other = course("A"), course("B"), course("C", org="HarvardX")
    small = program("Small", first)
    program("Both", first, second)
    program("Mixed", first, other)
    large = program("Large", second)
    programs.add_program(programs.create_curriculum(large, name="Inner"), small)
    api.set_organization_subscription("MITx", True)
    assert included()[2] == ["Both", "Large", "Small"]
    api.set_course_subscription(first, False)
    assert included()[2] == []
    assert [reason.subjects for reason in api.explain_program(large).reasons] == [(first.key_str,)]
    api.set_course_subscription(first, None)
    assert included()[2] == ["Both", "Large", "Small"]


def test_a_program_without_courses_is_out_so_is_a_deleted_one(course, program, included):
    row = course("A")
    program("Empty")
    gone = program("Gone", row)
    programs.delete_program(gone, reason="a mistake")
    api.set_organization_subscription("MITx", True)
    assert included() == (["A"], [], [])
    assert [reason.code for reason in api.explain_program(gone).reasons] == ["program_deleted"]


def test_micromasters_are_out_unless_a_setting_says_which_types_are_in(course, program, included, settings):
    row = course("A")
    program("Micro", row, type="micromasters")
    program("Series", row)
    api.set_organization_subscription("MITx", True)
    assert included()[2] == ["Series"]
    settings.OPENEDX_CATALOG_SUBSCRIPTION_PROGRAM_TYPES = ["micromasters"]
    assert included()[2] == ["Micro"]
    settings.OPENEDX_CATALOG_SUBSCRIPTION_PROGRAM_TYPES = []
    assert included()[2] == []


def test_a_setting_says_which_pacings_are_in(course, included, settings):
    course("A", R1="self", R2="instructor", R3="")
    api.set_organization_subscription("MITx", True)
    settings.OPENEDX_CATALOG_SUBSCRIPTION_PACINGS = ["self", "instructor", ""]
    assert included() == (["A"], ["A+R1", "A+R2", "A+R3"], [])


def test_plans_know_nothing_of_each_other(course, included):
    course("A", R="self")
    course("B", R="self")
    api.create_subscription_plan(name="For companies", slug="b2b")
    for plan in ("default", "b2b"):
        api.set_organization_subscription("MITx", True, plan=plan)
    api.set_course_subscription("MITx+B", False, plan="b2b")
    assert included() == (["A", "B"], ["A+R", "B+R"], [])
    assert included("b2b") == (["A"], ["A+R"], [])
    assert list(api.get_plans_of_runs([catalog.get_course_run("course-v1:MITx+A+R").pk]).values()) == [["default", "b2b"]]


def test_off_and_on_again_ends_where_it_was(course, included):
    course("A", R="self")
    course("B", R="self")
    course("C", R="self")
    api.set_course_subscription("MITx+B", False)
    api.set_course_subscription("MITx+C", True)
    api.set_organization_subscription("MITx", True)
    before = included()
    assert before == (["A", "C"], ["A+R", "C+R"], [])
    api.set_organization_subscription("MITx", False)
    assert included() == ([], [], [])
    api.set_organization_subscription("MITx", True)
    assert included() == before
    assert api.get_course_choices([catalog.get_catalog_course(org_code="MITx", course_code="B").pk])
