"""What looks like one and stands twice is suggested, with what speaks for and against it, and nothing is done by itself."""

import json
import shlex
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.api.doctor._likeness import alike, organization_form, term_of
from openedx_catalog.exceptions import InvalidRequest, ReasonRequired
from openedx_catalog.models_api import CatalogCourse, CourseRun, DistinctPair
from openedx_catalog.transfer import open_catalog_file
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


def course(code, org="MITx", **values):
    return api.create_catalog_course(org_code=org, course_code=code, **values)


def suggested(*kinds):
    found = api.suggest_repairs(kinds=kinds or None)
    return [
        (each.action, each.first.removeprefix("catalog-course:"), each.second.removeprefix("catalog-course:")) for each in found
    ]


# Which names look alike


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("6.00.1x", "6_00_1x", True),
        ("CS-50x", "cs50X", True),
        ("14_73x", "14.73x", True),
        ("stat_2.3...x", "stat2.3x", True),
        ("ELEC301x_", "ELEC301x", True),
        ("Louv1.2x", "Louv12x", False),
        ("6.00.2x", "6.002x", False),
        ("1-10", "11-0", False),
        ("CS50x", "CS50", False),
    ],
)
def test_codes_look_alike_unless_a_mark_tells_numbers_apart(one, other, is_alike):
    assert (alike(one) == alike(other)) is is_alike


@pytest.mark.parametrize(
    ("code", "term", "base"),
    [
        ("FPP.1x_2016", "2016", "FPP.1x"),
        ("CS50_3T2016", "3T2016", "CS50"),
        ("INFO2040x_Spring2015", "Spring2015", "INFO2040x"),
        ("FMA-SP2020", "SP2020", "FMA"),
        ("ISEH2016x", "2016", "ISEHx"),
        ("1_2020", "2020", "1"),
        ("CS50_2014T2", "2014T2", "CS50"),
        ("CS50-fall16", "fall16", "CS50"),
        ("Printemps2018-MOOC", "Printemps2018", "MOOC"),
        ("ENGR2000x", None, None),
        ("INFO2040x", None, None),
        ("20220214x", None, None),
        ("2016", None, None),
        ("3T2016", None, None),
    ],
)
def test_a_term_is_told_from_a_number(code, term, base):
    found = term_of(code)
    assert (found and found.text, found and found.base) == (term, base)


def test_organizations_look_alike_but_for_an_x_at_the_end():
    assert organization_form("HIT") == organization_form("HITx") == organization_form("hi-tX")
    assert organization_form("x") == "x"
    assert organization_form("MIT") != organization_form("MITxT")


# The kinds


def test_a_merge_is_suggested_into_the_course_with_more_runs():
    small, large = course("6.00.1x", title="Introduction"), course("6_00_1x", title="introduction")
    for run in "AB":
        api.create_course_run(f"course-v1:MITx+6_00_1x+{run}")
    (found,) = api.suggest_repairs()
    assert (found.kind, found.action, found.first, found.second) == (
        "course_codes_alike", "merge", small.key_str, large.key_str
    )  # fmt: skip
    assert found.speaks_for == (
        "Their codes differ only in punctuation.", "Both are called 'Introduction'.", "One of them has no runs."
    )  # fmt: skip
    assert found.speaks_against == ()
    assert found.rest == {
        "method": "POST",
        "path": f"catalog-courses/{small.uuid}/merge/",
        "body": {"into": str(large.uuid), "reason": "the same"},
    }
    # Its command is ready to be pasted.
    program, *arguments = shlex.split(found.command)
    call_command(*arguments, stdout=StringIO())
    assert (program, CatalogCourse.objects.get()) == ("manage.py", large)


def test_what_speaks_against_a_merge():
    course("A.1x", title="One", language="en")
    course("A-1x", title="Two", language="fr")
    for code in ("A.1x", "A-1x"):
        api.create_course_run(f"course-v1:MITx+{code}+1")
    (found,) = api.suggest_repairs()
    assert found.speaks_against == (
        "Their titles differ: 'Two', 'One'.", "Their languages differ: fr, en.", "Both have runs: 1 and 1."
    )  # fmt: skip


def test_a_language_that_is_not_set_is_said_to_be_so():
    course("A.1x", language="")
    course("A-1x", language="en")
    (found,) = api.suggest_repairs()
    assert set(found.speaks_against) & {"Their languages differ: not set, en.", "Their languages differ: en, not set."}


def test_courses_of_two_organizations_are_two():
    course("6.00.1x", org="MITx")
    course("6_00_1x", org="edX")
    assert suggested() == []


