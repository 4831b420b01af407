"""
The statements of the engine: what it reads, and what it inserts by multi-row INSERT and ``INSERT … SELECT``.

The ORM would build an instance and parse a key for each row, and split an insert into dozens on SQLite (ADR 0008).
`DryStore` answers as if it had written, so that a dry run takes the very decisions of a real one.
"""

from .courses import CourseRef, NewCourse, Pair, Slot
from .dry_run import DryStore
from .organizations import lock_organizations, organization_entry, refusal_to_create
from .runs import RunChange, RunState, Store

__all__ = [
    "CourseRef",
    "DryStore",
    "NewCourse",
    "Pair",
    "RunChange",
    "RunState",
    "Slot",
    "Store",
    "lock_organizations",
    "organization_entry",
    "refusal_to_create",
]
