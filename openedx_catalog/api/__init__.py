"""
The public Python API of the catalog, and the only way to change it: admin, REST, commands and handlers are callers of this.

Nothing here checks permissions. Every error is a `openedx_catalog.exceptions.CatalogError` with a stable ``code``, and
also the nearest Django class; look-ups raise the model's own ``DoesNotExist``. Strings are accepted wherever a CourseKey
is. Models to type against and to point foreign keys at are in `openedx_catalog.models_api`.
"""

from .. import intact  # noqa: F401
from ..data import (
    UNSET,
    AssociationRecord,
    AssociationReport,
    AssociationResult,
    AssociationRow,
    CatalogCourseRecord,
    CatalogCourseRow,
    CatalogOverview,
    CatalogToday,
    ChangePage,
    ChangeRow,
    CourseRunRow,
    Finding,
    HistoryEntry,
    HistoryRow,
    HistoryValue,
    MoveOutcome,
    MoveRecord,
    MoveReport,
    ResolvedRun,
    RowOutcome,
    RowProblem,
    ScheduleData,
    Suggestion,
    SyncRecord,
    UnmergeResult,
)
from ._transactions import run_atomically
from .associations import associate_course_run, associate_course_runs, sync_course_run, sync_course_runs
from .catalog_courses import (
    create_catalog_course,
    delete_catalog_course,
    find_catalog_course,
    find_catalog_course_for_run,
    get_catalog_course,
    get_catalog_course_for_run,
    get_catalog_courses,
    update_catalog_course,
)
from .changes import get_latest_change, iter_changes, read_changes
from .course_codes import give_course_code, release_course_code, set_rerun_code, swap_course_codes
from .course_runs import (
    create_course_run,
    create_course_run_for_modulestore_course_with,
    delete_course_run,
    find_course_run,
    get_course_run,
    get_course_runs,
    restore_course_run,
    sync_course_run_details,
    update_course_run,
    withdraw_course_run,
)
from .curation import move_course_run, split_catalog_course
from .deleted_runs import get_deleted_run_key, get_deleted_run_keys, restore_deleted_course_run
from .doctor import (
    complete_identities,
    diagnose,
    forget_distinct,
    get_distinct_pairs,
    get_doctor_report,
    is_doctor_running,
    mark_distinct,
    mend_source_times,
    repair_findings,
    run_doctor,
    start_doctor,
    suggest_repairs,
)
from .indexing import iter_catalog
from .lookup import surviving_uuids as surviving_uuids
from .merging import get_catalog_merges, merge_catalog_courses
from .moving import follow_key, follow_keys, move_all_course_runs, move_course_runs
from .next_run_keys import next_run_key
from .organizations import (
    check_organization_rename,
    create_organization,
    delete_organization,
    find_organization_by_code,
    get_organizations,
    release_organization_name,
    update_organization,
)
from .organizations import record_organization_change as record_organization_change
from .organizations import record_organization_rename as record_organization_rename
from .orm import row_deleted as row_deleted
from .orm import row_saved as row_saved
from .overview import get_catalog_overview
from .pathways import (
    create_catalog_pathway,
    create_pathway_category,
    delete_catalog_pathway,
    delete_pathway_category,
    delete_pathway_enrollment,
    enroll_in_pathway,
    get_catalog_pathway,
    get_catalog_pathways,
    get_pathway_categories,
    get_pathway_category,
    get_pathway_enrollments,
    is_enrolled_in_pathway,
    unenroll_from_pathway,
    update_catalog_pathway,
    update_pathway_category,
)
from .renaming import move_catalog_course, rename_catalog_course
from .repairs import delete_course_run_twin, refold_catalog_course, refold_course_run
from .resolution import get_catalog_courses_for_runs, iter_associations, resolve_course_runs
from .row_imports import import_catalog_courses
from .search import search_catalog_courses, search_course_runs, search_organizations
from .timelines import Timeline, history_of
from .today import get_catalog_today
from .unmerging import unmerge_catalog_courses
from .values import check_source_time, parse_datetime

__all__ = [
    "UNSET",
    "AssociationRecord",
    "AssociationReport",
    "AssociationResult",
    "AssociationRow",
    "CatalogCourseRecord",
    "CatalogCourseRow",
    "CatalogOverview",
    "CatalogToday",
    "ChangePage",
    "ChangeRow",
    "CourseRunRow",
    "Finding",
    "HistoryEntry",
    "HistoryRow",
    "HistoryValue",
    "MoveOutcome",
    "MoveRecord",
    "MoveReport",
    "ResolvedRun",
    "RowOutcome",
    "RowProblem",
    "ScheduleData",
    "Suggestion",
    "SyncRecord",
    "Timeline",
    "UnmergeResult",
    "associate_course_run",
    "associate_course_runs",
    "check_organization_rename",
    "check_source_time",
    "complete_identities",
    "create_catalog_course",
    "create_catalog_pathway",
    "create_course_run",
    "create_course_run_for_modulestore_course_with",
    "create_organization",
    "create_pathway_category",
    "delete_catalog_course",
    "delete_catalog_pathway",
    "delete_course_run",
    "delete_course_run_twin",
    "delete_organization",
    "delete_pathway_category",
    "delete_pathway_enrollment",
    "diagnose",
    "enroll_in_pathway",
    "find_catalog_course",
    "find_catalog_course_for_run",
    "find_course_run",
    "find_organization_by_code",
    "follow_key",
    "follow_keys",
    "forget_distinct",
    "get_catalog_course",
    "get_catalog_course_for_run",
    "get_catalog_courses",
    "get_catalog_courses_for_runs",
    "get_catalog_merges",
    "get_catalog_overview",
    "get_catalog_pathway",
    "get_catalog_pathways",
    "get_catalog_today",
    "get_course_run",
    "get_course_runs",
    "get_deleted_run_key",
    "get_deleted_run_keys",
    "get_distinct_pairs",
    "get_doctor_report",
    "get_latest_change",
    "get_organizations",
    "get_pathway_categories",
    "get_pathway_category",
    "get_pathway_enrollments",
    "give_course_code",
    "history_of",
    "import_catalog_courses",
    "is_doctor_running",
    "is_enrolled_in_pathway",
    "iter_associations",
    "iter_catalog",
    "iter_changes",
    "mark_distinct",
    "mend_source_times",
    "merge_catalog_courses",
    "move_all_course_runs",
    "move_catalog_course",
    "move_course_run",
    "move_course_runs",
    "next_run_key",
    "parse_datetime",
    "read_changes",
    "refold_catalog_course",
    "refold_course_run",
    "release_course_code",
    "release_organization_name",
    "rename_catalog_course",
    "repair_findings",
    "resolve_course_runs",
    "restore_course_run",
    "restore_deleted_course_run",
    "run_atomically",
    "run_doctor",
    "search_catalog_courses",
    "search_course_runs",
    "search_organizations",
    "set_rerun_code",
    "split_catalog_course",
    "start_doctor",
    "suggest_repairs",
    "swap_course_codes",
    "sync_course_run",
    "sync_course_run_details",
    "sync_course_runs",
    "unenroll_from_pathway",
    "unmerge_catalog_courses",
    "update_catalog_course",
    "update_catalog_pathway",
    "update_course_run",
    "update_organization",
    "update_pathway_category",
    "withdraw_course_run",
]
