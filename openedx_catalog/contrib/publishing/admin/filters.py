"""Catalog courses by where they are on their way to learners."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import OneOfFilter
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse

from .. import doors
from ..models_api import CourseWorkingCopy
from ..workflow import State


class StateFilter(OneOfFilter):
    """By state, as `api.states_of` says."""

    title = _("publishing")
    parameter_name = "publishing"
    offered = State.choices

    def condition(self, chosen: Any) -> Q:
        return doors.in_states([chosen])


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """For whoever may view working copies."""
    return [StateFilter] if model is CatalogCourse and permissions.can_view(viewer, CourseWorkingCopy) else []
