"""What lists of programs can be narrowed and ordered by, with the core's own fields."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet

from openedx_catalog import api as catalog
from openedx_catalog import keys, permissions
from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of, ordering, read_instant, yes_or_no
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.extending import all_program_fields, all_run_fields, narrowed_by_extensions
from openedx_catalog.rest_api.v1.filters import by_course, key_of_run, moment_of, read_course_name, read_run_name

from ...api.reading import programs_with_any_run, programs_with_run
from ...api.values import parse_status
from ...models_api import CurriculumCourseMembership, ProgramOrganization


def _status(text: str) -> str:
    return parse_status("status", text.strip())


class _AtInstant(django_filters.FilterSet):
    """What is shown, and asked by filters, as of an instant."""

    at = CatalogFilter(read=read_instant, method="filter_at", label="The instant for what is in effect; default: now.")

    def filter_at(self, queryset: QuerySet, _name: str, value: Any) -> QuerySet:
        return queryset


class _Current(_AtInstant):
    """What may be asked of dated rows."""

    uuids = any_of("uuid", read=UUID)
    current = yes_or_no(method="filter_current", label="Whether it is in effect, now or at ?at.")

    def filter_current(self, queryset: Any, _name: str, value: bool) -> QuerySet:
        at = moment_of(self.request)
        return queryset.current(at) if value else queryset.not_current(at)


class ProgramFilter(_AtInstant):
    """Filters of programs; `course` and `course_run` ask what counts in them now, or at ?at."""

    uuids = any_of("uuid", read=UUID)
    types = any_of("type__slug", read=partial(values.text, "types"), label="Slugs of types, comma-separated.")
    status = any_of("status", read=_status, label="unpublished, active, retired, deleted.")
    hidden = yes_or_no()
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", max_length=255, label="Part of the title.")
    org = django_filters.CharFilter(method="filter_org", max_length=255, label="short_name of an authoring organization.")
    course = CatalogFilter(
        read=read_course_name, method="filter_course", label="uuid or key of a catalog course of its curricula."
    )
    course_run = CatalogFilter(read=read_run_name, method="filter_run", label="uuid or course key of a run that counts in it.")
    modified_since = CatalogFilter(
        read=read_instant, field_name="modified", lookup_expr="gte",
        label="ISO 8601 with an offset. Changes of curricula, organizations and exclusions count.",
    )  # fmt: skip
    ordering = ordering(title="title", status="status", created="created", modified="modified")

    # Those by which runs are narrowed: programs are left in which one such run counts.
    of_runs: ClassVar[tuple[str, ...]] = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        runs = every = permissions.visible(self.request.user, CourseRun.objects.all())
        for name in self.of_runs:
            runs = self.filters[name].filter(runs, self.form.cleaned_data.pop(name))
        if runs is not every:
            queryset = queryset.filter(pk__in=programs_with_any_run(runs, moment_of(self.request)))
        return super().filter_queryset(queryset)

    def filter_org(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        organization = catalog.find_organization_by_code(value)
        authored = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING, organization=organization)
        return queryset.filter(pk__in=authored.values("program_id")) if organization else queryset.none()

    def filter_course(self, queryset: QuerySet, _name: str, value: UUID | keys.CatalogKey) -> QuerySet:
        members = by_course(CurriculumCourseMembership.objects.counting(moment_of(self.request)), "catalog_course", value)
        return queryset.filter(pk__in=members.order_by().values("curriculum__program_id"))

    def filter_run(self, queryset: QuerySet, _name: str, value: UUID | keys.RunKey) -> QuerySet:
        key = key_of_run(value)
        return queryset.filter(pk__in=programs_with_run(key, moment_of(self.request))) if key else queryset.none()


def narrowed_by_runs(filters: type[ProgramFilter]) -> type[ProgramFilter]:
    """The filters of programs, with those that other apps add to the list of runs, or, and these win, to that of programs."""
    narrowed = narrowed_by_extensions(all_program_fields)(narrowed_by_extensions(all_run_fields)(filters))
    of_programs = {name for part in all_program_fields() for name in part.filters}
    narrowed.of_runs = tuple(name for part in all_run_fields() for name in part.filters if name not in of_programs)
    return narrowed


class _OfProgram(django_filters.FilterSet):
    """What curricula and degrees share."""

    program = CatalogFilter(read=UUID, field_name="program__uuid", label="uuid of the program.")


class CurriculumFilter(_OfProgram, _Current):
    """Filters of curricula."""

    ordering = ordering(name="name", created="created", modified="modified")


class DegreeFilter(_OfProgram, _AtInstant):
    """Filters of degrees."""

    ordering = ordering(created="created", modified="modified")


class _OfCurriculum(_Current):
    """What stands in curricula, by curriculum and by the program of that."""

    curriculum = CatalogFilter(read=UUID, field_name="curriculum__uuid", label="uuid of the curriculum.")
    of_program = CatalogFilter(
        read=UUID, field_name="curriculum__program__uuid", label="uuid of the program whose curriculum it is."
    )


class CourseMembershipFilter(_OfCurriculum):
    """Filters of courses in curricula."""

    catalog_course = CatalogFilter(read=read_course_name, method="filter_course", label="uuid or key of the catalog course.")

    def filter_course(self, queryset: QuerySet, _name: str, value: UUID | keys.CatalogKey) -> QuerySet:
        return by_course(queryset, "catalog_course", value)


class ProgramMembershipFilter(_OfCurriculum, _OfProgram):
    """Filters of programs in curricula; `program` is the one that stands there."""


class CurriculumGroupFilter(_OfCurriculum):
    """Filters of groups."""


class _OfDegree(_Current):
    """What degrees have."""

    degree = CatalogFilter(read=UUID, field_name="degree__program__uuid", label="uuid of the program that is the degree.")


class DegreeCostFilter(_OfDegree):
    """Filters of costs."""


class DegreeDeadlineFilter(_OfDegree):
    """Filters of deadlines."""
