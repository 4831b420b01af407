"""
The tables of sync.

Outside this package import them from `openedx_catalog.contrib.sync.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.sync")

from .pinned_field import PinnedField  # noqa: E402
from .run_source import RunSource  # noqa: E402
from .source import Source, SourceOrganization, SyncLease  # noqa: E402
from .source_record import PinnedRecordField, RecordKind, SourceRecord  # noqa: E402
from .sync_job import SyncJob, SyncOutcome, SyncPage  # noqa: E402

__all__ = [
    "PinnedField",
    "PinnedRecordField",
    "RecordKind",
    "RunSource",
    "Source",
    "SourceOrganization",
    "SourceRecord",
    "SyncJob",
    "SyncLease",
    "SyncOutcome",
    "SyncPage",
]
