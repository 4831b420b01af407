"""Skills in the admin: giving and blocking them, finding courses and programs by them, and what their pages say."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.models_api import CourseSkill, ProgramSkill, Skill
from openedx_catalog.testing.users import admin_client as client_with

from .conftest import names

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
APP = "openedx_catalog_skills"


def url(view, *args):
    return reverse(f"admin:{APP}_{view}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture(params=[(CourseSkill, "course"), (ProgramSkill, "program")], ids=["course", "program"])
def kind(request):
    """``(model, name of the foreign key, a subject)``"""
    model, maker = request.param
    return model, "catalog_course" if maker == "course" else "program", request.getfixturevalue(maker)("A", "Circuits")


@pytest.fixture
def program(program):
    """Its own skills are given as a course's are."""
    return lambda title, *skills: program(title, skills=skills)


def test_a_skill_is_given_changed_and_taken_away(admin_client, kind):
    model, owner, subject = kind
    name, skill = model._meta.model_name, api.create_skill(name="Law")
    values = {owner: subject.pk, "skill": skill.pk, "source": "manual", "confidence": "0.5", "reason": "asked for"}
    assert admin_client.post(url(f"{name}_add"), values).status_code == 302
    row = model.objects.get(skill=skill)
    assert (row.source, row.confidence, row.blocked) == ("manual", 0.5, False)
    assert model.history.latest("pk").history_change_reason == "admin: asked for"
    again = admin_client.post(url(f"{name}_add"), values)
    assert "It has this skill, or it is blocked there: change that row." in text(again)
    initial = {"initial-source": "manual", "initial-confidence": "0.5", "initial-blocked": "False"}
    changed = {**initial, "source": "manual", "confidence": "", "blocked": "on"}
    assert admin_client.post(url(f"{name}_change", row.pk), changed).status_code == 302
    row.refresh_from_db()
    assert (row.source, row.confidence, row.blocked) == ("manual", None, True)
    other = {**values, "skill": api.create_skill(name="Ethics").pk, "confidence": "7"}
    assert "expected a number from 0 to 1" in text(admin_client.post(url(f"{name}_add"), other))
    assert admin_client.post(url(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 302
    assert not model.objects.filter(skill=skill).exists()


def test_selected_ones_are_blocked_and_unblocked(admin_client, kind):
    model, _owner, subject = kind
    law = api.create_skill(name="Law")
    (api.block_course_skill if model is CourseSkill else api.block_program_skill)(subject, law)
    rows, page = [row.pk for row in model.objects.all()], url(f"{model._meta.model_name}_changelist")

    def do(action):
        response = admin_client.post(page, {"action": action, "_selected_action": rows}, follow=True)
        return [str(message) for message in response.context["messages"]]

    assert do("block_selected") == ["1 skill is blocked now."]
    assert set(model.objects.values_list("blocked", flat=True)) == {True}
    assert do("unblock_selected") == ["2 skills are no longer blocked."]
    assert [(row.skill.name, row.blocked) for row in model.objects.all()] == [("Circuits", False)]


def test_rows_are_found_by_skill_and_by_what_has_it(admin_client, kind):
    model, _owner, _subject = kind
    page = url(f"{model._meta.model_name}_changelist")
    skill = Skill.objects.get()
    named = "A" if model is ProgramSkill else "MITx"
    queries = ("q=CIRC", "q=nothing", f"skill={skill.uuid}", "skill=Law", "blocked__exact=1", f"q={named}")
    found = [admin_client.get(f"{page}?{query}").context["cl"].result_count for query in queries]
    assert found == [1, 0, 1, 0, 0, 1]


def test_courses_and_programs_are_found_by_skill_and_their_pages_say_who_gives_it(admin_client, course, program):
    one, row = course("A", ("Circuits", 0.5), blocked=["Law"]), program("Electronics", "Law")
    for view, skill, count in (
        ("openedx_catalog_catalogcourse", "circuits", 1), ("openedx_catalog_catalogcourse", "law", 0),
        ("openedx_catalog_programs_program", "law", 1), ("openedx_catalog_programs_program", "circuits", 0),
    ):  # fmt: skip
        page = reverse(f"admin:{view}_changelist")
        assert admin_client.get(f"{page}?skill={skill}").context["cl"].result_count == count
    said = text(admin_client.get(reverse("admin:openedx_catalog_catalogcourse_change", args=[one.pk])))
    assert "Given by manual. Confidence: 0.50." in said
    assert "Blocked. Given by manual." in said
    said = text(admin_client.get(reverse("admin:openedx_catalog_programs_program_change", args=[row.pk])))
    assert "These count where none of its courses has a skill." in said


def test_the_list_of_skills_counts_who_has_each_and_takes_files(admin_client, course, program):
    one = course("A", "Circuits", blocked=["Law"])
    program("Electronics", "Circuits", "Law")
    shown = admin_client.get(url("skill_changelist")).context["cl"].result_list
    assert [(row.name, row.course_count, row.program_count) for row in shown] == [("Circuits", 1, 1), ("Law", 0, 1)]
    file = SimpleUploadedFile("skills.csv", b"subject,skill,blocked\nMITx+A,Soldering,\nMITx+A,Circuits,yes\nMITx+None,Law,\n")
    preview = admin_client.post(url("skill_import"), {"file": file, "source": "march"})
    outcomes = preview.context["report"].outcomes
    assert (outcomes["created"], outcomes["updated"], outcomes["invalid"]) == (1, 1, 1)
    admin_client.post(url("skill_import"), {"signed": preview.context["signed"]})
    assert names(api.skills_of_courses([one.pk])[one.pk]) == ["Soldering"]


def test_a_program_that_is_kept_back_is_not_named(program):
    row = program("Secret", "Circuits").skill_rows.get()
    programs.update_program(row.program, hidden=True)
    client = client_with(f"{APP}.view_programskill + {APP}.view_skill")
    assert client.get(url("programskill_changelist")).status_code == 403
    for page in ("change", "history"):
        assert client.get(url(f"programskill_{page}", row.pk)).status_code in (403, 404)
