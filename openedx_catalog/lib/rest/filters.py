"""Filters and orderings of lists. An unknown parameter, or a value that makes no sense, is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend

from .. import texts, values
from ..exceptions import CatalogError, InvalidDate, InvalidRequest

MAX_VALUES = 100


class CatalogField(forms.CharField):
    """A text that one of our own functions reads; what that raises is the message."""

    def __init__(self, *, read: Callable[[str], Any], many: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read, self.many = read, many

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            if not self.many:
                return self.read(text)
            parts = [part for part in text.split(",") if part.strip()]
            if len(parts) > MAX_VALUES:
                text = _("Expected at most %(limit)d values, got %(found)d.")
                raise refused(text % {"limit": MAX_VALUES, "found": len(parts)})
            return [self.read(part) for part in parts]
        except CatalogError as error:
            raise refused(str(error)) from error
        except ValueError as error:
            raise refused(_("%(value)r is not valid here.") % {"value": texts.shorten(text, 60)}) from error


def refused(reason: str) -> forms.ValidationError:
    """The error for a value. As a parameter, since django-filter formats every message, and a value may hold ``%(``."""
    return forms.ValidationError("%(reason)s", params={"reason": reason})


class CatalogFilter(django_filters.Filter):
    """A filter whose value one of our own functions reads; exact, unless it says otherwise, whatever the host's default is."""

    field_class = CatalogField

    def __init__(self, *args: Any, lookup_expr: str = "exact", **kwargs: Any) -> None:
        super().__init__(*args, lookup_expr=lookup_expr, **kwargs)


def any_of(field: str, *, read: Callable[[str], Any], label: str = "Comma-separated.", **more: Any) -> CatalogFilter:
    """A filter for one of several values, comma-separated."""
    return CatalogFilter(read=read, many=True, field_name=field, lookup_expr="in", label=label, **more)


def read_instant(text: str) -> datetime | None:
    """An instant; a space is the "+" of an offset that a client forgot to encode."""
    try:
        return values.parse_datetime(text.strip().replace(" ", "+"), "instant")
    except InvalidDate as error:
        reason = _("%(value)r is not a valid instant: %(reason)s.")
        raise InvalidRequest(reason=reason % {"value": error.facts["value"], "reason": error.facts["reason"]}) from error


class CatalogFilterBackend(DjangoFilterBackend):
    """django-filter's, which no longer answers the generators of Django REST framework: a host may have one of them."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """For DRF's own OpenAPI generator: the names are all that it needs."""
        return [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in view.filterset_class.base_filters
        ]

    def get_schema_fields(self, view: Any) -> list[Any]:
        """For that of coreapi, which knows no parameters but its own."""
        return []


class TotalOrdering(django_filters.OrderingFilter):
    """
    ``?ordering=-created``: always completed by the id, so that pages neither repeat nor skip a row.

    Without it the rows keep the order of their list, or of what they are searched for.
    """

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        # Each once: a list of thousands is more than a statement takes.
        chosen = list(dict.fromkeys(self.get_ordering_value(param) for param in value or () if param))
        return qs.order_by(*chosen, "-pk" if chosen and chosen[-1].startswith("-") else "pk")


def ordering(**fields: str) -> TotalOrdering:
    """The parameter, for {name: lookup}."""
    return TotalOrdering(fields=[(lookup, name) for name, lookup in fields.items()])


class YesOrNoField(django_filters.fields.ChoiceField):
    """``true`` or ``false``; Django's own field takes anything else for "does not matter"."""

    def clean(self, value: Any) -> Any:
        return {"true": True, "false": False}.get(super().clean(value))


class YesOrNoFilter(django_filters.ChoiceFilter):
    """As a choice among texts, since drf-spectacular 0.29 ends at a TypedChoiceFilter, with the schema of the whole host."""

    field_class = YesOrNoField


def yes_or_no(**kwargs: Any) -> YesOrNoFilter:
    """The parameter."""
    return YesOrNoFilter(choices=[("true", "true"), ("false", "false")], lookup_expr="exact", **kwargs)
