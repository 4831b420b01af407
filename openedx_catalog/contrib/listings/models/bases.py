"""What listings are built on: a working copy of one (an app of its own) has the same columns."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import ExactCharField, FoldedCharField, OptionalCharField, TitleCharField
from openedx_catalog.lib.images import thumbnail_name
from openedx_catalog.lib.models import TimestampedModel


class Visibility(models.TextChoices):
    """Who comes to see a page that is live."""

    PUBLIC = "public", _("Public")
    UNLISTED = "unlisted", _("Unlisted")
    HIDDEN = "hidden", _("Hidden")


class AbstractListing(TimestampedModel):
    """What learners read of a course or a run, as far as both have it. A blank value of a run is that of its course."""

    title_override = TitleCharField(
        _("title"), blank=True, default="", help_text=_("What learners read as the title. Blank: the title in the catalog.")
    )
    short_description = models.TextField(
        _("short description"), blank=True, default="", help_text=_("One or two sentences for lists, without markup.")
    )
    full_description = models.TextField(
        _("full description"),
        blank=True,
        default="",
        help_text=_("HTML. Only paragraphs, headings, lists, tables, links and the like are kept."),
    )
    video_url = OptionalCharField(_("video"), help_text=_("The address of a video about it, e.g. on YouTube."))
    min_effort = models.PositiveSmallIntegerField(
        _("least effort"), null=True, blank=True, help_text=_("Hours a week that learners need at least.")
    )
    max_effort = models.PositiveSmallIntegerField(
        _("most effort"), null=True, blank=True, help_text=_("Hours a week that learners need at most.")
    )
    weeks = models.PositiveSmallIntegerField(_("weeks"), null=True, blank=True, help_text=_("How many weeks it takes."))
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_('The languages that it is taught in, as codes, e.g. ["en", "es-419"].'),
    )
    visibility = models.CharField(
        _("visibility"),
        max_length=16,
        choices=Visibility.choices,
        default=Visibility.PUBLIC,
        help_text=_("Unlisted: in no list, and seen by whoever has the address of its page. Hidden: not seen at all."),
    )
    invitation_only = models.BooleanField(
        _("by invitation only"), default=False, help_text=_("If on, learners cannot enroll by themselves.")
    )
    slug = ExactCharField(
        _("slug"),
        blank=True,
        help_text=_("The end of the address of its page. Blank: made from the title. Former ones lead to the new one."),
    )

    class Meta:
        abstract = True


class AbstractCourseListing(AbstractListing):
    """What learners read of a course."""

    image = models.ImageField(
        _("image"),
        upload_to="openedx_catalog/listings",
        max_length=255,
        blank=True,
        help_text=_("PNG, JPEG, GIF or WebP, at most 2 MB."),
    )
    image_alt = TitleCharField(
        _("image description"),
        blank=True,
        default="",
        help_text=_("What is to be seen in the image, for those who cannot see it. Required with an image."),
    )
    level = models.ForeignKey(
        "Level", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("level")
    )
    readable_id = ExactCharField(
        _("readable ID"),
        null=True,
        blank=True,
        help_text=_('For reports, e.g. "MITx-14.100x". Unique, ignoring case.'),
    )
    readable_id_ci = FoldedCharField(source="readable_id", unique=True)
    live = models.BooleanField(
        _("live"), default=False, help_text=_("If on, learners see the page of the course. If off, it is being prepared.")
    )

    class Meta:
        abstract = True

    @property
    def thumbnail_url(self) -> str:
        """The address of the smaller form of its image, or ""."""
        return self.image.storage.url(thumbnail_name(str(self.image.name))) if self.image else ""

    @property
    def subjects(self) -> list[Any]:
        """The subjects in order. No query where they are prefetched (`with_parts`)."""
        rows: Any = self.subject_rows  # type: ignore[attr-defined]  # the end of a foreign key of each table's own
        return [row.subject for row in rows.all()]


class AbstractCourseRunListing(AbstractListing):
    """What learners read of a run beside what they read of its course."""

    courseware_url = models.URLField(
        _("address of the courseware"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("Where learners take the run. Blank: as OPENEDX_CATALOG_COURSEWARE_URL says."),
    )
    live = models.BooleanField(
        _("live"), default=True, help_text=_("If off, the run is not shown with its course: it is being prepared, or over.")
    )
    unscheduled = models.BooleanField(
        _("not scheduled"), default=False, help_text=_("If on, its dates are placeholders, and learners do not see them.")
    )

    class Meta:
        abstract = True
