"""
What the worst requests of somebody who may only read cost: ``python -m benchmarks.probes``.

Every route of the REST API and every page of the admin gets the requests that are dearest to answer and still within Django's
own limits: bodies of 2.5 MB, 1,000 parameters, long query strings, keys and headers. Each is sent by a process of its own, a
fork of one that has answered everything once, so what it keeps is its own. Figures are seconds of CPU, and megabytes that the
process has more afterwards. Last come answers of a source that is not well.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

ROOT = Path(__file__).parent.parent
MAX_SECONDS, MAX_MB = 0.5, 20
# Just below DATA_UPLOAD_MAX_MEMORY_SIZE, and what the servers in front of Django let through as a request line at the most.
BODY, OUR_BODY, LINE = 2_600_000, 990_000, 64_000
# Combining marks in an order that composing has to undo, after a letter; NFC takes a time that grows with their square.
MARKS = "e" + "\u0315\u0300\u0327" * 1000


class Probe(NamedTuple):
    """One request: what it is called, and how it is sent."""

    name: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = {}


class Figures(NamedTuple):
    """What a probe cost."""

    answer: str
    seconds: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes", description=__doc__)
    parser.add_argument("--all", action="store_true", help="print every probe, not only the dearest of each route")
    parser.add_argument("--writer", action="store_true", help="as somebody who may write everything, too")
    parser.add_argument("--only", default="", help="those whose name contains this")
    parser.add_argument("--no-sources", action="store_true", help="leave out the answers of a source")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openedx-catalog-probes-") as folder:
        environment = {**os.environ, "CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(Path(folder) / "probes.sqlite3")}
        environment["DJANGO_SETTINGS_MODULE"] = "test_project.settings.full"
        if "PROBES" not in os.environ:
            # Everything runs in a child, whose environment says which database is Django's.
            sys.exit(subprocess.run([sys.executable, "-m", "benchmarks.probes", *sys.argv[1:]], cwd=ROOT,
                                    env={**environment, "PROBES": "1"}, check=False).returncode)  # fmt: skip
    sys.exit(1 if run(options) else 0)


def run(options: argparse.Namespace) -> int:
    """Print the table; return how many probes missed a target."""
    import django

    django.setup()
    from . import probes_site

    client = probes_site.prepare(writer=options.writer)
    missed = 0
    print(f"{'':<72}{'answer':>8}{'CPU':>9}{'kept':>10}")
    for route, probes in probes_site.routes():
        figures = [
            (probe, in_a_fork(lambda probe=probe: send(client, probe)))  # type: ignore[misc]
            for probe in probes
            if options.only in f"{route} {probe.name}"
        ]
        if not figures:
            continue
        wrong = [entry for entry in figures if is_missed(entry[1])]
        missed += len(wrong)
        dearest = max(figures, key=lambda entry: (entry[1].seconds, entry[1].megabytes))
        for probe, found in figures if options.all else wrong[:5] or [dearest]:
            show(f"{route}  {probe.name}", found, target=True)
    if not options.no_sources:
        print("\nAnswers of a source, which a job reads (no target here)")
        for name, work in probes_site.answers():
            if options.only in name:
                show(name, in_a_fork(work), target=False)
    return missed


def show(name: str, found: Figures, *, target: bool) -> None:
    mark = "  missed" if target and is_missed(found) else ""
    print(f"{name[:71]:<72}{found.answer:>8}{found.seconds:>7.2f} s{found.megabytes:>7.1f} MB{mark}", flush=True)


def is_missed(found: Figures) -> bool:
    """A request that fails is one that was not thought of, however cheap it is."""
    return found.seconds > MAX_SECONDS or found.megabytes > MAX_MB or found.answer.startswith(("5", "!"))


def send(client: Any, probe: Probe) -> str:
    """The status of the answer; what the request has written is taken back, so that the next one finds what it asks for."""
    from django.db import transaction

    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in probe.headers.items()}
    with transaction.atomic():
        response = client.generic(
            probe.method, probe.path, probe.body, content_type=probe.content_type, QUERY_STRING=probe.query, **headers
        )
        if getattr(response, "streaming", False):
            list(response.streaming_content)
        transaction.set_rollback(True)
    return str(response.status_code)


def in_a_fork(work: Callable[[], str]) -> Figures:
    """Do something in a child process, and say what it cost."""
    from django.db import connections

    connections.close_all()
    # What is there already is not looked through again.
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        before, begun = held(), time.process_time()
        try:
            answer = work()
        except BaseException as error:
            answer = f"!{type(error).__name__}"
        seconds = time.process_time() - begun
        os.write(writing, json.dumps([answer[:8], seconds, held() - before]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return Figures(*json.loads(answer or b'["!died", 0, 0]'))


def held() -> float:
    """Megabytes that this process holds, once what it does not need is given back."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, AttributeError):
        # Not Linux: the peak, which is more.
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


