"""The table of all types: course type × run type × mode, what is sold for each, and how many courses and runs have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import own_page
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping, Mode
from .base import names_of_parts
from .filters import NONE

_COURSES, _RUNS = "admin:openedx_catalog_catalogcourse_changelist", "admin:openedx_catalog_courserun_changelist"


@attrs.frozen
class Number:
    """How many there are, and the list that shows them, if the viewer may see it."""

    count: int
    url: str


@attrs.frozen
class Line:
    """A run type within a course type; `cells` are what is sold in each mode, "" where it does not have the mode."""

    run_type: Any
    url: str
    runs: Number | None
    cells: Sequence[str]
    is_mismatch: bool = False


@attrs.frozen
class Block:
    """A course type, or none, with its lines."""

    course_type: Any
    url: str
    courses: Number | None
    lines: Sequence[Line]

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """What is sold for the course, and whose courses may have it."""
        if self.course_type is None:
            return []
        labels = {"entitlements": _("Entitlements"), "organizations": _("Only for")}
        return [(label, text) for part, label in labels.items() if (text := names_of_parts(self.course_type, part))]


def may_see(user: Any) -> bool:
    """Whether a user may see the types that the table is about."""
    return permissions.can_view(user, CourseType) and permissions.can_view(user, CourseRunType)


def matrix_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """All types in one table. Twelve queries, whatever there is."""
    if not may_see(request.user):
        raise PermissionDenied
    modes = list(api.get_modes())
    matrix = _Matrix(request.user, modes)
    context = {"modes": modes, "blocks": list(matrix.blocks()), "untyped_runs": matrix.untyped_runs()}
    template = "admin/openedx_catalog_course_types/matrix.html"
    return own_page(model_admin, request, template, original=_("All course types"), **context)


class _Matrix:
    """What there is of types, and how often, as a user may know."""

    def __init__(self, user: Any, modes: Sequence[Mode]) -> None:
        self.user, self.modes = user, modes
        self.types = list(api.get_course_types())
        self.run_types = {row.pk: row for row in api.get_course_run_types()}
        self.courses = self._courses() if _sees(user, CatalogCourse, CourseTyping) else None
        self.runs = self._runs() if _sees(user, CourseRun, CourseRunTyping) else None

    def blocks(self) -> Iterator[Block]:
        """Each course type in the order in which they are tried; last what has none."""
        linked: set[int] = set()
        for row in self.types:
            own = [link.course_run_type_id for link in row.run_type_rows.all()]
            linked.update(own)
            others = [pk for pk in self.run_types if pk not in own and (row.pk, pk) in (self.runs or ())]
            lines = [*(self._line(row, pk) for pk in own), *(self._line(row, pk, is_mismatch=True) for pk in others)]
            yield Block(row, page_of(self.user, row), self._number(self.courses, row.pk, _COURSES, course_type=row.pk), lines)
        left = [pk for pk in self.run_types if pk not in linked or (None, pk) in (self.runs or ())]
        lines = [self._line(None, pk) for pk in left]
        yield Block(None, "", self._number(self.courses, None, _COURSES, course_type=NONE), lines)

    def _line(self, course_type: Any, pk: int, *, is_mismatch: bool = False) -> Line:
        row, owner = self.run_types[pk], course_type and course_type.pk
        sold: dict[int, list[str]] = {}
        for link in row.track_rows.all():
            seat = link.track.seat_type
            sold.setdefault(link.track.mode_id, []).append(seat.name if seat else str(_("nothing is sold")))
        runs = self._number(self.runs, (owner, pk), _RUNS, course_type=owner or NONE, course_run_type=pk)
        return Line(row, page_of(self.user, row), runs, [", ".join(sold.get(mode.pk, ())) for mode in self.modes], is_mismatch)

    def untyped_runs(self) -> Number | None:
        """Those without a type, of courses with one or without."""
        return self._number(self.runs, None, _RUNS, course_run_type=NONE)

    def _number(self, counts: Counter[Any] | None, key: Any, name: str, **query: Any) -> Number | None:
        return None if counts is None else Number(counts[key], f"{reverse(name)}?{urlencode(query)}" if counts[key] else "")

    def _courses(self) -> Counter[Any]:
        """``{id of a course type, or None: how many courses}``. Two queries."""
        seen = permissions.visible(self.user, CatalogCourse.objects.all())
        rows = _of(CourseTyping.objects.all(), "catalog_course", seen, self.user)
        found: Counter[Any] = Counter(dict(rows.values_list("course_type").annotate(n=Count("pk")).order_by()))
        found[None] = max(0, seen.count() - found.total())
        return found

    def _runs(self) -> Counter[Any]:
        """
        ``{(id of a course type or None, id of a course run type): how many runs}``, and under None those without a type. Two
        queries.
        """
        seen = permissions.visible(self.user, CourseRun.objects.all())
        rows = _of(CourseRunTyping.objects.all(), "run", seen, self.user)
        rows = rows.annotate(of=F("run__catalog_course__course_typing__course_type"))
        found: Counter[Any] = Counter()
        for of, run_type, count in rows.values_list("of", "course_run_type").annotate(n=Count("pk")).order_by():
            found[of, run_type] = count
        found[None] = max(0, seen.count() - found.total())
        return found


def _of(typings: Any, owner: str, seen: Any, user: Any) -> Any:
    """The types of rows that a user may know of; nothing is asked for those of one who sees all."""
    return typings if permissions.sees_all(user, seen.model) else typings.filter(**{f"{owner}__in": seen})


def _sees(user: Any, *models: Any) -> bool:
    return all(permissions.can_view(user, model) for model in models)
