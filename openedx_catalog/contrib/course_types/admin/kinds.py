"""Modes and seat types in the admin. Tracks are made of them where a course run type names them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from .. import api
from ..models_api import CourseRunType, CourseType, Mode, SeatType, Track
from .base import TypesModelAdmin


@admin.register(Mode)
class ModeAdmin(TypesModelAdmin):
    """The ways to take a run, as the LMS calls them."""

    fields = list_display = ("name", "slug", "is_id_verified", "is_credit_eligible", "certificate_type", "payee")
    list_filter = ("is_id_verified", "is_credit_eligible", "payee")
    linked: ClassVar[dict[Any, str]] = {Track: "mode_id"}
    used_by = ((CourseRunType, "track_rows__track__mode"),)
    create_row = staticmethod(api.create_mode)
    update_row = staticmethod(api.update_mode)
    delete_row = staticmethod(api.delete_mode)


@admin.register(SeatType)
class SeatTypeAdmin(TypesModelAdmin):
    """What a shop sells: seats in runs, and entitlements to courses."""

    fields = list_display = ("name", "slug")
    linked: ClassVar[dict[Any, str]] = {Track: "seat_type_id"}
    used_by = ((CourseRunType, "track_rows__track__seat_type"), (CourseType, "entitlement_rows__seat_type"))
    create_row = staticmethod(api.create_seat_type)
    update_row = staticmethod(api.update_seat_type)
    delete_row = staticmethod(api.delete_seat_type)
