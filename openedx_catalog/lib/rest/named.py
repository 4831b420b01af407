"""What has a name and a slug over the wire; its resource is ``rest_api.v1.base.NamedViewSet``."""

from __future__ import annotations

from functools import partial

import django_filters
from rest_framework import serializers

from .. import values
from ..named import MAX_LENGTH
from .filters import any_of, ordering
from .serializers import Reader, Text, Writer


class NamedReader(Reader):
    """What other systems call it, and people."""

    slug = serializers.CharField()
    name = serializers.CharField()


class NamedWriter(Writer):
    """A row to create, or its changes; the slug follows from the name unless given."""

    name = Text(max_length=MAX_LENGTH)
    slug = Text(max_length=MAX_LENGTH, required=False)


class NamedFilter(django_filters.FilterSet):
    """Filters of whatever has a slug and a name."""

    slugs = any_of("slug", read=partial(values.text, "slugs"))
    ordering = ordering(name="name", slug="slug")
