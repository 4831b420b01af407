"""What the pages of sync share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import CatalogModelAdmin, ReadOnlyModelAdmin, own_page

from ..models_api import Source


def may_sync(request: HttpRequest) -> bool:
    """Whether a user may start a sync, resume one, and take one back: a permission of sources that no other includes."""
    return permissions.can_write(request.user, Source, "sync")


class ReadOnlyAdmin(ReadOnlyModelAdmin, CatalogModelAdmin):
    """Rows that jobs write, and nobody else."""


def row_page(model_admin: Any, request: HttpRequest, template: str, row: Any, **context: Any) -> TemplateResponse:
    """A page about one row, in the frame of its admin. With a `form`, its scripts and styles are there as well."""
    context = {"original": row, **context}
    return own_page(model_admin, request, f"admin/openedx_catalog_sync/{template}.html", **context)
