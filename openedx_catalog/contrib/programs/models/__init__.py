"""
The tables of programs.

Outside this package import them from `openedx_catalog.contrib.programs.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.programs")

from .curriculum import (  # noqa: E402
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
)
from .degree import Degree, DegreeCost, DegreeDeadline  # noqa: E402
from .external_course_key import ExternalCourseKey, ExternalKeySlot  # noqa: E402
from .program import (  # noqa: E402
    FormerProgramSlug,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)
from .program_list_row import ProgramListRow  # noqa: E402

__all__ = [
    "Curriculum",
    "CurriculumCourseMembership",
    "CurriculumCourseRunExclusion",
    "CurriculumGroup",
    "CurriculumProgramMembership",
    "Degree",
    "DegreeCost",
    "DegreeDeadline",
    "ExternalCourseKey",
    "ExternalKeySlot",
    "FormerProgramSlug",
    "Program",
    "ProgramCourseRunExclusion",
    "ProgramListRow",
    "ProgramOrganization",
    "ProgramType",
]
