"""What the admins of programs share, on top of the core's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest

from openedx_catalog.admin.base import CatalogModelAdmin


class ProgramsModelAdmin(CatalogModelAdmin):
    """Forms that write through the API (`forms.ApiForm`), and know who is signed in."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_programs/admin.css"]}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved already, when the form was validated."""

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.delete_model(request, row)
