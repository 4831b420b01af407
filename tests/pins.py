"""
The versions that services of Open edX run, from the pins of their releases (``pins/`` of the data, see CATALOG_DATA).

    python -m tests.pins FOLDER     build the wheel into FOLDER, and resolve it together with each set of pins
    python -m tests.pins --oldest   write requirements/oldest.txt: what the oldest cell of the tests runs at

docs/references/versions.rst says what they are, ADR 0020 why they decide our floors.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.data import DATA, ROOT
from tests.package import copy_source

PINS = DATA / "pins"
OLDEST = ROOT / "requirements" / "oldest.txt"
HEAD = (
    "# The oldest that services of Open edX run of what we need and work with. Written by tests/pins.py: make requirements.\n"
)
MISSING = f"skipped: the pins of the services are not here ({PINS}); set CATALOG_DATA to the folder that holds pins/"
# Not required, and yet used by the package where it is there, or by the tests as a host has it.
BESIDE = ("celery", "edx-django-utils", "edx-drf-extensions", "edx-event-bus-redis", "psycopg", "pymemcache")
# The Python of a service; the others have 3.12.
PYTHONS = dict.fromkeys(("platform-2025-11-ulmo", "platform-2026-02", "platform-2026-03"), "3.11")


def direct(*names: str) -> Iterator[Requirement]:
    """The requirements in requirements/{name}.in."""
    for name in names:
        for line in (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines():
            if (text := line.partition("#")[0].strip()) and not text.startswith("-"):
                yield Requirement(text)


def pin_sets() -> dict[str, dict[str, Version]]:
    """``{name of the file: {package: version}}``; empty where the data is not here."""
    return {path.stem: pins_of(path) for path in sorted(PINS.glob("*.txt"))}


def pins_of(path: Path) -> dict[str, Version]:
    """``{package: version}`` of a file of ``name==version`` lines."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version) for pin in map(Requirement, lines)}


def oldest() -> str:
    """Of each requirement the lowest version that a set has and we take, else its floor: requirements/oldest.txt."""
    sets = pin_sets().values()
    lines = []
    for needed in (
        *direct("base", "edx-search", "listings", "publishing", "salesforce", "search", "sync", "testing", "xlsx"),
        *map(Requirement, BESIDE),
    ):
        name = canonicalize_name(needed.name)
        run = [pins[name] for pins in sets if name in pins and pins[name] in needed.specifier] or [floor(needed)]
        lines.append(f"{name}=={min(run)}\n")
    return HEAD + "".join(sorted(lines))


def floor(needed: Requirement) -> Version:
    """The lowest version that a requirement allows."""
    return min(Version(limit.version) for limit in needed.specifier if limit.operator == ">=")


def refused(pins: dict[str, Version], *names: str) -> list[str]:
    """What of a set the requirements in requirements/{name}.in do not take, in words."""
    found = ((needed, pins.get(canonicalize_name(needed.name))) for needed in direct(*names))
    return [f"it has {each.name} {has}, needed is {each.specifier}" for each, has in found if has and has not in each.specifier]


def report(name: str, pins: dict[str, Version], wheel: Path) -> tuple[bool, str]:
    """Whether a set takes what it should, and the line about it."""
    without = refused(pins, "sync")
    problem = resolve(
        name, wheel, "[listings,publishing,salesforce,search]" if without else "[listings,publishing,salesforce,search,sync]"
    )
    if not problem and without and not resolve(name, wheel, "[sync]"):
        problem = f"resolves with [sync], though {without[0]}"
    found = problem or (f"resolves, without [sync]: {without[0]}" if without else "resolves, with [sync]")
    return not problem, f"{name}, Python {python_of(name)}: {found}"


def resolve(name: str, wheel: Path, extra: str) -> str:
    """
    Why the wheel, and all that it needs, cannot be resolved with the pins of a set; "" where it can.

    The pins are constraints. Among themselves they agree, since the service runs them; so what we bring along decides.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header", "--no-python-downloads"]
    command += ["--python-version", python_of(name), "--python-platform", "linux", "--constraints", str(PINS / f"{name}.txt")]
    wanted = f"openedx-catalog{extra} @ {wheel.as_uri()}\n"
    done = subprocess.run(command, input=wanted, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def python_of(name: str) -> str:
    """The Python that the service of a set runs."""
    return PYTHONS.get(name, "3.12")


def main() -> int:
    """Exit 0: every set takes the wheel, or there is none here."""
    sets = pin_sets()
    if not sets:
        print(MISSING)
    elif sys.argv[1] == "--oldest":
        OLDEST.write_text(oldest(), encoding="utf-8")
    else:
        wheel = build(Path(sys.argv[1]))
        with ThreadPoolExecutor(4) as pool:
            lines = list(pool.map(lambda name: report(name, sets[name], wheel), sets))
        print(*(line for _well, line in lines), sep="\n")
        return 0 if all(well for well, _line in lines) else 1
    return 0


def build(folder: Path) -> Path:
    """The wheel of what git knows."""
    dist = folder.resolve() / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="catalog-pins-") as source:
        copy_source(Path(source))
        subprocess.run([sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", str(dist), source], check=True)
    return next(dist.glob("*.whl"))


if __name__ == "__main__":
    sys.exit(main())
