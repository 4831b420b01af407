"""
What the contrib apps of this distribution write with: the one way to leave history and events, and to win races.

For them alone: other apps use `openedx_catalog.api`, which keeps its promises between releases.
"""

from . import organizations
from ._changes import Change, delete_with_history, record_events, record_history, save_with_history
from ._committed import once_committed
from ._transactions import atomically, refuse_if_protected
from .course_runs import locked_run
from .lookup import parse_uuid
from .values import parse_datetime, some_title

__all__ = [
    "Change",
    "atomically",
    "delete_with_history",
    "locked_run",
    "once_committed",
    "organizations",
    "parse_datetime",
    "parse_uuid",
    "record_events",
    "record_history",
    "refuse_if_protected",
    "save_with_history",
    "some_title",
]
