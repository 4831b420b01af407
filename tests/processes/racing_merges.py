"""What the processes of `test_unmerge` do. Imported by the test and by the processes."""

from __future__ import annotations

# First, since it sets up Django.
from . import racing  # isort: skip

from openedx_catalog import api

RUNS = 6


def key(round_: int, number: int) -> str:
    """A run of the course that is merged in this round, and comes back."""
    return f"course-v1:R{round_}+Merged+{number}"


def unmerge_while_moved(number: int, rounds: int, then_merged: bool) -> list[api.UnmergeResult]:
    """
    One process undoes a merge, while others move a run away, move one to where it stands, and change or delete one; what came
    back. With `then_merged` the survivor is merged on at the same time.
    """
    results = []
    for round_ in range(rounds):
        if number == 0:
            _prepare(round_)
        racing.meet()
        if number == 0:
            results.append(api.unmerge_catalog_courses(f"R{round_}+Merged", reason="they are two"))
        elif number == 1:
            api.move_course_run(key(round_, 1), f"R{round_}+Other", reason="it belongs there")
        elif number == 2:
            api.move_course_run(key(round_, 2), f"R{round_}+Into", reason="it belongs here")
        elif then_merged:
            api.merge_catalog_courses(f"R{round_}+Into", into=f"R{round_}+Last", reason="one course")
        else:
            api.update_course_run(key(round_, 3), title="Changed meanwhile")
            api.delete_course_run(key(round_, 4))
        racing.meet()
    return results


def _prepare(round_: int) -> None:
    for code in ("Into", "Other", "Last"):
        api.associate_course_run(f"course-v1:R{round_}+{code}+own")
    api.associate_course_runs([api.AssociationRecord(key(round_, number)) for number in range(RUNS)], source="test")
    api.merge_catalog_courses(f"R{round_}+Merged", into=f"R{round_}+Into", reason="by mistake")
