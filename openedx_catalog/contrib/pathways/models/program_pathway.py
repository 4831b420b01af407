"""The pathways of programs that an LMS and Credentials read from discovery: where their credits and certificates count."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.programs.models.bases import public as public_programs
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import TitleCharField, public_uuid
from openedx_catalog.lib.linked import Link
from openedx_catalog.lib.models import CatalogModel, GuardedModel, TimestampedModel
from openedx_catalog.lib.routing import CatalogQuerySet

KEPT_WITH = "openedx_catalog_pathways.ProgramPathway"


class ProgramPathwayQuerySet(CatalogQuerySet):
    """Adjectives for pathways of programs."""

    def published(self) -> Self:
        """Only those that the LMS and Credentials show."""
        return self.filter(status=ProgramPathway.Status.PUBLISHED)

    public = published


class ProgramPathwayProgramQuerySet(CatalogQuerySet):
    """Rows that are as public as the pathway they belong to, and its program."""

    def public(self) -> Self:
        """Only those of published pathways with programs that everybody may know of."""
        return self.filter(public_programs("program__"), pathway__status=ProgramPathway.Status.PUBLISHED)


class ProgramPathway(TimestampedModel, GuardedModel):
    """
    A university or a company that accepts the record of a program, e.g. as credit. discovery calls it a pathway.

    Its `id` is what the LMS calls it by; it never changes.

    .. pii: ``email`` is where records of learners are sent: of an office, but it may be a person's.
    .. pii_types: email_address
    .. pii_retirement: retained
    """

    kept_with: ClassVar[str] = KEPT_WITH

    class Type(models.TextChoices):
        """For what the record counts."""

        CREDIT = "credit", _("Credit")
        INDUSTRY = "industry", _("Industry")

    class Status(models.TextChoices):
        """Whether the LMS and Credentials show it."""

        UNPUBLISHED = "unpublished", _("Unpublished")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    uuid = public_uuid()
    name = TitleCharField(_("name"), help_text=_("What learners choose, when they send their record."))
    org_name = TitleCharField(_("organization"), blank=True, default="", help_text=_("Who accepts the record."))
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        default="",
        help_text=_("Where the records of learners are sent. Without it the LMS does not show the pathway."),
    )
    description = models.TextField(_("description"), blank=True, default="")
    destination_url = models.URLField(_("address"), max_length=255, blank=True, default="", help_text=_("For more about it."))
    pathway_type = models.CharField(_("type"), max_length=16, choices=Type.choices, default=Type.CREDIT)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.UNPUBLISHED)

    objects = ProgramPathwayQuerySet.as_manager()
    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Program Pathway")
        verbose_name_plural = _("Program Pathways")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Whether the LMS and Credentials show it."""
        return self.status == self.Status.PUBLISHED


class ProgramPathwayProgram(Link, CatalogModel):
    """
    A program whose record is accepted.

    .. no_pii:
    """

    kept_with: ClassVar[str] = KEPT_WITH
    ends = ("pathway", "program")
    pathway = models.ForeignKey(
        "ProgramPathway", on_delete=models.CASCADE, related_name="program_rows", verbose_name=_("program pathway")
    )
    program = models.ForeignKey(
        "openedx_catalog_programs.Program", on_delete=models.CASCADE, related_name="+", verbose_name=_("program")
    )

    objects = ProgramPathwayProgramQuerySet.as_manager()
    history = CatalogHistoricalRecords()

    class Meta(Link.Meta):
        verbose_name = _("Program of a Pathway")
        verbose_name_plural = _("Programs of Pathways")
        constraints = [models.UniqueConstraint(fields=["pathway", "program"], name="oex_pathways_program_uniq")]
