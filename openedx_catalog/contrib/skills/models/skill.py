"""Skill: what somebody can do who has learned it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, FoldedCharField, TitleCharField, public_uuid
from openedx_catalog.lib.models import TimestampedModel


class Skill(TimestampedModel):
    """
    What courses teach, e.g. "Circuit analysis". Known by its uuid: of "C", "C++" and "C#" any slug would be the same.

    .. no_pii:
    """

    uuid = public_uuid()
    name = TitleCharField(_("name"), help_text=_('What people read, e.g. "Circuit analysis". Unique, ignoring case.'))
    name_ci = FoldedCharField(source="name", unique=True)
    external_id = ExactCharField(
        _("external ID"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("What the service calls it that found it, so that another name there is still the same skill."),
    )
    description = models.TextField(_("description"), blank=True, default="", help_text=_("What it means, in a few sentences."))

    history = CatalogHistoricalRecords(excluded=("name_ci",), unindexed=("uuid", "external_id"))

    class Meta:
        verbose_name = _("Skill")
        verbose_name_plural = _("Skills")
        ordering = ("name_ci", "id")

    def __str__(self) -> str:
        return self.name
