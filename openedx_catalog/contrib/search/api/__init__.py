"""The Python API of search: every read and write that others may rely on, and nothing else."""

# First: says in words where the app is not installed.
from .. import models  # noqa: F401
from ..data import Followed, Rebuilt
from .indexing import count_rows, follow_changes, rebuild_index, search_index
from .searching import search, suggest

__all__ = ["Followed", "Rebuilt", "count_rows", "follow_changes", "rebuild_index", "search", "search_index", "suggest"]
