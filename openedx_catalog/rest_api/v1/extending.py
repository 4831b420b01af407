"""What optional apps add to runs, catalog courses and programs over REST: fields, shown or taken, and filters of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import router
from django_filters import Filter, FilterSet
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from ... import permissions
from ...extensions import installed_extensions
from ...lib.rest.base import ResourceViewSet
from ...lib.rest.serializers import Reader, Writer
from ...lib.transactions import atomically


class RowFields:
    """
    The fields of an app in the representation of a row, and in the bodies that create and change one; filters of the list.

    An extension names a subclass of `RunFields`, `CourseFields` or `ProgramFields`. `model` is what a user must be allowed to
    change in order to write them, besides the row.
    """

    model: ClassVar[Any]
    # {name: field}, each with ``source="*"``, since no column of the row is meant.
    shown: ClassVar[dict[str, serializers.Field]] = {}
    # {name: field}, each with ``required=False``.
    written: ClassVar[dict[str, serializers.Field]] = {}
    # {parameter: filter} of the list of rows; without a `method` by name, since the filter set is none of the app's. Those of
    # runs narrow the list of programs, too, unless an app has one of that name for programs themselves.
    filters: ClassVar[dict[str, Filter]] = {}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        """``{id of a row: {field: value}}``, asked once for each page; what is absent is shown as null."""
        return {}

    @classmethod
    def write(cls, name: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        """
        Store those of `written` that a body has, in the transaction of the row. A CatalogError refuses both.

        `provenance` is who, where from and why, for a function of the app's API.
        """


class RunFields(RowFields):
    """Those of a course run (`CatalogExtensionConfig.course_run_fields`); `write` gets its course key."""


class CourseFields(RowFields):
    """Those of a catalog course (`CatalogExtensionConfig.catalog_course_fields`); `write` gets its uuid, or its key."""


class ProgramFields(RowFields):
    """Those of a program (`CatalogExtensionConfig.program_fields`), which are shown; bodies do not take them."""


Fields = Callable[[], Iterator[type[RowFields]]]


def all_run_fields() -> Iterator[type[RowFields]]:
    """Those of runs of all extensions, in the order of INSTALLED_APPS."""
    return (found for config in installed_extensions() if (found := config.course_run_fields()) is not None)


def all_course_fields() -> Iterator[type[RowFields]]:
    """Those of catalog courses, likewise."""
    return (found for config in installed_extensions() if (found := config.catalog_course_fields()) is not None)


def all_program_fields() -> Iterator[type[RowFields]]:
    """Those of programs, likewise."""
    return (found for config in installed_extensions() if (found := config.program_fields()) is not None)


def showing_extensions(fields: Fields) -> Callable[[type[Reader]], type[Reader]]:
    """Decorate a reader: it shows what extensions add, too, by one call of each for all rows that are read."""

    def decorate(reader: type[Reader]) -> type[Reader]:
        parts = [part for part in fields() if part.shown]

        def related(cls: Any, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
            found: dict[int, dict[str, Any]] = {pk: {} for pk in pks}
            for part in parts:
                said = part.read(pks, viewer)
                for pk in pks:
                    found[pk] |= {name: said.get(pk, {}).get(name) for name in part.shown}
            return found

        return _with(reader, [part.shown for part in parts], related=classmethod(related)) if parts else reader

    return decorate


def taking_extensions(fields: Fields) -> Callable[[type[Writer]], type[Writer]]:
    """Decorate a writer: it takes what extensions take, too."""
    return lambda writer: _with(writer, [part.written for part in fields() if part.written])


def narrowed_by_extensions(fields: Fields) -> Callable[[type[FilterSet]], type[FilterSet]]:
    """Decorate the filters of a list: it takes those of extensions, too."""
    return lambda filters: _with(filters, [part.filters for part in fields() if part.filters])


class TakesExtensions(ResourceViewSet):
    """A resource whose bodies hold fields of extensions, too."""

    # staticmethod(all_run_fields), or all_course_fields.
    extended_by: Any = None

    def with_extensions(self, values: dict[str, Any], store: Callable[[dict[str, Any]], Any]) -> Any:
        """Store a row, and what a body says of it to extensions: all of it, or nothing. Raises PermissionDenied."""
        parts = {part: {name: values.pop(name) for name in part.written if name in values} for part in self.extended_by()}
        given = {part: more for part, more in parts.items() if more}
        if not all(permissions.can_write(self.request.user, part.model, "change") for part in given):
            raise PermissionDenied

        def work() -> Any:
            # Again from the same values, where another writer was faster.
            row = store(dict(values))
            for part, more in given.items():
                part.write(self.lookup_of(row), dict(more), self.provenance())
            return row

        return atomically(router.db_for_write(self.model), work) if given else work()


def _with(base: Any, declared: Sequence[Mapping[str, Any]], **members: Any) -> Any:
    """A serializer or a filter set that declares these fields or filters, too."""
    if not declared:
        return base
    for more in declared:
        members |= more
    said = {"__doc__": base.__doc__, "__module__": base.__module__}
    # By the same name, which is what the OpenAPI document calls it.
    return type(base)(base.__name__, (base,), {**said, **members})
