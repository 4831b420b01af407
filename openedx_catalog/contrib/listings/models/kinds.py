"""By what learners look for courses: subjects and levels, whose names are translated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import public_uuid
from openedx_catalog.lib.named import Named, slug_field


class Translated(Named):
    """What has a name in several languages."""

    uuid = public_uuid()
    slug = slug_field(_('The end of addresses that name it, e.g. "computer-science". Leave blank to make it from the name.'))
    translations = models.JSONField(
        _("names in other languages"),
        default=dict,
        blank=True,
        help_text=_('By the code of the language, e.g. {"es": "Informática"}.'),
    )

    class Meta(Named.Meta):
        abstract = True

    def name_in(self, language: str | None = None) -> str:
        """Its name in a language, by default that of the request: as given, else of the language at large, else as it is."""
        code = (language or get_language() or "").lower()
        names = {each.lower(): name for each, name in self.translations.items()}
        return names.get(code) or names.get(code.partition("-")[0]) or self.name


class Subject(Translated):
    """
    A field of study, e.g. ``computer-science``.

    .. no_pii:
    """

    history = CatalogHistoricalRecords(unindexed=("uuid", "slug"))

    class Meta(Named.Meta):
        verbose_name = _("Subject")
        verbose_name_plural = _("Subjects")


class Level(Translated):
    """
    How much a course asks of learners, e.g. ``introductory``.

    .. no_pii:
    """

    history = CatalogHistoricalRecords(unindexed=("uuid", "slug"))

    class Meta(Named.Meta):
        verbose_name = _("Level")
        verbose_name_plural = _("Levels")
