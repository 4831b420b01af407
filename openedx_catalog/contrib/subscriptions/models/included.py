"""
What plans include, computed from what people have decided: a row is there exactly for what is in.

Without history: `api.explain` says why, the change feed when. Never change these rows; `api.refresh_subscriptions` does.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.models import CatalogModel


def _plan() -> models.ForeignKey:
    return models.ForeignKey("SubscriptionPlan", on_delete=models.CASCADE, related_name="+", verbose_name=_("plan"))


def _since() -> models.DateTimeField:
    return models.DateTimeField(_("since"), default=timezone.now, editable=False)


class IncludedCourse(CatalogModel):
    """
    A catalog course that a plan includes.

    .. no_pii:
    """

    plan = _plan()
    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.CASCADE,
        related_name="included_in_plans",
        verbose_name=_("catalog course"),
    )
    since = _since()

    class Meta:
        verbose_name = _("Included Course")
        verbose_name_plural = _("Included Courses")
        constraints = [models.UniqueConstraint(fields=["plan", "catalog_course"], name="oex_subscriptions_in_course")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.catalog_course_id}"


class IncludedCourseRun(CatalogModel):
    """
    A run that a plan includes.

    .. no_pii:
    """

    plan = _plan()
    run = models.ForeignKey(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="included_in_plans", verbose_name=_("run")
    )
    since = _since()

    class Meta:
        verbose_name = _("Included Course Run")
        verbose_name_plural = _("Included Course Runs")
        constraints = [models.UniqueConstraint(fields=["plan", "run"], name="oex_subscriptions_in_run")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.run_id}"


class IncludedProgram(CatalogModel):
    """
    A program that a plan includes. By its uuid, since contrib.programs need not be installed; its rows are never deleted.

    .. no_pii:
    """

    plan = _plan()
    program_uuid = models.UUIDField(_("program"), db_index=True)
    since = _since()

    class Meta:
        verbose_name = _("Included Program")
        verbose_name_plural = _("Included Programs")
        constraints = [models.UniqueConstraint(fields=["plan", "program_uuid"], name="oex_subscriptions_in_program")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.program_uuid}"
