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
    CourseTypeRunType,
    CourseTyping,
)
from . import setting

_NAME = "admin:openedx_catalog_course_types_coursetype_"


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """Its type, with a link to set it, and what is sold. Four queries at most."""
    if isinstance(row, CourseRun):
        if permissions.can_view(viewer, CourseRunTyping):
            yield Panel(_("Course run type"), _run_rows(row, viewer))
    elif isinstance(row, CatalogCourse) and permissions.can_view(viewer, CourseTyping):
        yield Panel(_("Course type"), _course_rows(row, viewer))


def _course_rows(course: Any, viewer: Any) -> list[PanelRow]:
    typing = CourseTyping.objects.filter(catalog_course=course).select_related("course_type").first()
    return [
        _type_row(typing and typing.course_type, "", viewer),
        *_set_row("of_course", course, viewer, setting.may_set_course(viewer)),
        *_said(CourseProducts.objects.filter(catalog_course=course), {"entitlements": _("Entitlements")}, viewer),
    ]


def _run_rows(run: Any, viewer: Any) -> list[PanelRow]:
    typing = CourseRunTyping.objects.filter(run=run).select_related("course_run_type").first()
    note = ""
    if typing is not None and permissions.can_view(viewer, CourseType):
        of_course = CourseTyping.objects.filter(catalog_course=run.catalog_course_id).select_related("course_type").first()
        own = CourseTypeRunType.objects.filter(course_run_type=typing.course_run_type)
        if of_course is not None and not own.filter(course_type=of_course.course_type).exists():
            note = _("A mismatch: the course is of the type %(type)s, which does not have it.")
            note %= {"type": of_course.course_type}
    labels = {"modes": _("Modes"), "seats": _("Seats")}
    return [
        _type_row(typing and typing.course_run_type, note, viewer),
        *_set_row("of_run", run, viewer, setting.may_set_run(viewer)),
        *_said(CourseRunProducts.objects.filter(run=run), labels, viewer),
    ]


def _type_row(found: Any, note: str, viewer: Any) -> PanelRow:
    return PanelRow(_("No type"), note) if found is None else PanelRow(found.name, note or found.slug, page_of(viewer, found))


def _set_row(name: str, row: Any, viewer: Any, may: bool) -> list[PanelRow]:
    return [PanelRow(_("Set the type…"), "", f"{reverse(_NAME + name)}?id={row.pk}")] if may else []


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
