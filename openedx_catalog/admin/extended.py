"""What optional apps add to the pages of catalog courses, runs and programs: tables below the fields, filters of the lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from ..extensions import installed_extensions
from ..lib.admin.forms import ApiModelAdmin


class ExtendedAdmin(ApiModelAdmin):
    """Asks the installed extensions (`CatalogExtensionConfig.panels`, ``list_filters``)."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        found = (panel for extension in installed_extensions() if obj for panel in extension.panels(obj, request.user))
        return super().render_change_form(
            request, {**context, "panels": [panel for panel in found if panel.rows]}, *args, obj=obj, **kwargs
        )

    def get_list_filter(self, request: HttpRequest) -> Any:
        others = [each for extension in installed_extensions() for each in extension.list_filters(self.model, request.user)]
        return [*super().get_list_filter(request), *others]
