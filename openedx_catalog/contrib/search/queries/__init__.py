"""
Catalog queries: Lucene's syntax, as today's catalogs are written, read by luqum and answered by the database.

``condition(text)`` is all that others need.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Q

from ..exceptions import InvalidQuery

_CLAUSE = re.compile(r"(NOT )?(org|number|key):(?:\(([^()]*)\)|([^\s()]+))\Z")
_PATHS = {"org": "org__short_name__iexact", "number": "course_code__iexact"}


def condition(text: str, *, now: datetime | None = None) -> Q:
    """A stand-in: ``*``, or one clause."""
    if text.strip() == "*":
        return Q()
    if (found := _CLAUSE.match(text.strip())) is None:
        raise InvalidQuery(position=1, found=text[:20], reason="the stand-in knows one clause")
    negated, field, several, one = found.groups()
    wanted = Q(pk__in=[])
    for value in (several or one).split(" OR "):
        value = value.strip().strip('"')
        if field == "key":
            org, _plus, code = value.partition("+")
            wanted |= Q(org__short_name__iexact=org, course_code__iexact=code)
        else:
            wanted |= Q(**{_PATHS[field]: value})
    return ~wanted if negated else wanted
