"""
The peer's seven functions, and what its models offer, called in one order with one set of arguments.

Run by the peer's Python on the peer and by the tests on ours; `main` reports what each call answered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.test import override_settings
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

FUNCTIONS = (
    "get_catalog_course",
    "update_catalog_course",
    "delete_catalog_course",
    "get_course_run",
    "sync_course_run_details",
    "create_course_run_for_modulestore_course_with",
    "delete_course_run",
)
# What callers may catch; AssertionError is no answer to rely on, and we give CatalogError in its place.
CAUGHT = (ObjectDoesNotExist, ProtectedError, ValidationError, ValueError, AssertionError)
OFFERED = {
    "CatalogCourse": ("org_code", "course_code", "title", "language", "language_short", "key_str"),
    "CourseRun": ("course_key", "org_code", "course_code", "run_code", "title", "catalog_course"),
}
MITX = CourseKey.from_string("course-v1:MITx+14.100x+3T2017")


def main() -> dict[str, Any]:
    """The signatures of the functions, and the answer of each call by its name."""
    return {"signatures": _signatures(), "answers": {name: _answer(call) for name, call in _calls()}}


def _signatures() -> dict[str, list[list[str]]]:
    from openedx_catalog import api

    return {
        name: [[p.name, p.kind.name, repr(p.default)] for p in inspect.signature(getattr(api, name)).parameters.values()]
        for name in FUNCTIONS
    }


def _answer(call: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return _described(call())
    except CAUGHT as error:
        return {"raises": [kind.__name__ for kind in CAUGHT if isinstance(error, kind)], "ours": hasattr(error, "code")}


def _described(answer: Any) -> Any:
    if isinstance(answer, Model):
        offered = OFFERED[type(answer).__name__]
        return {"str": str(answer)} | {name: str(getattr(answer, name)) for name in offered}
    return answer


def _calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    yield from _creating()
    yield from _reading()
    yield from _updating()
    yield from _offered_by_the_models()
    yield from _deleting()


def _creating() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api

    create = api.create_course_run_for_modulestore_course_with
    yield "create", lambda: create(MITX, title="Microeconomics")
    yield "create again", lambda: create(MITX, title="Another title")
    yield "create in a language", lambda: create(key("course-v1:DelftX+W+1"), title="Water", language_short="fr")
    yield "create in Mandarin", lambda: create(key("course-v1:PekingX+M+1"), title="中文", language_short="zh_HANS")
    yield "create a second run", lambda: create(key("course-v1:MITx+14.100x+1T2018"), title="Micro", language_short="fr")
    yield "create a slash key", lambda: create(key("edX/Demo/2013"), title="Demo")
    yield "create a ccx", lambda: create(key("ccx-v1:MITx+14.100x+3T2017+ccx@7"), title="Coach")
    yield "create without autocreation", lambda: _without_autocreation(key("course-v1:Unknown+A+1"))


def _without_autocreation(course_key: CourseKey) -> Any:
    from openedx_catalog import api

    with override_settings(ORGANIZATIONS_AUTOCREATE=False):
        return api.create_course_run_for_modulestore_course_with(course_key, title="None")


def _reading() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api
    from openedx_catalog.models_api import CatalogCourse

    get = api.get_catalog_course
    yield "course by codes", lambda: get(org_code="MITx", course_code="14.100x")
    yield "course by key", lambda: get(key_str="catalog-course:DelftX:W")
    yield "course by pk", lambda: get(pk=CatalogCourse.objects.get(course_code="M").pk)
    yield "course by position", lambda: get(CatalogCourse.objects.get(course_code="M").pk)
    yield "no such course", lambda: get(org_code="MITx", course_code="None")
    yield "course of no such organization", lambda: get(org_code="None", course_code="None")
    yield "no such pk", lambda: get(pk=10**9)
    yield "no such key", lambda: get(key_str="catalog-course:None:None")
    yield "no argument", lambda: get()
    yield "half a name", lambda: get(org_code="MITx")
    yield "two ways at once", lambda: get(key_str="catalog-course:MITx:14.100x", course_code="14.100x")
    yield "a key of another kind", lambda: get(key_str=str(MITX))
    yield "run", lambda: api.get_course_run(MITX)
    yield "slash run", lambda: api.get_course_run(key("edX/Demo/2013"))
    yield "no such run", lambda: api.get_course_run(key("course-v1:MITx+14.100x+None"))
    yield "runs of a course", lambda: sorted(str(r.course_key) for r in get(org_code="MITx", course_code="14.100x").runs.all())


def _updating() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api

    def updated(**changes: Any) -> Any:
        course = api.get_catalog_course(org_code="MITx", course_code="14.100x")
        answer = api.update_catalog_course(course, **changes)
        return [answer, _described(course), _described(api.get_catalog_course(org_code="MITx", course_code="14.100x"))]

    def updated_by_pk() -> Any:
        pk = api.get_catalog_course(org_code="MITx", course_code="14.100x").pk
        return [api.update_catalog_course(pk, title="By pk"), _described(api.get_catalog_course(pk=pk))]

    def synced(title: str | None) -> Any:
        return [api.sync_course_run_details(MITX, title=title), api.get_course_run(MITX).title]

    yield "update the title", lambda: updated(title="Micro")
    yield "update the language", lambda: updated(language_short="zh_HANT")
    yield "update with None", lambda: updated(title=None, language_short=None)
    yield "update with blanks", lambda: updated(title="", language_short="")
    yield "update nothing", lambda: updated()
    yield "update by pk", updated_by_pk
    yield "update no such pk", lambda: api.update_catalog_course(10**9, title="x")
    yield "sync a title", lambda: synced("From the overview")
    yield "sync None", lambda: synced(None)
    yield "sync a blank", lambda: synced("")
    yield "sync no such run", lambda: api.sync_course_run_details(key("course-v1:MITx+14.100x+None"), title="x")


def _offered_by_the_models() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog.models_api import CatalogCourse, CourseRun

    def of(code: str) -> CatalogCourse:
        return CatalogCourse.objects.get(course_code=code)

    yield "an organization", lambda: Organization.objects.create(name="Old", short_name="Oldx", active=False).short_name
    yield "a course by org_code", lambda: CatalogCourse.objects.create(org_code="Oldx", course_code="A")
    yield (
        "a course in Cantonese",
        lambda: CatalogCourse.objects.create(org_code="Oldx", course_code="B", title="B", language_short="zh_HANT"),
    )
    yield "a course of no organization", lambda: CatalogCourse.objects.create(org_code="None", course_code="A")
    yield "a run by its code", lambda: CourseRun.objects.create(catalog_course=of("A"), run_code="2026")
    yield (
        "a run by its key",
        lambda: CourseRun.objects.create(
            catalog_course=of("A"), run_code="2027", course_key=key("course-v1:Oldx+A+2027"), title="Own"
        ),
    )
    yield (
        "a run in another case of the organization",
        lambda: CourseRun.objects.create(catalog_course=of("A"), run_code="2028", course_key=key("course-v1:OLDX+A+2028")),
    )
    yield (
        "a run of another organization",
        lambda: CourseRun.objects.create(catalog_course=of("A"), run_code="2029", course_key=key("course-v1:MITx+A+2029")),
    )
    yield (
        "a run of another course",
        lambda: CourseRun.objects.create(catalog_course=of("A"), run_code="2029", course_key=key("course-v1:Oldx+B+2029")),
    )
    yield (
        "a run with another run code",
        lambda: CourseRun.objects.create(catalog_course=of("A"), run_code="2030", course_key=key("course-v1:Oldx+A+2029")),
    )


def _deleting() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api
    from openedx_catalog.models_api import CatalogCourse, CourseRun

    def pk(code: str) -> int:
        return CatalogCourse.objects.get(course_code=code).pk

    yield "delete a course with runs", lambda: api.delete_catalog_course(pk("A"))
    yield "delete a course by pk", lambda: api.delete_catalog_course(pk("B"))
    yield "delete no such course", lambda: api.delete_catalog_course(10**9)
    yield "delete a run", lambda: api.delete_course_run(key("course-v1:DelftX+W+1"))
    yield "delete it again", lambda: api.delete_course_run(key("course-v1:DelftX+W+1"))
    yield "delete a course", lambda: api.delete_catalog_course(CatalogCourse.objects.get(course_code="W"))
    yield "what is left", lambda: [CatalogCourse.objects.count(), CourseRun.objects.count()]


def key(text: str) -> CourseKey:
    return CourseKey.from_string(text)
