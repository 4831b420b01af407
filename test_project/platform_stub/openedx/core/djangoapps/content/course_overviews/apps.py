"""The app of CourseOverview."""

from django.apps import AppConfig


class CourseOverviewsConfig(AppConfig):
    """Loads the overview when a course is published, and deletes it with the course."""

    name = "openedx.core.djangoapps.content.course_overviews"
    label = "course_overviews"

    def ready(self):
        from xmodule.modulestore.django import COURSE_DELETED, COURSE_PUBLISHED

        from .models import CourseOverview

        def load(sender, course_key, **kwargs):
            if course_key.is_course:
                CourseOverview.load_from_module_store(course_key)

        def remove(sender, course_key, **kwargs):
            CourseOverview.objects.filter(id=course_key).delete()

        COURSE_PUBLISHED.connect(load, weak=False)
        COURSE_DELETED.connect(remove, weak=False)
