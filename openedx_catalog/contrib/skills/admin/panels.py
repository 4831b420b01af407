"""What a catalog course or a program teaches, who says so, and what is blocked, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.models_api import CatalogCourse

from ..models_api import CourseSkill, ProgramSkill, Tagged

_KINDS: dict[Any, tuple[Any, str]] = {CatalogCourse: (CourseSkill, "catalog_course"), Program: (ProgramSkill, "program")}


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """Its own rows, for whoever may view those. One query."""
    model, owner = _KINDS.get(type(row), (None, ""))
    if model is None or not (permissions.can_view(viewer, model) and permissions.sees_all(viewer, model)):
        return
    found = model.objects.filter(**{owner: row}).order_by("blocked", "skill__name_ci")
    rows = [PanelRow(each.skill.name, said_of(each), page_of(viewer, each)) for each in found]
    if model is ProgramSkill:
        rows.append(PanelRow(_("These count where none of its courses has a skill."), ""))
    if permissions.can_write(viewer, model, "add"):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        rows.append(PanelRow(_("Give it a skill…"), "", f"{url}?{urlencode({owner: row.pk})}"))
    yield Panel(_("Skills"), rows)


def said_of(row: Tagged) -> str:
    """Who gives it, how sure that is, and whether it is blocked."""
    parts = [_("Blocked.")] if row.blocked else []
    if row.source:
        parts.append(_("Given by %(source)s.") % {"source": row.source})
    if row.confidence is not None:
        parts.append(_("Confidence: %(confidence).2f.") % {"confidence": row.confidence})
    return " ".join(parts)
