"""What other apps may point foreign keys at and type against. Read-only: change rows through the `api` beside this."""

from .models import (
    PinnedField,
    RunSource,
    Source,
    SourceOrganization,
    SyncJob,
    SyncLease,
    SyncOutcome,
    SyncPage,
)

__all__ = [
    "PinnedField",
    "RunSource",
    "Source",
    "SourceOrganization",
    "SyncJob",
    "SyncLease",
    "SyncOutcome",
    "SyncPage",
]
