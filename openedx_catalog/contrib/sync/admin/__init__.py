"""Sync in the admin: sources, jobs with their outcomes, runs by source, pinned fields. Changes go through `api`."""

from .pinned_field import PinnedFieldAdmin
from .run_source import RunSourceAdmin
from .source import SourceAdmin
from .sync_job import SyncJobAdmin

__all__ = ["PinnedFieldAdmin", "RunSourceAdmin", "SourceAdmin", "SyncJobAdmin"]
