"""What operations are sent and answer, for their OpenAPI document: played on a small catalog, and kept beside each REST API."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from drf_spectacular.utils import OpenApiExample

FILE = "examples.json"


@cache
def _of(package: str) -> dict[str, dict[str, Any]]:
    """``{"GET course-runs/{course_key}/": {"request", "response"}}`` of the views of a package; empty where it has none."""
    file = resources.files(package) / FILE
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def examples_of(view: Any, method: str, path: str, *, listed: bool) -> list[OpenApiExample]:
    """The examples of one operation; of a list the row alone, around which drf-spectacular builds the page."""
    known = _of(type(view).__module__.rpartition(".")[0]).get(f"{method} {path.rpartition('/v1/')[2]}", {})
    found = []
    if "request" in known:
        found.append(OpenApiExample("Request", known["request"], request_only=True))
    if "response" in known:
        value = known["response"]
        if listed and isinstance(value, dict) and "results" in value:
            value = value["results"][0] if value["results"] else None
        if value is not None:
            found.append(OpenApiExample("Answer", value, response_only=True, status_codes=["200", "201"]))
    return found
