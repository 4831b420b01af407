"""What may be stored of pathways, and the typed error for what may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog.api import get_catalog_pathway
from openedx_catalog.api.for_contrib import organization_named
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.images import read_image
from openedx_catalog.models_api import CatalogPathway

from ..models import LearnerPathway, LearnerPathwayGroup, LearnerPathwayOrganization
from ..models.pathway import Scope, Status, Visibility

MAX_OVERVIEW, MAX_PARTS, MAX_HOURS = 10_000, 500, 99_999
IMAGE: Any = LearnerPathway._meta.get_field("image")
# By the scope for which it is given: the table, and the name of the argument.
PARTS: dict[str, tuple[Any, str]] = {
    Scope.ORGANIZATIONS: (LearnerPathwayOrganization, "organizations"),
    Scope.GROUPS: (LearnerPathwayGroup, "groups"),
}


def checked(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The columns that are given, and the rows of organizations and groups. Raises InvalidValue and others."""
    columns = {name: _READERS[name](name, value) for name, value in given.items() if name in _READERS}
    return columns, {name: read(name, given[name]) for name, read in _PART_READERS.items() if name in given}


def check_scope(row: LearnerPathway, parts: Mapping[str, Sequence[Any]]) -> None:
    """Refuse a scope of which nobody is. A query where the organizations or groups are not given."""
    if row.scope not in PARTS:
        return
    model, name = PARTS[row.scope]
    if not (parts[name] if name in parts else row.pk and model.objects.filter(pathway=row).exists()):
        reason = _("it is for nobody: %(field)s is empty") % {"field": name}
        raise values.invalid("scope", row.scope, reason)


def hours(field: str, value: Any) -> float | None:
    """Hours, with at most one decimal place, or None. Raises InvalidValue."""
    if value is None or value == "":
        return None
    try:
        found = round(float(value), 1) if isinstance(value, int | float | str | Decimal) else 0
    except (ValueError, OverflowError) as error:
        raise values.invalid(field, value, _("expected a number of hours")) from error
    if isinstance(value, bool) or not 0 < found <= MAX_HOURS:
        raise values.invalid(field, value, _("expected a number of hours, more than 0"))
    return found


def minimum(value: Any, nodes: int) -> int:
    """How many of so many nodes are to be completed. Raises InvalidValue."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= nodes:
        reason = _("expected a number from 1 to %(nodes)d, as many as the step has nodes") % {"nodes": nodes}
        raise values.invalid("min_requirement", value, reason)
    return value


def check_room(found: int) -> None:
    """Refuse one more than there may be: steps of a pathway, or nodes of a step. Raises InvalidRequest."""
    if found >= MAX_PARTS:
        raise InvalidRequest(reason=_("There are %(limit)d already, and there may be no more.") % {"limit": MAX_PARTS})


def some(field: str, given: Any) -> list[Any]:
    """A list that is not too long. Raises InvalidValue."""
    return values.sequence(field, given, most=MAX_PARTS)


def _organizations(field: str, given: Any) -> list[Organization]:
    reason = _("it must exist before a pathway is for its learners")
    found = [organization_named(field, each, reason) for each in some(field, given)]
    return list({row.pk: row for row in found}.values())


def _groups(field: str, given: Any) -> list[Group]:
    return list({row.pk: row for row in (_group(field, each) for each in some(field, given))}.values())


def _group(field: str, given: Any) -> Group:
    if isinstance(given, Group):
        return given
    found = Group.objects.filter(name=values.text(field, given, required=True)).first()
    if found is None:
        raise values.invalid(field, given, _("there is no group of this name"))
    return found


def _catalog_pathway(field: str, given: Any) -> CatalogPathway | None:
    if given in (None, ""):
        return None
    if isinstance(given, CatalogPathway):
        return given
    if not isinstance(given, str):
        raise InvalidRequest(reason=_("Expected the key of a catalog pathway, got %(type)s.") % {"type": type(given).__name__})
    return get_catalog_pathway(key_str=given)


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "title": partial(values.text, required=True),
    "overview": partial(values.text, max_length=MAX_OVERVIEW),
    "image": read_image,
    "image_alt": values.text,
    "status": partial(values.choice, names=Status.values),
    "visibility": partial(values.choice, names=Visibility.values),
    "scope": partial(values.choice, names=Scope.values),
    "catalog_pathway": _catalog_pathway,
}
_PART_READERS: dict[str, Callable[[str, Any], list[Any]]] = {"organizations": _organizations, "groups": _groups}
