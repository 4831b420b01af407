"""The resource."""

from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from openedx_catalog.lib.rest.serializers import Reader, Text, Writer
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.rest_api.v1.base import CatalogViewSet
from openedx_catalog.rest_api.v1.serializers import CourseReader

from . import api
from .models import Handout


class HandoutReader(Reader):
    """A handout."""

    model = Handout

    slug = serializers.CharField()
    text = serializers.CharField()
    catalog_course = CourseReader()
    modified = serializers.DateTimeField()


class HandoutWriter(Writer):
    """A handout to create."""

    slug = Text(max_length=64)
    text = Text(allow_blank=True, required=False)
    catalog_course = Text(max_length=600)


class HandoutViewSet(CatalogViewSet):
    """Handouts, by slug."""

    model = Handout
    reader = HandoutReader
    writer = HandoutWriter
    fixed_fields = ("slug",)
    lookup_field = "slug"
    minimal_fields = ("slug",)
    references = {CatalogCourse: "catalog_course"}
    create_row = staticmethod(api.create_handout)
    update_row = staticmethod(api.update_handout)
    delete_row = staticmethod(api.delete_handout)


router = SimpleRouter()
router.register("handouts", HandoutViewSet, basename="handout")
