"""Documents of the rows of a kind, many at once, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone

from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import KINDS, Document
from . import public
from .facts import read_courses
from .making import course_document, pathway_document, program_document, run_document

Read = Callable[[Sequence[int], datetime], Mapping[int, Document]]


def models() -> dict[str, Any]:
    """The models of KINDS, of those apps that are installed."""
    found: dict[str, Any] = {"course": CatalogCourse, "course_run": CourseRun}
    if apps.is_installed(public.PROGRAMS):
        found["program"] = apps.get_model("openedx_catalog_programs", "Program")
    if apps.is_installed(public.PATHWAYS):
        found["pathway"] = apps.get_model("openedx_catalog_pathways", "LearnerPathway")
    return found


def documents_of(kind: str, pks: Sequence[int], *, now: datetime) -> Iterator[tuple[str, Document | None]]:
    """
    ``(id, document)`` of each of these rows as it is at an instant; None of what not everybody may know of. Rows that are gone
    are left out, and so are those that nobody has given a uuid yet.
    """
    rows = list(models()[kind].objects.filter(pk__in=list(pks)).order_by("pk").values_list("pk", "uuid"))
    made = _READ[kind]([pk for pk, uuid in rows if uuid], now) if rows else {}
    for pk, uuid in rows:
        if uuid:
            yield f"{kind}:{uuid}", made.get(pk)


def document_of(obj: Any, *, now: datetime | None = None) -> Document | None:
    """
    That of a stored course, run, program or pathway; None where not everybody may know of it. As many queries as for
    many.
    """
    kind = next(name for name, model in models().items() if isinstance(obj, model))
    return next((document for _id, document in documents_of(kind, [obj.pk], now=now or timezone.now())), None)


def _courses(pks: Sequence[int], now: datetime) -> dict[int, Document]:
    return {pk: course_document(facts) for pk, facts in read_courses(pks, now).items()}


def _runs(pks: Sequence[int], now: datetime) -> dict[int, Document]:
    courses = set(CourseRun.objects.filter(pk__in=pks).values_list("catalog_course_id", flat=True))
    wanted = set(pks)
    return {
        each.run.pk: run_document(each, course)
        for course in read_courses(courses, now).values()
        for each in course.runs
        if each.run.pk in wanted
    }


def _programs(pks: Sequence[int], now: datetime) -> dict[int, Document]:
    from .groups import read_programs

    return {pk: program_document(facts) for pk, facts in read_programs(pks, now).items()}


def _pathways(pks: Sequence[int], now: datetime) -> dict[int, Document]:
    from .groups import read_pathways

    return {pk: pathway_document(facts) for pk, facts in read_pathways(pks, now).items()}


_READ: dict[str, Read] = dict(zip(KINDS, (_courses, _runs, _programs, _pathways), strict=True))