# What is sent


def bodies(fields: dict[str, bool]) -> Iterator[tuple[str, bytes]]:
    """JSON for a writer whose fields are ``{name: whether it is a list}``: as long as Django takes, and as long as we do."""
    yield from ((f"{name}, 2.5 MB", body) for name, body in _bodies(fields, BODY))
    yield from ((f"{name}, 1 MB", body) for name, body in _bodies(fields, OUR_BODY))


def _bodies(fields: dict[str, bool], size: int) -> Iterator[tuple[str, bytes]]:

    def fill(text: str) -> bytes:
        return json.dumps({name: [text] if many else text for name, many in fields.items()}, ensure_ascii=False).encode()

    share = size // max(len(fields), 1)
    yield "marks", fill(MARKS * (share // len(MARKS.encode())))
    yield "blanks", fill(" " * (share - 50) + "course-v1:MITx+14.100x+3T2017")
    yield "letters", fill("x" * (share - 50))
    for name in (name for name, many in fields.items() if many):
        rest = {other: "a" for other, many in fields.items() if not many}
        for what, text in (("many", ""), ("marks", MARKS[:1200])):
            count = min(size // (len(text.encode()) + 4), 900_000 if not text else 1000)
            yield f"{name} of {what}", json.dumps({**rest, name: [text] * count}, ensure_ascii=False).encode()
        distinct = [f"course-v1:{n}+{'+x' * 100}" for n in range(1000)]
        yield f"{name} of odd ones", json.dumps({**rest, name: distinct}).encode()
    yield "names", json.dumps({f"n{n}": 0 for n in range(size // 14)}).encode()
    yield "twice", ("{" + ",".join(['"a":0'] * (size // 6)) + "}").encode()
    yield "objects", ("[" + ",".join(["{}"] * (size // 3)) + "]").encode()
    yield "digits", ('{"title": 0.' + "1" * (size - 20) + "}").encode()
    yield "depth", ("[" * (size // 2) + "]" * (size // 2)).encode()


def queries(names: list[str]) -> Iterator[tuple[str, str]]:
    """Query strings that use these parameters."""
    for name in names:
        for what, text in (
            ("marks", quote(MARKS)[: LINE - 100]),
            ("commas", "," * (LINE - 100)),
            ("many", ",".join(["title", "-title", "uuid"] * (LINE // 20))),
            ("blanks", "+" * (LINE - 100) + "a"),
            ("quotes", "%22a+" * (LINE // 6)),
        ):
            yield f"{name} of {what}", f"{name}={text}"
    yield "1,000 parameters", "&".join(f"p{n}={'x' * 55}" for n in range(999))
    yield "one name", "x" * LINE
    yield "one name of marks", f"{quote(MARKS)[: LINE - 100]}=1"


def forms(names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Form bodies that use these fields."""
    share = BODY // max(len(names), 1)
    for what, text in (
        ("marks", quote(MARKS * 20)),
        ("letters", "x" * BODY),
        ("blanks", "+" * BODY),
        ("lines", "a%0A" * (BODY // 4)),
    ):
        yield what, "&".join(f"{name}={text[: share - 100]}" for name in names).encode()
    yield "1,000 fields", "&".join(f"{names[0]}{n}={'x' * 2000}" for n in range(999)).encode()
    yield "one field often", "&".join(f"{names[0]}=1" for _n in range(999)).encode()


if __name__ == "__main__":
    main()