def test_a_code_with_a_term_is_merged_into_the_one_without_or_loses_it():
    for code in ("FPP.1x", "FPP.1x_2015", "FPP_1x_2016", "Alone_2016"):
        course(code, org="IMFx")
    assert suggested() == [
        ("merge", "IMFx:FPP.1x_2015", "IMFx:FPP.1x"),
        ("merge", "IMFx:FPP_1x_2016", "IMFx:FPP.1x"),
        ("rename", "IMFx:Alone_2016", "IMFx:Alone"),
    ]
    *_merges, renaming = api.suggest_repairs()
    call_command(*shlex.split(renaming.command)[1:], stdout=StringIO())
    assert api.get_catalog_course(key_str="IMFx+Alone").course_code == "Alone"


def test_organizations_that_look_alike_are_shown_with_the_codes_that_both_have():
    for org in ("HIT", "HITx"):
        course("A", org=org)
    course("B", org="HITx")
    found, merge = api.suggest_repairs()
    assert (found.action, found.first, found.second) == ("review", "HIT", "HITx")
    assert "1 code is a course of both." in found.speaks_for
    # What both have is ready to be merged, unless the two were called different.
    assert (merge.action, merge.first, merge.second) == ("merge", "catalog-course:HITx:A", "catalog-course:HIT:A")
    assert "They have one code, and the names of their organizations look alike." in merge.speaks_for
    api.mark_distinct("organization", "HITx", "HIT", reason="two")
    assert suggested() == []


DATES = {"start": "2027-01-01T00:00:00Z", "end": "2027-06-01T00:00:00Z"}


def test_runs_with_equal_title_and_dates_are_copies():
    for key in ("course-v1:MITx+A+1", "course-v1:MITx+B+1", "course-v1:MITx+B+2"):
        api.create_course_run(key, title="Copied", schedule=DATES)
    api.create_course_run("course-v1:MITx+C+1", title="Copied", schedule={**DATES, "end": "2028-01-01T00:00:00Z"})
    assert suggested() == [
        ("review", "course-v1:MITx+B+2", "course-v1:MITx+B+1"),
        ("move", "course-v1:MITx+A+1", "course-v1:MITx+B+1"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "schedule"),
    [
        pytest.param("course-v1:MITx+A+1", "MITx/A/1", DATES, id="two notations of one run"),
        pytest.param("ccx-v1:MITx+A+1+ccx@1", "ccx-v1:MITx+A+1+ccx@2", DATES, id="sections of a coach"),
        pytest.param("course-v1:MITx+A+1", "course-v1:MITx+B+1", {"start": "2030-01-01T00:00:00Z"}, id="no date is known"),
        pytest.param("course-v1:MITx+A+1", "course-v1:MITx+B+1", {}, id="no dates"),
    ],
)
def test_runs_that_only_seem_to_be_copies(one, other, schedule):
    for key in (one, other):
        api.create_course_run(key, title="Same", schedule=schedule)
    assert suggested() == []


def test_an_explicit_run_whose_key_names_another_course():
    api.associate_course_run(RUN_KEY)
    other = course("Other")
    api.move_course_run(RUN_KEY, other, reason="r")
    (found,) = api.suggest_repairs()
    assert (found.kind, found.action, found.first, found.second) == (
        "run_of_other_course", "move", RUN_KEY, "catalog-course:MITx:14.100x"
    )  # fmt: skip
    call_command(*shlex.split(found.command)[1:], stdout=StringIO())
    assert (suggested(), api.get_course_run(RUN_KEY).catalog_course.course_code) == ([], "14.100x")


def test_an_explicit_run_whose_own_course_is_nowhere_is_no_suggestion():
    api.associate_course_run(RUN_KEY, catalog_course=course("Other"))
    assert suggested() == []


# These are different


def test_what_people_called_different_is_not_suggested_again():
    for code in ("A.1", "A-1", "A_1"):
        course(code)
    assert suggested() == [("merge", "MITx:A-1", "MITx:A.1"), ("merge", "MITx:A_1", "MITx:A.1")]
    pair = api.mark_distinct("catalog_course", "MITx+A_1", "MITx+A.1", reason="two", source="test")
    assert (pair.reason, pair.source) == ("two", "test")
    # It may still be the third one.
    assert suggested() == [("merge", "MITx:A-1", "MITx:A.1"), ("merge", "MITx:A_1", "MITx:A-1")]
    assert api.forget_distinct("catalog_course", "MITx+A.1", "MITx+A_1") is True
    assert api.forget_distinct("catalog_course", "MITx+A.1", "MITx+A_1") is False
    assert suggested()[1] == ("merge", "MITx:A_1", "MITx:A.1")


