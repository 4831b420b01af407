"""
REST under a WSGI server and a load generator, and the lists of the admin beside openedx-core's: ``python -m benchmarks.doors``.

Needs gunicorn, and Debian's wrk. What is compared is measured in turns, in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from .sample import write_sample

ROOT = Path(__file__).parent.parent
NAME = "openedx_catalog_doors"
CSRF = "c" * 32
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doors", description=__doc__)
    databases = ["sqlite", "postgresql", "mariadb"]
    parser.add_argument("--databases", nargs="+", choices=databases, default=databases)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement by wrk")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peer-python", metavar="PYTHON", help="a Python with openedx-core 1.15.2 and the database drivers")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not here; it is in Debian's package wrk.")
    with tempfile.TemporaryDirectory(prefix="openedx-catalog-doors-") as directory:
        folder = Path(directory)
        write_sample(folder / "sample.csv", options.runs)
        missed = sum(Session(database, folder, options).run() for database in options.databases)
    print(f"\n{missed} targets missed." if missed else "\nEvery target is met.")
    sys.exit(1 if missed else 0)


class Session:
    """One database: made, filled, measured, dropped."""

    def __init__(self, database: str, folder: Path, options: argparse.Namespace) -> None:
        self.database, self.folder, self.options = database, folder, options
        self.missed = 0

    def run(self) -> int:
        print(f"\n{self.database}, {self.options.runs:,} runs\n")
        self.start("-m", "benchmarks.worker", "create")
        try:
            self.rest()
        finally:
            self.start("-m", "benchmarks.worker", "drop")
        self.admin()
        return self.missed

    def environment(self, name: str = NAME) -> dict[str, str]:
        database = str(self.folder / f"{name}.sqlite3") if self.database == "sqlite" else name
        own = {"CATALOG_DB": self.database, "CATALOG_DB_NAME": database, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        return {**{name: value for name, value in os.environ.items() if name != "CATALOG_DEBUG"}, **own}

    def start(self, *arguments: Any, python: str = sys.executable, name: str = NAME) -> str:
        environment = self.environment(name)
        if python != sys.executable:
            environment.pop("DJANGO_SETTINGS_MODULE")
            environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [python, *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(map(str, arguments))} failed on {self.database}:\n{done.stderr}")
        return done.stdout

    # REST

    def rest(self) -> None:
        plan = json.loads(self.start("-m", "benchmarks.prepare", self.folder / "sample.csv"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "benchmarks.site:application", "--bind", f"127.0.0.1:{port}"]
        command += ["--workers", "1", "--threads", "4", "--keep-alive", "60", "--log-level", "warning"]
        environment = {**self.environment(), "CATALOG_BENCHMARK_SERVE": "1"}
        with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
            try:
                await_server(port)
                print(f"{'request':<32}{'ours':>10}{'bare view':>11}{'ratio':>8}{'target':>8}{'ours/s':>11}{'bare/s':>8}")
                for name, request in plan["requests"].items():
                    self.compare(name, request, port, plan["session"])
            finally:
                server.terminate()

    def compare(self, name: str, request: list[str], port: int, session: str) -> None:
        method, path, body = request
        figures: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
        for _turn in range(self.options.turns):
            figures["ours"].append(self.wrk(method, port, path, body, session))
            figures["bare"].append(self.wrk(method, port, f"/bare/{quote(name)}/", body, session))
        (ours, ours_rate), (bare, bare_rate) = (
            (median(latency for latency, _rate in values), median(rate for _latency, rate in values))
            for values in figures.values()
        )
        listed = name.startswith("list")
        ratio = ours / bare
        missed = listed and ratio > 3
        self.missed += missed
        verdict = ("<= 3" if listed else "") + ("  MISSED" if missed else "")
        print(
            f"{name:<32}{ours:>7.2f} ms{bare:>8.2f} ms{ratio:>7.2f}x{verdict:>8}   {ours_rate:>8.0f}{bare_rate:>8.0f}",
            flush=True,
        )

    def wrk(self, method: str, port: int, path: str, body: str, session: str) -> tuple[float, float]:
        """Median latency in milliseconds and requests per second, one connection."""
        script = self.folder / "wrk.lua"
        script.write_text(f"wrk.method = {json.dumps(method)}\nwrk.body = {json.dumps(body)}\n", encoding="utf-8")
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF, "Content-Type": "application/json",
        }  # fmt: skip
        command = ["wrk", "-t1", "-c1", f"-d{self.options.seconds}s", "--latency", "-s", str(script)]
        for header, value in headers.items():
            command += ["-H", f"{header}: {value}"]
        command.append(f"http://127.0.0.1:{port}{path}")
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in output, output
        number, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
        return float(number) * UNITS[unit], float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])

    # The admin

    def admin(self) -> None:
        """Ours, then the peer's, each in a database and a process of its own."""
        figures = {"ours": self.pages(sys.executable)}
        if self.options.peer_python:
            figures["peer"] = self.pages(self.options.peer_python)
        print(
            f"\n{'page of the admin':<32}{'ours':>10}{'queries':>9}{'openedx-core':>14}{'queries':>9}{'ratio':>8}{'target':>8}"
        )
        for name, (seconds, queries) in figures["ours"].items():
            line = f"{name:<32}{seconds * 1e3:>7.1f} ms{queries:>9}"
            if name in figures.get("peer", {}):
                theirs, their_queries = figures["peer"][name]
                missed = seconds > theirs / 2
                self.missed += missed
                line += (
                    f"{theirs * 1e3:>11.1f} ms{their_queries:>9}{seconds / theirs:>7.2f}x  <= 0.5{'  MISSED' if missed else ''}"
                )
            print(line, flush=True)

    def pages(self, python: str) -> dict[str, tuple[float, int]]:
        out = self.folder / "pages.json"
        self.start("-P", ROOT / "benchmarks" / "pages.py", self.folder / "sample.csv", out, python=python, name=f"{NAME}_pages")
        return json.loads(out.read_text(encoding="utf-8"))


def await_server(port: int) -> None:
    for _try in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/catalog/v1/course-runs/").close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("The server does not answer.")


if __name__ == "__main__":
    main()
