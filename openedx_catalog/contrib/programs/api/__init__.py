"""
The Python API of programs, and the only way to change them: admin, REST, commands and receivers are callers of this.

As with the core's, nothing here checks permissions, every error is a `CatalogError` with a stable ``code``, look-ups raise
the model's own ``DoesNotExist``, and every function that writes takes `source`, `reason` and `user` for the history.
"""

from ..data import ExternalKeyUse, MigrationReport, ProgramCourseRow, ProgramState
from .auditing import audit_external_keys, repair_slots
from .curricula import add_course, add_program, create_curriculum, reorder, update_curriculum
from .dated import reintroduce, remove, reschedule, retire
from .degrees import add_cost, add_deadline, create_degree, get_costs, get_deadlines, get_degree, update_degree
from .exclusions import exclude_course_run, include_course_run
from .external_keys import (
    delete_external_course_key,
    find_external_key_conflicts,
    get_external_course_keys,
    set_external_course_key,
)
from .following import check_included, check_saved, follow_merged_courses, follow_moved_runs
from .lookup import find_program, get_curriculum, get_program, get_program_states, get_programs
from .programs import (
    change_program_status,
    create_program,
    create_program_type,
    delete_program,
    delete_program_type,
    get_program_type,
    get_program_types,
    restore_program,
    retire_program,
    update_program,
    update_program_type,
)
from .reading import containing_programs, program_courses, program_runs, resolve_run
from .transfer import migrate_program_courses, read_program_courses

__all__ = [
    "ExternalKeyUse",
    "MigrationReport",
    "ProgramCourseRow",
    "ProgramState",
    "add_cost",
    "add_course",
    "add_deadline",
    "add_program",
    "audit_external_keys",
    "change_program_status",
    "check_included",
    "check_saved",
    "containing_programs",
    "create_curriculum",
    "create_degree",
    "create_program",
    "create_program_type",
    "delete_external_course_key",
    "delete_program",
    "delete_program_type",
    "exclude_course_run",
    "find_external_key_conflicts",
    "find_program",
    "follow_merged_courses",
    "follow_moved_runs",
    "get_costs",
    "get_curriculum",
    "get_deadlines",
    "get_degree",
    "get_external_course_keys",
    "get_program",
    "get_program_states",
    "get_program_type",
    "get_program_types",
    "get_programs",
    "include_course_run",
    "migrate_program_courses",
    "program_courses",
    "program_runs",
    "read_program_courses",
    "reintroduce",
    "remove",
    "reorder",
    "repair_slots",
    "reschedule",
    "resolve_run",
    "restore_program",
    "retire",
    "retire_program",
    "set_external_course_key",
    "update_curriculum",
    "update_degree",
    "update_program",
    "update_program_type",
]
