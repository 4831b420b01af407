"""
When two names look like one. Pure functions: each gives a form that names which look alike have in common.

A form must not be too wide: Louv1.2x is not Louv12x, since what stands between two digits tells numbers apart.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...lib.texts import fold

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[_\-.]+(?=\d)")
_MARKS = re.compile(r"[_\-.]+")
# What edX puts at the end of its partners' names: MITx, HITx.
_LAST_X = re.compile(r"(?<=..)x$")
_YEAR = r"20(?:1|2|3)\d"
_SEASON = r"(?:winter|spring|summer|fall|autumn|hiver|printemps|automne)"
_SHORT = r"(?:wi|sp|su|fa)"
_PART = rf"(?:{_SEASON}|t[1-4]|[1-4]t|q[1-4]|s[12])"
# A term, wherever it stands: 3T2016, Spring2015, 2015_fall, 2014T2, fall16; or a year in which there were such platforms, if no
# digit is beside it.
_TERM = re.compile(
    rf"(?<![a-z0-9])[1-4]t{_YEAR}[a-z]?(?![0-9])"
    rf"|{_SEASON}[_\-.]?(?:{_YEAR}|[12]\d)(?![0-9])"
    rf"|(?<![a-z]){_SHORT}[_\-.]?{_YEAR}(?![0-9])"
    rf"|(?<![0-9]){_YEAR}[_\-.]?{_PART}(?![a-z0-9])"
    rf"|(?<![0-9]){_YEAR}(?![0-9])"
)


class Term(NamedTuple):
    """A year or term that a code carries, and the code without it."""

    text: str
    base: str


def alike(code: str) -> str:
    """What codes have in common that differ only in case, and in ``_``, ``-`` and ``.``; between digits one of them stays."""
    return _MARKS.sub("", _BETWEEN_DIGITS.sub("\n", fold(code)))


def organization_form(name: str) -> str:
    """What names of organizations have in common that differ only in case, in marks, and in an "x" at the end: HIT and HITx."""
    return _LAST_X.sub("", _MARKS.sub("", fold(name))) or fold(name)


def term_of(code: str) -> Term | None:
    """
    The year or term that a code carries, e.g. "2016" of ``FPP.1x_2016``, and the code without it; None where it has none.

    As spelled, but for the marks around what was taken out. A code that is nothing else has none.
    """
    # Case alone, so that the letters stay where they are in the code.
    found = _TERM.search(code.lower()) if len(code.lower()) == len(code) else None
    if found is None:
        return None
    before, after = code[: found.start()].rstrip("_-."), code[found.end() :]
    if before and after[:1] in ("_", "-", "."):
        # One of the two marks stays, unless nothing follows.
        after = after if after.strip("_-.") else ""
    base = (before + after).strip("_-.") if not before else (before + after).rstrip("_-")
    return Term(code[found.start() : found.end()], base) if alike(base).replace("\n", "") else None
