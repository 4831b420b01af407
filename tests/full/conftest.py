"""Processes that are meant to die, as in tests/processes."""

from tests.processes.conftest import nursery  # noqa: F401
