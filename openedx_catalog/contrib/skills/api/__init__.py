"""The Python API of skills. Nothing here checks permissions."""

# First: says in words where the app is not installed.
from .. import models  # noqa: F401
from ..data import SkillRecord, SkillTag
from .importing import import_skills
from .merging import follow_merged_courses, follow_unmerged_courses
from .reading import program_ids_with_skills, skills_of, skills_of_courses, skills_of_programs
from .requesting import follow_saved_program, request_program_skills
from .skills import SkillName, create_skill, delete_skill, get_skill, get_skills, update_skill
from .tagging import (
    block_course_skill,
    block_program_skill,
    remove_course_skill,
    remove_program_skill,
    set_course_skill,
    set_course_skills,
    set_program_skill,
    set_program_skills,
    unblock_course_skill,
    unblock_program_skill,
)
from .taxonomy import count_taxonomy_subjects, import_taxonomy_skills

__all__ = [
    "SkillName",
    "SkillRecord",
    "SkillTag",
    "block_course_skill",
    "block_program_skill",
    "count_taxonomy_subjects",
    "create_skill",
    "delete_skill",
    "follow_merged_courses",
    "follow_saved_program",
    "follow_unmerged_courses",
    "get_skill",
    "get_skills",
    "import_skills",
    "import_taxonomy_skills",
    "program_ids_with_skills",
    "remove_course_skill",
    "remove_program_skill",
    "request_program_skills",
    "set_course_skill",
    "set_course_skills",
    "set_program_skill",
    "set_program_skills",
    "skills_of",
    "skills_of_courses",
    "skills_of_programs",
    "unblock_course_skill",
    "unblock_program_skill",
    "update_skill",
]
