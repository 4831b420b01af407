"""
What goes over the wire. Readers make dicts of flat rows by hand, which is several times faster than models and declared
fields; the declared fields are the schema. Writers check types only: the API decides what may be stored.
"""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from rest_framework import serializers

from .. import texts
from ..routing import rows_of
from ..values import iso_instant

# What is longer is not even listed as invalid.
MAX_KEY = 8190
# An answer names so many unknown fields or parameters.
MAX_NAMED = 20


class Reader(serializers.Serializer):
    """
    A serializer that only writes out, and every field only where ``?fields`` and ``?view`` let it.

    A field stands for the column of its name, or of its `source` ("catalog_course.title"); a nested reader for those of its
    own fields. A field with ``source="*"`` has no column: `represent` makes it of the row, of which `also` names further
    columns, or `related` reads it for all rows at once.
    """

    model: Any = None
    also: tuple[str, ...] = ()
    # Fields that change though nobody writes.
    told_by_the_clock: tuple[str, ...] = ()

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None, **context: Any) -> list[dict[str, Any]]:
        """
        The representations of these rows, in this order, by one query; what is gone meanwhile is left out.

        Nested rows that `viewer` may not see are left out, too. `context` is for a `represent` that takes more.

        By id: a page that is sorted and joined in one statement is read by MariaDB from the smallest table on.
        """
        found = cls.by_pk(pks, viewer, **context)
        return [found[pk] for pk in pks if pk in found]

    @classmethod
    def by_pk(cls, pks: Iterable[int], viewer: Any = None, **context: Any) -> dict[int, dict[str, Any]]:
        """``{pk: representation}`` of these rows, in no order."""
        rows = _rows(cls).filter(pk__among=list(pks))
        found = {row["pk"]: cls.represent(row, **context) for row in rows}
        for pk, more in cls.related(list(found), viewer).items() if found else ():
            found[pk] |= more
        return found

    @classmethod
    def by_parent(
        cls, rows: Any, parent: str, more: Callable[[int], dict[str, Any]] = lambda pk: {}, **context: Any
    ) -> dict[int, list[dict[str, Any]]]:
        """The representations of rows, in their order, by the id of their parent; `more` gives more of a row, by its id."""
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in rows.values("pk", parent, *cls.columns()):
            found[row[parent]].append(cls.represent(row, **context) | more(row["pk"]))
        return found

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        """The representation of a row, ``{column: value}``; `at` is the path of a nested reader to its columns."""
        return {name: part.read(row) for name, part in _parts(cls, at).items()}

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """``{pk: {field: value}}`` of what has queries of its own."""
        return {}

    @classmethod
    def columns(cls, at: str = "") -> dict[str, None]:
        """The columns that are read, each once."""
        found = dict.fromkeys(f"{at}{column}" for column in cls.also)
        for part in _parts(cls, at).values():
            found |= part.columns
        return found

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class TimestampedReader(Reader):
    """When a row was created, and when it last changed; None for rows that other programs wrote without it."""

    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)


@cache
def _rows(reader: type[Reader]) -> Any:
    """All rows of a reader's model, as it reads them; to be narrowed, which is cheaper than to name the columns again."""
    return rows_of(reader.model).order_by().values("pk", *reader.columns())


class _Part(NamedTuple):
    """What a field is read from, and how: one column, or those of a reader of its own."""

    columns: dict[str, None]
    read: Callable[[dict[str, Any]], Any]


@cache
def _parts(reader: type[Reader], at: str) -> dict[str, _Part]:
    """How each field of a reader is read from a row, but those that it makes itself; `at` is the path to its columns."""
    found = dict[str, _Part]()
    for name, field in reader._declared_fields.items():
        source = (field._kwargs.get("source") or name).replace(".", "__")  # type: ignore[attr-defined]
        if isinstance(field, Reader):
            path = at if source == "*" else f"{at}{source}__"
            found[name] = _Part(field.columns(path), partial(type(field).represent, at=path))
        elif source != "*" and not isinstance(field, serializers.ListSerializer):
            found[name] = _column(at + source, _CONVERTERS.get(type(field)))
    return found


