"""CourseRunType: the tracks of a run. CourseType: what runs of a course may be, and what is sold for the course."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import public_uuid
from openedx_catalog.lib.models import CatalogModel, TimestampedModel
from openedx_catalog.lib.named import Named, slug_field

from .kinds import Kind


class NamedType(TimestampedModel, Kind):
    """A type, which other systems know by its uuid or its slug."""

    uuid = public_uuid()
    slug = slug_field(_('Identifies it in other systems, e.g. "verified-audit". Leave blank to make it from the name.'))

    class Meta(Named.Meta):
        abstract = True


class Link(CatalogModel):
    """Two rows that go together; `ends` are the names of their columns."""

    ends: ClassVar[tuple[str, str]]

    class Meta:
        abstract = True
        ordering: tuple[str, ...] = ("id",)

    def __str__(self) -> str:
        return ": ".join(str(getattr(self, f"{name}_id")) for name in self.ends)


class CourseRunType(NamedType):
    """
    Which tracks a run has, e.g. "Verified and Audit".

    .. no_pii:
    """

    tracks: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "Track", through="CourseRunTypeTrack", related_name="course_run_types"
    )
    is_marketable = models.BooleanField(
        _("marketable"), default=True, help_text=_("If off, runs of this type are not shown to learners who look for courses.")
    )

    history = CatalogHistoricalRecords(unindexed=("uuid", "slug"))

    class Meta(Named.Meta):
        verbose_name = _("Course Run Type")
        verbose_name_plural = _("Course Run Types")


class CourseRunTypeTrack(Link):
    """
    A track of a course run type.

    .. no_pii:
    """

    ends = ("course_run_type", "track")
    course_run_type = models.ForeignKey(
        "CourseRunType", on_delete=models.CASCADE, related_name="track_rows", verbose_name=_("course run type")
    )
    track = models.ForeignKey("Track", on_delete=models.PROTECT, related_name="+", verbose_name=_("track"))

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Track of a Course Run Type")
        verbose_name_plural = _("Tracks of Course Run Types")
        constraints = [models.UniqueConstraint(fields=["course_run_type", "track"], name="oex_course_types_track_uniq")]


class CourseType(NamedType):
    """
    What a course is sold as, and which types its runs may have, e.g. "Verified and Audit". Of two that fit a course, the one
    that was created first is taken.

    .. no_pii:
    """

    course_run_types: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "CourseRunType", through="CourseTypeRunType", related_name="course_types"
    )
    entitlement_types: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "SeatType", through="CourseTypeEntitlement", related_name="course_types"
    )

    history = CatalogHistoricalRecords(unindexed=("uuid", "slug"))

    class Meta(Named.Meta):
        verbose_name = _("Course Type")
        verbose_name_plural = _("Course Types")


class CourseTypeRunType(Link):
    """
    A type that runs of a course of this type may have, in the order of `position`.

    .. no_pii:
    """

    ends = ("course_type", "course_run_type")
    course_type = models.ForeignKey(
        "CourseType", on_delete=models.CASCADE, related_name="run_type_rows", verbose_name=_("course type")
    )
    course_run_type = models.ForeignKey(
        "CourseRunType", on_delete=models.PROTECT, related_name="+", verbose_name=_("course run type")
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Course Run Type of a Course Type")
        verbose_name_plural = _("Course Run Types of Course Types")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["course_type", "course_run_type"], name="oex_course_types_run_type_uniq")
        ]


class CourseTypeEntitlement(Link):
    """
    An entitlement that is sold for courses of a type.

    .. no_pii:
    """

    ends = ("course_type", "seat_type")
    course_type = models.ForeignKey(
        "CourseType", on_delete=models.CASCADE, related_name="entitlement_rows", verbose_name=_("course type")
    )
    seat_type = models.ForeignKey("SeatType", on_delete=models.PROTECT, related_name="+", verbose_name=_("seat type"))

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Entitlement of a Course Type")
        verbose_name_plural = _("Entitlements of Course Types")
        constraints = [models.UniqueConstraint(fields=["course_type", "seat_type"], name="oex_course_types_entitlement_uniq")]


class CourseTypeOrganization(Link):
    """
    An organization whose courses may have this type. A type that names none is for all.

    .. no_pii:
    """

    ends = ("course_type", "organization")
    course_type = models.ForeignKey(
        "CourseType", on_delete=models.CASCADE, related_name="organization_rows", verbose_name=_("course type")
    )
    organization = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Organization of a Course Type")
        verbose_name_plural = _("Organizations of Course Types")
        constraints = [
            models.UniqueConstraint(fields=["course_type", "organization"], name="oex_course_types_organization_uniq")
        ]
