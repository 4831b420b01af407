"""CourseOverview, with the names, types and label of the platform's fields that the catalog reads."""

from django.db import models
from model_utils.models import TimeStampedModel
from opaque_keys.edx.django.models import CourseKeyField


class CourseOverviewCaseMismatchException(Exception):
    """As the platform calls it."""


class CourseOverview(TimeStampedModel):
    """What LMS and CMS know of a course run; a cache that is loaded, and loaded again, from the modulestore."""

    class Meta:
        app_label = "course_overviews"

    VERSION = 19

    version = models.IntegerField(default=VERSION)
    id = CourseKeyField(db_index=True, primary_key=True, max_length=255)
    org = models.TextField(max_length=255, default="outdated_entry")
    display_name = models.TextField(null=True)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    enrollment_start = models.DateTimeField(null=True)
    enrollment_end = models.DateTimeField(null=True)
    self_paced = models.BooleanField(default=False)
    language = models.TextField(null=True)
    catalog_visibility = models.TextField(null=True)

    @classmethod
    def load_from_module_store(cls, course_key):
        """Save what the modulestore has; also what a lazy reader does in any process."""
        from xmodule.modulestore.django import MODULESTORE

        key = course_key.for_branch(None)
        fields = {name: value for name, value in MODULESTORE[str(course_key)].items() if name != "edited_at"}
        overview = cls.objects.filter(id=key).first() or cls(id=key, org=key.org)
        if overview.id != key:
            # A column that does not mind case has found another one's.
            raise CourseOverviewCaseMismatchException(overview.id, key)
        for name, value in fields.items():
            setattr(overview, name, value)
        overview.save()
        return overview
