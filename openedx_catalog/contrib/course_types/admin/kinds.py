"""Modes and seat types in the admin. Tracks are made of them where a course run type names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from .. import api
from ..models_api import CourseRunType, CourseType, Mode, SeatType, Track
from .base import SlugForm, TypesModelAdmin, called


@admin.register(Mode)
class ModeAdmin(TypesModelAdmin):
    """The ways to take a run, as the LMS calls them."""

    form = SlugForm
    fields = ("name", "slug", "is_id_verified", "is_credit_eligible", "certificate_type", "payee")
    list_display = ("name", "slug", "is_id_verified", "is_credit_eligible", "certificate_type", "payee")
    list_filter = ("is_id_verified", "is_credit_eligible", "payee")
    search_fields = ("name", "slug")
    search_help_text = _("Search by name or slug.")
    create_row = staticmethod(api.create_mode)
    update_row = staticmethod(api.update_mode)
    delete_row = staticmethod(api.delete_mode)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), Track.history.filter(mode_id=pk)]

    def in_use(self, rows: Sequence[Any]) -> list[str]:
        return called(CourseRunType.objects.filter(track_rows__track__mode__in=rows).distinct())


@admin.register(SeatType)
class SeatTypeAdmin(TypesModelAdmin):
    """What a shop sells: seats in runs, and entitlements to courses."""

    form = SlugForm
    fields = ("name", "slug")
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    search_help_text = _("Search by name or slug.")
    create_row = staticmethod(api.create_seat_type)
    update_row = staticmethod(api.update_seat_type)
    delete_row = staticmethod(api.delete_seat_type)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), Track.history.filter(seat_type_id=pk)]

    def in_use(self, rows: Sequence[Any]) -> list[str]:
        run_types = CourseRunType.objects.filter(track_rows__track__seat_type__in=rows).distinct()
        return [*called(run_types), *called(CourseType.objects.filter(entitlement_rows__seat_type__in=rows).distinct())]
