"""Factories, and in `contracts` test classes, for whoever builds on the catalog: ``pip install openedx-catalog[testing]``."""

from .factories import (
    ApiFactory,
    CatalogCourseFactory,
    CatalogPathwayFactory,
    CourseRunFactory,
    DeletedRunKeyFactory,
    OrganizationFactory,
    PathwayCategoryFactory,
)

__all__ = [
    "ApiFactory",
    "CatalogCourseFactory",
    "CatalogPathwayFactory",
    "CourseRunFactory",
    "DeletedRunKeyFactory",
    "OrganizationFactory",
    "PathwayCategoryFactory",
]
