"""The resources of programs, held to the contracts; and that these hold every route that there is."""

from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from django.urls import get_resolver

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramType,
)
from openedx_catalog.testing.contracts import ResourceContract, SchemaContract
from tests.rest_permissions import PROGRAM_RULES, rules_of

from .conftest import run_of

pytestmark = pytest.mark.any_database

SPACE = "openedx_catalog:programs:"
A1 = "course-v1:GTx+A+1"
LATER = "2099-01-01T00:00:00Z"
NUMBERS = count()


def offered(status="active"):
    """A program that is a degree, with one curriculum of a course of its own, of which a run is left out."""
    number = next(NUMBERS)
    run = run_of(f"N{number}")
    run_of("C")
    program = api.create_program(title=f"P{number}", type="masters", status="active", authoring_organizations=["GTx"])
    curriculum = api.create_curriculum(program, name="Core", courses=[f"GTx+N{number}", "GTx+C"])
    api.exclude_course_run(curriculum.course_memberships.first(), str(run.course_key))
    api.create_degree(program)
    return program if status == "active" else api.update_program(program, status=status)


def nested(program, status="active"):
    """A program in the curriculum of another one."""
    child = api.create_program(title=f"Child {next(NUMBERS)}", type="micromasters", status="active")
    row = api.add_program(program.curricula.get(), child)
    if status != "active":
        api.update_program(child, status=status)
    return row


class Programs(ResourceContract):
    """`kind` is the model, `of` finds its row by a program."""

    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    @classmethod
    def table(cls):
        return rules_of(cls.resource.removeprefix(SPACE))

    def of(self, program):
        return program

    def make_row(self):
        for code in "AB":
            run_of(code)
        program = api.create_program(title="Analytics", type="masters", status="active")
        api.create_curriculum(program, name="Core", courses=["GTx+A"])
        api.create_degree(program)
        self.program = program
        return self.of(program)

    def make_rows(self, count):
        for _number in range(count):
            offered()

    def hidden_rows(self):
        kept = Program.objects.filter(status="unpublished")
        return [self.of(program) for program in kept or [offered("unpublished")]]

    def _view_permission(self):
        return "openedx_catalog_programs.view_program"


class TestProgramTypes(Programs):
    resource, kind, changes = f"{SPACE}program-type", ProgramType, {"name": "Changed"}

    def new(self):
        return {"name": "New"}

    def make_row(self):
        return api.create_program_type(name="Nanodegree")

    def make_rows(self, count):
        for _number in range(count):
            api.create_program_type(name=f"Type {next(NUMBERS)}")

    def hidden_rows(self):
        return []


class TestPrograms(Programs):
    resource, kind, changes = f"{SPACE}program", Program, {"title": "Changed"}

    def new(self):
        return {"title": "New", "type": "masters"}

    def query(self, rule):
        asked = {"program-resolve-run": f"?key={A1.replace('+', '%2B')}", "program-diff": f"?from={LATER}"}
        return asked.get(rule.route, "")

    def bodies(self, row):
        runs = {"program-exclude-run": {"course_key": A1}, "program-include-run": {"course_key": A1}}
        return {**runs, "program-evaluate": {"passed_course_keys": [A1]}}


class TestCurricula(Programs):
    resource, kind, changes = f"{SPACE}curriculum", Curriculum, {"name": "Changed"}

    def of(self, program):
        return program.curricula.get()

    def new(self):
        return {"program": str(self.program.uuid), "name": "New"}

    def bodies(self, row):
        return {
            "curriculum-add": {"catalog_course": "GTx+B"},
            "curriculum-retire": {"catalog_course": "GTx+A"},
            "curriculum-remove": {"catalog_course": "GTx+A"},
            "curriculum-reorder": {"courses": ["GTx+A"]},
            "curriculum-close": {},
            "curriculum-reintroduce": {"at": LATER},
        }


class TestDegrees(Programs):
    resource, kind, changes = f"{SPACE}degree", Degree, {"apply_url": "https://example.org/changed"}

    def of(self, program):
        return program.degree

    def new(self):
        other = api.create_program(title="Other", type="masters", status="active")
        return {"program": str(other.uuid)}

    def bodies(self, row):
        return {
            "degree-costs": {"description": "T", "amount": "1", "currency": "USD"},
            "degree-deadlines": {"semester": "S", "name": "A", "due_at": "2027-01-01T00:00:00Z"},
        }


class Parts(Programs):
    """What stands in curricula, and what degrees have: rows with dates."""

    def _verbs(self):
        name = self.resource.removeprefix(SPACE)
        return {f"{name}-retire": {}, f"{name}-reintroduce": {"at": LATER}}

    def bodies(self, row):
        return self._verbs()


class TestCoursesOfCurricula(Parts):
    resource, kind, changes = f"{SPACE}curriculum-course", CurriculumCourseMembership, {"retired_at": LATER}

    def of(self, program):
        return program.curricula.get().course_memberships.first()

    def new(self):
        return {"curriculum": str(self.program.curricula.get().uuid), "catalog_course": "GTx+B"}

    def bodies(self, row):
        runs = {f"curriculum-course-{verb}-run": {"course_key": A1} for verb in ("exclude", "include")}
        return {**self._verbs(), **runs}


class TestProgramsOfCurricula(Parts):
    resource, kind, changes = f"{SPACE}curriculum-program", CurriculumProgramMembership, {"retired_at": LATER}

    def make_row(self):
        super().make_row()
        return nested(self.program)

    def make_rows(self, count):
        for _number in range(count):
            nested(offered())

    def hidden_rows(self):
        kept = CurriculumProgramMembership.objects.filter(program__status="unpublished")
        return kept or [nested(offered(), status="unpublished")]

    def new(self):
        curriculum = self.program.curricula.get()
        return {"curriculum": str(curriculum.uuid), "program": str(offered().uuid)}


class TestGroups(Parts):
    resource, kind, changes = f"{SPACE}curriculum-group", CurriculumGroup, {"minimum": 2}

    def of(self, program):
        curriculum = program.curricula.get()
        return curriculum.groups.first() or api.add_group(curriculum, name="Electives", minimum=1)

    def make_rows(self, count):
        for _number in range(count):
            self.of(offered())

    def new(self):
        return {"curriculum": str(self.program.curricula.get().uuid), "name": "New", "minimum": 1}


class TestCosts(Parts):
    resource, kind, changes = f"{SPACE}degree-cost", DegreeCost, {"amount": "2"}

    def of(self, program):
        return program.degree.costs.first() or api.add_cost(program.degree, description="T", amount=1, currency="USD")

    def make_rows(self, count):
        for _number in range(count):
            self.of(offered())

    def new(self):
        return {"degree": str(self.program.uuid), "description": "New", "amount": "1", "currency": "USD"}


class TestDeadlines(Parts):
    resource, kind, changes = f"{SPACE}degree-deadline", DegreeDeadline, {"zone": "America/New_York"}

    def of(self, program):
        due = {"semester": "S", "name": "A", "due_at": LATER}
        return program.degree.deadlines.first() or api.add_deadline(program.degree, **due)

    def make_rows(self, count):
        for _number in range(count):
            self.of(offered())

    def new(self):
        return {"degree": str(self.program.uuid), "semester": "New", "name": "A", "due_at": LATER}


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-programs.yml"


@pytest.mark.once
def test_every_route_is_held_to_a_contract():
    patterns = get_resolver("openedx_catalog.contrib.programs.rest_api.v1.urls").url_patterns
    assert {pattern.name for pattern in patterns} == {rule.route for rule in PROGRAM_RULES}
