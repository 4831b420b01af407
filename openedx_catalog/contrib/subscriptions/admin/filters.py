"""Catalog courses, runs and programs by the plan that includes them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import row_id

from .. import api
from ..models_api import SubscriptionPlan
from .counting import kinds

NONE = "none"


class SubscriptionFilter(admin.SimpleListFilter):
    """One of the plans, by id, or none of them. A page costs one query for it."""

    title = _("subscription plan")
    parameter_name = "subscription"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        plans = api.get_subscription_plans().values_list("pk", "name")
        return [(NONE, _("In no plan")), *((str(pk), name) for pk, name in plans)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (text := self.value()) in (None, ""):
            return queryset
        kind = next(kind for kind in kinds() if kind.model is queryset.model)
        rows = kind.included.objects.order_by()
        if text == NONE:
            # Not "NOT IN", with which databases read all of them for each row.
            return queryset.filter(~Exists(rows.filter(**{kind.column: OuterRef(kind.known_by)})))
        return queryset.filter(**{f"{kind.known_by}__in": rows.filter(plan=row_id(text)).values(kind.column)})


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """For whoever may know of plans."""
    is_ours = any(kind.model is model for kind in kinds())
    return [SubscriptionFilter] if is_ours and permissions.can_view(viewer, SubscriptionPlan) else []
