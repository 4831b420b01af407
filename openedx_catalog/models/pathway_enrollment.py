"""PathwayEnrollment."""

from __future__ import annotations

from typing import NewType, TypeAlias

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..lib.fields import row_number
from ..lib.models import SavesChangesOnly
from ..querysets import PathwayEnrollmentQuerySet
from .catalog_pathway import CatalogPathway


class PathwayEnrollment(SavesChangesOnly):
    """
    One learner in one pathway: a single row, which stays when the learner leaves, and becomes active again on return.

    So `created` is when the learner enrolled first. It names no version of the content: progress is judged by what is
    published then. The table is that of openedx-core (ADR 0007).

    .. no_pii:
    """

    PathwayEnrollmentID = NewType("PathwayEnrollmentID", int)
    ID: TypeAlias = PathwayEnrollmentID
    IDField = models.BigAutoField

    id = row_number(_("Of this database only."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="pathway_enrollments",
        verbose_name=_("learner"),
    )
    # Not CASCADE: who deletes the wrong pathway would lose who was enrolled, and when.
    catalog_pathway = models.ForeignKey(
        CatalogPathway, on_delete=models.PROTECT, related_name="enrollments", verbose_name=_("pathway")
    )
    created = models.DateTimeField(_("enrolled at"), auto_now_add=True, editable=False)
    modified = models.DateTimeField(_("last modification"), auto_now=True, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Not ticked: the learner was enrolled, and has left.")
    )

    objects = PathwayEnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pathway Enrollment")
        verbose_name_plural = _("Pathway Enrollments")
        ordering = ("-created",)
        constraints = [
            models.UniqueConstraint(fields=["user", "catalog_pathway"], name="oex_catalog_pathwayenrollment_uniq_user_pathway")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.catalog_pathway}"
