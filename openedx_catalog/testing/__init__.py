"""Factories for the tests of whoever builds on the catalog: ``pip install openedx-catalog[testing]``."""

from .factories import CatalogCourseFactory, CourseRunFactory, OrganizationFactory

__all__ = ["CatalogCourseFactory", "CourseRunFactory", "OrganizationFactory"]
