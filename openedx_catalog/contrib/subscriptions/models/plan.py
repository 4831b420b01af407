"""SubscriptionPlan: what learners, or those who pay for them, subscribe to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.models import TimestampedModel
from openedx_catalog.lib.named import Named, name_field, slug_field


class SubscriptionPlan(TimestampedModel, Named):
    """
    A subscription that an operator offers. Each has organizations and courses of its own, e.g. ``b2b`` beside ``default``.

    .. no_pii:
    """

    name = name_field(_('What people read, e.g. "For companies".'))
    slug = slug_field(
        _('Identifies it in other systems, e.g. "b2b", and never changes. Leave blank to make it from the name.'),
    )
    # Written by each refresh, which so wait for each other.
    refreshed_at = models.DateTimeField(_("refreshed at"), null=True, editable=False)

    history = CatalogHistoricalRecords(excluded=("refreshed_at",), unindexed=("slug",))

    class Meta(Named.Meta):
        verbose_name = _("Subscription Plan")
        verbose_name_plural = _("Subscription Plans")
