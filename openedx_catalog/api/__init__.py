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
    CatalogOverview,
    Finding,
    ResolvedRun,
    RowOutcome,
    RowProblem,
    ScheduleData,
    SyncRecord,
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
from .curation import merge_catalog_courses, move_course_run, rename_catalog_course
from .doctor import complete_identities, diagnose, mend_source_times
from .organizations import (
    check_organization_rename,
    create_organization,
    delete_organization,
    find_organization_by_code,
    get_organizations,
    update_organization,
)
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
from .repairs import delete_course_run_twin, refold_catalog_course, refold_course_run
from .resolution import get_catalog_courses_for_runs, iter_associations, resolve_course_runs
from .values import check_source_time, parse_datetime

__all__ = [
    "UNSET",
    "AssociationRecord",
    "AssociationReport",
    "AssociationResult",
    "AssociationRow",
    "CatalogOverview",
    "Finding",
    "ResolvedRun",
    "RowOutcome",
    "RowProblem",
    "ScheduleData",
    "SyncRecord",
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
    "get_catalog_course",
    "get_catalog_course_for_run",
    "get_catalog_courses",
    "get_catalog_courses_for_runs",
    "get_catalog_overview",
    "get_catalog_pathway",
    "get_catalog_pathways",
    "get_course_run",
    "get_course_runs",
    "get_organizations",
    "get_pathway_categories",
    "get_pathway_category",
    "get_pathway_enrollments",
    "is_enrolled_in_pathway",
    "iter_associations",
    "mend_source_times",
    "merge_catalog_courses",
    "move_course_run",
    "parse_datetime",
    "refold_catalog_course",
    "refold_course_run",
    "rename_catalog_course",
    "resolve_course_runs",
    "restore_course_run",
    "run_atomically",
    "sync_course_run",
    "sync_course_run_details",
    "sync_course_runs",
    "unenroll_from_pathway",
    "update_catalog_course",
    "update_catalog_pathway",
    "update_course_run",
    "update_organization",
    "update_pathway_category",
    "withdraw_course_run",
]
