"""What learners read of courses and runs: satellites of the core's tables, and who of them may be known to everybody."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.linked import Link
from openedx_catalog.lib.routing import CatalogQuerySet

from .bases import AbstractCourseListing, AbstractCourseRunListing, Visibility

_KEPT_WITH = "openedx_catalog_listings.CourseListing"


def shown(prefix: str = "", *, unlisted: bool = False) -> Q:
    """The condition that a listing is live and public; with `unlisted` also one that only its address leads to."""
    allowed = [Visibility.PUBLIC, Visibility.UNLISTED] if unlisted else [Visibility.PUBLIC]
    return Q(**{f"{prefix}live": True, f"{prefix}visibility__in": allowed})


class CourseListingQuerySet(CatalogQuerySet):
    """Adjectives for listings of courses."""

    def public(self) -> Self:
        """Only those that lists show: live and public."""
        return self.filter(shown())

    def reachable(self) -> Self:
        """Those and the unlisted ones: for whoever has their address."""
        return self.filter(shown(unlisted=True))

    def with_course(self) -> Self:
        """Join the course, its organization, and the level."""
        return self.select_related("catalog_course__org", "level")

    def with_parts(self) -> Self:
        """Prefetch subjects and owners, in order: two queries."""
        return self.prefetch_related("subject_rows__subject", "owner_rows__organization")


class CourseListing(AbstractCourseListing):
    """
    What learners read of a catalog course. A course without one has no page.

    .. no_pii:
    """

    Visibility = Visibility
    kept_with: ClassVar[str] = _KEPT_WITH

    catalog_course = models.OneToOneField(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="listing", verbose_name=_("catalog course")
    )

    objects = CourseListingQuerySet.as_manager()
    history = CatalogHistoricalRecords(excluded=("readable_id_ci",))

    class Meta:
        verbose_name = _("Course Listing")
        verbose_name_plural = _("Course Listings")
        indexes = [models.Index(fields=["live", "visibility", "id"], name="oex_listings_course_shown")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What learners read: its own title, or that of the course."""
        return self.title_override or self.catalog_course.title

    @property
    def is_public(self) -> bool:
        """Whether lists show it, as `shown` says of rows."""
        return self.live and self.visibility == Visibility.PUBLIC

    @property
    def owners(self) -> list[Any]:
        """The organizations that own the course, in order: where nobody has said any, that of its key."""
        return [row.organization for row in self.owner_rows.all()] or [self.catalog_course.org]

    @property
    def image_url(self) -> str:
        """The address of its image, or ""."""
        return self.image.url if self.image else ""


class LinkQuerySet(CatalogQuerySet):
    """What listings have."""

    def public(self) -> Self:
        """Only what public listings have."""
        return self.filter(shown("listing__"))


class CourseListingSubject(Link):
    """
    A subject of a course.

    .. no_pii:
    """

    kept_with: ClassVar[str] = _KEPT_WITH
    ends = ("listing", "subject")
    listing = models.ForeignKey(
        "CourseListing", on_delete=models.CASCADE, related_name="subject_rows", verbose_name=_("course listing")
    )
    subject = models.ForeignKey(
        # What an event is about is a subject, too: other languages have another word for that.
        "Subject",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("of a course", "subject"),
    )

    objects = LinkQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Subject of a Course")
        verbose_name_plural = _("Subjects of Courses")
        constraints = [models.UniqueConstraint(fields=["listing", "subject"], name="oex_listings_subject_uniq")]


class CourseListingOwner(Link):
    """
    An organization that owns a course.

    .. no_pii:
    """

    kept_with: ClassVar[str] = _KEPT_WITH
    ends = ("listing", "organization")
    listing = models.ForeignKey(
        "CourseListing", on_delete=models.CASCADE, related_name="owner_rows", verbose_name=_("course listing")
    )
    organization = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    objects = LinkQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Owner of a Course")
        verbose_name_plural = _("Owners of Courses")
        constraints = [models.UniqueConstraint(fields=["listing", "organization"], name="oex_listings_owner_uniq")]


class CourseRunListingQuerySet(CatalogQuerySet):
    """Adjectives for listings of runs."""

    def public(self) -> Self:
        """Only those of runs that the page of a public course shows."""
        return self.public_by_themselves().filter(shown("run__catalog_course__listing__"))

    def public_by_themselves(self) -> Self:
        """Only those that are live and public, of runs that are there, whatever their courses are."""
        return self.filter(shown(), run__withdrawal=None)


class CourseRunListing(AbstractCourseRunListing):
    """
    What learners read of a run beside what they read of its course. A run without one is shown as its course is.

    .. no_pii:
    """

    Visibility = Visibility
    kept_with: ClassVar[str] = _KEPT_WITH

    run = models.OneToOneField(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="listing", verbose_name=_("run")
    )

    objects = CourseRunListingQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Run Listing")
        verbose_name_plural = _("Run Listings")

    def __str__(self) -> str:
        return self.title_override or self.run.title

    @property
    def is_public(self) -> bool:
        """Whether it is live and public itself; its course may not be."""
        return self.live and self.visibility == Visibility.PUBLIC
