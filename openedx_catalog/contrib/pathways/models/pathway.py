"""A learner pathway, and for whom it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.fields import OrganizationForeignKey
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import TitleCharField, public_uuid
from openedx_catalog.lib.linked import Link
from openedx_catalog.lib.models import CatalogModel, GuardedModel, TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet

KEPT_WITH = "openedx_catalog_pathways.LearnerPathway"


class Status(models.TextChoices):
    """Whether learners may know of a pathway."""

    INACTIVE = "inactive", _("Inactive")
    ACTIVE = "active", _("Active")


class Visibility(models.TextChoices):
    """Who of those for whom a pathway is comes to see it."""

    LISTED = "listed", _("Listed")
    UNLISTED = "unlisted", _("Unlisted")


class Scope(models.TextChoices):
    """For whom a pathway is."""

    EVERYBODY = "everybody", _("Everybody")
    ORGANIZATIONS = "organizations", _("Organizations")
    GROUPS = "groups", _("Groups")


def public(prefix: str = "") -> Q:
    """The condition that everybody may know of a pathway: active, listed, and for everybody."""
    wanted = {"status": Status.ACTIVE, "visibility": Visibility.LISTED, "scope": Scope.EVERYBODY}
    return Q(**{f"{prefix}{name}": value for name, value in wanted.items()})


class KeptQuerySet(CatalogQuerySet):
    """Rows that are as public as the pathway they belong to."""

    def public(self) -> Self:
        """Only those of pathways that everybody may know of."""
        return self.filter(public(self.model.path))  # type: ignore[attr-defined]


class Kept(CatalogModel):
    """A row that is shown to whoever may view pathways; to others only with its pathway."""

    kept_with: ClassVar[str] = KEPT_WITH
    path: ClassVar[str] = "pathway__"
    """The way from it to the pathway."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True


class LearnerPathwayQuerySet(KeptQuerySet):
    """Adjectives for pathways."""

    def active(self) -> Self:
        """Only those that learners may know of."""
        return self.filter(status=Status.ACTIVE)

    def listed(self) -> Self:
        """Without those that only their address leads to."""
        return self.filter(visibility=Visibility.LISTED)

    def meant_for(self, organizations: Collection[str], groups: Collection[str]) -> Self:
        """Those for everybody, for one of these organizations (short names), or for one of these groups (names)."""
        organization = LearnerPathwayOrganization.objects.filter(organization__short_name__in=list(organizations))
        group = LearnerPathwayGroup.objects.filter(group__name__in=list(groups))
        return self.filter(
            Q(scope=Scope.EVERYBODY)
            | Q(scope=Scope.ORGANIZATIONS, pk__in=organization.values("pathway_id"))
            | Q(scope=Scope.GROUPS, pk__in=group.values("pathway_id"))
        )


class LearnerPathway(TimestampedModel, Kept, GuardedModel):
    """
    Steps that lead a learner to a goal, e.g. "Become a data analyst": of each he completes some of the courses, programs and
    blocks that it offers. It says nothing of prices and credentials, nor of who has got how far.

    .. no_pii:
    """

    path: ClassVar[str] = ""
    Status = Status
    Visibility = Visibility
    Scope = Scope

    uuid = public_uuid(help_text=_("Identifies this pathway across services; never changes."))
    title = TitleCharField(_("title"), help_text=_("Title shown to learners."))
    overview = models.TextField(
        _("overview"), blank=True, default="", help_text=_("What learners read of the pathway, in a few sentences.")
    )
    image = models.ImageField(
        _("image"),
        upload_to="openedx_catalog/pathways",
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
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=Status.choices,
        default=Status.INACTIVE,
        help_text=_("Inactive: being prepared, or over. Learners do not see it, and no address leads to it."),
    )
    visibility = models.CharField(
        _("visibility"),
        max_length=16,
        choices=Visibility.choices,
        default=Visibility.LISTED,
        help_text=_("Unlisted: in no list, and seen by whoever has its address."),
    )
    scope = models.CharField(
        _("scope"),
        max_length=16,
        choices=Scope.choices,
        default=Scope.EVERYBODY,
        help_text=_("Everybody, learners of the organizations below, or of the groups below. Nobody else sees it."),
    )

    catalog_pathway = models.OneToOneField(
        "openedx_catalog.CatalogPathway",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="learner_pathway",
        verbose_name=_("catalog pathway"),
        help_text=_("What learners enroll in, where they do: this says what it takes to complete it."),
    )

    objects = LearnerPathwayQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Learner Pathway")
        verbose_name_plural = _("Learner Pathways")
        indexes = [models.Index(fields=["status", "visibility", "id"], name="oex_pathways_pathway_shown")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        """Whether learners may know of it."""
        return self.status == Status.ACTIVE

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it, as `public` says of rows."""
        return self.is_active and self.visibility == Visibility.LISTED and self.scope == Scope.EVERYBODY

    @property
    def image_url(self) -> str:
        """The address of its image, or ""."""
        return self.image.url if self.image else ""


class LearnerPathwayOrganization(Link, Kept):
    """
    An organization for whose learners a pathway is.

    .. no_pii:
    """

    ends = ("pathway", "organization")
    pathway = models.ForeignKey(
        "LearnerPathway", on_delete=models.CASCADE, related_name="organization_rows", verbose_name=_("learner pathway")
    )
    organization = OrganizationForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    objects = KeptQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Organization of a Pathway")
        verbose_name_plural = _("Organizations of Pathways")
        constraints = [models.UniqueConstraint(fields=["pathway", "organization"], name="oex_pathways_organization_uniq")]


class LearnerPathwayGroup(Link, Kept):
    """
    A group of customers for which a pathway is.

    .. no_pii:
    """

    ends = ("pathway", "group")
    pathway = models.ForeignKey(
        "LearnerPathway", on_delete=models.CASCADE, related_name="group_rows", verbose_name=_("learner pathway")
    )
    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, related_name="+", verbose_name=_("group"))

    objects = KeptQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Group of a Pathway")
        verbose_name_plural = _("Groups of Pathways")
        constraints = [models.UniqueConstraint(fields=["pathway", "group"], name="oex_pathways_group_uniq")]
