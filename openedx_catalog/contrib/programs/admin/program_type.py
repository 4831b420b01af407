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

    class Meta:
        model = ProgramType
        fields = ("name", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Left empty for a new type, it follows from the name. Others compare it: it should stay."
        )

    def write(self) -> ProgramType:
        notes = {"source": "admin", "user": self.user}
        if self.instance.pk is None:
            return api.create_program_type(name=self.cleaned_data["name"], slug=self.cleaned_data["slug"] or None, **notes)
        return api.update_program_type(self.instance, **self.changed("name", "slug"), **notes)


@admin.register(ProgramType)
class ProgramTypeAdmin(ProgramsModelAdmin):
    """Kinds of programs."""

    form = ProgramTypeForm
    list_display = ("name", "slug", "programs_")
    search_fields = ("name", "slug")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(count_=Count("programs"))

    def delete_model(self, request: HttpRequest, obj: ProgramType) -> None:
        api.delete_program_type(obj, source="admin", user=request.user)

    @admin.display(description=_("Programs"), ordering="count_")
    def programs_(self, row: Any) -> int:
        return row.count_
