"""Factories, and in `contracts` test classes, for whoever builds on the catalog: ``pip install openedx-catalog[testing]``."""

from .factories import ApiFactory, CatalogCourseFactory, CourseRunFactory, OrganizationFactory

__all__ = ["ApiFactory", "CatalogCourseFactory", "CourseRunFactory", "OrganizationFactory"]
