"""Runs that were deleted for good, in the admin: who deleted them, when and why; and restoring."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import api, permissions
from ..lib.admin.base import CatalogModelAdmin, ReadOnlyModelAdmin, stored_on_post
from ..lib.admin.texts import utc
from ..models_api import CourseRun, DeletedRunKey
from . import curation

WITHOUT_HISTORY = "admin/openedx_catalog/form_without_history.html"


@admin.register(DeletedRunKey)
class DeletedRunKeyAdmin(CatalogModelAdmin, ReadOnlyModelAdmin):
    """Read, search, restore. Whoever may add runs may restore one."""

    list_display = ("course_key", "title", "deleted_at", "user_name", "reason")
    search_fields = ("key_ci__contains", "title__icontains")
    search_help_text = gettext_lazy("Search by key or title.")
    fields = (
        "course_key",
        "title",
        "association",
        "run_uuid",
        "catalog_course_uuid",
        "deleted_at",
        "source",
        "user_name",
        "reason",
    )
    ordering = ("-at",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.restore_view)
        return [path("<int:pk>/restore/", view, name="openedx_catalog_deletedrunkey_restore"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The page of a key, with a button for those who may restore."""
        context = {**(extra_context or {}), "may_restore": _may_restore(request)}
        response: Any = super().change_view(request, object_id, form_url, context)
        if getattr(response, "template_name", None) == WITHOUT_HISTORY:
            response.template_name = "admin/openedx_catalog/deleted_run.html"
        return response

    @stored_on_post
    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Create the run again where it stood."""
        if not _may_restore(request):
            raise PermissionDenied
        deleted = self.rows_for(request, [pk], "view")[0]
        title = _("Restore %(key)s") % {"key": deleted.course_key}

        def restore(values: dict[str, Any]) -> list[curation.Effect]:
            run = api.restore_deleted_course_run(deleted.course_key, source="admin", user=request.user, **values)
            course = run.catalog_course.key_str if run else ""
            return [curation.Effect(deleted.course_key, _("deleted"), course)]

        form = curation.CurationForm(request.POST or None)
        return curation.with_preview(self, request, title=title, form=form, work=restore, rows=[deleted])

    @admin.display(description=gettext_lazy("Deleted"), ordering="at")
    def deleted_at(self, deleted: DeletedRunKey) -> str:
        return utc(deleted.at)


def _may_restore(request: HttpRequest) -> bool:
    return permissions.can_write(request.user, CourseRun, "add")
