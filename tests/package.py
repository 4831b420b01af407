"""
Build both wheels and the source distribution, and try the ordinary wheel where nothing of the checkout can help it.

    python tests/package.py FOLDER

Each mistake looked for was made before by packages of this kind: files that only the checkout has, a source distribution
that cannot be built, commands that vanish for want of an ``__init__.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "openedx_catalog"

SETTINGS = """
SECRET_KEY = "smoke"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "simple_history", "organizations", "openedx_catalog",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "smoke.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
CATALOG = """course_key,title,start
course-v1:ExampleX+CS101+1T2026,Programming,2026-02-01T00:00:00Z
ExampleX/CS101/1T2014,Programming,
course-v1:DemoX+BIO7+2T2026,Biology,
"""
IMPORTS = """
import django; django.setup()
import openedx_catalog, openedx_catalog.testing
from openedx_catalog import api
assert api.get_catalog_course_for_run("ExampleX/CS101/1T2014").runs.count() == 2
print(openedx_catalog.__file__)
"""


def main() -> None:
    """Exit 0: all are built and sound, and the installed wheel works. tests/overlay tries the other one."""
    folder = Path(sys.argv[1]).resolve()
    dist = folder / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    build(folder, dist)
    artefacts = sorted(dist.iterdir())
    run([sys.executable, "-m", "twine", "check", "--strict", *map(str, artefacts)])
    wheel, overlay = next(dist.glob("openedx_catalog-*.whl")), next(dist.glob("openedx_catalog_overlay-*.whl"))
    check_content(wheel)
    check_content(overlay, "openedx_catalog_overlay/", {"_openedx_catalog_overlay.py", "openedx_catalog_overlay.pth"})
    with tempfile.TemporaryDirectory(prefix="catalog-wheel-") as elsewhere:
        try_wheel(wheel, Path(elsewhere))
    print(f"package: {', '.join(path.name for path in artefacts)} built, checked and tried")


def build(folder: Path, dist: Path) -> None:
    """
    Build from a copy of what git knows, as a checkout elsewhere would be: the sdist, and both wheels from the sdist.

    Of the overlay there is no sdist: its code stands beside it.
    """
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    copy_source(source)
    command = [sys.executable, "-m", "build", "--outdir", str(dist)]
    run([*command, str(source)], quiet=True)
    with tempfile.TemporaryDirectory(prefix="catalog-sdist-") as unpacked:
        shutil.unpack_archive(next(dist.glob("*.tar.gz")), unpacked, filter="data")
        run([*command, "--wheel", str(next(Path(unpacked).glob("*/overlay")))], quiet=True)


def copy_source(folder: Path) -> None:
    """Copy the files of the project."""
    for name in tracked():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def tracked() -> list[str]:
    """The files of the project: what git tracks, or would."""
    listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, text=True)
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def check_content(wheel: Path, folder: str = "", besides: Iterable[str] = ()) -> None:
    """Every file of the package is in the wheel, below `folder`, and no other package is."""
    expected = {f"{folder}{name}" for name in tracked() if name.startswith(f"{PACKAGE}/")} | set(besides)
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    if expected != packed:
        missing, extra = sorted(expected - packed), sorted(packed - expected)
        sys.exit(f"{wheel.name}: missing {missing}, not expected {extra}; see MANIFEST.in")


def try_wheel(wheel: Path, folder: Path) -> None:
    """Install it with nothing else around, and run the commands on a database of its own."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    constraints = str(ROOT / "requirements" / "test.txt")
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run([*pip, "--constraint", constraints, f"{wheel}[testing]", "drf-spectacular-sidecar"])
    (folder / "smoke_settings.py").write_text(SETTINGS, encoding="utf-8")
    manage = [python, "-m", "django"]
    settings = ["--settings", "smoke_settings", "--pythonpath", "."]
    run([*manage, "check", *settings], cwd=folder)
    run([*manage, "migrate", "--verbosity", "0", *settings], cwd=folder)
    run([*manage, "backfill_catalog", "-", *settings], cwd=folder, stdin=CATALOG)
    run([*manage, "catalog_doctor", *settings], cwd=folder)
    where = run([python, "-c", IMPORTS], cwd=folder, environment={"DJANGO_SETTINGS_MODULE": "smoke_settings"}, quiet=True)
    if not where.startswith(str(folder)):
        sys.exit(f"the smoke imported {where.strip()}, not the installed wheel")
    try_platform(python, folder)


def try_platform(python: str, folder: Path) -> None:
    """The same installation in a host shaped like LMS and CMS, where the wheel is found by its entry points."""
    shutil.copytree(ROOT / "test_project", folder / "test_project", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "tests" / "wheel_on_platform.py", folder)
    environment = {"DJANGO_SETTINGS_MODULE": "test_project.settings.platform", "CATALOG_DB_NAME": "platform.sqlite3"}
    manage = [python, "-m", "django"]
    run([*manage, "check", "--pythonpath", "."], cwd=folder, environment=environment)
    # The stub's models have no migrations.
    run([*manage, "migrate", "--run-syncdb", "--verbosity", "0", "--pythonpath", "."], cwd=folder, environment=environment)
    reported = run([python, "wheel_on_platform.py"], cwd=folder, environment=environment, quiet=True)
    print(reported, end="")
    if not reported.startswith(str(folder)):
        sys.exit("the platform imported something else than the installed wheel")


def run(
    command: list[str],
    *,
    cwd: Path | None = None,
    stdin: str | None = None,
    environment: dict[str, str] | None = None,
    quiet: bool = False,
) -> str:
    """Run a command, or end with its exit code; quiet ones speak only when they fail."""
    # Not this process's environment: PYTHONPATH, or a Django setting, would let the checkout in.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_", "CATALOG_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        env={**kept, **(environment or {})},
        text=True,
        check=False,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode:
        print(done.stdout or "", f"failed: {' '.join(command)}", file=sys.stderr)
        sys.exit(done.returncode)
    return done.stdout or ""


if __name__ == "__main__":
    main()
