"""Shared by the resources of the catalog, and by those of optional apps whose bodies name catalog courses and runs."""

from __future__ import annotations

from typing import Any

from ... import api
from ...lib.rest.base import ResourceViewSet, is_uuid


def find_course(name: str) -> Any:
    """The catalog course of a uuid or a key, in a URL or a body. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey."""
    return api.get_catalog_course(uuid=name) if is_uuid(name) else api.get_catalog_course(key_str=name)


class CatalogViewSet(ResourceViewSet):
    """A resource whose bodies name catalog courses and runs: what does not exist is an error of its field."""

    def target(self, field: str, key: str) -> Any:
        """The catalog course that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: find_course(key))

    def target_run(self, field: str, key: str) -> Any:
        """The course key of a run that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: api.get_course_run(key).course_key)
