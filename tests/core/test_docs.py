"""
What the documentation shows is true: each page is played in a project of its own, and what it prints is compared.

Blocks with a caption are files (settings are appended), ``console`` blocks are commands, ``pycon`` blocks are sessions in the
project; ``sh`` blocks, which install things, are not run. A command without output may print anything.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
import textwrap
from itertools import groupby
from pathlib import Path

import pytest
from django.core.management import load_command_class

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("CATALOG_DB", "sqlite") != "sqlite", reason="the projects of the pages use SQLite"),
]
ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.rst",
    ROOT / "docs" / "references" / "testing.rst",
    *sorted(ROOT.glob("docs/concepts/*.rst")),
    *sorted(ROOT.glob("docs/how-tos/*.rst")),
]
# The page whose project does without the core app.
STANDALONE = "own-tables"
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n(?:   :caption: (\S+)\n)?\n((?:(?:   .*)?\n)+)", re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SESSION = f"""
import django, doctest, sys
django.setup()
test = doctest.DocTestParser().get_doctest(sys.stdin.read(), {{}}, "session", None, 0)
sys.exit(doctest.DocTestRunner(optionflags={FLAGS}).run(test).failed)
"""


class Project:
    """A new Django project, to which the blocks of pages are applied in order."""

    def __init__(self, folder, *, start=False):
        self.folder, self.exit_code = folder, 0
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mysite.settings",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            # Compile what the commands import once, and not beside the sources.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder.parent / "pycache"),
            "COLUMNS": "80",
        }
        if start:
            started = self.run([sys.executable, "-m", "django", "startproject", "mysite", "."], DJANGO_SETTINGS_MODULE="")
            assert started.returncode == 0, started.stdout

    def play(self, page, *, sessions=True):
        text = page.read_text(encoding="utf-8")
        blocks = [(kind, name, textwrap.dedent(body)) for kind, name, body in BLOCK.findall(text)]
        for (kind, name), group in groupby(blocks, key=lambda block: block[:2]):
            body = "".join(body for *_, body in group)
            if name:
                with (self.folder / name).open("a" if name.endswith("settings.py") else "w", encoding="utf-8") as file:
                    file.write(body)
            elif kind == "console":
                for command, expected in COMMAND.findall(body):
                    self.compare(command, expected)
            elif kind == "pycon" and sessions:
                done = self.run([sys.executable, "-c", SESSION], input=body)
                assert done.returncode == 0, done.stdout

    def compare(self, command, expected):
        done = self.run(["sh", "-c", f"(exit {self.exit_code}); {command}"])
        self.exit_code = done.returncode
        shown = f"$ {command}\n{done.stdout}"
        if expected.strip():
            assert doctest.OutputChecker().check_output(expected, done.stdout, FLAGS), shown
        else:
            assert done.returncode == 0, shown

    def run(self, command, **options):
        environment = {**self.environment, **{name: options.pop(name) for name in list(options) if name.isupper()}}
        return subprocess.run(
            command, cwd=self.folder, env=environment, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            **options,
        )  # fmt: skip


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory):
    """The folder of a project that has done the first steps of the quickstart, up to `migrate`."""
    folder = tmp_path_factory.mktemp("quickstart")
    Project(folder, start=True).play(ROOT / "docs" / "quickstart.rst", sessions=False)
    return folder


def test_what_the_quickstart_shows_works(tmp_path):
    Project(tmp_path, start=True).play(ROOT / "docs" / "quickstart.rst")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_works(page, tmp_path, quickstart):
    if page.stem != STANDALONE:
        shutil.copytree(quickstart, tmp_path, dirs_exist_ok=True)
    Project(tmp_path, start=page.stem == STANDALONE).play(page)


@pytest.mark.parametrize("name", ["backfill_catalog", "catalog_doctor"])
def test_every_option_of_a_command_is_described(name):
    text = (ROOT / "docs" / "references" / "commands.rst").read_text(encoding="utf-8")
    ours, shared = (options(*command) for command in (("openedx_catalog", name), ("django.core", "showmigrations")))
    assert ours - shared
    assert {option for option in ours - shared if f"``{option}" not in text} == set()


def options(app, name):
    return set(re.findall(r"--[a-z-]+", load_command_class(app, name).create_parser("manage.py", name).format_usage()))
