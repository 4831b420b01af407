"""The table."""

from django.db import models

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ModifiedField
from openedx_catalog.lib.models import CatalogModel
from openedx_catalog.models_api import CatalogCourse


class Handout(CatalogModel):
    """
    A text that goes with a catalog course.

    .. no_pii:
    """

    slug = models.SlugField(max_length=64, unique=True, help_text="Names the handout in its address.")
    text = models.TextField(blank=True, help_text="What learners read.")
    catalog_course = models.ForeignKey(CatalogCourse, on_delete=models.PROTECT, related_name="handouts")
    modified = ModifiedField(null=True)

    history = CatalogHistoricalRecords()

    def __str__(self) -> str:
        return self.slug
