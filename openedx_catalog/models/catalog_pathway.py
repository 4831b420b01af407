"""CatalogPathway."""

from __future__ import annotations

from typing import NewType, TypeAlias

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from ..fields import CASE_INSENSITIVE, CollatedTextField, OrganizationForeignKey
from ..lib.fields import ExactCharField, TitleCharField, row_number
from ..organization_names import find_organization
from ..querysets import CatalogPathwayQuerySet
from .pathway_category import CodedModel, PathwayCategory, check_code, check_text, code_and_title_rules

MAX_DESCRIPTION = 10_000


class CatalogPathway(CodedModel):
    """
    What learners find and enroll in of a pathway, e.g. ``catalog-pathway:MITx:DataScience2026``: title, category, description.

    What it takes to complete one is content, which openedx-core keeps elsewhere, points at this row, and versions. So this
    may exist without. The table is that of openedx-core (ADR 0007): put new fields into a satellite in your own app.

    .. no_pii:
    """

    CatalogPathwayID = NewType("CatalogPathwayID", int)
    ID: TypeAlias = CatalogPathwayID
    IDField = models.BigAutoField

    id = row_number(_("Of this database only. Elsewhere a pathway is named by its key."))
    org = OrganizationForeignKey(
        Organization, on_delete=models.PROTECT, related_name="catalog_pathways", verbose_name=_("organization")
    )
    pathway_code = ExactCharField(
        _("pathway code"), help_text=_('Names the pathway within its organization, for example "DataScience2026".')
    )
    created = models.DateTimeField(_("creation date"), auto_now_add=True, editable=False)
    modified = models.DateTimeField(_("last modification"), auto_now=True, editable=False)
    title = TitleCharField(
        _("title"), blank=True, help_text=_("What learners read. If it is left empty, the code is taken as the title.")
    )
    category = models.ForeignKey(
        PathwayCategory,
        on_delete=models.PROTECT,
        related_name="pathways",
        verbose_name=_("category"),
        help_text=_("What learners call this kind of pathway."),
    )
    description = CollatedTextField(
        _("description"),
        blank=True,
        default="",
        max_length=MAX_DESCRIPTION,
        db_collations=CASE_INSENSITIVE,
        help_text=_("What learners read where they choose among pathways."),
    )

    objects = CatalogPathwayQuerySet.as_manager()

    class Meta:
        verbose_name = _("Catalog Pathway")
        verbose_name_plural = _("Catalog Pathways")
        ordering = ("-created",)
        indexes = [models.Index(fields=["org", "pathway_code"])]
        constraints = [
            models.UniqueConstraint("org", Lower("pathway_code"), name="oex_catalog_catalogpathway_org_code_uniq_ci"),
            *code_and_title_rules("oex_catalog_catalogpathway", "pathway_code", "pathway_code_regex"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.org_code} {self.pathway_code})"

    @property
    def org_code(self) -> str:
        """The organization's short_name, e.g. "MITx"."""
        return self.org.short_name

    @org_code.setter
    def org_code(self, org_code: str) -> None:
        self.org = find_organization(Organization, org_code)

    @property
    def key_str(self) -> str:
        """``catalog-pathway:MITx:DataScience2026``. Changes with the organization's short_name."""
        return f"catalog-pathway:{self.org_code}:{self.pathway_code}"

    def clean(self) -> None:
        """Give the title its default, and put the values into the form that is stored. Raises InvalidPathwayValue."""
        self.pathway_code = check_code("pathway_code", self.pathway_code)
        self.title = check_text("title", self.title or "") or self.pathway_code
        self.description = check_text("description", self.description, max_length=MAX_DESCRIPTION)
