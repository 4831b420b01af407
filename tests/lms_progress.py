"""
How edx-platform judges a learner's way through a program, from the dict of the program alone: what it must find in there.

Written anew from what it does (``programs/utils.py`` there): a run counts by the mode in its `type`, and by nothing else.
"""

from datetime import datetime

import attrs
from django.utils import timezone

# The platform holds these for the same: of an enrollment and of a certificate, and of a run.
_OF_LEARNER = {"no-id-professional": "professional"}
_OF_RUN = {"credit": "verified"}
_PASSING = {"downloadable", "generating"}


@attrs.frozen
class Learner:
    """``{key of a run: mode}`` of the enrollments, ``{key: (mode, status)}`` of the certificates."""

    enrollments: dict = attrs.field(factory=dict)
    certificates: dict = attrs.field(factory=dict)

    def mode(self, run):
        mode = self.enrollments.get(run["key"])
        return _OF_LEARNER.get(mode, mode)

    def has_completed(self, course):
        return any(self._earned(run) for run in course["course_runs"])

    def _earned(self, run):
        mode, status = self.certificates.get(run["key"], (None, None))
        return status in _PASSING and _OF_RUN.get(run["type"], run["type"]) == _OF_LEARNER.get(mode, mode)

    def is_in_progress(self, course):
        """Enrolled in the mode that counts, or in another one while that can still be chosen."""
        enrolled = [run for run in course["course_runs"] if run["key"] in self.enrollments]
        if any(run["type"] == self.mode(run) for run in enrolled):
            return True
        seats = [seat for run in enrolled for seat in run["seats"] if seat["type"] == run["type"]]
        deadlines = [seat["upgrade_deadline"] for seat in seats]
        return any(deadline is None or datetime.fromisoformat(deadline) > timezone.now() for deadline in deadlines)


def progress(program, learner):
    """``{"completed": [title of a course], "in progress": …, "not started": …}``."""
    found = {"completed": [], "in progress": [], "not started": []}
    for course in program["courses"]:
        if learner.has_completed(course):
            found["completed"].append(course["title"])
        else:
            found["in progress" if learner.is_in_progress(course) else "not started"].append(course["title"])
    return found


def earned(programs, learner):
    """The titles of the programs whose certificate the learner gets: every course is completed, and there is one."""
    return [each["title"] for each in programs if each["courses"] and all(map(learner.has_completed, each["courses"]))]
