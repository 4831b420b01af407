"""
The rules, and nothing else: what a plan includes, of values that somebody else has read (seed 003, "Adding Subscription
Inclusion"; ADR 0036 has the truth table with its empty sets).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from .. import conf

NOT_SUBSCRIBED, LEFT_OUT, COURSE_NOT_INCLUDED = "organization_not_subscribed", "course_left_out", "course_not_included"
PACING, TYPE, DELETED, NO_COURSES = (
    "pacing_not_included",
    "program_type_not_included",
    "program_deleted",
    "program_without_courses",
)


class WhyNot(NamedTuple):
    """A rule that keeps something out, and what it was held against."""

    code: str
    subjects: tuple[str, ...] = ()


def course_is_out(owners: Collection[str], subscribed: Collection[str], choice: bool | None) -> list[WhyNot]:
    """
    Why a course is not in: `owners` of which one is not among the `subscribed`, or somebody's `choice`. A course that nobody
    owns is out.
    """
    missing = tuple(owner for owner in owners if owner not in subscribed)
    found = [WhyNot(NOT_SUBSCRIBED, missing)] if missing or not owners else []
    return found + ([WhyNot(LEFT_OUT)] if choice is False else [])


def run_is_out(*, course_is_in: bool, course: str, pacing: str) -> list[WhyNot]:
    """Why a run is not in: its course, or its pacing; one of which nobody has said it is not self-paced."""
    found = [] if course_is_in else [WhyNot(COURSE_NOT_INCLUDED, (course,))]
    return found + ([] if pacing in conf.pacings() else [WhyNot(PACING, (pacing,))])


def program_is_out(program_type: str, *, deleted: bool, courses: int, courses_out: Iterable[str]) -> list[WhyNot]:
    """Why a program is not in: its type, a course of it; one without courses is out."""
    found = [WhyNot(DELETED)] if deleted else []
    if not conf.includes_program_type(program_type):
        found.append(WhyNot(TYPE, (program_type,)))
    if not courses:
        return [*found, WhyNot(NO_COURSES)]
    out = tuple(courses_out)
    return [*found, WhyNot(COURSE_NOT_INCLUDED, out)] if out else found
