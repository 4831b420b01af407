"""
The Python API of sync, and the only way to change its tables: admin, commands and tasks are callers of this.

As with the core's, nothing here checks permissions, every error is a `CatalogError` with a stable ``code``, look-ups raise the
model's own ``DoesNotExist``, and every function that writes takes `source`, `reason` and `user` for the history.
"""

from ..data import OUTCOMES, RecordChange, RecordOutcome, RevertReport, SyncReport
from .diagnosing import diagnose, jobs_to_look_at, repair
from .external_runs import follow_merged_courses, get_external_runs, link_external_run, runs_elsewhere
from .jobs import (
    JobSummary,
    are_any_running,
    end_stuck_jobs,
    get_outcome_rows,
    get_record_outcomes,
    recent_jobs,
    summarize,
)
from .legacy import give_course_key
from .missing import count_missing, missing_from, not_listed, remarks_on_run
from .pins import (
    PINNABLE_OF_RECORDS,
    get_pinned_fields,
    get_pinned_record_fields,
    pin_field,
    pin_record_field,
    pinned_fields,
    unpin_field,
    unpin_record_field,
)
from .record_changes import get_record_changes
from .reverting import revert_sync
from .setting import keep_values, set_elsewhere, sources_setting
from .sources import create_source, delete_source, due_sources, get_source, get_sources, update_source
from .syncing import start_sync, sync_source

__all__ = [
    "OUTCOMES",
    "PINNABLE_OF_RECORDS",
    "JobSummary",
    "RecordChange",
    "RecordOutcome",
    "RevertReport",
    "SyncReport",
    "are_any_running",
    "count_missing",
    "create_source",
    "delete_source",
    "diagnose",
    "due_sources",
    "end_stuck_jobs",
    "follow_merged_courses",
    "get_external_runs",
    "get_outcome_rows",
    "get_pinned_fields",
    "get_pinned_record_fields",
    "get_record_changes",
    "get_record_outcomes",
    "get_source",
    "get_sources",
    "give_course_key",
    "jobs_to_look_at",
    "keep_values",
    "link_external_run",
    "missing_from",
    "not_listed",
    "pin_field",
    "pin_record_field",
    "pinned_fields",
    "recent_jobs",
    "remarks_on_run",
    "repair",
    "revert_sync",
    "runs_elsewhere",
    "set_elsewhere",
    "sources_setting",
    "start_sync",
    "summarize",
    "sync_source",
    "unpin_field",
    "unpin_record_field",
    "update_source",
]
