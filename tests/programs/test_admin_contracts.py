"""The admin of programs, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest
from django.contrib import admin

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumGroup,
    Degree,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    Program,
    ProgramType,
)
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import PROGRAMS

from .conftest import run_of

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


def offered(number=None):
    """One row of everything, all of an active program; another program is in its curriculum."""
    code = "A" if number is None else f"N{number}"
    run_of(code)
    api.set_external_course_key(f"course-v1:GTx+{code}+1", f"MATH {1 if number is None else number}", source="test")
    program = api.create_program(
        title="Analytics", type="masters", status="active", authoring_organizations=["GTx"], source="test"
    )
    curriculum = api.create_curriculum(program, name="Core", courses=[f"GTx+{code}"], source="test")
    api.add_program(curriculum, api.create_program(title="Inside", type="xseries", status="active"))
    api.add_group(curriculum, name="Electives", minimum=1, source="test")
    degree = api.create_degree(program, source="test")
    api.add_cost(degree, description="Tuition", amount="9900", currency="USD", source="test")
    api.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z", source="test")
    return program


class Programs(AdminContract):
    pages: ClassVar = PROGRAMS
    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    def make_row(self):
        program = offered()
        return program if self.kind is Program else self.kind.objects.order_by("pk").first()

    def make_rows(self, count):
        for _number in range(count):
            offered(next(NUMBERS))


class TestPrograms(Programs):
    kind, reads, lists = Program, ("Analytics", "Masters", "GTx", "Core"), ("edit_many",)


class TestCurricula(Programs):
    kind, reads = Curriculum, ("Core", "1 course, 1 program")


class TestCurriculumGroups(Programs):
    kind, reads = CurriculumGroup, ("Electives", "Core")


class TestDegrees(Programs):
    kind, reads = Degree, ("Tuition: 9900.00 USD", "Spring, Application")


class TestDegreeCosts(Programs):
    kind, reads = DegreeCost, ("Tuition", "9900.00", "USD")


class TestDegreeDeadlines(Programs):
    kind, reads = DegreeDeadline, ("Spring", "Application", "2027")


class TestExternalCourseKeys(Programs):
    kind, reads = ExternalCourseKey, ("MATH 1", "course-v1:GTx+A+1")


class TestProgramTypes(Programs):
    kind = ProgramType

    def make_row(self):
        return api.create_program_type(name="Nanodegree", source="test")

    def make_rows(self, count):
        for _number in range(count):
            api.create_program_type(name=f"Type {next(NUMBERS)}", source="test")


def test_every_model_of_the_admin_is_held_to_a_contract():
    held = {contract.kind for contract in Programs.__subclasses__()}
    assert held == {model for model in admin.site._registry if model._meta.app_label == "openedx_catalog_programs"}
