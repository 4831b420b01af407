"""The abstract bases made concrete in another app, with a column more; ``openedx_catalog`` is not installed here."""

from django.db import models

from openedx_catalog.abstract_models import AbstractCatalogCourse, AbstractCourseRun, AbstractCourseSchedule
from openedx_catalog.history import CatalogHistoricalRecords


class CatalogCourse(AbstractCatalogCourse):
    department = models.CharField(max_length=64, blank=True)

    history = CatalogHistoricalRecords(excluded=("course_code_ci",))

    class Meta(AbstractCatalogCourse.Meta):
        pass


class CourseRun(AbstractCourseRun):
    class Meta(AbstractCourseRun.Meta):
        pass


class CourseSchedule(AbstractCourseSchedule):
    class Meta(AbstractCourseSchedule.Meta):
        pass
