"""
A sync of many programs from a discovery service on loopback, which lists each with all runs of its courses.

The part ``sync`` of `benchmarks.programs`. The source is a process of its own. The first sync makes organizations, courses,
runs and programs; the second one has nothing to do.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parent.parent
# More than a source may be configured with: the pause between two requests is not what is measured.
PER_MINUTE = 32_000


def measure(programs: int, courses: int, in_each: int, runs: int) -> None:
    """Print what two syncs take, and what they write; the database has nothing yet."""
    from openedx_catalog.contrib.sync import api
    from openedx_catalog.contrib.sync.models_api import Source

    with serving(programs, courses, in_each, runs) as url:
        also = ["organizations", "courses", "programs"]
        api.create_source(name="discovery", kind="discovery", base_url=url, create_missing=True, also=also)
        Source.objects.update(per_minute=PER_MINUTE)
        for name in ("first", "second"):
            print(f"{name + ' sync':<16}{sync()}", flush=True)


def sync() -> str:
    """One sync: what became of the records, its seconds, and its statements."""
    from django.db import connection

    from openedx_catalog.contrib.sync import api

    from .timing import counted

    with counted(connection) as statements:
        begun = time.perf_counter()
        report = api.sync_source("discovery")
        seconds = time.perf_counter() - begun
    outcomes = ", ".join(f"{count:,} {name}" for name, count in report.counts.items() if count)
    asked = f"{len(statements.verbs):,} statements, {statements.writes:,} of them writes"
    return f"{report.status}: {outcomes}; {seconds:.0f} s, {asked}"


@contextmanager
def serving(*sizes: int) -> Any:
    """The URL of a source with so many programs, courses, courses in each program, and runs of each course."""
    code = f"from benchmarks.program_syncing import serve; serve{sizes}"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip()  # type: ignore[union-attr]
        finally:
            server.kill()


def serve(programs: int, courses: int, in_each: int, runs: int) -> None:
    """Answer until the process is ended."""
    chance = random.Random(1)
    keys = [f"MITx+C{number}" for number in range(courses)]
    chosen = [chance.sample(keys, in_each) for _ in range(programs)]
    lists: dict[str, tuple[int, Any]] = {
        "/api/v1/organizations/": (1, lambda _n: {"uuid": uuid("MITx"), "key": "MITx", "name": "MIT"}),
        "/api/v1/courses/": (courses, lambda n: course(keys[n], runs)),
        "/api/v1/course_runs/": (courses * runs, lambda n: run(keys[n // runs], n % runs)),
        "/api/v1/programs/": (programs, lambda n: program(n, [course(key, runs) for key in chosen[n]])),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            offset, limit = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["20"])[0])
            count, row = lists[parts.path]
            rows = [row(number) for number in range(offset, min(offset + limit, count))]
            more = offset + limit < count
            following = f"{url}{parts.path}?limit={limit}&offset={offset + limit}" if more else None
            body = json.dumps({"count": count, "next": following, "previous": None, "results": rows}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    print(url, flush=True)
    server.serve_forever()


def uuid(name: str) -> str:
    """The uuid that the service has for something."""
    return str(uuid5(NAMESPACE_URL, name))


def run(key: str, number: int) -> dict[str, Any]:
    """A run, with about as much as discovery says of one: 1,900 bytes, 60 values."""
    seat = {
        "type": "verified", "price": "189.00", "currency": "USD", "upgrade_deadline": None, "upgrade_deadline_override": None,
        "credit_provider": None, "credit_hours": None, "sku": "87611B2", "bulk_sku": None,
    }  # fmt: skip
    return {
        "key": f"course-v1:{key}+R{number}", "uuid": uuid(f"{key}+R{number}"), "title": f"Course {key}", "course": key,
        "external_key": f"{key}-{number}" if number % 3 == 0 else "", "hidden": False, "status": "published",
        "content_language": "en-us", "pacing_type": "self_paced", "start": "2026-01-01T00:00:00Z", "end": None,
        "enrollment_start": None, "enrollment_end": None, "type": "verified", "run_type": uuid("verified"),
        "modified": "2026-01-01T00:00:00Z", "seats": [seat, seat | {"type": "audit"}], "short_description": "A course. " * 50,
        "image": {"src": "https://example.org/media/course/image.jpg", "description": None, "height": None, "width": None},
        "staff": [], **{f"more_{place}": None for place in range(20)},
    }  # fmt: skip


def course(key: str, runs: int) -> dict[str, Any]:
    """A course with its runs."""
    listed = [run(key, number) for number in range(runs)]
    own = {"key": key, "uuid": uuid(key), "title": f"Course {key}"}
    return {**own, "course_runs": listed, "owners": [], "entitlements": []}


def program(number: int, courses: list[dict[str, Any]]) -> dict[str, Any]:
    """A program without curricula of its own, as most are."""
    return {
        "uuid": uuid(f"program {number}"), "title": f"Program {number}", "subtitle": "", "type": "XSeries",
        "type_attrs": {"uuid": uuid("xseries"), "slug": "xseries", "coaching_supported": False}, "status": "active",
        "hidden": False, "marketing_slug": f"program-{number}", "banner_image": None, "courses": courses,
        "authoring_organizations": [{"uuid": uuid("MITx"), "key": "MITx"}], "degree": None, "curricula": [],
    }  # fmt: skip
