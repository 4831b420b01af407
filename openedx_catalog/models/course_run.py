"""CourseRun."""

from __future__ import annotations

from typing import Any

from django.db import router, transaction

from ..abstract_models import AbstractCourseRun, course_run_constraints
from ..extensions import installed_extensions
from ..history import CatalogHistoricalRecords


class CourseRun(AbstractCourseRun):
    """
    One delivery of a course, e.g. ``course-v1:MITx+14.100x+3T2017``. See AbstractCourseRun.

    .. no_pii:
    """

    history = CatalogHistoricalRecords(excluded=("key_ci",), unindexed=("uuid", "course_key"))

    class Meta(AbstractCourseRun.Meta):
        # The names of openedx-core's app, whose tables these are (ADR 0007).
        constraints = course_run_constraints("oex_catalog_courserun")

    def _save_over(self, before: dict[str, Any], **kwargs: Any) -> None:
        """Whoever gives a run another course: the extensions follow it, or refuse, and then nothing is stored."""
        left = before.get("catalog_course_id", self.catalog_course_id)
        if left == self.catalog_course_id:
            super()._save_over(before, **kwargs)
            return
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(CourseRun, instance=self)):
            super()._save_over(before, **kwargs)
            for extension in installed_extensions():
                extension.course_runs_moved({self.pk: left}, self.catalog_course)
