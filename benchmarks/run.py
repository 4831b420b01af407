"""
The project beside the raw driver, the plain ORM and openedx-core, in one run: ``python -m benchmarks.run``.

Everything is measured in processes of its own; this one imports no Django, so that it adds nothing to what they use.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import UNREACHABLE
from .report import Facts, table
from .sample import write_sample

ROOT = Path(__file__).parent.parent
NAME = "openedx_catalog_benchmark"


def main() -> None:
    options = parse_arguments()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="openedx-catalog-benchmark-") as directory:
        folder = Path(directory)
        for size in options.sizes:
            write_sample(sample_path(folder, size), size)
        for database in options.databases:
            missed += Session(database, folder, options).run()
    print(f"\n{missed} targets missed." if missed else "\nEvery target is met.")
    sys.exit(1 if missed else 0)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    databases = ["sqlite", "postgresql", "mariadb"]
    parser.add_argument("--databases", nargs="+", choices=databases, default=databases)
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000], metavar="RUNS")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="2,000 runs, one repeat: shows that it works, proves nothing")
    parser.add_argument("--peer-python", metavar="PYTHON", help="a Python with openedx-core 1.15.2 and the database drivers")
    parser.add_argument(
        "--peer-max",
        type=int,
        default=10_000,
        metavar="RUNS",
        help="leave it out of larger samples: it is slow",
    )
    parser.add_argument("--name", default=NAME, help="of the databases made, and dropped, on the servers")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.repeats = [2_000], 1
    return options


def sample_path(folder: Path, size: int) -> Path:
    return folder / f"runs-{size}.csv"


class Session:
    """One database: made, measured at every size, dropped."""

    def __init__(self, database: str, folder: Path, options: argparse.Namespace) -> None:
        self.database, self.folder, self.options = database, folder, options

    def run(self) -> int:
        """Print what was measured; return how many targets are missed."""
        created = self._worker("create", check=False)
        if created.returncode == UNREACHABLE:
            print(f"\n{self.database}: not reachable. {created.stderr.strip()}")
            return 0
        if created.returncode:
            sys.exit(created.stderr)
        try:
            return sum(self._measure(size) for size in self.options.sizes)
        finally:
            self._worker("drop")

    def _measure(self, size: int) -> int:
        sample, out = sample_path(self.folder, size), self.folder / "facts.json"
        self._worker("measure", "--sample", sample, "--out", out, "--repeats", self.options.repeats)
        facts: Facts = json.loads(out.read_text(encoding="utf-8"))
        facts["memory"] = {"ours": self._memory(sample)}
        if self.options.peer_python and size <= self.options.peer_max:
            for operation, figures in self._peer(sample).items():
                facts[operation] |= figures
        lines, missed = table(facts)
        print(f"\n{self.database}, {size:,} runs\n")
        print("\n".join(lines), flush=True)
        return missed

    def _memory(self, sample: Path) -> float:
        self._worker("clear")
        modules = self.folder / "modules.json"
        peak = float(self._start("-m", "benchmarks.memory", "backfill", sample, modules).stdout)
        return peak - float(self._start("-m", "benchmarks.memory", "bare", "-", modules).stdout)

    def _peer(self, sample: Path) -> Facts:
        out = self.folder / "peer.json"
        arguments = ("-P", ROOT / "benchmarks" / "peer.py", sample, out)
        self._start(*arguments, python=self.options.peer_python, suffix="_peer")
        return json.loads(out.read_text(encoding="utf-8"))

    def _worker(self, *arguments: Any, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._start("-m", "benchmarks.worker", *arguments, check=check)

    def _start(
        self, *arguments: Any, python: str = sys.executable, suffix: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        name = self.options.name + suffix
        environment = {
            key: value for key, value in os.environ.items() if key not in ("CATALOG_DEBUG", "DJANGO_SETTINGS_MODULE")
        }
        environment["CATALOG_DB"] = self.database
        environment["CATALOG_DB_NAME"] = str(self.folder / f"{name}.sqlite3") if self.database == "sqlite" else name
        if suffix:
            # Ours must not be found where the peer is.
            environment.pop("PYTHONPATH", None)
        finished = subprocess.run(
            [python, *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if check and finished.returncode:
            sys.exit(f"{' '.join(map(str, arguments))} failed on {self.database}:\n{finished.stderr}")
        return finished


if __name__ == "__main__":
    main()
