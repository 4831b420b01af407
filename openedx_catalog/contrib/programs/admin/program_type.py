"""Program types in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import api
from ..models_api import ProgramType
from .base import ProgramsForm, ProgramsModelAdmin


class ProgramTypeForm(ProgramsForm):
    """Name and slug."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Leave blank for a new type to make it from the name. Other systems compare the slug, so do not change it later."
        )

    def clean_slug(self) -> str | None:
        """None for a new type lets the API make one."""
        slug = self.cleaned_data["slug"]
        return slug or (None if self.instance.pk is None else slug)


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
