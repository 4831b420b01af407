"""What people have decided: which organizations take part in a plan, and which courses do not."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.models import TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet


class SubscribedOrganization(TimestampedModel):
    """
    An organization takes part in a plan. The row is the decision: an organization without one does not take part.

    .. no_pii:
    """

    plan = models.ForeignKey(
        "SubscriptionPlan", on_delete=models.PROTECT, related_name="organization_rows", verbose_name=_("plan")
    )
    organization = OrganizationForeignKey(
        "organizations.Organization",
        on_delete=models.CASCADE,
        related_name="subscriptions",
        verbose_name=_("organization"),
        help_text=_("Its courses are included in the plan, but for those that are left out."),
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Subscribed Organization")
        verbose_name_plural = _("Subscribed Organizations")
        constraints = [models.UniqueConstraint(fields=["plan", "organization"], name="oex_subscriptions_organization")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.organization_id}"


class CourseChoiceManager(models.Manager.from_queryset(CatalogQuerySet)):
    """With what a row is called by: a page that deletes a course names its rows one by one."""

    def get_queryset(self) -> CatalogQuerySet:
        return super().get_queryset().select_related("plan", "catalog_course__org")


class CourseChoice(TimestampedModel):
    """
    What somebody has decided about one course in a plan; without a row its organizations decide.

    `included` does not bring in a course whose organization takes no part: it says that the course was looked at, and stays.

    .. no_pii:
    """

    plan = models.ForeignKey("SubscriptionPlan", on_delete=models.CASCADE, related_name="course_rows", verbose_name=_("plan"))
    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.CASCADE,
        related_name="subscription_choices",
        verbose_name=_("catalog course"),
    )
    included = models.BooleanField(
        _("included"), help_text=_("If off, the course is left out of the plan, whatever its organization does.")
    )

    objects = CourseChoiceManager()
    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Course in a Plan")
        verbose_name_plural = _("Courses in Plans")
        constraints = [models.UniqueConstraint(fields=["plan", "catalog_course"], name="oex_subscriptions_course")]

    def __str__(self) -> str:
        return f"{self.catalog_course.key_str}: {self.plan}"
