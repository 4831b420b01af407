"""
What edx-platform works out of the dict of a program: which programs, courses and runs it holds. Nothing is read elsewhere.

As there: of a program's curricula only the first active one is looked into, at each level.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Dict = dict[str, Any]


def child_programs(program: Dict) -> list[Dict]:
    """The programs in the first active curriculum of a program's dict, each followed by those in its own."""
    found: list[Dict] = []
    for child in _primary(program).get("programs") or ():
        found += [child, *child_programs(child)]
    return found


def course_run_keys_for_program(parent_program: Dict) -> set[str]:
    """The keys of all runs of a program's dict and of the programs that it contains."""
    return {run["key"] for course in _courses(parent_program) for run in course.get("course_runs") or ()}


def course_uuids_for_program(parent_program: Dict) -> set[str]:
    """The uuids of all courses of a program's dict and of the programs that it contains."""
    return {course["uuid"] for course in _courses(parent_program)}


def is_course_run_in_program(course_run_key: Any, program: Dict) -> bool:
    """Whether a program's dict has a run, itself or in a program that it contains."""
    return str(course_run_key) in course_run_keys_for_program(program)


def _courses(parent: Dict) -> Iterator[Dict]:
    for program in (parent, *child_programs(parent)):
        yield from _primary(program).get("courses") or ()
        yield from program.get("courses") or ()


def _primary(program: Dict) -> Dict:
    curricula = program.get("curricula") or ()
    return next((curriculum for curriculum in curricula if curriculum.get("is_active")), {})
