"""
Text columns whose collation is fixed per database, and columns that hold a folded identity.

Identity must not depend on what a database thinks of case: see ADR 0005 and `texts.fold`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from model_utils.fields import AutoLastModifiedField

from . import texts
from .exceptions import InvalidValue

CASE_SENSITIVE = {"mysql": "utf8mb4_bin", "sqlite": "BINARY"}
CASE_INSENSITIVE = {"mysql": "utf8mb4_unicode_ci", "sqlite": "NOCASE"}
BINARY = {"mysql": "utf8mb4_bin", "sqlite": "BINARY", "postgresql": "C"}


class _Collated:
    """A text column with a collation per database vendor, which Django's single ``db_collation`` cannot express."""

    def __init__(self, *args: Any, db_collations: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.db_collations = dict(db_collations or {})
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        collation = self.db_collations.get(connection.vendor, self.db_collation)  # type: ignore[attr-defined]
        return {**super().db_parameters(connection), "collation": collation}  # type: ignore[misc]

    def deconstruct(self) -> Any:
        *identity, kwargs = super().deconstruct()  # type: ignore[misc]
        return *identity, kwargs | ({"db_collations": self.db_collations} if self.db_collations else {})


class CollatedCharField(_Collated, models.CharField):
    """A CharField with a collation per database vendor."""


class CollatedTextField(_Collated, models.TextField):
    """A TextField with a collation per database vendor."""


class OptionalCharField(models.CharField):
    """A text of at most 255 characters, unless said otherwise, that may be left blank; migrations know it as its base."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": texts.MAX_LENGTH, "blank": True, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class ExactCharField(CollatedCharField):
    """A text of at most 255 characters, unless said otherwise, that tells letters apart; migrations know it as its base."""

    collations: ClassVar[dict[str, str]] = CASE_SENSITIVE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"db_collations": self.collations, "max_length": texts.MAX_LENGTH, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, f"{__name__}.{CollatedCharField.__name__}", args, kwargs


class TitleCharField(ExactCharField):
    """Likewise, compared as people compare titles: without case."""

    collations = CASE_INSENSITIVE


class FoldedCharField(CollatedCharField):
    """
    The folded form (`texts.fold`) of another field of the same row, computed whenever the row is saved.

    `bulk_create` computes it too. Nullable: rows of openedx-core's app, and of other programs, have it filled later.
    """

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        fixed = {"max_length": texts.MAX_LENGTH, "null": True, "editable": False, "db_collations": BINARY}
        super().__init__(*args, **{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "editable", "db_collations"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = getattr(model_instance, self.source)
        folded = "" if value is None else texts.fold(str(value))
        if len(folded) > texts.MAX_LENGTH:
            # SQLite would store it, the others would not.
            raise InvalidValue(field=self.source, value=texts.shorten(folded, 60), reason=texts.longer_than(texts.MAX_LENGTH))
        setattr(model_instance, self.attname, folded or None)
        return folded or None


def folded_forms(model: Any, names: Iterable[str]) -> list[FoldedCharField]:
    """What has to be stored with some fields of a model: the folded forms of texts, by which they are found."""
    given = set(names)
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedCharField) and field.source in given]


def row_number(help_text: Any, kind: Any = models.BigAutoField) -> Any:
    """The primary key of a table that openedx-core made: a number that nobody outside of this database is to know."""
    return kind(_("Row number"), primary_key=True, help_text=help_text, editable=False)


def public_uuid(**kwargs: Any) -> Any:
    """The column of what identifies a row across services; `kwargs` as those of a UUIDField."""
    return models.UUIDField(default=uuid.uuid4, unique=True, editable=False, verbose_name=_("UUID"), **kwargs)


class ModifiedField(AutoLastModifiedField):
    """
    When a row was last saved. Migrations know it as model_utils' field, which has one default for the whole process: every
    row that a worker creates would be dated to the first one.
    """

    def get_default(self) -> Any:
        """Nothing, until the row is saved."""
        return None

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        given = getattr(model_instance, self.attname) if add else None
        setattr(model_instance, self.attname, given or timezone.now())
        return getattr(model_instance, self.attname)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "model_utils.fields.AutoLastModifiedField", args, kwargs


@models.AutoField.register_lookup
@models.BigAutoField.register_lookup
@CollatedCharField.register_lookup
class Among(models.Lookup):
    """``key_ci__among=[…]``: as ``__in``, for thousands of texts or ids as they are, at a fraction of the cost."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        if not self.rhs:
            raise EmptyResultSet
        condition, values = in_list(connection, column, self.rhs)
        return condition, (*params, *values)


def in_list(connection: Any, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """
    The condition that `column` (quoted) is one of `values`, which may not be empty.

    PostgreSQL takes an array: psycopg spends more time on a thousand placeholders than the server on the rows. SQLite takes
    JSON, so that the text of a statement is the same for any number of values: Python keeps the last 128 statements of a
    connection, which in texts of a thousand placeholders is 40 MB.
    """
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(values)]
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", [as_json(values)]  # noqa: S608
    return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)


def as_json(values: Sequence[Any]) -> str:
    """JSON for SQLite's ``json_each``."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
