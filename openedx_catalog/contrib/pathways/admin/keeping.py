"""Programs that a user may not know of stand on no page of a pathway."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions


class KeepsPrograms(admin.ModelAdmin):
    """Pages that delete say nothing of programs which a user may not know of."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Of what goes along, only the number is told to those who may not know of all programs in it."""
        to_delete, *others = super().get_deleted_objects(objs, request)
        if not permissions.sees_all(request.user, Program):
            to_delete = [row for row in to_delete if not isinstance(row, list)]
        return to_delete, *others  # type: ignore[return-value]  # a tuple of four
