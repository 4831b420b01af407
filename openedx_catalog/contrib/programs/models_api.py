"""What other apps may point foreign keys at and type against. Read-only: change rows through the `api` beside this."""

from .models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)

__all__ = [
    "Curriculum",
    "CurriculumCourseMembership",
    "CurriculumCourseRunExclusion",
    "CurriculumProgramMembership",
    "Degree",
    "DegreeCost",
    "DegreeDeadline",
    "ExternalCourseKey",
    "ExternalKeySlot",
    "Program",
    "ProgramCourseRunExclusion",
    "ProgramOrganization",
    "ProgramType",
]
