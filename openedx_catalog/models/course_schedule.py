"""CourseSchedule."""

from __future__ import annotations

from ..abstract_models import AbstractCourseSchedule
from ..history import CatalogHistoricalRecords


class CourseSchedule(AbstractCourseSchedule):
    """
    The dates and the pacing of one run. See AbstractCourseSchedule.

    .. no_pii:
    """

    history = CatalogHistoricalRecords()

    class Meta(AbstractCourseSchedule.Meta):
        pass
