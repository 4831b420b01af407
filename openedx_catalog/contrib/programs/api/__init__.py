"""
The Python API of programs, and the only way to change them: admin, REST, commands and receivers are callers of this.

As with the core's, nothing here checks permissions, every error is a `CatalogError` with a stable ``code``, look-ups raise
the model's own ``DoesNotExist``, and every function that writes takes `source`, `reason` and `user` for the history.
"""

from ..data import (
    CurriculumEvaluation,
    CurriculumRequirement,
    Difference,
    Evaluation,
    ExternalKeyOutcome,
    ExternalKeyRecord,
    ExternalKeyReport,
    ExternalKeyUse,
    GroupEvaluation,
    GroupRequirement,
    MigrationReport,
    ProgramCourseRow,
    ProgramDiff,
    ProgramRecord,
    ProgramState,
)
from ._feed import note_past_the_api
from ._feed import note_runs as note_runs_past_the_api
from ._feed import note_shown as note_shown_programs
from .auditing import audit_external_keys, repair_slots
from .comparing import diff_program, program_as_of
from .coverage import courses_in_order, courses_of_programs
from .curricula import (
    add_course,
    add_courses,
    add_program,
    close_curriculum,
    create_curriculum,
    reorder,
    update_curriculum,
    update_member,
)
from .dated import reintroduce, remove, reschedule, retire
from .degrees import (
    add_cost,
    add_deadline,
    create_degree,
    get_costs,
    get_deadlines,
    get_degree,
    update_cost,
    update_deadline,
    update_degree,
)
from .diagnosing import diagnose, repair
from .evaluating import evaluate
from .exclusions import exclude_course_run, include_course_run
from .external_keys import (
    delete_external_course_key,
    find_external_key_conflicts,
    get_external_course_keys,
    set_external_course_key,
)
from .following import (
    check_excluded,
    check_included,
    check_saved,
    check_saved_keys,
    follow_merged_courses,
    follow_moved_runs,
    programs_by_course,
)
from .groups import add_group, get_group, get_groups, update_group
from .key_batches import set_external_course_keys
from .lookup import (
    ProgramName,
    find_program,
    find_program_by_slug,
    get_cost,
    get_curriculum,
    get_deadline,
    get_membership,
    get_program,
    get_program_states,
    get_programs,
    hold_program,
)
from .programs import (
    change_program_status,
    create_program,
    create_program_type,
    delete_program,
    delete_program_type,
    exchange_marketing_slugs,
    get_program_type,
    get_program_types,
    restore_program,
    retire_program,
    update_program,
    update_program_type,
)
from .reading import containing_programs, program_courses, program_runs, programs_around, resolve_run
from .requirements import curriculum_for
from .row_imports import import_programs
from .row_imports import program_cells as program_cells
from .statuses import status_steps
from .timelines import Timeline, history_of
from .transfer import migrate_program_courses, read_program_courses

__all__ = [
    "CurriculumEvaluation",
    "CurriculumRequirement",
    "Difference",
    "Evaluation",
    "ExternalKeyOutcome",
    "ExternalKeyRecord",
    "ExternalKeyReport",
    "ExternalKeyUse",
    "GroupEvaluation",
    "GroupRequirement",
    "MigrationReport",
    "ProgramCourseRow",
    "ProgramDiff",
    "ProgramName",
    "ProgramRecord",
    "ProgramState",
    "Timeline",
    "add_cost",
    "add_course",
    "add_courses",
    "add_deadline",
    "add_group",
    "add_program",
    "audit_external_keys",
    "change_program_status",
    "check_excluded",
    "check_included",
    "check_saved",
    "check_saved_keys",
    "close_curriculum",
    "containing_programs",
    "courses_in_order",
    "courses_of_programs",
    "create_curriculum",
    "create_degree",
    "create_program",
    "create_program_type",
    "curriculum_for",
    "delete_external_course_key",
    "delete_program",
    "delete_program_type",
    "diagnose",
    "diff_program",
    "evaluate",
    "exchange_marketing_slugs",
    "exclude_course_run",
    "find_external_key_conflicts",
    "find_program",
    "find_program_by_slug",
    "follow_merged_courses",
    "follow_moved_runs",
    "get_cost",
    "get_costs",
    "get_curriculum",
    "get_deadline",
    "get_deadlines",
    "get_degree",
    "get_external_course_keys",
    "get_group",
    "get_groups",
    "get_membership",
    "get_program",
    "get_program_states",
    "get_program_type",
    "get_program_types",
    "get_programs",
    "history_of",
    "hold_program",
    "import_programs",
    "include_course_run",
    "migrate_program_courses",
    "note_past_the_api",
    "note_runs_past_the_api",
    "note_shown_programs",
    "program_as_of",
    "program_courses",
    "program_runs",
    "programs_around",
    "programs_by_course",
    "read_program_courses",
    "reintroduce",
    "remove",
    "reorder",
    "repair",
    "repair_slots",
    "reschedule",
    "resolve_run",
    "restore_program",
    "retire",
    "retire_program",
    "set_external_course_key",
    "set_external_course_keys",
    "status_steps",
    "update_cost",
    "update_curriculum",
    "update_deadline",
    "update_degree",
    "update_group",
    "update_member",
    "update_program",
    "update_program_type",
]
