"""
The examples of OpenAPI: what each operation is sent and answers, played on a small catalog.

    CATALOG_WRITE_EXAMPLES=1 python -m pytest --ds=test_project.settings.sync tests/programs/test_openapi_examples.py

and the same of ``tests/course_types`` with ``test_project.settings.course_types``, of ``tests/listings`` with ``….listings``,

writes them beside the REST APIs, where `openedx_catalog.lib.rest.examples` finds them. Otherwise the test fails where an
operation answers something else than its example says.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from django.urls import resolve
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.schemas.generators import EndpointEnumerator

from openedx_catalog.testing.contracts import ResourceContract
from openedx_catalog.testing.users import rest_client, undone

PACKAGES = Path(__file__).parents[1] / "openedx_catalog"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
AN_INSTANT = "2027-01-31T10:00:00Z"
# So many rows of a list are shown.
SHOWN = 1


def played(contract: type[ResourceContract]) -> Iterator[tuple[str, dict[str, Any]]]:
    """``("GET course-runs/{course_key}/", {"request", "response"})`` of each operation of a resource; JSON of one row each."""
    known: dict[str, str] = {}
    for rule in contract.table():
        with undone():
            # What is numbered begins anew, whatever ran before.
            vars(sys.modules[contract.__module__]).update(NUMBERS=count())
            if hasattr(contract, "factory"):
                contract.factory.reset_sequence(1, force=True)
            made = contract()
            row = made.make_row()
            url = made.url(rule.route, row) + made.query(rule)
            if rule.route.endswith("-reintroduce"):
                from openedx_catalog.contrib.programs.api import retire

                # What is offered cannot be offered again.
                retire(row)
            if found := example(rule.method, url, made.body(rule, row), known):
                yield f"{rule.method} {template(url)}", found


def played_as_written(module: Any, package: str, **more: dict[str, Any]) -> None:
    """
    The operations of a module of contracts answer as the examples of a REST API say, which is given by the folder of its app;
    or these are written anew, where CATALOG_WRITE_EXAMPLES says so. `more` are what stands in no contract.
    """
    file = PACKAGES / package / "rest_api" / "v1" / "examples.json"
    found = {line: each for contract in _contracts(module) for line, each in played(contract)} | more
    if os.environ.get("CATALOG_WRITE_EXAMPLES"):
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == found


def operations_of(document: str) -> list[tuple[str, dict[str, Any]]]:
    """``("get /api/catalog/v1/…", the operation)`` of each in a document of the references."""
    found = yaml.safe_load((PACKAGES.parent / "docs" / "references" / document).read_text(encoding="utf-8"))
    return [
        (f"{method} {path}", operation)
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def without_examples(operations: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Those that do not show a request where they take one, or an answer where they give one."""
    return [name for name, operation in operations if not all(content.get("examples") for content in _contents(operation))]


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What it takes and gives as JSON, but for errors."""
    given = [answer for code, answer in operation["responses"].items() if code in ("200", "201")]
    for each in (operation.get("requestBody", {}), *given):
        yield from (content for kind, content in each.get("content", {}).items() if kind == "application/json")


def _contracts(module: Any) -> list[type[ResourceContract]]:
    return [
        found
        for name, found in vars(module).items()
        if name.startswith("Test") and isinstance(found, type) and issubclass(found, ResourceContract)
    ]


def example(method: str, url: str, body: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """What is sent, and answered; empty where nothing is."""
    client = rest_client("superuser")
    sent = {} if method == "GET" else {"data": json.dumps(body), "content_type": "application/json"}
    answer = client.generic(method, url, **sent)
    assert answer.status_code in (200, 201, 204, 409), (method, url, answer.content)
    found: dict[str, Any] = {}
    if method in ("POST", "PUT", "PATCH"):
        found["request"] = _plain(body, known)
    if answer.status_code in (200, 201) and not answer.streaming and answer.content:
        found["response"] = _plain(_shortened(answer.json()), known)
    return found


def template(url: str) -> str:
    """``course-runs/{course_key}/``, as the document has it after the version."""
    return EndpointEnumerator().get_path_from_regex(resolve(url.partition("?")[0]).route).rpartition("/v1/")[2]


def _shortened(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        return {**value, "results": value["results"][:SHOWN]}
    return value


def _plain(value: Any, known: dict[str, str]) -> Any:
    """The same with uuids that are counted, and instants that are not of today: so it is the same whenever it is played."""
    if isinstance(value, dict):
        return {name: _plain(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, known) for each in value]
    if not isinstance(value, str):
        return value
    value = UUID.sub(lambda one: known.setdefault(one[0], f"00000000-0000-4000-8000-{len(known) + 1:012}"), value)
    instant = parse_datetime(value) if value[:2] == "20" and "T" in value else None
    return AN_INSTANT if isinstance(instant, datetime) and abs(instant - timezone.now()) < timedelta(hours=1) else value
