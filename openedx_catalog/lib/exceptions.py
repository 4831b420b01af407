"""
The root of every error, and the errors that have nothing to do with courses: one family, each with a stable ``code``.

Each class also inherits the nearest Django or builtin class, so that callers, forms and DRF need no special case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError, QuerySet
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy as _


class CatalogError(Exception):
    """
    The root of the family. Raised with keyword facts only: they fill the message and become attributes.

    ``str(error)`` is the plain message, in the language that is active then; ``error.code`` never changes between releases;
    ``error.facts`` is a dict. The code is the name of the class, e.g. "invalid_value", unless the class says another.
    """

    code: Any = "catalog_error"
    template: Any = _("The catalog refused this request.")
    # Which argument of the API it is about, or "". Forms and REST show the message at their field for it.
    field: str = ""
    # Of a ValidationError.
    message: Any
    params: Any
    error_list: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Not that of the base, nor ValidationError's own.
        if "code" not in vars(cls):
            cls.code = camel_case_to_spaces(cls.__name__).replace(" ", "_")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        if isinstance(self, ValidationError):
            # What ValidationError.__init__ does for one message. Calling it would overwrite the class-level `code`, and pass
            # its arguments on to InvalidKeyError, which takes others.
            self.message, self.params, self.error_list = self.template, facts, [self]
        Exception.__init__(self, str(self.template) % facts)
        for name, value in facts.items():
            setattr(self, name, value)

    def known_to(self, visible: Callable[[QuerySet[Any]], QuerySet[Any]]) -> CatalogError:
        """What a door answers with: this error, or one that names no row that its reader may not know of (`visible`)."""
        return self

    def __str__(self) -> str:
        return str(self.template) % self.facts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.facts)


def _rebuild(cls: type[CatalogError], facts: dict[str, Any]) -> CatalogError:
    """Unpickle an error: facts are keywords, which Exception.__reduce__ would drop."""
    return cls(**facts)


class CatalogConflict(CatalogError):
    """A conflict with other rows: answered with 409 over REST. Never raised as such."""


class CatalogUnavailable(CatalogError, RuntimeError):
    """What answers is not there, or not yet: answered with 503 over REST. Never raised as such."""


class InvalidRequest(CatalogError, ValidationError):
    """Raised when the arguments of a call do not fit together. Facts: ``reason``."""

    template = _("%(reason)s")


class InvalidValue(CatalogError, ValidationError):
    """Raised when a value cannot be stored. Facts: ``field``, ``value`` (shortened), ``reason``."""

    template = _("%(field)s %(value)r cannot be stored: %(reason)s.")


class InvalidDate(CatalogError, ValidationError):
    """
    Raised when a date is not ISO 8601 with an offset between the years 1000 and 9999.

    Facts: ``field``, ``value``, ``reason``.
    """

    template = _("%(field)s %(value)r cannot be stored: %(reason)s.")
    # What databases hold: MariaDB nothing earlier, and one with a TIME_ZONE east of UTC not the last hours.
    OUT_OF_RANGE = _("it is outside the years 1000 to 9999, in UTC or in the TIME_ZONE of a database")
    NOT_A_DATE = _('expected an ISO 8601 date and time with an offset, for example "2027-01-31T10:00:00Z"')

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"reason": self.NOT_A_DATE, **facts})


class DuplicateValue(CatalogConflict, ValidationError):
    """
    Raised when a value that must be unique is another row's.

    ``row`` is that row. Facts: ``field``, ``value`` (shortened), ``owner`` (text).
    """

    template = _("%(field)s %(value)r is already used by %(owner)s. Choose another value.")

    def __init__(self, *, row: Any = None, **facts: Any) -> None:
        super().__init__(**facts)
        self.row = row

    def known_to(self, visible: Callable[[QuerySet[Any]], QuerySet[Any]]) -> CatalogError:
        if self.row is None or known_rows([self.row], visible):
            return self
        return DuplicateValue(**self.facts | {"owner": _("another %(kind)s") % {"kind": self.row._meta.verbose_name}})


class ReasonRequired(CatalogError, ValidationError):
    """Raised when a change that overrides the course key comes without a reason. Facts: ``action`` (e.g. "moving a run")."""

    field = "reason"
    template = _("Give a reason for %(action)s; it is recorded in the history.")


class HasDependents(CatalogConflict, ProtectedError):
    """
    Raised when rows of other tables hang on what would be deleted.

    ``protected_objects`` is Django's set of them. Facts: ``subject``, ``dependents`` (text).
    """

    template = _("%(subject)s cannot be deleted because other rows refer to it: %(dependents)s. Delete or move those first.")

    def __init__(self, *, protected_objects: Any = frozenset(), **facts: Any) -> None:
        CatalogError.__init__(self, **facts)
        self.protected_objects = set(protected_objects)
        self.args = (str(self), self.protected_objects)

    def known_to(self, visible: Callable[[QuerySet[Any]], QuerySet[Any]]) -> CatalogError:
        known = known_rows(self.protected_objects, visible)
        if len(known) == len(self.protected_objects):
            return self
        named = [*filter(None, [kinds_of(known)]), str(_("rows that you may not view"))]
        return HasDependents(protected_objects=known, **self.facts | {"dependents": ", ".join(named)})


class RetryableConflict(CatalogConflict, OperationalError):
    """
    Raised when the database ended the transaction (deadlock, lock timeout, stale snapshot) and only its owner can retry.

    Roll the transaction back and run it again: nothing of it was stored. Facts: ``reason``.
    """

    template = _("A concurrent transaction interfered: %(reason)s. Roll back and retry.")


class ConstraintViolated(CatalogError, IntegrityError):
    """Raised when the database refuses a row for a rule that no check of ours names. Facts: ``reason``."""

    template = _("The database refused the row: %(reason)s. Nothing was stored; see the log for details.")


# Rows with dates and versions (`dated`)


class InvalidDates(CatalogError, ValidationError):
    """Raised when something would be retired before it takes effect. Facts: ``effective_at``, ``retired_at`` (texts)."""

    field = "retired_at"
    template = _("The retirement date %(retired_at)s is before the effective date %(effective_at)s.")


class DatesOverlap(CatalogConflict, ValidationError):
    """
    Raised when two versions of one thing would be in effect at one instant.

    Facts: ``subject`` (e.g. a course in a curriculum), ``version`` of the other row, ``period`` (text, e.g. "no end date").
    """

    field = "effective_at"
    template = _("%(subject)s is already in effect (version %(version)s, %(period)s). Retire that version first.")


class DuplicateVersion(CatalogConflict, ValidationError):
    """Raised when a version exists already. Facts: ``subject``, ``version``."""

    field = "version"
    template = _("%(subject)s already has a version %(version)r. Choose another version.")


def kinds_of(rows: Iterable[Any]) -> str:
    """What kinds of rows these are, and how many: ``Catalog Courses, Course Runs (5)``; "" for none."""
    found = list(rows)
    return f"{', '.join(sorted({str(row._meta.verbose_name_plural) for row in found}))} ({len(found)})" if found else ""


def known_rows(rows: Iterable[Any], visible: Callable[[QuerySet[Any]], QuerySet[Any]]) -> list[Any]:
    """Those of some rows that are visible. A query for each kind of which any may be kept back."""
    kinds: dict[Any, dict[Any, Any]] = defaultdict(dict)
    for row in rows:
        kinds[type(row)][row.pk] = row
    found: list[Any] = []
    for model, by_pk in kinds.items():
        everything = model._base_manager.using(next(iter(by_pk.values()))._state.db)
        if (seen := visible(everything)) is everything:
            found += by_pk.values()
        else:
            found += [by_pk[pk] for pk in seen.filter(pk__in=by_pk).values_list("pk", flat=True)]
    return found
