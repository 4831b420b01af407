"""The Python API of search: every read and write that others may rely on, and nothing else."""

from .searching import search, suggest

__all__ = ["search", "suggest"]
