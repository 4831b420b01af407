"""SearchIndex: which documents are searched, and how far they follow the catalog."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import ExactCharField
from openedx_catalog.lib.models import CatalogModel


class SearchIndex(CatalogModel):
    """
    An index that an engine keeps by this name. The live one is searched; another one is being made, or was given up.

    .. no_pii:
    """

    is_made_of_others: ClassVar[bool] = True

    name = ExactCharField(_("name"), max_length=64, unique=True, help_text=_("What the engine calls it."))
    engine = ExactCharField(_("engine"), help_text=_("The class that keeps it: OPENEDX_CATALOG_SEARCH_ENGINE of that time."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    documents = models.PositiveIntegerField(
        _("documents"), default=0, help_text=_("How many it had when it was made. Those of later changes are not counted.")
    )
    position = models.BigIntegerField(
        _("position"), help_text=_("Of the change feed: all changes up to this one are in the index.")
    )
    looked_at = models.DateTimeField(
        _("looked at"),
        help_text=_("Dates that have passed by then are in the index, too: runs that begin or end, for example."),
    )
    # True for one at most, else NULL, of which a unique index takes as many as there are.
    is_live = models.BooleanField(
        _("live"), null=True, unique=True, editable=False, help_text=_("It is the one that is searched.")
    )

    class Meta:
        verbose_name = _("Search Index")
        verbose_name_plural = _("Search Indexes")

    def __str__(self) -> str:
        return self.name
