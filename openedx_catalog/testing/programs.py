"""Factories for programs and what stands in them, as `factories`; for hosts with openedx_catalog.contrib.programs."""

from __future__ import annotations

import factory

from ..contrib.programs import api
from ..contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    Program,
    ProgramType,
)
from ..models_api import CourseRun
from .factories import ApiFactory, CatalogCourseFactory, CourseRunFactory


class ProgramTypeFactory(ApiFactory):
    """A type of programs."""

    class Meta:
        model = ProgramType

    create_row = staticmethod(api.create_program_type)
    name = factory.Sequence(lambda n: f"Type {n}")


class ProgramFactory(ApiFactory):
    """An active program of a new type, or of ``type=``, an object or a slug."""

    class Meta:
        model = Program

    create_row = staticmethod(api.create_program)
    title = factory.Sequence(lambda n: f"Program {n}")
    type = factory.SubFactory(ProgramTypeFactory)
    status = "active"


class CurriculumFactory(ApiFactory):
    """A curriculum that has always been in effect, of a new program or ``program=``, with ``courses=``."""

    class Meta:
        model = Curriculum

    create_row = staticmethod(api.create_curriculum)
    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"Curriculum {n}")
    courses = ()
    effective_at = None


class CurriculumGroupFactory(ApiFactory):
    """At least one of the group ``name=`` of a new curriculum, or of ``curriculum=``."""

    class Meta:
        model = CurriculumGroup

    create_row = staticmethod(api.add_group)
    curriculum = factory.SubFactory(CurriculumFactory)
    name = factory.Sequence(lambda n: f"Electives {n}")
    minimum = 1
    effective_at = None


class CurriculumCourseFactory(ApiFactory):
    """A new course, or ``catalog_course=``, that has always stood in a new curriculum, or in ``curriculum=``."""

    class Meta:
        model = CurriculumCourseMembership

    create_row = staticmethod(api.add_course)
    curriculum = factory.SubFactory(CurriculumFactory)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    effective_at = None


class CurriculumProgramFactory(ApiFactory):
    """A new program, or ``program=``, that has always stood in a new curriculum, or in ``curriculum=``."""

    class Meta:
        model = CurriculumProgramMembership

    create_row = staticmethod(api.add_program)
    curriculum = factory.SubFactory(CurriculumFactory)
    program = factory.SubFactory(ProgramFactory)
    effective_at = None


class DegreeFactory(ApiFactory):
    """The degree of a new program, or of ``program=``."""

    class Meta:
        model = Degree

    create_row = staticmethod(api.create_degree)
    program = factory.SubFactory(ProgramFactory)


class DegreeCostFactory(ApiFactory):
    """What a new degree, or ``degree=``, has always cost."""

    class Meta:
        model = DegreeCost

    create_row = staticmethod(api.add_cost)
    degree = factory.SubFactory(DegreeFactory)
    description = factory.Sequence(lambda n: f"Tuition {n}")
    amount = "9900"
    currency = "USD"
    effective_at = None


class DegreeDeadlineFactory(ApiFactory):
    """A deadline of a new degree, or of ``degree=``."""

    class Meta:
        model = DegreeDeadline

    create_row = staticmethod(api.add_deadline)
    degree = factory.SubFactory(DegreeFactory)
    semester = "Spring"
    name = factory.Sequence(lambda n: f"Application {n}")
    due_at = "2030-03-01T23:59:00Z"
    effective_at = None


class ExternalCourseKeyFactory(ApiFactory):
    """What a partner calls a new run, or ``run=``."""

    class Meta:
        model = ExternalCourseKey

    run = factory.SubFactory(CourseRunFactory)
    key = factory.Sequence(lambda n: f"Partner-{n}")

    @staticmethod
    def create_row(*, run: CourseRun, key: str, **values: str) -> ExternalCourseKey | None:
        return api.set_external_course_key(str(run.course_key), key, **values)
