"""
What is asked of a large catalog: each list, filter, order and search of REST and of the admin, and each page of a row there.

Found by introspection. A parameter without an entry in `VALUES` is a SystemExit, so a new one cannot be forgotten. Of
benchmarks/million.py and tests/scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from django.apps import apps

NOBODY = "00000000-0000-4000-8000-000000000000"
ROOT = "/api/catalog/v1"

# What is written where a value is needed: a common one, a rare one, one that matches nothing. {name} is of a row in the middle.
INSTANTS = ("2001-01-01T00:00:00Z", "{recent}", "2900-01-01T00:00:00Z")
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "uuids": ("{uuid}", NOBODY),
        "q": ("introduction", "number 77777", "a", "zzz"),
        "modified_since": INSTANTS,
        "program": ("{program}", NOBODY),
        "of_program": ("{program}", NOBODY),
        "degree": ("{program}", NOBODY),
        "curriculum": ("{curriculum}", NOBODY),
        "catalog_course": ("{course}", "catalog-course:Nobody:None"),
        "current": ("true", "false"),
        "at": INSTANTS,
        "course_type": ("verified-audit", "none"),
        "course_run_type": ("audit", "none"),
        "mode": ("verified", "none"),
        "subscription": ("default", "none"),
        "skill": ("circuits", "none"),
        "listed": ("true", "false"),
        "catalog": ("{catalog}",),
    },
    "course_catalog": {"q": ("all", "zzz")},
    "deleted-course-run": {},
    "organization": {"q": ("org", "of 77", "zzz"), "active": ("true", "false")},
    "catalog-course": {
        "q": ("introduction", "number 77777", "a", "zzz", "{run}", "{course}", "C77777x"),
        "key": ("{course}", "catalog-course:Nobody:None"),
        "org": ("Org1", "org77", "Nobody"),
        "course_code": ("C77777x", "common", "none"),
        "language": ("en", "zu", "fr", "nl", "unset"),
    },
    "course-run": {
        "q": ("introduction", "number 77777", "a", "zzz", "{run}", "{course}", "C77777x"),
        "course_keys": ("{run}", "{run},course-v1:No+Such+Run"),
        "key": ("{run}", "course-v1:No+Such+Run"),
        "catalog_course": ("{course}", "catalog-course:Nobody:None"),
        "org": ("Org1", "org77", "Nobody"),
        "course_code": ("C77777x", "common", "none"),
        "language": ("en", "zu", "fr", "nl", "unset"),
        "association": ("implicit", "explicit"),
        "status": ("archived", "current", "starting_soon", "upcoming"),
        "enrollable": ("true", "false"),
        "withdrawn": ("true", "false"),
        "at": INSTANTS,
    },
    "program-type": {"slugs": ("{type}", "none")},
    "program": {
        "types": ("{type}", "none"),
        "status": ("active", "unpublished,retired", "deleted"),
        "hidden": ("true", "false"),
        "org": ("Org1", "org77", "Nobody"),
        "course": ("{course}", "catalog-course:Nobody:None"),
        "course_run": ("{run}", "course-v1:No+Such+Run"),
    },
    "curriculum": {},
    "curriculum-course": {},
    "curriculum-program": {},
    "curriculum-group": {},
    "degree": {},
    "degree-cost": {},
    "degree-deadline": {},
    "learner-pathway": {},
}
# Filters that only make sense, or are only slow, together.
TOGETHER = {
    "course-run": (
        {"enrollable": "false", "at": "2015-06-01T00:00:00Z"},
        {"enrollable": "true", "at": "2900-01-01T00:00:00Z"},
        {"enrollable": "false", "at": "1900-01-01T00:00:00Z"},
        {"enrollable": "false", "org": "Org1", "ordering": "-start"},
        {"status": "current", "at": "2015-06-01T00:00:00Z", "ordering": "title"},
        {"org": "Org1", "withdrawn": "true", "association": "explicit"},
        {"language": "zu", "status": "current"},
    ),
}
SEARCHES = ("introduction", "77777", "org77", "course-v1:Org1", "number 7 of", "zzz", "ärz")


def _middle() -> dict[str, str]:
    """What stands in the middle of the tables."""
    from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership
    from openedx_catalog.models_api import CatalogCourse, CourseRun

    member = CurriculumCourseMembership.objects.order_by("pk").select_related("curriculum__program__type")[10]
    course = member.catalog_course
    run = course.runs.order_by("pk").first()
    recent = CourseRun.objects.order_by("-pk").values_list("modified", flat=True)[0]
    return {
        "course": course.key_str,
        "largest": CatalogCourse.objects.order_by("pk")[0].key_str, "run": str(run.course_key),
        "program": str(member.curriculum.program.uuid), "curriculum": str(member.curriculum.uuid),
        "type": member.curriculum.program.type.slug, "recent": recent.isoformat(), "catalog": _catalog(),
    }  # fmt: skip


def _catalog() -> str:
    """A course catalog of a part of the courses, where that app is; else that of nobody."""
    if not apps.is_installed("openedx_catalog.contrib.search"):
        return NOBODY
    from openedx_catalog.contrib.search import api

    found = api.get_course_catalogs().first() or api.create_course_catalog(name="Some", query="org:Org1 OR number:C7*")
    return str(found.uuid)


def rest_urls(ask: Callable[[str], Any]) -> Iterator[str]:
    """The lists: bare, in every order, by every parameter; first, middle and last page."""
    from openedx_catalog.contrib.programs.rest_api.v1.urls import router as of_programs
    from openedx_catalog.rest_api.v1.urls import router as of_core

    names = _middle()
    for prefix, view, basename in (*of_core.registry, *of_programs.registry):
        url = f"{ROOT}/{prefix}/"
        row = view.model.objects.order_by("pk")[view.model.objects.count() // 2 :].first()
        here = {**names, "uuid": str(getattr(row, "uuid", ""))}
        questions = [*_questions(view, basename, here), *TOGETHER.get(basename, ())]
        for question in questions:
            yield from _pages(ask, url, {**question, "page_size": "100"})
            yield from _otherwise(ask, url, {**question, "page_size": "100"})
        if row is not None:
            yield f"{url}{quote(view().lookup_of(row))}/"
    yield from _of_rows(names)
    yield from _changes()


def _questions(view: Any, basename: str, names: dict[str, str]) -> Iterator[dict[str, str]]:
    """Nothing, each order, and each parameter with each of its values."""
    yield {}
    for name, found in view.filterset_class.base_filters.items():
        if name == "ordering":
            values: tuple[str, ...] = tuple(value for value, _label in found.extra["choices"])
        elif (values := VALUES[basename].get(name) or VALUES[""].get(name) or ()) == ():
            raise SystemExit(f"{basename}: there are no values for the parameter {name}.")
        yield from ({name: value.format(**names)} for value in values)


def _of_rows(names: dict[str, str]) -> Iterator[str]:
    """The runs of a course, and histories: of a row like most, and of the largest course and organization."""
    largest = names["largest"]
    for course in (names["course"], largest):
        runs = f"{ROOT}/catalog-courses/{quote(course)}/runs/?page_size=100"
        yield from (runs, f"{runs}&cursor=first", f"{runs}&count=false", f"{runs}&at=2015-06-01T00:00:00Z")
        yield f"{ROOT}/catalog-courses/{quote(course)}/history/?page_size=100"
    yield f"{ROOT}/catalog-courses/{quote(largest)}/history/?page_size=100&page=5"
    yield f"{ROOT}/course-runs/{quote(names['run'])}/history/"
    yield from (f"{ROOT}/organizations/{name}/history/?page_size=100" for name in ("Org1", "Org77"))
    yield f"{ROOT}/organizations/Org1/history/?page_size=100&page=9"


def _changes() -> Iterator[str]:
    """The feed: from its beginning, its middle and its end, and of a kind that is rare."""
    for question in ("", "?after=latest", "?after=50000", "?limit=1000&after=90000", "?kind=course_run", "?kind=organization"):
        yield f"{ROOT}/changes/{question}"


def _pages(ask: Callable[[str], Any], url: str, question: dict[str, str]) -> Iterator[str]:
    response = ask(f"{url}?{urlencode(question)}")
    pages = response.json()["num_pages"] if response is not None and response.status_code == 200 else 1
    for page in sorted({pages // 2, pages} - {0, 1}):
        yield f"{url}?{urlencode({**question, 'page': page})}"


def _otherwise(ask: Callable[[str], Any], url: str, question: dict[str, str]) -> Iterator[str]:
    """The same by cursor, to the second page, and without a count."""
    response = ask(f"{url}?{urlencode({**question, 'cursor': 'first'})}")
    if response is not None and response.status_code == 200 and (following := response.json()["next"]):
        yield following.removeprefix("http://testserver")
    yield f"{url}?{urlencode({**question, 'count': 'false'})}"


def admin_urls(client: Any, ask: Callable[[str], Any], user: Any) -> Iterator[str]:
    """The pages: each list with all it offers, and every page of one row."""
    from django.contrib import admin
    from django.test import RequestFactory
    from django.urls import reverse

    for model, model_admin in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label):
        meta = model._meta
        if not meta.app_label.startswith("openedx_catalog"):
            continue
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        request = RequestFactory().get(url)
        request.user = user
        changes = model_admin.get_changelist_instance(request)
        yield url
        pages = changes.paginator.num_pages
        yield from (f"{url}?p={page}" for page in sorted({pages // 2, pages} - {0, 1}))
        for number, column in enumerate(changes.list_display):
            if changes.get_ordering_field(column):
                yield from (f"{url}?o={sign}{number}" for sign in ("", "-"))
        for spec in changes.filter_specs:
            for choice in spec.choices(changes):
                yield f"{url}{choice['query_string']}"
        if model_admin.get_search_fields(request):
            yield from (f"{url}?{urlencode({'q': term})}" for term in SEARCHES)
        if row := model.objects.order_by("pk")[model.objects.count() // 2 :].first():
            yield from pages_of(model_admin, row)
        if model_admin.search_fields:
            for term in ("", "introduction", "77777", "zzz"):
                yield from _autocomplete(model, term)


def pages_of(model_admin: Any, row: Any) -> Iterator[str]:
    """Every page that this admin has for one row, and those it has for none."""
    from django.urls import NoReverseMatch, reverse

    from openedx_catalog.models_api import CatalogCourse, CourseRun

    first = [model.objects.order_by("pk").values_list("pk", flat=True).first() for model in (CatalogCourse, CourseRun)]
    # What stands in the query: the row, and on pages of other apps a course or a run.
    asking = [("_many", "ids", row.pk), ("_of_course", "id", first[0]), ("_of_run", "id", first[1])]
    for pattern in model_admin.get_urls():
        if pattern.name is None or "changelist" in pattern.name:
            continue
        if pattern.name.endswith("_history") and not hasattr(model_admin.model, "history"):
            # There is none to be shown.
            continue
        for args in ([row.pk], []):
            try:
                url = reverse(f"admin:{pattern.name}", args=args)
            except NoReverseMatch:
                continue
            yield url + next((f"?{query}={pk}" for end, query, pk in asking if pattern.name.endswith(end)), "")
            if url.endswith("/overview/"):
                yield f"{url}?doctor=1"
            break


def _autocomplete(model: Any, term: str) -> Iterator[str]:
    """For each foreign key that an admin of ours completes from this model."""
    from django.contrib import admin
    from django.urls import reverse

    for other, model_admin in admin.site._registry.items():
        for name in model_admin.autocomplete_fields:
            if other._meta.app_label.startswith("openedx_catalog") and other._meta.get_field(name).related_model is model:
                about = {"app_label": other._meta.app_label, "model_name": other._meta.model_name, "field_name": name}
                yield f"{reverse('admin:autocomplete')}?{urlencode({**about, 'term': term})}"
                return
