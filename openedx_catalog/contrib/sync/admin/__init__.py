"""Sync in the admin: sources, jobs with their outcomes, what sources have, pinned fields. Changes go through `api`."""

from . import naming  # noqa: F401
from .pinned_field import PinnedFieldAdmin
from .run_source import RunSourceAdmin
from .source import SourceAdmin
from .source_record import PinnedRecordFieldAdmin, SourceRecordAdmin
from .sync_job import SyncJobAdmin

__all__ = ["PinnedFieldAdmin", "PinnedRecordFieldAdmin", "RunSourceAdmin", "SourceAdmin", "SourceRecordAdmin", "SyncJobAdmin"]
