"""The app of CourseMode."""

from django.apps import AppConfig


class CourseModesConfig(AppConfig):
    """As the platform calls it."""

    name = "common.djangoapps.course_modes"
    label = "course_modes"
