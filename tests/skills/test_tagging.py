"""Who gives skills, who takes them away, and what is blocked."""

import pytest
from django.db import IntegrityError, transaction

from openedx_catalog import api as catalog
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.models_api import CourseSkill, ProgramSkill, Skill
from openedx_catalog.exceptions import DuplicateValue, HasDependents, InvalidValue
from openedx_catalog.models_api import CatalogChange

from .conftest import names

pytestmark = pytest.mark.django_db


def rows(row):
    """``{skill: (source, confidence, blocked)}``"""
    return {each.skill.name: (each.source, each.confidence, each.blocked) for each in row.skill_rows.all()}


@pytest.fixture(params=["course", "program"])
def kind(request):
    """``(a subject, functions of the API)``: the same of courses and of programs."""
    made = request.getfixturevalue(request.param)("A")
    verbs = {name: getattr(api, f"{name}_{request.param}_skill") for name in ("set", "remove", "block", "unblock")}
    return made, {**verbs, "set_all": getattr(api, f"set_{request.param}_skills")}


def test_a_source_replaces_what_it_gave_and_nothing_else(kind):
    row, do = kind
    assert do["set_all"](row, ["Circuits", api.SkillTag("Physics", 0.5)], skill_source="taxonomy") == 2
    do["set"](row, "Law")
    before = rows(row)
    assert before == {
        "Circuits": ("taxonomy", None, False),
        "Physics": ("taxonomy", 0.5, False),
        "Law": ("manual", None, False),
    }
    assert do["set_all"](row, ["circuits", api.SkillTag("Physics", 0.5), "LAW"], skill_source="taxonomy") == 0
    assert rows(row) == before
    assert do["set_all"](row, [api.SkillTag("Circuits", 1)], skill_source="taxonomy") == 2
    assert rows(row) == {"Circuits": ("taxonomy", 1.0, False), "Law": ("manual", None, False)}
    assert Skill.objects.count() == 3
    assert do["remove"](row, "Law", source="test", reason="wrong")
    assert not do["remove"](row, "Law")
    assert row.skill_rows.model.history.first().history_change_reason == "test: wrong"


def test_what_is_blocked_stays_so_whatever_a_source_says(kind):
    row, do = kind
    do["set_all"](row, ["Circuits", "Physics"], skill_source="taxonomy")
    assert do["block"](row, "circuits")
    assert not do["block"](row, "Circuits")
    do["set_all"](row, ["Physics"], skill_source="taxonomy")
    assert rows(row)["Circuits"] == ("", None, True)
    do["set_all"](row, [api.SkillTag("Circuits", 0.5)], skill_source="other")
    assert rows(row) == {"Circuits": ("other", 0.5, True), "Physics": ("taxonomy", None, False)}
    assert do["unblock"](row, "Circuits")
    assert not do["unblock"](row, "Circuits")
    assert rows(row)["Circuits"] == ("other", 0.5, False)


def test_what_was_only_blocked_is_gone_when_it_is_no_longer(kind):
    row, do = kind
    api.create_skill(name="Law")
    do["block"](row, "Law")
    assert do["unblock"](row, "Law")
    assert rows(row) == {}


def test_what_shows_skills_is_dated_and_in_the_feed(course, program):
    one = course("A")
    row = program("Electronics", one)
    before = CatalogChange.objects.count()
    api.set_course_skills(one, ["Circuits"])
    api.set_course_skills(one, ["Circuits"])
    api.update_skill("Circuits", name="Circuit analysis")
    api.block_program_skill(row, "Circuit analysis")
    told = CatalogChange.objects.order_by("pk").values_list("kind", "what")[before:]
    shown = [("catalog_course", "updated"), ("program", "updated")]
    assert list(told) == [("skill", "created"), *shown, ("skill", "updated"), *shown, ("program", "updated")]
    modified = one.modified, row.modified
    one.refresh_from_db()
    row.refresh_from_db()
    assert one.modified > modified[0]
    assert row.modified > modified[1]


@pytest.mark.parametrize(
    "given",
    [
        api.SkillTag("Law", 1.5), api.SkillTag("Law", -0.1), api.SkillTag("Law", float("nan")), api.SkillTag("Law", True),
        api.SkillTag("Law", blocked="yes"), "", "x" * 256, "\0", 5,
    ],
    ids=repr,
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_and_nothing_is(course, given):
    row = course("A")
    with pytest.raises(InvalidValue):
        api.set_course_skills(row, ["Circuits", given])
    assert not Skill.objects.exists()


def test_a_uuid_makes_no_skill(course):
    with pytest.raises(Skill.DoesNotExist):
        api.set_course_skills(course("A"), ["8ef86a1c-8a7a-4a86-8f6b-0d1c5a1e9a0b"])


def test_a_skill_is_the_same_under_another_name_of_its_service(course):
    row = course("A")
    skill = api.create_skill(name="C")
    for name in ("C", "C lang", "C"):
        api.set_course_skills(row, [api.SkillTag(name, external_id=" E2 ")], skill_source="taxonomy")
    skill.refresh_from_db()
    assert (names(api.get_skills()), skill.external_id) == (["C"], "E2")
    api.set_course_skills(row, [api.SkillTag("New", external_id="E3"), api.SkillTag("Newer", external_id="E3")])
    assert names(api.get_skills()) == ["C", "New"]


def test_skills_are_told_by_their_names_in_any_case(course):
    row = api.create_skill(name="C++", description="A language", external_id="KS1")
    others = [api.create_skill(name=name) for name in ("C", "C#")]
    for name, value in (("name", "c++"), ("external_id", "KS1")):
        with pytest.raises(DuplicateValue):
            api.create_skill(**{"name": "New", name: value})
        with pytest.raises(DuplicateValue):
            api.update_skill(others[0], **{name: value})
    assert api.get_skill("c++") == api.get_skill(str(row.uuid)) == row
    assert names(api.get_skills()) == ["C", "C#", "C++"]
    api.set_course_skill(course("A"), row, blocked=True)
    with pytest.raises(HasDependents):
        api.delete_skill("C++")
    api.delete_skill("C#")
    assert names(api.get_skills()) == ["C", "C++"]


def test_a_merge_brings_skills_along_and_its_undoing_brings_them_back(course):
    stays, goes = course("A", "Circuits", blocked=["Law"]), course("B", ("Circuits", 0.5), "Physics", "Law", blocked=["Ethics"])
    before = rows(goes)
    catalog.merge_catalog_courses(goes, into=stays, reason="the same")
    expected = {
        "Circuits": ("manual", None, False), "Physics": ("manual", None, False), "Law": ("manual", None, True),
        "Ethics": ("manual", None, True),
    }  # fmt: skip
    assert rows(stays) == expected
    restored = catalog.unmerge_catalog_courses("MITx+B", reason="no").course
    assert rows(restored) == before
    assert rows(stays) == expected


@pytest.mark.parametrize(("model", "maker"), [(CourseSkill, "course"), (ProgramSkill, "program")])
def test_the_database_holds_the_rules(request, model, maker):
    row = request.getfixturevalue(maker)("A")
    owner = {"catalog_course" if maker == "course" else "program": row}
    skill = api.create_skill(name="Law")
    model.objects.create(**owner, skill=skill)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**owner, skill=skill)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(confidence=2)


def test_a_deleted_course_takes_its_rows_along(course):
    row = course("A", "Circuits")
    catalog.delete_catalog_course(row, reason="test")
    assert not CourseSkill.objects.exists()
