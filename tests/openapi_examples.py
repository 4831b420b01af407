"""
The examples of OpenAPI: what each operation is sent and answers, played on a small catalog.

    CATALOG_WRITE_EXAMPLES=1 python -m pytest --ds=test_project.settings.sync tests/programs/test_openapi_examples.py

writes them beside the REST APIs, where `openedx_catalog.lib.rest.examples` finds them. Otherwise the test fails where an
operation answers something else than its example says.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.urls import resolve
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.schemas.generators import EndpointEnumerator

from openedx_catalog.contrib.programs.api import retire
from openedx_catalog.testing.contracts import ResourceContract
from openedx_catalog.testing.users import rest_client, undone

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
                # What is offered cannot be offered again.
                retire(row)
            if found := example(rule.method, url, made.body(rule, row), known):
                yield f"{rule.method} {_template(url)}", found


def example(method: str, url: str, body: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """What is sent, and answered; empty where nothing is."""
    client = rest_client("superuser")
    sent = {} if method == "GET" else {"data": json.dumps(body), "content_type": "application/json"}
    answer = client.generic(method, url, **sent)
    assert answer.status_code in (200, 201, 204, 409), (method, url, answer.content)
    found: dict[str, Any] = {}
    if method in ("POST", "PUT", "PATCH"):
        found["request"] = _plain(body, known)
    if answer.status_code in (200, 201) and answer.content:
        found["response"] = _plain(_shortened(answer.json()), known)
    return found


def _template(url: str) -> str:
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
