"""Which type a course and a run have: satellites of the core's tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.models import TimestampedModel

from .types import Link


class CourseTyping(TimestampedModel, Link):
    """
    The type of a catalog course.

    .. no_pii:
    """

    ends = ("catalog_course", "course_type")
    catalog_course = models.OneToOneField(
        "openedx_catalog.CatalogCourse",
        on_delete=models.CASCADE,
        related_name="course_typing",
        verbose_name=_("catalog course"),
    )
    course_type = models.ForeignKey(
        "CourseType", on_delete=models.PROTECT, related_name="typings", verbose_name=_("course type")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Type of a Course")
        verbose_name_plural = _("Types of Courses")


class CourseRunTyping(TimestampedModel, Link):
    """
    The type of a course run. It may be none of those of the course's type: a mismatch, which somebody has allowed.

    .. no_pii:
    """

    ends = ("run", "course_run_type")
    run = models.OneToOneField(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="course_run_typing", verbose_name=_("run")
    )
    course_run_type = models.ForeignKey(
        "CourseRunType", on_delete=models.PROTECT, related_name="typings", verbose_name=_("course run type")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Type of a Course Run")
        verbose_name_plural = _("Types of Course Runs")
