"""
A sync over loopback beside the same pages, downloaded and parsed without writing: ``python -m benchmarks.syncing``.

The source, a server of LMS pages, is a process of its own, and so is everything that is measured. Memory is the peak of a
process that syncs, above one that syncs a tenth of the runs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parent.parent
NAME = "openedx_catalog_syncing"
PAGE = 100
# What is measured, in this order on one database, and what the source calls its runs then.
PHASES = {"read": "First", "create": "First", "unchanged": "First", "change": "Second"}
LIMIT_MB = 30


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.syncing", description=__doc__)
    databases = ["sqlite", "postgresql", "mariadb"]
    parser.add_argument("--databases", nargs="+", choices=databases, default=databases)
    parser.add_argument("--runs", type=int, default=20_000)
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="openedx-catalog-syncing-") as folder:
        for database in options.databases:
            missed += report(database, options.runs, Path(folder))
    sys.exit(1 if missed else 0)


def report(database: str, runs: int, folder: Path) -> int:
    """Print what was measured; return how often the memory grew with the runs."""
    small, large = (measure(database, count, folder) for count in (runs // 10, runs))
    missed = 0
    print(f"\n{database}, {runs:,} runs, {runs // PAGE} pages")
    print(f"{'':<22}{'runs/s':>10}{'beside reading':>16}{'memory':>12}")
    for phase in PHASES:
        seconds, megabytes = large[phase]
        grown = megabytes - small[phase][1]
        missed += grown > LIMIT_MB
        print(f"{phase:<22}{runs / seconds:>10,.0f}{seconds / large['read'][0]:>15.2f}x{grown:>+9.1f} MB")
    return missed


def measure(database: str, runs: int, folder: Path) -> dict[str, tuple[float, float]]:
    """``{phase: (seconds, megabytes)}`` on a new database."""
    name = str(folder / f"{NAME}_{runs}.sqlite3") if database == "sqlite" else NAME
    environment = {**os.environ, "CATALOG_DB": database, "CATALOG_DB_NAME": name}
    environment["DJANGO_SETTINGS_MODULE"] = "test_project.settings.sync"
    command = [sys.executable, "-m", "benchmarks.syncing_worker"]

    def start(*arguments: Any) -> str:
        asked = [*command, *map(str, arguments)]
        done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{arguments} failed on {database}:\n{done.stderr}")
        return done.stdout

    serving = [sys.executable, "-c", f"from benchmarks.syncing import serve; serve({runs})"]
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().strip()  # type: ignore[union-attr]
        try:
            start("prepare", url, "First")
            return {phase: tuple(json.loads(start(phase, url, title))) for phase, title in PHASES.items()}
        finally:
            start("drop", url, "")
            server.kill()


def serve(runs: int) -> None:
    """A source with so many runs, whose titles begin with the user that asks."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            number, title = int(query.get("page", ["1"])[0]), query["username"][0]
            rows = [row(n, title) for n in range((number - 1) * PAGE, min(number * PAGE, runs))]
            more = number * PAGE < runs
            following = f"{url}/api/courses/v1/courses/?page={number + 1}&username={title}" if more else None
            body = json.dumps({"results": rows, "pagination": {"next": following, "count": runs, "num_pages": 1}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    print(url, flush=True)
    server.serve_forever()


def row(number: int, title: str) -> dict[str, Any]:
    """As the LMS lists a run, with everything that it says of one."""
    key = f"course-v1:Org{number % 40}+C{number // 3}+R{number}"
    return {
        "blocks_url": f"https://lms.example.org/api/courses/v2/blocks/?course_id={key}", "effort": "2:00", "end": None,
        "enrollment_start": None, "enrollment_end": None, "id": key, "course_id": key, "name": f"{title} {number}",
        "media": {"course_image": {"uri": f"/asset-v1:{key}+type@asset+block@images_course_image.jpg"}, "image": None},
        "number": f"C{number // 3}", "org": f"Org{number % 40}", "short_description": "A course. " * 8,
        "start": "2027-01-01T00:00:00Z", "start_display": "Jan 1, 2027", "start_type": "timestamp", "pacing": "instructor",
        "mobile_available": False, "hidden": False, "invitation_only": False,
    }  # fmt: skip


def measured(work: Any) -> str:
    """``[seconds, megabytes]`` of a call in this process."""
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return json.dumps([seconds, peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)])


if __name__ == "__main__":
    main()
