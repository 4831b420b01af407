"""
A WSGI application for `benchmarks.doors`: the REST API, and beside it bare Django views that run the very same SQL.

``/bare/<name>/`` sends what `PATHS` names to the database, statement by statement as the API was seen to send it, behind the
same middleware and login, and answers with the rows as JSON. What the API takes longer is what it does in Python.
"""

from __future__ import annotations

import json
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponseForbidden, JsonResponse
from django.test import Client
from django.urls import path
from organizations.models import Organization

from openedx_catalog.models_api import CourseRun
from test_project.urls import urlpatterns as project_urls

ROOT = "/api/catalog/v1/course-runs/"
recorded: dict[str, list[tuple[str, Any]]] = {}


def some_keys(count: int) -> list[str]:
    """Keys from the middle of the catalog."""
    runs = CourseRun.objects.order_by("pk").values_list("course_key__text", flat=True)
    middle = max(0, runs.count() // 2 - count)
    return list(runs[middle : middle + count])


def requests() -> dict[str, tuple[str, str, str]]:
    """{name: (method, path, body)} of what is measured."""
    keys = some_keys(1000)
    organization = Organization.objects.order_by("pk").first()
    return {
        "list of 100": ("GET", f"{ROOT}?page_size=100", ""),
        "list of 100, by organization": ("GET", f"{ROOT}?page_size=100&org={organization.short_name}", ""),
        "detail": ("GET", f"{ROOT}{keys[0]}/", ""),
        "resolve of 1,000": ("POST", f"{ROOT}resolve/", json.dumps({"course_keys": keys})),
    }


def record(client: Client, name: str, method: str, url: str, body: str) -> None:
    """Note the SQL of a request, but for that of the session, which the middleware of the bare view sends as well."""
    statements = recorded.setdefault(name, [])

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "django_session" not in sql and "auth_user" not in sql:
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = client.generic(method, url, body, content_type="application/json")
    assert response.status_code == 200, response.content


def bare(request: HttpRequest, name: str) -> Any:
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    if request.method == "POST":
        json.loads(request.body)
    answers = []
    with connection.cursor() as cursor:
        for sql, params in recorded[name]:
            cursor.execute(sql, params)
            answers.append(cursor.fetchall() if cursor.description else None)
    return JsonResponse({"results": answers})


urlpatterns = [*project_urls, path("bare/<str:name>/", bare)]
application = get_wsgi_application()


def prepare() -> None:
    """Let each worker see what the API sends, before it serves."""
    from django.contrib.auth import get_user_model

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(username="benchmark"))
    for name, (method, url, body) in requests().items():
        record(client, name, method, url, body)


if os.environ.get("CATALOG_BENCHMARK_SERVE"):
    prepare()
