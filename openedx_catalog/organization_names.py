"""
Which organization a name means: exactly this short_name, else the same one in another case; inactive ones too (ADR 0006).

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
    """Ids by name, of all organizations read at once: for whoever asks for many. One query."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        """`rows` are (id, short_name), in the order of their ids."""
        self.exact: dict[str, list[int]] = {}
        self.folded: dict[str, list[int]] = {}
        for pk, name in rows:
            self.exact.setdefault(name, []).append(pk)
            self.folded.setdefault(keys.fold(name), []).append(pk)

    def find(self, code: str) -> list[int]:
        """The ids of the organizations that a name means; several only where two differ by case alone."""
        return self.exact.get(code) or self.folded.get(keys.fold(code), [])


def find_organization(model: Any, org_code: str) -> Any:
    """
    Return the organization with this short_name. `model` is Organization, or a host's.

    Two queries at most; the second reads every (id, short_name). Raises OrganizationNotFound, which is then also the
    model's DoesNotExist: callers of openedx-core's app catch that.
    """
    if why := keys.names_nothing(org_code):
        raise _not_found(model)(org_code=keys.shorten(org_code, 60), reason=why)
    exact = rows_of(model).filter(short_name=org_code)
    # A case-insensitive database answers with its own idea of "same".
    found = next((org for org in exact if org.short_name == org_code), None)
    if found is None:
        names = OrganizationNames(rows_of(model).order_by("pk").values_list("pk", "short_name"))
        # It may be gone by the time it is read.
        found = rows_of(model).filter(pk__in=names.find(org_code)[:1]).first()
    if found is None:
        raise _not_found(model)(org_code=org_code, reason=_("a model does not create organizations"))
    return found


@cache
def _not_found(model: Any) -> type[OrganizationNotFound]:
    # Made here, because importing the model in `exceptions` would tie the pure functions of `keys` to a set-up Django.
    own = {"__module__": model.__module__, "__reduce__": lambda error: (partial(OrganizationNotFound, **error.facts), ())}
    return type(OrganizationNotFound.__name__, (OrganizationNotFound, model.DoesNotExist), own)


def organization_id(model: Any, given: Any) -> int | None:
    """
    The id of an organization that is given as an object or by its short_name, or None where there is no such one.

    Two queries at most. Raises InvalidRequest for anything else.
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
