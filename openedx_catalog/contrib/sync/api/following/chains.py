"""What changes hands: addresses of programs, names of curricula. One by one each would meet the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def chains(moves: Mapping[Any, tuple[str | None, str]]) -> Iterator[set[Any]]:
    """
    The sets of what take over something unique from each other: ``{name: (what it has, what it is to have)}``. Of two that want
    the same the first one has it.
    """
    holders = {has: name for name, (has, _wanted) in moves.items() if has}
    first: dict[str, Any] = {}
    for name, (_has, wanted) in moves.items():
        first.setdefault(wanted or f" {name}", name)
    movers = set(first.values())
    left = dict.fromkeys(name for name in moves if name in movers)
    while left:
        chain, more = set[Any](), {next(iter(left))}
        while more:
            chain |= more
            taken_over = {holders.get(moves[name][1]) for name in chain}
            more = {name for name in left if name in taken_over or holders.get(moves[name][1]) in chain} - chain
        for name in chain:
            del left[name]
        yield chain
