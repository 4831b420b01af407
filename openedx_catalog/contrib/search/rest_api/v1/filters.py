"""What the list of course catalogs can be narrowed and ordered by, and the lists of courses and runs by course catalog."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from openedx_catalog.lib import texts, values
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of, ordering
from openedx_catalog.rest_api.v1.extending import CourseFields, RunFields

from ... import api
from ...doors import seen_by
from ...exceptions import InvalidQuery
from ...models_api import CourseCatalog

_LABEL = "The uuid of a course catalog that has it, and that you may see."


class CourseCatalogFilter(django_filters.FilterSet):
    """Filters of course catalogs."""

    q = CatalogFilter(read=partial(values.text_to_fold, "q"), method="filter_q", label="A part of the name, in any case.")
    uuids = any_of("uuid", read=values.parse_uuid)
    ordering = ordering(name="name_ci", created="created", modified="modified")

    def filter_q(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By the folded name: MariaDB's LIKE minds case in a binary column."""
        return rows.filter(name_ci__contains=texts.fold(value))


# No column of the row from which a document could tell what it takes.
@extend_schema_field({"type": "string", "format": "uuid", "description": _LABEL})
class InCatalogFilter(CatalogFilter):
    """Rows whose catalog course, by way of `path`, is in a course catalog; "" for catalog courses themselves."""

    def __init__(self, path: str = "") -> None:
        super().__init__(read=lambda text: values.parse_uuid(text.strip()), label=_LABEL)
        self.path = path

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        catalog = seen_by(self.parent.request.user).filter(uuid=value).first()
        if catalog is None:
            # The same for one that is not there, and one that is for others.
            raise ValidationError({"catalog": [_("There is no course catalog %(uuid)s.") % {"uuid": value}]})
        try:
            if not self.path:
                return api.courses_in(catalog, courses=qs)
            return qs.filter(**{f"{self.path}__in": api.courses_in(catalog).order_by().values("pk")})
        except InvalidQuery as error:
            raise ValidationError({"catalog": [str(error)]}) from error


class CatalogOfCourse(CourseFields):
    """A filter alone."""

    model = CourseCatalog
    filters: ClassVar[dict[str, django_filters.Filter]] = {"catalog": InCatalogFilter()}


class CatalogOfRun(RunFields):
    """A filter alone, also of programs by the runs that count in them."""

    model = CourseCatalog
    filters: ClassVar[dict[str, django_filters.Filter]] = {"catalog": InCatalogFilter("catalog_course")}
