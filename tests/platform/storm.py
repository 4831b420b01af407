"""What each process of the publish storm does: it publishes reruns of the same fifty courses, in an order of its own."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from opaque_keys.edx.keys import CourseKey

from tests.processes import racing

COURSES = 50
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


def publish_reruns(number: int, rounds: int, seed: int) -> list[str]:
    """Publish; returns what reached the caller."""
    # Once Django is set up, which importing `racing` does.
    from xmodule.modulestore.django import publish

    errors: list[str] = []
    for round_ in range(rounds):
        courses = random.Random(f"{seed}/{number}/{round_}").sample(range(COURSES), COURSES)
        racing._barrier.wait(racing.GUARD)
        for course in courses:
            key = CourseKey.from_string(f"course-v1:Storm{course % 5}+C{course}+P{number}R{round_}")
            at = JANUARY + timedelta(days=round_, seconds=number)
            errors += map(repr, publish(key, at, display_name=f"Course {course}", start=at))
    return errors
