"""Which statuses a program goes through."""

from __future__ import annotations

from collections import deque

from ..models.program import TRANSITIONS


def status_steps(now: str, to: str) -> list[str]:
    """
    The statuses that a program goes through from one to another, the shortest way, e.g. unpublished to retired: ["active",
    "retired"]. [] where it is there already.
    """
    ways: deque[list[str]] = deque([[]])
    seen = {now}
    while ways and now != to:
        way = ways.popleft()
        for following in TRANSITIONS[way[-1] if way else now]:
            if following == to:
                return [*way, str(to)]
            if following not in seen:
                seen.add(following)
                ways.append([*way, str(following)])
    return []
