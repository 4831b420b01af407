"""Subscription plans in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.named import NamedModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

from .. import api
from ..models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from . import organizations
from .counting import Kind, kinds

_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))
_REFRESHED = instant_column("refreshed_at", _("Last computed"))


@admin.register(SubscriptionPlan)
class SubscriptionPlanAdmin(NamedModelAdmin):
    """The plans, with how much each includes, the oldest first."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog_subscriptions/admin.css"]}

    change_form_template = "admin/openedx_catalog_subscriptions/plan.html"
    linked: ClassVar[dict[Any, str]] = dict.fromkeys((SubscribedOrganization, CourseChoice), "plan_id")
    used_by = ((SubscribedOrganization, "plan"),)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "slug")}),)
    fieldsets = (*add_fieldsets, (_("Identity"), {"fields": (_REFRESHED, _CREATED, _MODIFIED)}))
    readonly_fields = (_REFRESHED, _CREATED, _MODIFIED)
    fixed_fields = ("slug",)
    create_row = staticmethod(api.create_subscription_plan)
    delete_row = staticmethod(api.delete_subscription_plan)

    @staticmethod
    def update_row(row: SubscriptionPlan, *, name: str = "", **provenance: Any) -> SubscriptionPlan:
        """A form in which nothing was changed names no name."""
        return api.update_subscription_plan(row, name=name or row.name, **provenance)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_subscriptions_subscriptionplan"
        return [
            path("<int:pk>/organizations/", wrap(partial(organizations.table_view, self)), name=f"{name}_organizations"),
            path("<int:pk>/organizations/choose/", wrap(partial(organizations.choose_view, self)), name=f"{name}_choose"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counted = {f"{kind.name}_count": _number(kind.included_for(request.user)) for kind in _listed(request.user)}
        rows = SubscribedOrganization.objects.order_by()
        return super().get_queryset(request).annotate(organization_count=_number(rows), **counted)

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("name", "slug", "organizations_", *(_counted(kind) for kind in _listed(request.user)))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, with a button for those who may see the organizations."""
        context["may_see_table"] = organizations.may_see(request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("Organizations"))
    def organizations_(self, row: Any) -> str:
        if not organizations.may_see(getattr(row, "viewer", None)):
            return str(row.organization_count)
        return self.link(row, SubscriptionPlan, "organizations", row.pk, row.organization_count)


def _listed(user: Any) -> list[Kind]:
    """What a user may list is counted for him."""
    return [kind for kind in kinds() if permissions.can_view(user, kind.model)]


def _number(rows: QuerySet[Any]) -> Coalesce:
    of_plan = rows.filter(plan=OuterRef("pk")).values("plan").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(of_plan), 0)


def _counted(kind: Kind) -> Any:
    """A column: how many of a kind a plan includes, with a link to the list of them."""

    @admin.display(description=kind.label)
    def column(row: Any) -> str:
        return format_html('<a href="{}">{}</a>', kind.list_url(row.pk), getattr(row, f"{kind.name}_count"))

    column.__name__ = f"{kind.name}s"
    return column
