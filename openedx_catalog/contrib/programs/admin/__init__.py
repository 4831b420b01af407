"""Programs in the admin: lists, forms, and the builder of curricula. Changes go through `api`."""

from .curriculum import CurriculumAdmin
from .program import ProgramAdmin
from .program_type import ProgramTypeAdmin

__all__ = ["CurriculumAdmin", "ProgramAdmin", "ProgramTypeAdmin"]
