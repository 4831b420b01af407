"""
Which organization a name means: exactly this short_name, else the same one in another case, else one that it had before
(ADR 0028); inactive ones too (ADR 0006).

`__iexact` means something else on every database, so what is compared is compared here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from typing import Any

from django.utils.translation import gettext as _

from . import keys
from .exceptions import InvalidRequest, OrganizationNotFound
from .lib.routing import rows_of


class OrganizationNames:
    """Ids by name, of all organizations read at once: for whoever asks for many."""

    def __init__(self, rows: Iterable[tuple[int, str]], former: Iterable[tuple[str, int]] = ()) -> None:
        """`rows` are (id, short_name), in the order of their ids; `former` are (folded former name, id)."""
        self.exact: dict[str, list[int]] = {}
        self.folded: dict[str, list[int]] = {}
        self.former = dict(former)
        for pk, name in rows:
            self.exact.setdefault(name, []).append(pk)
            self.folded.setdefault(keys.fold(name), []).append(pk)

    def find(self, code: str) -> list[int]:
        """The ids of the organizations that a name means; several only where two differ by case alone."""
        folded = keys.fold(code)
        if found := self.exact.get(code) or self.folded.get(folded):
            return found
        return [self.former[folded]] if folded in self.former else []


def read_names(model: Any) -> OrganizationNames:
    """The present and former names of all organizations. Two queries; one for a model of a host, which has no former ones."""
    rows = rows_of(model).order_by("pk")
    former: Any = ()
    if _has_former_names(model):
        # An inner join: without those that have none.
        former = rows.filter(catalog_former_names__isnull=False).values_list("catalog_former_names__name_ci", "pk")
    return OrganizationNames(rows.values_list("pk", "short_name"), former)


def names_of(organization: Any) -> set[str]:
    """
    The folded names by which an organization is found: its own, and those of before that are no other one's today.

    One query, and one more where it has former names; none where ``catalog_former_names`` is prefetched and empty.
    """
    own = keys.fold(organization.short_name)
    model: Any = type(organization)
    if not _has_former_names(model):
        return {own}
    former = {row.name_ci for row in organization.catalog_former_names.all()} - {own}
    if former:
        others = rows_of(model).exclude(pk=organization.pk)
        former -= {keys.fold(name) for name in others.values_list("short_name", flat=True)}
    return {own, *former}


@cache
def _has_former_names(model: Any) -> bool:
    """Whether this is the model that our table points at: a host may have one of its own, or not have the app."""
    return any(relation.get_accessor_name() == "catalog_former_names" for relation in model._meta.related_objects)


def find_organization(model: Any, org_code: str) -> Any:
    """
    Return the organization with this short_name, or which had it before. `model` is Organization, or a host's.

    One query for a name as it is spelled; three at most, of which the second reads every (id, short_name). Raises
    OrganizationNotFound, which is then also the model's DoesNotExist: callers of openedx-core's app catch that.
    """
    if why := keys.names_nothing(org_code):
        raise _not_found(model)(org_code=keys.shorten(org_code, 60), reason=why)
    exact = rows_of(model).filter(short_name=org_code)
    # A case-insensitive database answers with its own idea of "same".
    found = next((org for org in exact if org.short_name == org_code), None)
    if found is None:
        names = OrganizationNames(rows_of(model).order_by("pk").values_list("pk", "short_name"))
        # It may be gone by the time it is read.
        pks = names.find(org_code)[:1]
        found = rows_of(model).filter(pk__in=pks).first() if pks else _formerly(model, org_code)
    if found is None:
        raise _not_found(model)(org_code=org_code, reason=_("a model does not create organizations"))
    return found


def _formerly(model: Any, org_code: str) -> Any:
    if not _has_former_names(model):
        return None
    return rows_of(model).filter(catalog_former_names__name_ci=keys.fold(org_code)).first()


@cache
def _not_found(model: Any) -> type[OrganizationNotFound]:
    # Made here, because importing the model in `exceptions` would tie the pure functions of `keys` to a set-up Django.
    own = {"__module__": model.__module__, "__reduce__": lambda error: (partial(OrganizationNotFound, **error.facts), ())}
    return type(OrganizationNotFound.__name__, (OrganizationNotFound, model.DoesNotExist), own)


def organization_id(model: Any, given: Any) -> int | None:
    """
    The id of an organization that is given as an object or by its short_name, or None where there is no such one.

    Three queries at most. Raises InvalidRequest for anything else.
    """
    if isinstance(given, model):
        return given.pk
    if not isinstance(given, str):
        raise not_an_organization(given)
    try:
        return find_organization(model, given).pk
    except OrganizationNotFound:
        return None


def not_an_organization(given: Any) -> InvalidRequest:
    """The error for what is neither an organization nor a name."""
    reason = _("Expected an organization or its short_name, got %(type)s.") % {"type": type(given).__name__}
    return InvalidRequest(reason=reason, field="org_code")
