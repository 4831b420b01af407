"""
The column types of the catalog: those of `lib.fields`, and those that know of course keys and organizations.

Migrations name them here.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from opaque_keys.edx.django.models import CourseKeyField

from .lib.fields import BINARY as BINARY
from .lib.fields import CASE_INSENSITIVE as CASE_INSENSITIVE
from .lib.fields import CASE_SENSITIVE as CASE_SENSITIVE
from .lib.fields import CollatedCharField as CollatedCharField
from .lib.fields import CollatedTextField as CollatedTextField
from .lib.fields import FoldedCharField as FoldedCharField
from .lib.fields import ModifiedField as ModifiedField
from .lib.routing import rows_of


class _FollowedByUs(ForwardManyToOneDescriptor):
    """Reads the other row by our rule, where Django would ask the manager of the other model."""

    def get_queryset(self, **hints: Any) -> Any:
        queryset: Any = rows_of(self.field.remote_field.model)
        queryset._add_hints(**hints)
        return queryset


class OrganizationForeignKey(models.ForeignKey):
    """A foreign key to a model whose manager is not ours; migrations know it as Django's. See `routing`."""

    forward_related_accessor_class = _FollowedByUs

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class ExactCourseKeyField(CourseKeyField):
    """
    The key of a run, which tells letters apart on every database: its collation is that of `lib.fields.ExactCharField`.

    The library's own argument for it, ``case_sensitive``, is newer than the release that Ulmo and other services run (3.0).
    """

    def db_parameters(self, connection: Any) -> Any:
        return {**super().db_parameters(connection), "collation": CASE_SENSITIVE.get(connection.vendor)}


@CourseKeyField.register_lookup
class KeyText(models.Transform):
    """
    ``course_key__text``: the key column as the plain text it is.

    Reading or comparing a CourseKeyField parses every value, at 11 µs each; this costs nothing, and uses the same index.
    """

    lookup_name = "text"
    output_field = CollatedCharField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        return compiler.compile(self.lhs)
