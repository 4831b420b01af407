"""
Subscription plans, what they include, and why, as resources. Each method is a call of the `api` of subscriptions.

What a plan includes is a list of the core, narrowed by the plan: with its representation, filters, pages and rights.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from organizations.models import Organization
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.keys import shorten
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import needing
from openedx_catalog.lib.rest.schema import DRY_RUN, IF_MATCH, REASON, described, refusals
from openedx_catalog.lib.rest.serializers import with_reason
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.base import CatalogViewSet, NamedViewSet, find_course, find_run
from openedx_catalog.rest_api.v1.serializers import OrganizationReader
from openedx_catalog.rest_api.v1.views import CatalogCourseViewSet, CourseRunViewSet, OrganizationViewSet

from ... import api
from ...models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from . import filters, readers, writers


class PlanViewSet(NamedViewSet):
    """Subscription plans, by slug, which never changes."""

    model = SubscriptionPlan
    reader = readers.SubscriptionPlanReader
    writer = writers.SubscriptionPlanWriter
    fixed_fields = ("slug",)
    filterset_class = filters.PlanFilter
    create_row = staticmethod(api.create_subscription_plan)
    delete_row = staticmethod(api.delete_subscription_plan)

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        # A body may say nothing.
        return api.update_subscription_plan(row, **values, **self.provenance()) if values else row


class WithinPlan(CatalogViewSet):
    """What stands under the address of a plan."""

    def get_queryset(self) -> Any:
        # For those who write documents, and have no plan.
        return self.model.objects.none() if getattr(self, "swagger_fake_view", False) else super().get_queryset()

    @cached_property
    def plan(self) -> SubscriptionPlan:
        """The plan of this URL, if the user may see it. Raises NotFound."""
        slug = self.kwargs["plan"]
        try:
            return self.seen(api.get_subscription_plan(slug))
        except (ObjectDoesNotExist, CatalogError):
            raise NotFound(_("There is no subscription plan %(slug)r.") % {"slug": shorten(slug, 60)}) from None


@extend_schema_view(list=described(summary="List the catalog courses of a plan"))
class PlanCourses(WithinPlan, CatalogCourseViewSet):
    """The catalog courses that a plan includes; filters, order and fields are those of `catalog-courses/`."""

    def rows(self) -> QuerySet:
        return api.get_included_courses(self.plan).order_by("pk")


@extend_schema_view(list=described(summary="List the course runs of a plan"))
class PlanRuns(WithinPlan, CourseRunViewSet):
    """The course runs that a plan includes; filters, order and fields are those of `course-runs/`."""

    def rows(self) -> QuerySet:
        return api.get_included_runs(self.plan).order_by("pk")


@extend_schema_view(
    list=described(summary="List the organizations of a plan"),
    retrieve=described(summary="Read an organization of a plan"),
)
class PlanOrganizations(WithinPlan, OrganizationViewSet):
    """The organizations that take part in a plan; filters, order and fields are those of `organizations/`."""

    http_method_names = ["get", "put", "delete", "head"]

    def rows(self) -> QuerySet:
        return super().rows().filter(pk__in=self._taking_part().values("organization_id"))

    def represent(self, row: Any) -> dict[str, Any]:
        if not self._taking_part().filter(organization=row).exists():
            text = _("%(organization)s takes no part in the plan %(plan)s.")
            raise NotFound(text % {"organization": row.short_name, "plan": self.plan.slug})
        return super().represent(row)

    @described(
        summary="Put an organization in a plan",
        request=with_reason(writers.SubscribedOrganizationWriter),
        responses={200: OrganizationReader, **refusals(404, 409)},
        filters=False,
    )
    @needing(("change", SubscribedOrganization))
    def put_in(self, request: Request, **kwargs: Any) -> Response:
        """
        Have an organization take part in this plan. Answers with 200 and the organization, also if it did already.

        What the plan includes is computed right after it.
        """
        self.refuse_unknown_parameters(())
        values = self.read_body(writers.SubscribedOrganizationWriter)
        row = self.found()
        api.set_organization_subscription(row, True, plan=self.plan, **values, **self.provenance())
        return Response(self.represent(row))

    @described(summary="Take an organization out of a plan", parameters=[REASON], responses={204: None, **refusals(404, 409)})
    @needing(("change", SubscribedOrganization))
    def take_out(self, request: Request, **kwargs: Any) -> Response:
        """
        Have an organization take no part in this plan; what was decided about its courses is kept.

        Answers with 204, also if it took none.
        """
        self.refuse_unknown_parameters(("reason",))
        self.reason = request.query_params.get("reason", "")
        api.set_organization_subscription(self.found(), False, plan=self.plan, **self.provenance())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _taking_part(self) -> QuerySet:
        return SubscribedOrganization.objects.filter(plan=self.plan)


class Explained(WithinPlan):
    """Whether a plan includes a row, and why not."""

    reader: Any = readers.ExplanationReader
    minimal_fields = ("plan", "subject", "included")
    explain_row: Any

    @described(summary="Read whether a plan includes something, and why not")
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Whether this plan includes it, and every reason why not; also of what it does not include."""
        return super().retrieve(request, **kwargs)

    def represent(self, row: Any) -> dict[str, Any]:
        return readers.told(self.explain_row(row, plan=self.plan), self.known(row))

    def known(self, row: Any) -> Mapping[str, Callable[[], Collection[str]]]:
        """Of which subjects the user may know, by the code of a reason; nothing is asked where nothing is kept back."""
        if permissions.sees_all(self.request.user, Organization):
            return {}
        rows = permissions.visible(self.request.user, Organization.objects.all())
        return {"organization_not_subscribed": lambda: set(rows.values_list("short_name", flat=True))}


class CourseInPlan(Explained):
    """A catalog course, by uuid or key, in a plan."""

    model = CatalogCourse
    reader = readers.CourseExplanationReader
    http_method_names = ["get", "put", "head"]
    lookup_url_kwarg = "key"
    explain_row = staticmethod(api.explain_course)

    def find(self, key: str) -> Any:
        return find_course(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.uuid or row.key_str)

    @described(
        parameters=[IF_MATCH, DRY_RUN],
        request=with_reason(writers.CourseChoiceWriter),
        responses={200: readers.CourseExplanationReader, **refusals(404, 409, 412)},
        filters=False,
    )
    @needing(("change", CourseChoice))
    def choose(self, request: Request, **kwargs: Any) -> Response:
        """Leave a course out of this plan, or have its organizations decide. Answers with what follows from that."""
        values = self.read_body(writers.CourseChoiceWriter)

        def work(row: CatalogCourse) -> CatalogCourse:
            api.set_course_subscription(row, **values, plan=self.plan, **self.provenance())
            return row

        return self.change(work, may_preview=True)

    def represent(self, row: Any) -> dict[str, Any]:
        choices = api.get_course_choices([row.pk]).get(row.pk, {})
        return {**super().represent(row), "choice": choices.get(self.plan.slug)}


class RunInPlan(Explained):
    """A course run, by uuid or course key, in a plan."""

    model = CourseRun
    lookup_url_kwarg = "course_key"
    explain_row = staticmethod(api.explain_run)

    def find(self, key: str) -> Any:
        return find_run(key)

    def known(self, row: Any) -> Mapping[str, Callable[[], Collection[str]]]:
        """Nor is its course named where that is kept back."""
        if permissions.sees_all(self.request.user, CatalogCourse):
            return super().known(row)
        courses = permissions.known_rows(self.request.user, [row.catalog_course])
        return {**super().known(row), "course_not_included": lambda: {course.key_str for course in courses}}
