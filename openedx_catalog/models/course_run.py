"""CourseRun."""

from __future__ import annotations

from typing import NewType, TypeAlias

from django.db import models

from ..abstract_models import AbstractCourseRun, course_run_constraints
from ..history import CatalogHistoricalRecords


class CourseRun(AbstractCourseRun):
    """
    One delivery of a course, e.g. ``course-v1:MITx+14.100x+3T2017``. See AbstractCourseRun.

    .. no_pii:
    """

    # The types of an id, as openedx-core's callers annotate with them.
    CourseRunID = NewType("CourseRunID", int)
    ID: TypeAlias = CourseRunID
    IDField = models.BigAutoField

    # By its key a run is found that was deleted, and whatever had the key before (ADR 0031).
    history = CatalogHistoricalRecords(
        excluded=("key_ci",),
        unindexed=("uuid", "course_key"),
        indexes=[models.Index(fields=["course_key"], name="oex_catalog_run_history_key")],
    )

    class Meta(AbstractCourseRun.Meta):
        # The names of openedx-core's app, whose tables these are (ADR 0007).
        constraints = course_run_constraints("oex_catalog_courserun")
