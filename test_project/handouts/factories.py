"""What tests make."""

import factory

from openedx_catalog.testing import ApiFactory, CatalogCourseFactory

from . import api
from .models import Handout


class HandoutFactory(ApiFactory):
    """A handout of a new course, or of ``catalog_course=``."""

    class Meta:
        model = Handout

    create_row = staticmethod(api.create_handout)
    slug = factory.Sequence(lambda n: f"handout-{n}")
    catalog_course = factory.SubFactory(CatalogCourseFactory)
