"""Factories for course catalogs, as `factories`; for hosts with openedx_catalog.contrib.search."""

from __future__ import annotations

import factory

from ..contrib.search import api
from ..contrib.search.models_api import CourseCatalog
from .factories import ApiFactory


class CourseCatalogFactory(ApiFactory):
    """A stored catalog query, that of all courses unless ``query=`` says another."""

    class Meta:
        model = CourseCatalog

    create_row = staticmethod(api.create_course_catalog)
    name = factory.Sequence(lambda n: f"Catalog {n}")
    query = "*"
