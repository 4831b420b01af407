"""
What the documentation shows is true: each page is played in a project of its own, and what it prints is compared.

Blocks with a caption are files (settings are appended), ``console`` blocks are commands, ``pycon`` blocks are sessions in the
project; ``sh`` blocks, which install things, are not run. A command without output may print anything. What a page asks at
``127.0.0.1:8000`` a server of its project answers.
"""

import ast
import doctest
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
from itertools import groupby
from pathlib import Path

import pytest
from django.core.management import load_command_class

from openedx_catalog import api

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("CATALOG_DB", "sqlite") != "sqlite", reason="the projects of the pages use SQLite"),
]
ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.rst",
    *(ROOT / "docs" / "references" / f"{name}.rst" for name in ("api", "programs", "rest", "sync", "testing", "upgrades")),
    *sorted(ROOT.glob("docs/concepts/*.rst")),
    *sorted(ROOT.glob("docs/how-tos/*.rst")),
]
# The page whose project does without the core app.
STANDALONE = "own-tables"
ADDRESS = "127.0.0.1:8000"
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
        self.folder, self.exit_code, self.server, self.address = folder, 0, None, ""
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "mysite.settings",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            # Compile what the commands import once, whatever the caller has.
            "PYTHONDONTWRITEBYTECODE": "",
            "COLUMNS": "80",
        }
        if start:
            started = self.run([sys.executable, "-m", "django", "startproject", "mysite", "."], DJANGO_SETTINGS_MODULE="")
            assert started.returncode == 0, started.stdout

    def play(self, page, *, sessions=True):
        try:
            self._play(page, sessions)
        finally:
            if self.server:
                self.server.terminate()
                self.server.wait()

    def _play(self, page, sessions):
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
        done = self.enter(command)
        output = done.stdout.replace(self.address, ADDRESS) if self.address else done.stdout
        shown = f"$ {command}\n{output}"
        if expected.strip():
            assert doctest.OutputChecker().check_output(expected, output, FLAGS), shown
        else:
            assert done.returncode == 0, shown

    def enter(self, command):
        """What a shell makes of a line of a page, in which ``$?`` is that of the line before."""
        if ADDRESS in command:
            self.serve()
        done = self.run(["sh", "-c", f"(exit {self.exit_code}); {command.replace(ADDRESS, self.address)}"])
        self.exit_code = done.returncode
        return done

    def serve(self):
        if self.server:
            return
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [sys.executable, "manage.py", "runserver", "--noreload", self.address]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.server = subprocess.Popen(command, cwd=self.folder, env=self.environment, **silent)
        # Until it listens.
        self.run(["curl", "--silent", "--retry", "60", "--retry-delay", "1", "--retry-connrefused", self.address])

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


@pytest.mark.skipif(not shutil.which("curl"), reason="pages ask REST by curl")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_what_a_page_shows_works(page, tmp_path, quickstart):
    if page.stem != STANDALONE:
        shutil.copytree(quickstart, tmp_path, dirs_exist_ok=True)
    Project(tmp_path, start=page.stem == STANDALONE).play(page)


@pytest.mark.parametrize("page", ["api", "programs", "sync"])
def test_every_function_of_an_api_has_an_example(page):
    described = set(re.findall(r"^\.\. autofunction:: (\w+)$", reference(page), re.MULTILINE))
    played = [block for each in PAGES for block in BLOCK.findall(each.read_text(encoding="utf-8"))]
    examples = "".join(body for kind, _name, body in played if kind == "pycon")
    # What begins in a thread is not over when a session is.
    described -= {"start_doctor", "start_sync"}
    assert described
    assert {name for name in described if not re.search(rf"\b{name}\(", examples)} == set()


def test_all_of_the_python_api_is_described():
    described = re.findall(r"^\.\. auto\w+:: (\w+)$", reference("api") + reference("history"), re.MULTILINE)
    assert set(api.__all__) - set(described) == set()


@pytest.mark.parametrize("name", ["backfill_catalog", "catalog_doctor"])
def test_every_option_of_a_command_is_described(name):
    text = reference("commands")
    ours, shared = (options(*command) for command in (("openedx_catalog", name), ("django.core", "showmigrations")))
    assert ours - shared
    assert {option for option in ours - shared if f"``{option}" not in text} == set()


def test_the_messages_that_trouble_is_looked_up_by_are_ours():
    page = (ROOT / "docs" / "how-tos" / "troubleshooting.rst").read_text(encoding="utf-8")
    quoted = re.findall(r"^``(.+)``\n   ", page, re.MULTILINE)
    texts = "\n".join(text for path in ROOT.glob("openedx_catalog/**/*.py") for text in texts_of(path))
    assert quoted
    assert [part for message in quoted for part in message.split("…") if part.strip(" .") and part not in texts] == []


def texts_of(path):
    """Every text of a module; what is filled into it ends one and begins the next."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"%\(\w+\)[drs]", "\n", node.value)


@pytest.mark.parametrize(
    "folder",
    [
        "management",
        "contrib/programs/management",
        "contrib/sync/management",
        "contrib/course_types/management",
        "contrib/subscriptions/management",
        "contrib/skills/management",
        "contrib/listings/management",
        "contrib/publishing/management",
        "contrib/pathways/management",
        "contrib/search/management",
    ],
)
def test_every_command_has_its_place_in_production(folder):
    page = (ROOT / "docs" / "how-tos" / "deploy.rst").read_text(encoding="utf-8")
    names = {path.stem for path in ROOT.glob(f"openedx_catalog/{folder}/commands/*.py")} - {"__init__"}
    assert names
    assert {name for name in names if name not in page} == set()


def test_every_check_is_described():
    texts = {text for path in ROOT.glob("openedx_catalog/**/*.py") for text in texts_of(path)}
    ids = {text for text in texts if re.fullmatch(r"openedx_catalog\w*\.[EW]\d+", text)}
    assert ids
    assert {name for name in ids if f"``{name}``" not in reference("checks")} == set()


def reference(page):
    return (ROOT / "docs" / "references" / f"{page}.rst").read_text(encoding="utf-8")


def options(app, name):
    return set(re.findall(r"--[a-z-]+", load_command_class(app, name).create_parser("manage.py", name).format_usage()))