def _column(path: str, convert: Callable[[Any], Any] | None) -> _Part:
    return _Part({path: None}, itemgetter(path) if convert is None else lambda row: convert(row[path]))


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


_CONVERTERS: dict[type, Callable[[Any], Any]] = {
    serializers.UUIDField: _text_or_none,
    serializers.DecimalField: _text_or_none,
    serializers.DateTimeField: iso_instant,
}


class Writer(serializers.Serializer):
    """A serializer that only reads in: fields it does not know are refused by name."""

    # Whether its reason is none of its values, but said with every call of the API that the request makes.
    takes_reason = False

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))[:MAX_NAMED]):
            raise serializers.ValidationError(
                {texts.shorten(name, 60): [_("This field cannot be written.")] for name in unknown}
            )
        return super().to_internal_value(data)


def patch_of(writer: type[Writer], fixed: Iterable[str] = ()) -> type[Writer]:
    """The writer of a PATCH: the same fields but for those that are `fixed`, and each may be left out."""

    class Patch(writer):  # type: ignore[valid-type, misc]
        """Changes; what is left out stays."""

        def get_fields(self) -> dict[str, Any]:
            fields = {name: field for name, field in super().get_fields().items() if name not in fixed}
            for field in fields.values():
                field.required = False
            return fields

    # What the OpenAPI document calls it.
    Patch.__name__ = writer.__name__.removesuffix("Writer") + "Patch"
    return Patch


@cache
def with_reason(writer: type[Writer]) -> type[Writer]:
    """The writer of a body that may say why, for the history: with the optional field ``reason``, unless it has its own."""
    if "reason" in writer._declared_fields:
        return writer
    reason = Text(
        required=False, allow_blank=True, max_length=1000, help_text="Why, for the history of every row that this changes."
    )
    members = {"__doc__": writer.__doc__, "__module__": writer.__module__, "reason": reason, "takes_reason": True}
    metaclass: Any = type(writer)
    # What the OpenAPI document calls it.
    return metaclass(writer.__name__, (writer,), members)


class Text(serializers.CharField):
    """A JSON string as it is: no numbers, no trimming. The API decides what may be stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:
            # Before DRF's own validators, which read every character.
            self.fail("max_length", max_length=self.max_length)
        return data


class ImageText(Text):
    """A file in Base64, or that of a form. The API decides what may be stored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, File):
            return data
        try:
            return ContentFile(b64decode(super().to_internal_value(data), validate=True))
        except ValueError as error:
            raise serializers.ValidationError(_("This is not Base64.")) from error


class Texts(serializers.ListField):
    """A list of at most `max_items` texts of at most `max_length` characters; of a longer list no text is looked at."""

    def __init__(self, *, max_items: int, max_length: int, allow_blank: bool = False, **kwargs: Any) -> None:
        self.max_items = max_items
        super().__init__(child=Text(max_length=max_length, allow_blank=allow_blank), max_length=max_items, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > self.max_items:
            self.fail("max_length", max_length=self.max_items)
        return super().to_internal_value(data)


class Items(serializers.ListField):
    """A list of at most `max_items` objects, as `item` reads each; of a longer list none is looked at."""

    def __init__(self, item: type[Writer], *, max_items: int, **kwargs: Any) -> None:
        self.max_items = max_items
        super().__init__(child=item(), max_length=max_items, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > self.max_items:
            self.fail("max_length", max_length=self.max_items)
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """true or false, and nothing that could be taken for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Number(serializers.IntegerField):
    """A whole JSON number from 0 on; DRF's takes texts and fractions, too. The API decides which may be stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class UUIDText(serializers.UUIDField):
    """A UUID as a text; DRF's takes a number, too."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)
