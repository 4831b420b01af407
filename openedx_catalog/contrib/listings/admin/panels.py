"""What learners read of a catalog course or of a run, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models_api import CourseListing, CourseRunListing
from . import seen


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """Its listing, and who sees it, for whoever may view all listings. One query."""
    if isinstance(row, CatalogCourse) and may_see(viewer, CourseListing):
        found = CourseListing.objects.filter(catalog_course=row).select_related("catalog_course").first()
        yield Panel(_("What learners read"), list(_rows(found, row, "catalog_course", viewer)))
    if isinstance(row, CourseRun) and may_see(viewer, CourseRunListing):
        listing = CourseRunListing.objects.filter(run=row).select_related("run").first()
        yield Panel(_("What learners read"), list(_rows(listing, row, "run", viewer)))


def may_see(viewer: Any, model: Any) -> bool:
    """Whether a user may view these listings, and those that are not public too."""
    return permissions.can_view(viewer, model) and permissions.sees_all(viewer, model)


def _rows(listing: Any, row: Any, owner: str, viewer: Any) -> Iterator[PanelRow]:
    model = CourseListing if owner == "catalog_course" else CourseRunListing
    if listing is not None:
        yield PanelRow(str(listing), seen.said_of(listing), page_of(viewer, listing))
        yield PanelRow(_("Slug"), listing.slug)
        return
    none = _("It has no page.") if model is CourseListing else _("It is shown as its course is.")
    yield PanelRow(_("No listing"), none)
    if permissions.can_write(viewer, model, "add"):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        yield PanelRow(_("Write one…"), "", f"{url}?{urlencode({owner: row.pk})}")
