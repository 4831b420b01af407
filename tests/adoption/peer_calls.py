"""
The peer's functions, and what its models offer, called in one order with one set of arguments.

Run by the peer's Python on the peer and by the tests on ours; `main` reports what each call answered.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError, QuerySet
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
    "get_pathway_category",
    "get_pathway_categories",
    "create_pathway_category",
    "update_pathway_category",
    "delete_pathway_category",
    "get_catalog_pathway",
    "get_catalog_pathways",
    "create_catalog_pathway",
    "update_catalog_pathway",
    "delete_catalog_pathway",
    "enroll_in_pathway",
    "unenroll_from_pathway",
    "is_enrolled_in_pathway",
    "get_pathway_enrollments",
)
# What callers may catch; AssertionError is no answer to rely on, and we give CatalogError in its place.
CAUGHT = (
    ObjectDoesNotExist, Organization.DoesNotExist, ProtectedError, ValidationError, IntegrityError, ValueError, AssertionError,
)  # fmt: skip
OFFERED = {
    "CatalogCourse": ("org_code", "course_code", "title", "language", "language_short", "key_str"),
    "PathwayCategory": ("category_code", "title", "title_plural"),
    "CatalogPathway": ("org_code", "pathway_code", "title", "description", "key_str", "category"),
    "PathwayEnrollment": ("catalog_pathway", "user", "is_active"),
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
    if isinstance(answer, QuerySet):
        return [_described(row) for row in answer]
    if isinstance(answer, Model):
        offered = OFFERED[type(answer).__name__]
        values = {name: str(getattr(answer, name)) for name in offered}
        # What there reads like the usual run of the same parts is told from it here: CCX, and Org/Code/Run.
        same_text = values.get("course_key", "course-v1:").startswith("course-v1:")
        return ({"str": str(answer)} if same_text else {}) | values
    return answer


def _calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    yield from _creating()
    yield from _reading()
    yield from _updating()
    yield from _offered_by_the_models()
    yield from _deleting()
    yield from _categories()
    yield from _pathways()
    yield from _enrollments()


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


def _categories() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api
    from openedx_catalog.models_api import PathwayCategory

    # Whatever a migration has stored.
    PathwayCategory.objects.all().delete()

    def updated(category: Any, **changes: Any) -> Any:
        return [api.update_pathway_category(category, **changes), _described(api.get_pathway_category("degree"))]

    create, get = api.create_pathway_category, api.get_pathway_category
    yield "a category", lambda: create(category_code="degree", title="Degree")
    yield "another category", lambda: create(category_code="class", title="Class", title_plural="Classes")
    yield "a category without title", lambda: create(category_code="none", title="")
    yield "a category with another sign", lambda: create(category_code="a b", title="T")
    if connection.features.supports_expression_indexes:
        # Elsewhere the peer stores it.
        yield "the same category", lambda: create(category_code="DEGREE", title="T")
    yield (
        "category by code",
        lambda: [_described(get("degree")), get("degree").get_title_plural(), get("class").get_title_plural()],
    )
    yield "no such category", lambda: get("None")
    yield "all categories", api.get_pathway_categories
    yield "update a category", lambda: updated("degree", title="Master")
    yield "update its plural", lambda: updated(get("degree"), title_plural="Masters")
    yield "update its plural with a blank", lambda: updated("degree", title_plural="")
    yield "update its title with a blank", lambda: updated("degree", title="")
    yield "update nothing of it", lambda: updated("degree")
    yield "update no such category", lambda: api.update_pathway_category("None", title="T")


def _pathways() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api
    from openedx_catalog.models_api import CatalogPathway

    create, get = api.create_catalog_pathway, api.get_catalog_pathway

    def category(code: str = "degree") -> Any:
        return api.get_pathway_category(code)

    def updated(**changes: Any) -> Any:
        pathway = get(org_code="MITx", pathway_code="Path")
        answer = api.update_catalog_pathway(pathway, **changes)
        return [answer, _described(pathway), _described(get(pk=pathway.pk))]

    yield "a pathway", lambda: create(org_code="MITx", pathway_code="Path", category=category(), description="D")
    yield (
        "an organization in another case",
        lambda: create(org_code="mitx", pathway_code="2", category=category("class"), title="T"),
    )
    yield "a pathway of no organization", lambda: create(org_code="None", pathway_code="Path", category=category())
    if connection.features.supports_expression_indexes:
        yield "the same pathway", lambda: create(org_code="MITx", pathway_code="PATH", category=category())
    yield "a pathway with another sign", lambda: create(org_code="MITx", pathway_code="a+b", category=category())
    yield "pathway by codes", lambda: get(org_code="MITx", pathway_code="Path")
    yield "pathway by key", lambda: get(key_str="catalog-pathway:MITx:Path")
    yield "pathway by pk", lambda: get(pk=CatalogPathway.objects.get(pathway_code="2").pk)
    yield "pathway by position", lambda: get(CatalogPathway.objects.get(pathway_code="2").pk)
    yield "no such pathway", lambda: get(org_code="MITx", pathway_code="None")
    yield "no argument for a pathway", lambda: get()
    yield "half a name of a pathway", lambda: get(org_code="MITx")
    yield "a key of a course", lambda: get(key_str="catalog-course:MITx:Path")
    yield "all pathways", lambda: sorted(pathway.key_str for pathway in api.get_catalog_pathways())
    yield "of an organization", lambda: api.get_catalog_pathways(org_code="MITx", category_code="degree")
    yield "of no organization", lambda: api.get_catalog_pathways(org_code="None")
    yield "of no category", lambda: api.get_catalog_pathways(category_code="None")
    yield "update a pathway", lambda: updated(title="New", category=category("class"), description="")
    yield "update its title with nothing", lambda: updated(title="")
    yield "update nothing of the pathway", lambda: updated()
    yield "update no such pathway", lambda: api.update_catalog_pathway(10**9, title="T")
    yield (
        "a pathway by the model",
        lambda: CatalogPathway.objects.create(org_code="MITx", pathway_code="3", category=category()),
    )


def _enrollments() -> Iterator[tuple[str, Callable[[], Any]]]:
    from openedx_catalog import api

    learner = get_user_model().objects.create(username="learner").pk

    def pathway(code: str = "Path") -> Any:
        return api.get_catalog_pathway(org_code="MITx", pathway_code=code)

    yield "enroll", lambda: api.enroll_in_pathway(learner, pathway())
    yield "enroll again", lambda: api.enroll_in_pathway(learner, pathway().pk)
    yield "enroll in no such pathway", lambda: api.enroll_in_pathway(learner, 10**9)
    yield "is enrolled", lambda: [api.is_enrolled_in_pathway(learner, pathway()), api.is_enrolled_in_pathway(learner, 10**9)]
    yield "leave", lambda: [api.unenroll_from_pathway(learner, pathway()), api.is_enrolled_in_pathway(learner, pathway().pk)]
    yield "leave again", lambda: api.unenroll_from_pathway(learner, pathway().pk)
    yield "active enrollments", lambda: api.get_pathway_enrollments(learner)
    yield "all enrollments", lambda: api.get_pathway_enrollments(learner, include_inactive=True)
    yield "return", lambda: api.enroll_in_pathway(learner, pathway())
    yield "delete a pathway with learners", lambda: api.delete_catalog_pathway(pathway())
    yield "delete a pathway", lambda: api.delete_catalog_pathway(pathway("2").pk)
    yield "delete no such pathway", lambda: api.delete_catalog_pathway(10**9)
    yield "delete a category with pathways", lambda: api.delete_pathway_category("degree")
    yield "delete no such category", lambda: api.delete_pathway_category("None")


def key(text: str) -> CourseKey:
    return CourseKey.from_string(text)
