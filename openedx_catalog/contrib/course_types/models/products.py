"""What other services say of a course and a run, by which types are found: facts of theirs, kept as they came."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import OptionalCharField
from openedx_catalog.lib.models import TimestampedModel


class CourseProducts(TimestampedModel):
    """
    The entitlements that are sold for a course: a list of objects as `data.RunMode`, by the slugs of their seat types.

    .. no_pii:
    """

    owner = "catalog_course"
    catalog_course = models.OneToOneField(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="+", verbose_name=_("catalog course")
    )
    entitlements = models.JSONField(_("entitlements"), default=list, blank=True)
    source = OptionalCharField(_("source"), help_text=_("Who said so."))

    class Meta:
        verbose_name = _("Products of a Course")
        verbose_name_plural = _("Products of Courses")

    def __str__(self) -> str:
        return f"{self.catalog_course_id}: {', '.join(each['slug'] for each in self.entitlements)}"


class CourseRunProducts(TimestampedModel):
    """
    The modes of a run, as the LMS has them, and the seats that a shop sells for it: lists of objects as `data.RunMode`. None:
    nobody has said; an empty list: there are none.

    .. no_pii:
    """

    owner = "run"
    run = models.OneToOneField("openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="+", verbose_name=_("run"))
    modes = models.JSONField(_("modes"), null=True, blank=True)
    seats = models.JSONField(_("seats"), null=True, blank=True)
    source = OptionalCharField(_("source"), help_text=_("Who said so."))

    class Meta:
        verbose_name = _("Products of a Course Run")
        verbose_name_plural = _("Products of Course Runs")

    def __str__(self) -> str:
        return f"{self.run_id}"
