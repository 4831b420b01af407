"""Which tests of the contracts a suite that runs on several databases need not repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])


def same_everywhere(test: Test) -> Test:
    """Say that the result depends neither on the database nor on versions: ``test.same_everywhere`` is true."""
    test.same_everywhere = True  # type: ignore[attr-defined]
    return test
