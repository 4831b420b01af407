"""Types that another service has for many courses or runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.lib.changes import Change, Provenance, record_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import TakenType
from ..models import CourseRunTyping, CourseTypeOrganization, CourseTyping
from .products import TELL
from .typing import Refusals, course_refusals, run_refusals


@writes_to(CourseRunTyping)
def take_course_run_types(said: Mapping[int, str], **provenance: Unpack[Provenance]) -> dict[int, TakenType]:
    """
    Give runs that have no type the one that another service has for them: ``{id of a run: uuid or slug of a type}``.

    A type that a run has stays, and nothing is created of a name that is not here. What became of each is returned, also of a
    type that is none of those of the run's course. About five queries, and six more where runs get a type; ids that are no
    runs are absent. Emits ``course_run.updated``.
    """
    # Held in the order of all writers.
    rows = CourseRun.objects.filter(pk__among=list(said)).order_by("key_ci", "pk").select_for_update()
    runs = {run.pk: run for run in rows}
    return _take(CourseRunTyping, said, runs, run_refusals(runs.values()), Change(**provenance))


@writes_to(CourseTyping)
def take_course_types(said: Mapping[int, str], **provenance: Unpack[Provenance]) -> dict[int, TakenType]:
    """
    The same for catalog courses: ``{id of a course: uuid or slug of a type}``. A type may be for other organizations.

    About four queries, and six more where courses get a type. Emits ``catalog_course.updated``.
    """
    rows = CatalogCourse.objects.filter(pk__among=list(said)).order_by("pk").select_for_update()
    courses = {course.pk: course for course in rows}
    refusals = course_refusals(CourseTypeOrganization.objects.all())
    return _take(CourseTyping, said, courses, refusals, Change(**provenance))


def insert_typings(model: Any, wanted: Mapping[int, int], change: Change) -> None:
    """Store the types of courses or runs that have none, with their history, and tell of it."""
    if not wanted:
        return
    owner, field = model.ends
    model.objects.bulk_create([model(**{f"{owner}_id": pk, f"{field}_id": kind}) for pk, kind in wanted.items()])
    # By what the rows are about: not every database says which ids it has given.
    record_history(model, "+", change, using=router.db_for_write(model), column=f"{owner}_id", values=list(wanted))
    TELL[owner](list(wanted), reason=change.reason)


def _take(
    model: Any, said: Mapping[int, str], rows: Mapping[int, Any], refusals: Refusals, change: Change
) -> dict[int, TakenType]:
    """Give these rows, which are held, the types that are said; what becomes of each."""
    owner, field = model.ends
    kind = model._meta.get_field(field).related_model
    types = list(kind.objects.all())
    by_name = {name: row for row in types for name in (str(row.uuid), row.slug)}
    slugs = {row.pk: row.slug for row in types}
    stored = dict(model.objects.filter(**{f"{owner}__in": list(rows)}).values_list(f"{owner}_id", f"{field}_id"))
    found, new = {}, {}
    for pk, row in rows.items():
        name, has = said[pk], stored.get(pk)
        wanted = by_name.get(name) or by_name.get(name.lower())
        if wanted is None:
            reason = _("There is no %(kind)s %(name)r here.") % {"kind": kind._meta.verbose_name, "name": name}
            found[pk] = TakenType("unknown", "type_unknown", reason)
        elif has is not None and has != wanted.pk:
            reason = _("It is of the type %(type)s here, which stays, and of %(said)s there.")
            found[pk] = TakenType("kept", "type_differs", reason % {"type": slugs[has], "said": wanted.slug})
        elif has is not None:
            found[pk] = TakenType("unchanged")
        elif error := refusals(row, wanted):
            found[pk] = TakenType("refused", str(error.code), str(error))
        else:
            found[pk], new[pk] = TakenType("created"), wanted.pk
    insert_typings(model, new, change)
    return found
