"""
Working copies: what learners are to read of courses and runs once somebody publishes it.

In tables of their own, with the columns of listings: no query for listings can find one (ADR 0038). A course has a copy
while it has changes that are not published; publishing writes its values where learners read them, and deletes it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openedx_catalog.contrib.listings.models.bases import AbstractCourseListing, AbstractCourseRunListing
from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import FoldedCharField, TitleCharField
from openedx_catalog.lib.linked import Link
from openedx_catalog.lib.models import CatalogModel, SignedModel, TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet
from openedx_catalog.models_api import CourseSchedule

from ..workflow import State

KEPT_WITH = "openedx_catalog_publishing.CourseWorkingCopy"


class KeptBack(CatalogQuerySet):
    """Rows of which nothing is public."""

    def public(self) -> Self:
        """None: those who may work on a course are found out by `api.roles_of`."""
        return self.none()


class KeptBackModel(CatalogModel):
    """What belongs to the way of a course to learners. Those who may work on the course see it, and nobody else."""

    kept_with: ClassVar[str] = KEPT_WITH

    objects = KeptBack.as_manager()

    class Meta:
        abstract = True


class SaidOfCourse(KeptBackModel, SignedModel):
    """
    What somebody did or said with a course, never changed. His name outlives his account.

    .. pii: ``user_name`` is the username of who it was.
    .. pii_types: username
    .. pii_retirement: retained
    """

    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="+", verbose_name=_("catalog course")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )

    class Meta:
        abstract = True
        ordering: Any = ("id",)


class AbstractRestriction(models.Model):
    """In which countries a course may not be taken, by law. Only legal reviewers set it."""

    restricted_countries = models.JSONField(
        _("restricted countries"),
        default=list,
        blank=True,
        help_text=_('Where nobody may enroll, as codes of countries, e.g. ["CU", "IR"].'),
    )
    legal_note = models.TextField(_("legal note"), blank=True, default="", help_text=_("Why. Learners do not see it."))

    class Meta:
        abstract = True


class CourseWorkingCopyQuerySet(KeptBack):
    """Adjectives for working copies."""

    def with_course(self) -> Self:
        """Join the course, its organization, and the level."""
        return self.select_related("catalog_course__org", "level")

    def due(self, at: Any) -> Self:
        """Only those that are reviewed and are to go live by an instant."""
        return self.filter(state=State.REVIEWED, go_live_at__lte=at)


class CourseWorkingCopy(KeptBackModel, AbstractCourseListing, AbstractRestriction):
    """
    What learners are to read of a catalog course. A course without one has no changes that are not published.

    .. no_pii:
    """

    catalog_course = models.OneToOneField(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="working_copy", verbose_name=_("catalog course")
    )
    level = models.ForeignKey(
        "openedx_catalog_listings.Level",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level"),
    )
    # Not unique: what one course is to get must not keep another from being changed.
    readable_id_ci = FoldedCharField(source="readable_id")
    title = TitleCharField(_("title in the catalog"), help_text=_("The title of the course, for learners and in all lists."))
    state = models.CharField(_("state"), max_length=32, choices=State.choices, default=State.UNPUBLISHED)
    go_live_at = models.DateTimeField(
        _("goes live at"),
        null=True,
        blank=True,
        help_text=_("When it is published by itself, once it is reviewed (UTC). Blank: when somebody publishes it."),
    )
    taken_from = models.JSONField(default=dict, editable=False)

    objects = CourseWorkingCopyQuerySet.as_manager()
    history = CatalogHistoricalRecords(excluded=("readable_id_ci", "taken_from"))

    class Meta:
        verbose_name = _("Working Copy of a Course")
        verbose_name_plural = _("Working Copies of Courses")
        indexes = [models.Index(fields=["state", "go_live_at"], name="oex_publishing_copy_due")]

    def __str__(self) -> str:
        return self.title_override or self.title

    @property
    def owners(self) -> list[Any]:
        """The organizations that are to own the course, in order; none where that of its key is to."""
        return [row.organization for row in self.owner_rows.all()]


class WorkingCopySubject(KeptBackModel, Link):
    """
    A subject that a course is to have.

    .. no_pii:
    """

    ends = ("copy", "subject")
    copy = models.ForeignKey(
        "CourseWorkingCopy", on_delete=models.CASCADE, related_name="subject_rows", verbose_name=_("working copy")
    )
    subject = models.ForeignKey(
        "openedx_catalog_listings.Subject",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("of a course", "subject"),
    )

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Subject of a Working Copy")
        verbose_name_plural = _("Subjects of Working Copies")
        constraints = [models.UniqueConstraint(fields=["copy", "subject"], name="oex_publishing_subject_uniq")]


class WorkingCopyOwner(KeptBackModel, Link):
    """
    An organization that is to own a course.

    .. no_pii:
    """

    ends = ("copy", "organization")
    copy = models.ForeignKey(
        "CourseWorkingCopy", on_delete=models.CASCADE, related_name="owner_rows", verbose_name=_("working copy")
    )
    organization = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Owner in a Working Copy")
        verbose_name_plural = _("Owners in Working Copies")
        constraints = [models.UniqueConstraint(fields=["copy", "organization"], name="oex_publishing_owner_uniq")]


class CourseRunWorkingCopy(KeptBackModel, AbstractCourseRunListing):
    """
    What learners are to read of a run, and its dates (UTC). It is reviewed and published with the copy of its course.

    .. no_pii:
    """

    Pacing = CourseSchedule.Pacing

    run = models.OneToOneField(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="working_copy", verbose_name=_("run")
    )
    title = TitleCharField(_("title in the catalog"), help_text=_("The title of the run."))
    start = models.DateTimeField(_("start"), null=True, blank=True, help_text=_("When learners can start."))
    end = models.DateTimeField(_("end"), null=True, blank=True, help_text=_("When the run ends."))
    enrollment_start = models.DateTimeField(_("enrollment start"), null=True, blank=True, help_text=_("When enrollment opens."))
    enrollment_end = models.DateTimeField(_("enrollment end"), null=True, blank=True, help_text=_("When enrollment closes."))
    pacing = models.CharField(
        _("pacing"), max_length=16, choices=Pacing.choices, blank=True, default="", help_text=_("Empty if unknown.")
    )
    taken_from = models.JSONField(default=dict, editable=False)

    history = CatalogHistoricalRecords(excluded=("taken_from",))

    class Meta:
        verbose_name = _("Working Copy of a Run")
        verbose_name_plural = _("Working Copies of Runs")

    def __str__(self) -> str:
        return self.title_override or self.title


class CourseRestriction(KeptBackModel, TimestampedModel, AbstractRestriction):
    """
    In which countries a catalog course may not be taken, as it was published. A course without one may be taken everywhere.

    .. no_pii:
    """

    catalog_course = models.OneToOneField(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="restriction", verbose_name=_("catalog course")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Restriction of a Course")
        verbose_name_plural = _("Restrictions of Courses")

    def __str__(self) -> str:
        return ", ".join(self.restricted_countries)


class Review(SaidOfCourse):
    """
    A step of a course on its way to learners: who took it, when, and what was said (`reason`). Never changed.

    .. pii: ``user_name`` is the username of who took the step.
    .. pii_types: username
    .. pii_retirement: retained
    """

    action = models.CharField(_("action"), max_length=32)
    from_state = models.CharField(_("from"), max_length=32, choices=State.choices)
    to_state = models.CharField(_("to"), max_length=32, choices=State.choices)

    class Meta(SaidOfCourse.Meta):
        verbose_name = _("Review Step")
        verbose_name_plural = _("Review Steps")
        indexes = [models.Index(fields=["catalog_course", "id"], name="oex_publishing_review_course")]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
