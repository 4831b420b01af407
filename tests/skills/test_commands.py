"""``set_skills``, ``import_taxonomy_skills`` and ``request_program_skills``: what they say, write, and how they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api as catalog
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.models_api import CourseSkill, ProgramSkill
from tests.skills.taxonomy import models as taxonomy

from .conftest import names

pytestmark = pytest.mark.django_db


def run(name, *args, **kwargs):
    """``(exit code, what it printed)``."""
    out = io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=io.StringIO(), **kwargs)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def stored(model):
    """``[(subject, skill, source, confidence, blocked), …]``"""
    rows = model.objects.order_by("pk")
    return [(row.subject, row.skill.name, row.source, row.confidence, row.blocked) for row in rows]


def test_a_file_gives_skills_to_courses_and_programs(course, program, tmp_path):
    course("A", ("Circuits", 0.5))
    catalog.create_course_run("course-v1:MITx+B+1")
    row = program("Electronics")
    path = tmp_path / "skills.csv"
    path.write_text(
        f"""subject,skill,source,confidence,blocked
MITx+A,circuits,,none,
course-v1:MITx+B+1,Physics,lightcast,0.25,
{row.uuid},Law,,1,
{row.uuid},Alchemy,,,yes
MITx+None,Law,,,
nonsense,Law,,,
MITx+A,,,,
MITx+A,Law,,much,
MITx+A,Law,,2,
MITx+A,Law,,,perhaps
""",
        encoding="utf-8",
    )
    before = stored(CourseSkill)
    code, out = run("set_skills", str(path), dry_run=True)
    assert (code, out.splitlines()[:2]) == (
        1, ["Dry run: nothing was written.", "created: 3, updated: 1, unchanged: 0, conflict: 0, invalid: 6"]
    )  # fmt: skip
    assert (stored(CourseSkill), stored(ProgramSkill)) == (before, [])
    real = run("set_skills", str(path), reason="found", report=str(tmp_path / "report.json"))
    assert real == (1, out.partition("\n")[2])
    assert stored(CourseSkill) == [
        ("catalog-course:MITx:A", "Circuits", "manual", None, False),
        ("catalog-course:MITx:B", "Physics", "lightcast", 0.25, False),
    ]
    assert stored(ProgramSkill) == [
        ("Electronics", "Law", "manual", 1.0, False),
        ("Electronics", "Alchemy", "manual", None, True),
    ]
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(each["line"], each["code"]) for each in report["problems"]] == [
        (6, "not_found"), (7, "invalid_catalog_key"), *((line, "invalid_value") for line in range(8, 12)),
    ]  # fmt: skip
    assert run("set_skills", str(path))[1].startswith("created: 0, updated: 0, unchanged: 4")
    assert CourseSkill.history.first().history_change_reason == "set_skills: found"


@pytest.fixture
def tables(course, program):
    """What taxonomy-connector knows: of two courses, one of them unknown here, and of two programs, likewise."""
    course("A", "Circuits", "Law")
    row = program("Electronics")
    circuits, alchemy, nameless = (
        taxonomy.Skill.objects.create(external_id=f"KS{number}", name=name)
        for number, name in enumerate(["Circuits", "Alchemy", ""])
    )
    tags = [("MITx+A", circuits, False), ("MITx+A", alchemy, True), ("MITx+A", nameless, False), ("MITx+None", circuits, False)]
    for key, skill, blocked in tags:
        taxonomy.CourseSkills.objects.create(course_key=key, skill=skill, confidence=0.75, is_blacklisted=blocked)
    for uuid in (row.uuid, "8ef86a1c-8a7a-4a86-8f6b-0d1c5a1e9a0b"):
        taxonomy.ProgramSkill.objects.create(program_uuid=uuid, skill=circuits, confidence=1.0)
    return row


def test_the_tables_of_taxonomy_connector_are_read(tables):
    code, out = run("import_taxonomy_skills", dry_run=True)
    assert (code, out.splitlines()[:2]) == (
        1, ["Dry run: nothing was written.", "updated: 2, unchanged: 0, conflict: 0, invalid: 2"]
    )  # fmt: skip
    assert not ProgramSkill.objects.exists()
    assert run("import_taxonomy_skills") == (1, out.partition("\n")[2])
    key = "catalog-course:MITx:A"
    expected = [
        (key, "Circuits", "manual", None, False), (key, "Law", "manual", None, False), (key, "Alchemy", "taxonomy", 0.75, True),
    ]  # fmt: skip
    assert stored(CourseSkill) == expected
    assert stored(ProgramSkill) == [("Electronics", "Circuits", "taxonomy", 1.0, False)]
    # Renamed here, it is the same; what people have blocked stays so; what the tables say no longer of a course goes.
    api.update_skill("Alchemy", name="Chemistry")
    api.block_program_skill(tables, "Circuits")
    taxonomy.CourseSkills.objects.filter(skill__name="Alchemy").update(is_blacklisted=False)
    assert run("import_taxonomy_skills")[1].startswith("updated: 0, unchanged: 2")
    assert names(api.skills_of(tables)) == []
    taxonomy.CourseSkills.objects.filter(skill__name="Alchemy").delete()
    run("import_taxonomy_skills")
    assert stored(CourseSkill)[2] == (key, "Chemistry", "", None, True)


@pytest.mark.parametrize("name", ["taxonomy.Nothing", "nowhere.CourseSkills", "odd"])
def test_without_the_tables_it_says_so(tables, settings, name):
    settings.OPENEDX_CATALOG_TAXONOMY_MODELS = {"course": name}
    with pytest.raises(CommandError, match=f"There is no model {name}. Install taxonomy-connector") as refused:
        run("import_taxonomy_skills")
    assert refused.value.returncode == 2


def test_the_back_fill_says_of_how_many(program):
    program("Has", skills=["Law"])
    program("Has none")
    assert run("request_program_skills") == (0, "Skills were requested of 2 programs.\n")
    out = "Dry run: nothing was written.\nSkills were requested of 1 programs.\n"
    assert run("request_program_skills", without_skills=True, dry_run=True) == (0, out)
