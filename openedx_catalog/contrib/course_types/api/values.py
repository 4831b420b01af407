"""The values of our tables: what may be stored, and the typed error for what may not."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET
from openedx_catalog.lib import values

from ..models import CourseRunType, CourseType, Mode, SeatType

_NAME = partial(values.text, max_length=64, required=True)
_NAMED: dict[str, Any] = {"name": _NAME, "slug": values.slug}
_READERS: dict[Any, dict[str, Any]] = {
    SeatType: _NAMED,
    Mode: {
        **_NAMED,
        "is_id_verified": values.flag,
        "is_credit_eligible": values.flag,
        "certificate_type": partial(values.text, max_length=64),
        "payee": partial(values.choice, names=["", *Mode.Payee.values]),
    },
    CourseRunType: {**_NAMED, "is_marketable": values.flag},
    CourseType: _NAMED,
}


def checked(model: Any, /, **given: Any) -> dict[str, Any]:
    """The values that are given for a row of a model, as they are stored. UNSET ones are left out. Raises InvalidValue."""
    return {name: _READERS[model][name](name, value) for name, value in given.items() if value is not UNSET}


def named(model: Any, name: str, slug: str | None) -> dict[str, Any]:
    """The name and slug of a new row; the slug follows from the name unless it is given. Raises InvalidValue."""
    wanted = checked(model, name=name)
    return wanted | checked(model, slug=slugify(wanted["name"]) if slug in (None, "") else slug)


def find_by_slug(model: Any, given: Any, field: str) -> Any:
    """A row, given as an object or by its slug, as it is stored. Raises its DoesNotExist, InvalidValue. One query."""
    return _found(model, model.objects.all(), given, field)


def hold_by_slug(model: Any, given: Any, field: str) -> Any:
    """The same, held: otherwise another writer's values would be taken for unchanged ones, and overwrite nothing."""
    return _found(model, model.objects.select_for_update(), given, field)


def _found(model: Any, rows: Any, given: Any, field: str) -> Any:
    if isinstance(given, model):
        return rows.get(pk=given.pk)
    slug = values.text(field, given, max_length=64)
    if (found := rows.filter(slug=slug).first()) is None:
        raise model.DoesNotExist(_("There is no %(kind)s %(slug)r.") % {"kind": model._meta.verbose_name, "slug": slug})
    return found
