"""Program types in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm

from .. import api
from ..models_api import ProgramType
from .base import ProgramsModelAdmin


class ProgramTypeForm(ApiForm):
    """Name and slug."""

    def clean_slug(self) -> str | None:
        """None for a new type lets the API make one."""
        return self.cleaned_data["slug"] or (None if self.instance.pk is None else "")


@admin.register(ProgramType)
class ProgramTypeAdmin(ProgramsModelAdmin):
    """Kinds of programs."""

    form = ProgramTypeForm
    fields = ("name", "slug")
    list_display = ("name", "slug", "programs_")
    search_fields = ("name", "slug")
    ordering = ("name",)
    create_row = staticmethod(api.create_program_type)
    update_row = staticmethod(api.update_program_type)
    delete_row = staticmethod(api.delete_program_type)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(count_=Count("programs"))

    @admin.display(description=_("Programs"), ordering="count_")
    def programs_(self, row: Any) -> int:
        return row.count_
