"""Programs in the admin: lists, forms, and the builder of curricula. Changes go through `api`."""

from .curriculum import CurriculumAdmin
from .degree import DegreeAdmin, DegreeCostAdmin, DegreeDeadlineAdmin
from .external_course_key import ExternalCourseKeyAdmin
from .program import ProgramAdmin
from .program_type import ProgramTypeAdmin

__all__ = [
    "CurriculumAdmin",
    "DegreeAdmin",
    "DegreeCostAdmin",
    "DegreeDeadlineAdmin",
    "ExternalCourseKeyAdmin",
    "ProgramAdmin",
    "ProgramTypeAdmin",
]
