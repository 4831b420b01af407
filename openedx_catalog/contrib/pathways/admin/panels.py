"""The pathways that offer a catalog course or a program, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import LearnerPathway, LearnerPathwayNode

SHOWN = 50


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """One query."""
    if not isinstance(row, CatalogCourse | Program) or not permissions.can_view(viewer, LearnerPathway):
        return
    named = {"course_ids" if isinstance(row, CatalogCourse) else "program_ids": [row.pk]}
    found = api.pathways_with(**named, among=_known_to(viewer))[:SHOWN]
    yield Panel(_("Pathways"), [PanelRow(str(each), each.get_status_display(), page_of(viewer, each)) for each in found])


def pathways_by_course(catalog_course_ids: Sequence[int], viewer: Any) -> dict[int, list[str]]:
    """The names of the pathways that offer these courses, or blocks of them, as a preview names them. One query."""
    nodes = LearnerPathwayNode.objects.filter(catalog_course__in=catalog_course_ids, step__pathway__in=_known_to(viewer))
    columns = nodes.order_by("step__pathway__title", "pk").values_list("catalog_course_id", "step__pathway__title")
    names: dict[int, dict[str, None]] = {}
    for course, title in columns:
        names.setdefault(course, {})[_("Pathway %(title)s") % {"title": title}] = None
    return {course: list(found) for course, found in names.items()}


def _known_to(viewer: Any) -> Any:
    return permissions.visible(viewer, LearnerPathway.objects.all())
