"""What optional apps add to course runs over REST: fields that are shown, and fields that are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from ...extensions import installed_extensions
from ...lib.rest.serializers import Reader, Writer


class RunFields:
    """
    The fields of an app in the representation of a run, and in the bodies that create and change one.

    An extension names a subclass of it (`CatalogExtensionConfig.course_run_fields`). `model` is what a user must be allowed to
    change in order to write them, besides the run.
    """

    model: ClassVar[Any]
    # {name: field}, each with ``source="*"``, since no column of the run is meant.
    shown: ClassVar[dict[str, serializers.Field]] = {}
    # {name: field}, each with ``required=False``.
    written: ClassVar[dict[str, serializers.Field]] = {}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        """``{id of a run: {field: value}}``, asked once for each page; what is absent is shown as null."""
        return {}

    @classmethod
    def write(cls, course_key: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        """
        Store those of `written` that a body has, in the transaction of the run. A CatalogError refuses both.

        `provenance` is who, where from and why, for a function of the app's API.
        """


def all_run_fields() -> Iterator[type[RunFields]]:
    """Those of all extensions, in the order of INSTALLED_APPS."""
    return (found for config in installed_extensions() if (found := config.course_run_fields()) is not None)


def showing_extensions(reader: type[Reader]) -> type[Reader]:
    """Decorate the reader of runs: it shows what extensions add, too, by one call of each for all rows that are read."""
    parts = [part for part in all_run_fields() if part.shown]

    def related(cls: Any, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {pk: {} for pk in pks}
        for part in parts:
            said = part.read(pks, viewer)
            for pk in pks:
                found[pk] |= {name: said.get(pk, {}).get(name) for name in part.shown}
        return found

    return _with(reader, [part.shown for part in parts], related=classmethod(related)) if parts else reader


def taking_extensions(writer: type[Writer]) -> type[Writer]:
    """Decorate a writer of runs: it takes what extensions take, too."""
    return _with(writer, [part.written for part in all_run_fields() if part.written])


def _with(serializer: Any, fields: Sequence[Mapping[str, Any]], **members: Any) -> Any:
    if not fields:
        return serializer
    for more in fields:
        members |= more
    said = {"__doc__": serializer.__doc__, "__module__": serializer.__module__}
    # By the same name, which is what the OpenAPI document calls it.
    return type(serializer)(serializer.__name__, (serializer,), {**said, **members})
