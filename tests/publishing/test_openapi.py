"""The OpenAPI document of publishing is as committed, and each operation has an example, which is what it answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.urls import resolve

from openedx_catalog.testing.contracts import SchemaContract
from openedx_catalog.testing.users import undone
from tests.openapi_examples import example, operations_of, played_as_written, template, without_examples

from . import world
from .test_rest_matrix import TABLE, body_of, url_of
from .world import COURSES, OWN, bring

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestSchema(SchemaContract):
    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi-publishing.yml"
    paths = tuple(
        f"/api/catalog/v1/publishing/{path}"
        for path in (
            "courses/", "courses/{ref}/", "courses/{ref}/actions/", "courses/{ref}/comments/", "courses/{ref}/comparison/",
            "courses/{ref}/editors/", "courses/{ref}/editors/{username}/", "courses/{ref}/image/", "courses/{ref}/legal/",
            "courses/{ref}/reviews/", "courses/{ref}/runs/", "courses/{ref}/runs/{course_key}/",
            "organizations/{short_name}/members/", "organizations/{short_name}/members/{username}/", "role/",
            "role-assignments/", "role-assignments/{username}/",
        )
    )  # fmt: skip


def played():
    """``("GET publishing/courses/{ref}/", {"request", "response"})`` of each operation, once."""
    known, found = {}, {}
    for line in TABLE:
        url = url_of(line, OWN)
        name = f"{line.method} {template(url)}"
        if name not in found and "{other}" not in line.path:
            with undone():
                body = body_of(line, OWN) if line.method in ("POST", "PUT", "PATCH") else {}
                found[name] = example(line.method, url, body, known)
    return {name: each for name, each in found.items() if each}


def test_an_operation_answers_as_its_example_says(media):
    world.make_world()
    for course in COURSES:
        bring(course, "unpublished")
    # Whoever plays has this name.
    get_user_model()._default_manager.filter(username="superuser").delete()
    played_as_written(world, "contrib/publishing", **played())


def test_every_operation_has_an_example():
    """Those of the core, of listings and of programs have theirs."""
    operations = operations_of("openapi-publishing.yml")
    assert sum("/publishing/" in name for name, _operation in operations) == len(
        {(line.method, resolve(url_of(line, OWN).partition("?")[0]).url_name) for line in TABLE}
    )
    assert without_examples(operations) == []
