"""
The Python API of sync, and the only way to change its tables: admin, commands and tasks are callers of this.

As with the core's, nothing here checks permissions, every error is a `CatalogError` with a stable ``code``, look-ups raise the
model's own ``DoesNotExist``, and every function that writes takes `source`, `reason` and `user` for the history.
"""

from ..data import OUTCOMES, RecordOutcome, RevertReport, SyncReport
from .jobs import JobSummary, get_outcome_rows, get_record_outcomes, recent_jobs, summarize
from .legacy import give_course_key
from .pins import get_pinned_fields, pin_field, pinned_fields, unpin_field
from .reverting import revert_sync
from .sources import create_source, delete_source, due_sources, get_source, get_sources, update_source
from .syncing import start_sync, sync_source

__all__ = [
    "OUTCOMES",
    "JobSummary",
    "RecordOutcome",
    "RevertReport",
    "SyncReport",
    "create_source",
    "delete_source",
    "due_sources",
    "get_outcome_rows",
    "get_pinned_fields",
    "get_record_outcomes",
    "get_source",
    "get_sources",
    "give_course_key",
    "pin_field",
    "pinned_fields",
    "recent_jobs",
    "revert_sync",
    "start_sync",
    "summarize",
    "sync_source",
    "unpin_field",
    "update_source",
]
