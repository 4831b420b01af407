"""factory_boy factories that write through `openedx_catalog.api`, so that what they make is what the API makes."""

from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory
from organizations.models import Organization

from .. import api
from ..models_api import CatalogCourse, CatalogPathway, CourseRun, DeletedRunKey, PathwayCategory


class ApiFactory(DjangoModelFactory):
    """A factory that calls a function of an API: ``create_row = staticmethod(api.create_…)``."""

    class Meta:
        abstract = True

    create_row: Any

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        return cls.create_row(**kwargs)


class OrganizationFactory(DjangoModelFactory):
    """An active organization: ``ExampleX``, ``Example1X``, …."""

    class Meta:
        model = Organization
        django_get_or_create = ("short_name",)

    short_name = factory.Sequence(lambda n: f"Example{n or ''}X")
    name = factory.SelfAttribute("short_name")


class CatalogCourseFactory(DjangoModelFactory):
    """A catalog course of a new organization, or of ``org=``."""

    class Meta:
        model = CatalogCourse

    org = factory.SubFactory(OrganizationFactory)
    course_code = factory.Sequence(lambda n: f"C{100 + n}")
    title = factory.LazyAttribute(lambda course: f"Introduction to {course.course_code}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, org: Organization, **kwargs: Any) -> CatalogCourse:
        return api.create_catalog_course(org_code=org.short_name, **kwargs)


class CourseRunFactory(DjangoModelFactory):
    """
    A run of a new course, or of ``catalog_course=``, from which its key follows. With ``course_key=`` alone it stands where
    that leads; with both it is moved to the course.
    """

    class Meta:
        model = CourseRun

    class Params:
        run_code = factory.Sequence(lambda n: f"Run{n}")

    catalog_course = factory.SubFactory(CatalogCourseFactory)
    course_key = factory.LazyAttribute(
        lambda run: f"course-v1:{run.catalog_course.org_code}+{run.catalog_course.course_code}+{run.run_code}"
    )
    title = ""

    @classmethod
    def _generate(cls, strategy: Any, params: dict[str, Any]) -> Any:
        if "course_key" in params and not any(name.startswith("catalog_course") for name in params):
            params = {**params, "catalog_course": None}
        return super()._generate(strategy, params)

    @classmethod
    def _create(
        cls, model_class: Any, *args: Any, catalog_course: CatalogCourse | None, course_key: str, **kwargs: Any
    ) -> CourseRun:
        run = api.create_course_run(course_key, **kwargs)
        if catalog_course is not None and run.catalog_course_id != catalog_course.pk:
            run = api.move_course_run(course_key, catalog_course, reason="as the test asks")
        return run


class DeletedRunKeyFactory(DjangoModelFactory):
    """The key of a run that was made and deleted for good."""

    class Meta:
        model = DeletedRunKey

    course_key = factory.Sequence(lambda n: f"course-v1:ExampleX+Gone{n}+Run")
    reason = "as the test asks"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, course_key: str, **provenance: Any) -> DeletedRunKey:
        api.create_course_run(course_key)
        api.delete_course_run(course_key, for_good=True, **provenance)
        return api.get_deleted_run_key(course_key)


class PathwayCategoryFactory(ApiFactory):
    """A category of pathways."""

    class Meta:
        model = PathwayCategory

    create_row = staticmethod(api.create_pathway_category)
    category_code = factory.Sequence(lambda n: f"category-{n}")
    title = factory.Sequence(lambda n: f"Certificate {n}")


class CatalogPathwayFactory(ApiFactory):
    """A pathway of a new organization and category, or of ``org=`` and ``category=``."""

    class Meta:
        model = CatalogPathway

    org = factory.SubFactory(OrganizationFactory)
    category = factory.SubFactory(PathwayCategoryFactory)
    pathway_code = factory.Sequence(lambda n: f"Path{n}")

    @staticmethod
    def create_row(*, org: Organization, **values: Any) -> CatalogPathway:
        return api.create_catalog_pathway(org_code=org.short_name, **values)
