"""What the list of learner pathways can be narrowed and ordered by, and what is asked of by the keys of courses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import owners_of_keys
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import CatalogError, InvalidCatalogKey
from openedx_catalog.lib import permissions, texts
from openedx_catalog.lib.rest.filters import MAX_VALUES, any_of, ordering
from openedx_catalog.lib.values import parse_uuid
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.filters import read_catalog_key, read_course_key


class LearnerPathwayFilter(django_filters.FilterSet):
    """Filters of learner pathways."""

    uuids = any_of("uuid", read=parse_uuid)
    ordering = ordering(title="title", created="created")


def read_key(text: str) -> keys.CatalogKey | keys.RunKey:
    """The key of a catalog course or of a run. Raises InvalidCatalogKey, InvalidCourseKey."""
    try:
        return read_catalog_key(text)
    except InvalidCatalogKey:
        if text.strip().startswith(keys.CATALOG_KEY_PREFIX):
            raise
        return read_course_key(text)


def several(request: Any, name: str, read: Any) -> list[Any]:
    """
    What a parameter names, comma-separated or repeated. Raises ValidationError for what is malformed, by name, for too many,
    and where it is there and names nothing.
    """
    sent = request.query_params.getlist(name)
    given = list(dict.fromkeys(part.strip() for text in sent for part in text.split(",") if part.strip()))
    if sent and not given:
        raise ValidationError({name: [_("Expected at least one value.")]})
    if len(given) > MAX_VALUES:
        text = _("Expected at most %(limit)d values, got %(found)d.")
        raise ValidationError({name: [text % {"limit": MAX_VALUES, "found": len(given)}]})
    found, malformed = [], []
    for each in given:
        try:
            found.append(read(each))
        except (CatalogError, ValueError):
            malformed.append(texts.shorten(each, 60))
    if malformed:
        raise ValidationError({name: [_("These make no sense here: %(values)s.") % {"values": ", ".join(malformed)}]})
    return found


def known_courses(user: Any, named: list[keys.CatalogKey | keys.RunKey]) -> list[int]:
    """The ids of the catalog courses of these keys, and of these runs, of which a user may know. Four queries."""
    runs = CourseRun.objects.by_key(*(key for key in named if isinstance(key, keys.RunKey)))
    found = set(permissions.visible(user, runs).values_list("catalog_course_id", flat=True))
    found.update(owners_of_keys(key for key in named if isinstance(key, keys.CatalogKey)).values())
    return list(permissions.visible(user, CatalogCourse.objects.filter(pk__in=found)).values_list("pk", flat=True))


def known_programs(user: Any, uuids: list[UUID]) -> list[int]:
    """The ids of the programs of these uuids of which a user may know."""
    return list(permissions.visible(user, Program.objects.filter(uuid__in=uuids)).values_list("pk", flat=True))
