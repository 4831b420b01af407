"""Chainable adjectives and joins for catalog courses, runs and pathways: lazy, without side effects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from . import keys
from .lib.routing import CatalogQuerySet
from .lib.values import parse_datetime
from .organization_names import organization_id
from .policies import date_window


class CatalogCourseQuerySet(CatalogQuerySet):
    """Adjectives for catalog courses."""

    def with_org(self) -> Self:
        """Join the organization, so that ``org_code`` and ``key_str`` cost no query."""
        return self.select_related("org")

    def for_org(self, org_code: Any) -> Self:
        """
        Only those of one organization, given as an object or by its short_name, in any case; which one costs a query, or two.

        Raises InvalidRequest for anything else.
        """
        organization = organization_id(self.model._meta.get_field("org").related_model, org_code)
        return self.none() if organization is None else self.filter(org=organization)

    def incomplete(self) -> Self:
        """Only those whose identity columns still wait to be filled (rows that another program wrote)."""
        return self.filter(Q(course_code_ci=None) | Q(uuid=None))


class CourseRunQuerySet(CatalogQuerySet):
    """Adjectives for course runs."""

    def with_course(self) -> Self:
        """Join the catalog course and its organization."""
        return self.select_related("catalog_course__org")

    def with_key_text(self) -> Self:
        """Annotate ``key_text``, the course key as an unparsed string; use it with ``values_list``."""
        return self.annotate(key_text=F("course_key__text"))

    def for_org(self, org_code: Any) -> Self:
        """Only runs whose catalog course belongs to this organization; see `CatalogCourseQuerySet.for_org`."""
        course: Any = self.model._meta.get_field("catalog_course").related_model
        organization = organization_id(course._meta.get_field("org").related_model, org_code)
        return self.none() if organization is None else self.filter(catalog_course__org=organization)

    def explicit(self) -> Self:
        """Only runs that a person or an import associated."""
        return self.filter(association="explicit")

    def implicit(self) -> Self:
        """Only runs that are associated as their key implies."""
        return self.filter(association="implicit")

    def incomplete(self) -> Self:
        """Only those whose identity columns still wait to be filled (rows that another program wrote)."""
        return self.filter(Q(key_ci=None) | Q(uuid=None))

    def in_status(self, status: str, at: datetime | str | None = None) -> Self:
        """
        Only runs that are ``archived``, ``current``, ``starting_soon`` or ``upcoming``, now or at another instant.

        Raises InvalidRequest or InvalidDate.
        """
        return self.filter(date_window().where_status(status, _instant(at)))

    def enrollable(self, at: datetime | str | None = None) -> Self:
        """Only runs in which learners can enroll, now or at another instant; none whose content was deleted upstream."""
        return self.filter(date_window().where_enrollable(_instant(at)), *self._withdrawn(False))

    def not_enrollable(self, at: datetime | str | None = None) -> Self:
        """Only the others."""
        return self.filter(reduce(or_, [date_window().where_not_enrollable(_instant(at)), *self._withdrawn(True)]))

    def _withdrawn(self, withdrawn: bool) -> list[Q]:
        """The condition on the withdrawal, which the runs of a host's own model need not have."""
        known = any(relation.name == "withdrawal" for relation in self.model._meta.related_objects)
        return [Q(withdrawal__isnull=not withdrawn)] if known else []

    def with_status(self, at: datetime | str | None = None) -> Self:
        """Annotate ``status``, as `in_status` has it."""
        return self.annotate(status=date_window().status_expression(_instant(at)))

    def by_key(self, *parsed: Any) -> Self:
        """
        Only the runs of these keys: by folded identity, or by exact key where a row's identity is still NULL.

        Uses the two key indexes. What is a `keys.RunKey` is not parsed again. Raises InvalidCourseKey.
        """
        found = [key if isinstance(key, keys.RunKey) else keys.parse_course_key(key) for key in parsed]
        return self.by_folded([key.key_ci for key in found], [key.text for key in found])

    def by_folded(self, folded: Sequence[str], texts: Sequence[str]) -> Self:
        """As `by_key`, for keys that were folded but not parsed."""
        return self.filter(Q(key_ci__among=folded) | Q(key_ci=None, course_key__text__among=texts))


class PathwayCategoryQuerySet(CatalogQuerySet):
    """Adjectives for categories of pathways."""

    def with_code(self, code: str) -> Self:
        """Only the one with this code, in any case; codes are ASCII."""
        return self.alias(_code=Lower("category_code")).filter(_code=code.lower())


class CatalogPathwayQuerySet(CatalogQuerySet):
    """Adjectives for pathways."""

    def with_org_and_category(self) -> Self:
        """Join organization and category, so that ``org_code``, ``key_str`` and what learners call it cost no query."""
        return self.select_related("org", "category")

    def with_code(self, code: str) -> Self:
        """Only those with this code, in any case; codes are ASCII."""
        return self.alias(_code=Lower("pathway_code")).filter(_code=code.lower())


class PathwayEnrollmentQuerySet(CatalogQuerySet):
    """Adjectives for enrollments in pathways."""

    def active(self) -> Self:
        """Only those of learners who have not left."""
        return self.filter(is_active=True)

    def with_pathway(self) -> Self:
        """Join the pathway, its organization and its category."""
        return self.select_related("catalog_pathway__org", "catalog_pathway__category")


def _instant(at: datetime | str | None) -> datetime:
    """An aware datetime, or its text in ISO 8601; now for None. Raises InvalidDate."""
    return parse_datetime(at, "at") or timezone.now()
