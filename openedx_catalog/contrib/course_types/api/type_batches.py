"""Types that another service has for many courses or runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import record_shown_changes, record_shown_courses
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Change, Provenance, record_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import TakenType
from ..exceptions import CourseRunTypeMismatch, CourseTypeNotAllowed
from ..models import CourseRunType, CourseRunTyping, CourseType, CourseTypeOrganization, CourseTypeRunType, CourseTyping


@writes_to(CourseRunTyping)
def take_course_run_types(said: Mapping[int, str], **provenance: Unpack[Provenance]) -> dict[int, TakenType]:
    """
    Give runs that have no type the one that another service has for them: ``{id of a run: uuid or slug of a type}``.

    A type that a run has stays, and nothing is created of a name that is not here. What became of each is returned, also of a
    type that is none of those of the run's course. About five queries, and six more where runs get a type; ids that are no
    runs are absent. Emits ``course_run.updated``.
    """
    change = Change(**provenance)
    # Held in the order of all writers.
    rows = CourseRun.objects.filter(pk__among=list(said)).order_by("key_ci", "pk").select_for_update()
    runs = {run.pk: run for run in rows}
    typings = CourseTyping.objects.filter(catalog_course__in={run.catalog_course_id for run in runs.values()})
    kinds = {row.catalog_course_id: row.course_type for row in typings.select_related("course_type")}
    allowed: dict[int, dict[int, str]] = defaultdict(dict)
    links = CourseTypeRunType.objects.filter(course_type__in={kind.pk for kind in kinds.values()}).order_by("position", "pk")
    for kind, pk, slug in links.values_list("course_type_id", "course_run_type_id", "course_run_type__slug"):
        allowed[kind][pk] = slug

    def refusal(pk: int, wanted: CourseRunType) -> CatalogError | None:
        kind = kinds.get(runs[pk].catalog_course_id)
        if kind is None or wanted.pk in allowed[kind.pk]:
            return None
        facts = {"course_run_type": wanted.slug, "course_type": kind.slug, "allowed": ", ".join(allowed[kind.pk].values())}
        return CourseRunTypeMismatch(course_key=str(runs[pk].course_key), **facts)

    found, new = _taken(CourseRunType, CourseRunTyping, "run_id", {pk: said[pk] for pk in runs}, refusal)
    if new:
        insert_typings(CourseRunTyping, "run_id", "course_run_type_id", new, change)
        record_shown_changes(list(new), reason=change.reason)
    return found


@writes_to(CourseTyping)
def take_course_types(said: Mapping[int, str], **provenance: Unpack[Provenance]) -> dict[int, TakenType]:
    """
    The same for catalog courses: ``{id of a course: uuid or slug of a type}``. A type may be for other organizations.

    About four queries, and six more where courses get a type. Emits ``catalog_course.updated``.
    """
    change = Change(**provenance)
    rows = CatalogCourse.objects.filter(pk__among=list(said)).order_by("pk").select_for_update()
    courses = {course.pk: course for course in rows}
    allowed: dict[int, dict[int, str]] = defaultdict(dict)
    for kind, org, name in CourseTypeOrganization.objects.order_by("pk").values_list(
        "course_type_id", "organization_id", "organization__short_name"
    ):
        allowed[kind][org] = name

    def refusal(pk: int, wanted: CourseType) -> CatalogError | None:
        own = allowed.get(wanted.pk, {})
        if not own or courses[pk].org_id in own:
            return None
        facts = {"course_type": wanted.slug, "allowed": ", ".join(own.values())}
        return CourseTypeNotAllowed(org_code=courses[pk].org.short_name, **facts)

    found, new = _taken(CourseType, CourseTyping, "catalog_course_id", {pk: said[pk] for pk in courses}, refusal)
    if new:
        insert_typings(CourseTyping, "catalog_course_id", "course_type_id", new, change)
        record_shown_courses(list(new), reason=change.reason)
    return found


def insert_typings(model: Any, owner: str, field: str, wanted: Mapping[int, int], change: Change) -> None:
    """Store the types of courses or runs that have none, with their history."""
    model.objects.bulk_create([model(**{owner: pk, field: kind}) for pk, kind in wanted.items()])
    # By what the rows are about: not every database says which ids it has given.
    record_history(model, "+", change, using=router.db_for_write(model), column=owner, values=list(wanted))


def _taken(
    kind: Any, model: Any, owner: str, said: Mapping[int, str], refusal: Callable[[int, Any], CatalogError | None]
) -> tuple[dict[int, TakenType], dict[int, int]]:
    """What becomes of each, and ``{id: id of the type}`` of those that get one."""
    types = list(kind.objects.all())
    by_name = {name: row for row in types for name in (str(row.uuid), row.slug)}
    slugs = {row.pk: row.slug for row in types}
    column = "course_run_type_id" if kind is CourseRunType else "course_type_id"
    stored = dict(model.objects.filter(**{f"{owner}__in": list(said)}).values_list(owner, column))
    found, new = {}, {}
    for pk, name in said.items():
        wanted, has = by_name.get(name) or by_name.get(name.lower()), stored.get(pk)
        if wanted is None:
            reason = _("There is no %(kind)s %(name)r here.") % {"kind": kind._meta.verbose_name, "name": name}
            found[pk] = TakenType("unknown", "type_unknown", reason)
        elif has is not None and has != wanted.pk:
            reason = _("It is of the type %(type)s here, which stays, and of %(said)s there.")
            found[pk] = TakenType("kept", "type_differs", reason % {"type": slugs[has], "said": wanted.slug})
        elif has is not None:
            found[pk] = TakenType("unchanged")
        elif error := refusal(pk, wanted):
            found[pk] = TakenType("refused", str(error.code), str(error))
        else:
            found[pk], new[pk] = TakenType("created"), wanted.pk
    return found, new
