"""Shared by the resources of the catalog, and by those of optional apps whose bodies name catalog courses and runs."""

from __future__ import annotations

from typing import Any

from ... import api
from ...lib.rest.base import ResourceViewSet


class CatalogViewSet(ResourceViewSet):
    """A resource whose bodies name catalog courses and runs: what does not exist is an error of its field."""

    def target(self, field: str, key: str) -> Any:
        """The catalog course that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: api.get_catalog_course(key_str=key))

    def target_run(self, field: str, key: str) -> Any:
        """The course key of a run that a field of the body names. Raises ValidationError on that field."""
        return self.named(field, lambda: api.get_course_run(key).course_key)
