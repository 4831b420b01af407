"""Which type a catalog course or a run has, and what services say of it, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models_api import (
    CourseProducts,
    CourseRunProducts,
    CourseRunTyping,
    CourseType,
    CourseTyping,
)
from . import setting

_NAME = "admin:openedx_catalog_course_types_coursetype_"


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """Its type, with a link to set it, and what is sold. Four queries at most."""
    typings: Any
    products: Any
    if isinstance(row, CatalogCourse):
        title, typings, products, labels = _("Course type"), CourseTyping, CourseProducts, {"entitlements": _("Entitlements")}
        address, may_set = "of_course", setting.may_set_course
    elif isinstance(row, CourseRun):
        title, typings, products = _("Course run type"), CourseRunTyping, CourseRunProducts
        labels = {"modes": _("Modes"), "seats": _("Seats")}
        address, may_set = "of_run", setting.may_set_run
    else:
        return
    if not permissions.can_view(viewer, typings):
        return
    owner, field = typings.ends
    typing = typings.objects.filter(**{owner: row}).select_related(field).first()
    found = getattr(typing, field, None)
    rows = [PanelRow(_("No type"))]
    if found is not None:
        rows = [PanelRow(found.name, _mismatch(row, found, viewer) or found.slug, page_of(viewer, found))]
    if may_set(viewer):
        rows.append(PanelRow(_("Set the type…"), "", f"{reverse(_NAME + address)}?id={row.pk}"))
    yield Panel(title, [*rows, *_said(products.objects.filter(**{owner: row}), labels, viewer)])


def _mismatch(row: Any, found: Any, viewer: Any) -> str:
    """That a run is of a type that the type of its course does not have; or ""."""
    if not isinstance(row, CourseRun) or not permissions.can_view(viewer, CourseType):
        return ""
    typings = CourseTyping.objects.filter(catalog_course=row.catalog_course_id).select_related("course_type")
    typing = typings.exclude(course_type__run_type_rows__course_run_type=found).first()
    text = _("A mismatch: the course is of the type %(type)s, which does not have it.")
    return text % {"type": typing.course_type} if typing else ""


def _said(rows: Any, labels: dict[str, str], viewer: Any) -> list[PanelRow]:
    """What services say, each with who says it."""
    if not permissions.can_view(viewer, rows.model) or (row := rows.first()) is None:
        return []
    by = _("said by %(source)s, %(date)s") % {"source": row.source or "?", "date": utc(row.modified)}
    said = {label: getattr(row, name) for name, label in labels.items()}
    return [
        PanelRow(label, f"{', '.join(map(_product, each)) or _('none')} ({by})")
        for label, each in said.items()
        if each is not None
    ]


def _product(said: Any) -> str:
    """``verified 49.00 USD``."""
    return f"{said['slug']} {said['price']} {said['currency']}"
