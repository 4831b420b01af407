"""The slugs that pages of courses and runs have, and had."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.slugs import Slug


class CourseSlug(Slug):
    """
    A slug of a course. The current one is that of its listing; all others lead there.

    .. no_pii:
    """

    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="+", verbose_name=_("catalog course")
    )
    # The uuid of the course that had it first: a merge that is undone gives it back.
    origin = models.UUIDField(_("first of the course"), null=True, editable=False)

    class Meta(Slug.Meta):
        verbose_name = _("Slug of a Course")
        verbose_name_plural = _("Slugs of Courses")


class CourseRunSlug(Slug):
    """
    A slug of a run; it contains the key of the run.

    .. no_pii:
    """

    run = models.ForeignKey("openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="+", verbose_name=_("run"))

    class Meta(Slug.Meta):
        verbose_name = _("Slug of a Run")
        verbose_name_plural = _("Slugs of Runs")