def test_every_suggestion_can_be_called_wrong():
    for code in ("A.1", "A-1", "B_2016", "C_2015", "C_2016"):
        course(code)
    course("A", org="MIT")
    for key in ("course-v1:MITx+X+1", "course-v1:MITx+Y+1"):
        api.create_course_run(key, title="Copied", schedule=DATES)
    api.create_course_run("course-v1:MITx+A.1+1", catalog_course="MITx+X")
    found = list(api.suggest_repairs())
    assert {each.kind for each in found} == {
        "organizations_alike", "course_codes_alike", "course_code_with_term", "runs_alike", "run_of_other_course"
    }  # fmt: skip
    for each in found:
        api.mark_distinct(*each.distinct, reason="different")
        # Said again, nothing changes.
        api.mark_distinct(*each.distinct, reason="again")
    assert (list(api.suggest_repairs()), DistinctPair.objects.filter(reason="different").count()) == ([], len(found))


@pytest.mark.parametrize(
    ("arguments", "reason", "error"),
    [
        (("catalog_course", "MITx+A", "MITx+B"), " ", ReasonRequired),
        (("catalog_course", "MITx+A", "mitx+a"), "r", InvalidRequest),
        (("programs", "MITx+A", "MITx+B"), "r", InvalidRequest),
        (("catalog_course", "MITx+A", "MITx+C"), "r", CatalogCourse.DoesNotExist),
        (("course_run", "00000000-0000-0000-0000-000000000001", RUN_KEY), "r", CourseRun.DoesNotExist),
    ],
)
def test_what_cannot_be_different_is_refused(arguments, reason, error):
    course("A"), course("B")
    with pytest.raises(error):
        api.mark_distinct(*arguments, reason=reason)


# What it costs


def test_it_asks_no_query_for_each_row(django_assert_max_num_queries):
    for number in range(60):
        api.create_course_run(f"course-v1:MITx+A.{number}B+1", title=f"T{number % 30}", schedule=DATES)
        course(f"A{number}-B")
    with django_assert_max_num_queries(26):
        assert len(suggested()) == 60 + 30


@pytest.mark.newest
def test_the_figures_of_a_real_catalog(real_data):
    with open_catalog_file(str(real_data / "course_runs.csv")) as file:
        api.associate_course_runs(file.records(), source="test")
    found = [each.kind for each in api.suggest_repairs()]
    counts = {kind: found.count(kind) for kind in dict.fromkeys(found)}
    assert counts == {
        "organizations_alike": 8, "course_codes_alike": 72, "course_code_with_term": 24, "runs_alike": 4
    }  # fmt: skip
    names = {frozenset((each.first, each.second)) for each in api.suggest_repairs()}
    assert frozenset(("catalog-course:LouvainX:Louv1.2x", "catalog-course:LouvainX:Louv12x")) not in names


# Its doors


def test_the_command_lists_them():
    course("A.1"), course("A-1")
    out = StringIO()
    call_command("catalog_doctor", "--suggest", stdout=out)
    assert out.getvalue().splitlines()[0] == (
        "MERGE   course_codes_alike: catalog-course:MITx:A-1 → catalog-course:MITx:A.1"
    )  # fmt: skip
    assert out.getvalue().splitlines()[-1] == "1 suggestion."
    different = next(line for line in out.getvalue().splitlines() if "≠" in line).partition("manage.py ")[2]
    call_command(*shlex.split(different), stdout=StringIO())
    out = StringIO()
    call_command("catalog_doctor", "--suggest", "--json", stdout=out)
    assert out.getvalue() == ""
    api.forget_distinct("catalog_course", "MITx+A.1", "MITx+A-1")
    call_command("catalog_doctor", "--suggest", "--json", stdout=out)
    assert json.loads(out.getvalue())["action"] == "merge"


def test_the_page_leads_to_a_form_that_is_filled_in(admin_client):
    kept, merged = course("A.1"), course("A-1")
    page = reverse("admin:openedx_catalog_catalogcourse_suggestions")
    assert "The doctor has not run yet" in admin_client.get(page).content.decode()
    api.run_doctor()
    ((each, links, _action, _label),) = admin_client.get(page).context["rows"]
    form = admin_client.get(links[2]).context["form"]
    assert (form.initial["catalog_course"], form.initial["reason"]) == (str(kept.pk), "Courses whose codes look alike")
    assert CatalogCourse.objects.filter(pk=merged.pk).exists()
    kind, first, second = each["distinct"]
    answer = {"kind": kind, "first": first, "second": second, "reason": "two courses"}
    assert "not be suggested again" in admin_client.post(page, answer, follow=True).content.decode()
    assert "No suggestions." in admin_client.get(page).content.decode()
    assert DistinctPair.objects.get().user_name == "admin"
