"""When a program was published first."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.models import CatalogModel


class ProgramPublication(CatalogModel):
    """
    That a program was active once. Inserted in the transaction that makes it so: of two that publish it, one finds the row.

    .. no_pii:
    """

    program = models.OneToOneField(
        "openedx_catalog_programs.Program", on_delete=models.CASCADE, related_name="+", verbose_name=_("program")
    )
    first_published_at = models.DateTimeField(
        _("first published at"), default=timezone.now, editable=False, help_text=_("At the latest: when this app noticed it.")
    )

    class Meta:
        verbose_name = _("Publication of a Program")
        verbose_name_plural = _("Publications of Programs")

    def __str__(self) -> str:
        return f"{self.program_id}"
