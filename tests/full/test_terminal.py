"""How our commands behave on a terminal, in a pipe and in a log, and how they end when they are interrupted."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.publishing import api as publishing
from openedx_catalog.contrib.publishing.models_api import CourseWorkingCopy
from openedx_catalog.contrib.subscriptions import api as subscriptions
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.lib import commands
from openedx_catalog.models_api import CourseRun
from openedx_catalog.testing.factories import CatalogPathwayFactory
from tests.conftest import ROOT
from tests.processes.conftest import child_environment

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.django_db(transaction=True)]

RUNS = 3000
KEYS = [f"course-v1:Org+C{number}+R1" for number in range(RUNS)]
FILES = {
    "runs.csv": [("course_key", "title"), *((key, f"Title {key}") for key in KEYS)],
    "programs.csv": [
        ("program_key", "program_title", "program_type", "program_status", "course_key", "run_key"),
        *((f"P{number}", f"Program {number}", "terminal", "live", f"Org+C{number}", "") for number in range(40)),
    ],
    "keys.csv": [("course_key", "external_course_key"), *((key, f"Partner {key}") for key in KEYS[:40])],
    "listings.csv": [("catalog_course", "live"), *((f"Org+C{number}", "yes") for number in range(40))],
    "listed_runs.csv": [("course_key", "live"), *((key, "no") for key in KEYS[:40])],
    "skills.csv": [("subject", "skill", "confidence"), *((f"Org+C{number}", "Circuits", "0.5") for number in range(40))],
    "left_out.csv": [("catalog_course", "included"), *((f"Org+C{number}", "no") for number in range(40))],
    "modes.csv": [("course_key", "modes"), *((key, "audit verified") for key in KEYS[:40])],
}
# In this order, with how many things done of how many, where there is a line of progress.
COMMANDS = {
    "fill_lms_programs_cache --site 1=example.org": "1/1",
    "migrate_program_courses programs.csv": "40/40",
    "set_external_course_keys keys.csv": "40/40",
    "set_course_run_products modes.csv": "40/40",
    "match_course_types": "40/40",
    "set_course_subscriptions left_out.csv --plan terminal": "40/40",
    "set_skills skills.csv": "40/40",
    "request_program_skills": "41/41",
    "set_course_listings listings.csv": "40/40",
    "set_course_run_listings listed_runs.csv": "40/40",
    "refresh_subscriptions": "40/40",
    "publish_due_listings --json": "3/3",
    "make_learner_pathways --all": "3/3",
    "export_catalog exported.csv": "40/40",
    "export_catalog": "40/40",
    "process_catalog_inbox": "",
    "catalog_doctor": "",
    "catalog_doctor --fix": "",
    "catalog_doctor --suggest": "",
    "audit_external_keys": "",
    "repair_catalog list-deleted": "",
    "backfill_catalog runs.csv --batch-size 100": "3000/3000",
    "sync_catalog spreadsheet --file runs.csv": "3000/3000",
}
# Those that say much, in each way that there is.
IN_A_PIPE = (
    "backfill_catalog runs.csv",
    "export_catalog",
    "publish_due_listings --json",
    "catalog_doctor",
    "audit_external_keys",
)
# Many commands in one process, since a process takes seconds to begin: each between two marks, and then its exit code.
DRIVER = """
import json, sys
import django
from django.core.management import execute_from_command_line
django.setup()
for line in json.loads(sys.argv[1]):
    code = 0
    print(f"<<{line}>>", flush=True)
    try:
        execute_from_command_line(["manage.py", *line.split()])
    except SystemExit as ended:
        code = ended.code or 0
    sys.stderr.flush()
    print(f"<<ended {code}>>", flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    """With the files of the commands, and a catalog in which they have something to do."""
    for name, rows in FILES.items():
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


@pytest.fixture
def filled(folder):
    catalog.associate_course_runs([catalog.AssociationRecord(key) for key in KEYS[:40]], source="test")
    programs.create_program_type(name="Terminal")
    programs.create_program(title="Stored", type="terminal", status="active")
    sync.create_source(name="spreadsheet", kind="file", create_missing=True)
    subscriptions.create_subscription_plan(name="Terminal")
    CatalogPathwayFactory.create_batch(3)
    for number in range(3):
        publishing.open_working_copy(f"Org+C{number}")
    CourseWorkingCopy.objects.update(state="reviewed", go_live_at=timezone.now())
    return folder


def driven(lines):
    """The command line that runs all of these."""
    return ["-c", DRIVER, json.dumps(list(lines))]


def start(line, folder, **streams):
    """A command of ours, or a command line of Python's."""
    command = [sys.executable, *(line if isinstance(line, list) else [str(ROOT / "manage.py"), *line.split()])]
    return subprocess.Popen(command, cwd=folder, env=child_environment(), **streams)


class Terminal:
    """A command that believes that somebody looks at it; what it shows is in `text`."""

    def __init__(self, line, folder):
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self.text = ""
        self.process = start(line, folder, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)

    def read(self, pattern):
        """Until it has shown this, or has ended."""
        while not re.search(pattern, self.text):
            try:
                shown = os.read(self.master, 10_000)
            except OSError:
                # Linux's word for: nobody writes to it any more.
                return False
            self.text += shown.decode(errors="replace")
        return True

    def end(self):
        """The exit code."""
        self.read(r"(?!)")
        os.close(self.master)
        return self.process.wait()


def test_on_a_terminal_progress_is_one_line_that_is_drawn_anew(filled):
    shown = Terminal(driven(COMMANDS), filled)
    assert shown.end() == 0, shown.text
    assert "Traceback" not in shown.text
    # Nothing is red, as Django's own wrapper has it.
    assert "\x1b[31" not in shown.text
    ended = re.findall(r"<<(?!ended)(.+?)>>(.*?)<<ended (.+?)>>", shown.text, re.DOTALL)
    assert [line for line, _said, _code in ended] == list(COMMANDS)
    for line, said, code in ended:
        assert code in ("0", "1"), said
        if done := COMMANDS[line]:
            drawn = [text for text in re.split(r"[\r\n]+", said) if "/s]" in text or "it/s" in text]
            assert any(done in text and "%|" in text for text in drawn), said
            assert not re.search(r"%\|[^\r\n]*\n[^\r\n]*%\|", said), f"{line}: a line for each step"


@pytest.mark.parametrize("line", IN_A_PIPE)
def test_in_a_pipe_it_is_quiet_and_may_be_cut_off(filled, line):
    read, write = os.pipe()
    os.close(read)
    process = start(line, filled, stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    error = process.communicate()[1].decode()
    assert "Traceback" not in error
    assert "BrokenPipe" not in error
    assert "%|" not in error
    assert process.returncode in (0, 1, 141)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"])
def test_an_interrupted_backfill_says_what_is_stored_writes_its_report_and_goes_on(folder, number, code):
    shown = Terminal("backfill_catalog runs.csv --batch-size 20 --report report.json", folder)
    assert shown.read(r"[1-9]\d*/3000"), shown.text
    shown.process.send_signal(number)
    assert shown.end() == code
    assert "Traceback" not in shown.text
    done = int(
        re.search(r"Interrupted: ([\d,]+) of 3,000 runs are done\. Run it again to go on\.", shown.text)[1].replace(",", "")
    )
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert 0 < done == CourseRun.objects.count() == report["outcomes"]["created"] < RUNS
    again = Terminal("backfill_catalog runs.csv", folder)
    assert again.end() == 0
    assert CourseRun.objects.count() == RUNS


def test_an_interrupted_sync_ends_its_job_and_says_so(filled):
    shown = Terminal("sync_catalog spreadsheet --file runs.csv", filled)
    assert shown.read(r"[1-9]\d*/3000"), shown.text
    shown.process.send_signal(signal.SIGINT)
    assert shown.end() == 130
    assert "aborted" in shown.text
    assert "It was interrupted. What is done stays, and it can be resumed." in shown.text
    assert sync.get_source("spreadsheet").jobs.get().status == "aborted"
    again = Terminal("sync_catalog spreadsheet --file runs.csv", filled)
    assert again.end() == 0
    assert CourseRun.objects.count() == RUNS


def test_an_interrupted_list_of_programs_stops_between_two_of_them(filled):
    shown = Terminal("migrate_program_courses programs.csv --report report.json", filled)
    assert shown.read(r"[1-9]\d*/40"), shown.text
    shown.process.send_signal(signal.SIGTERM)
    code = shown.end()
    report = json.loads((filled / "report.json").read_text(encoding="utf-8"))
    made = sum(program.curricula.filter(name="Courses").exists() for program in programs.get_programs())
    assert (code, report["rows"]) == (143, made)
    assert f"Interrupted: {made} of 40 rows are done." in shown.text


@pytest.mark.parametrize("line", ["backfill_catalog -", "set_external_course_keys -"])
def test_what_waits_for_a_file_ends_at_once(folder, line):
    read, write = os.pipe()
    with start(line, folder, stdin=read, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        os.close(read)
        # More than a pipe holds: when it is written, the command is reading.
        os.write(write, b"course_key,external_course_key\n" + b"course-v1:A+B+C,x\n" * 20_000)
        while not waits_for(process, write):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        error = process.stderr.read()
        os.close(write)
    assert (process.returncode, "Interrupted" in error, "Traceback" in error) == (130, True, False)


def waits_for(process, pipe):
    """Whether the process has read all that is in a pipe, and sleeps."""
    left = int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
    state = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return left == 0 and state == "S"


def test_a_second_signal_ends_it_in_the_midst_of_a_batch(folder):
    shown = Terminal("backfill_catalog runs.csv --batch-size 1000", folder)
    assert shown.read("1000/3000"), shown.text
    shown.process.send_signal(signal.SIGINT)
    assert shown.read("Once more to end at once"), shown.text
    shown.process.send_signal(signal.SIGINT)
    # Its shell says 130.
    assert shown.end() == -signal.SIGINT
    assert CourseRun.objects.count() in (1000, 2000)
    again = Terminal("backfill_catalog runs.csv", folder)
    assert again.end() == 0
    assert CourseRun.objects.count() == RUNS


def test_a_command_whose_app_lacks_its_tables_says_so(folder):
    """The core's are there: it was installed first."""
    own = {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(folder / "new.sqlite3")}

    def run(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(
            command,
            cwd=folder,
            env=child_environment(**own),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    assert run(str(ROOT / "manage.py"), "migrate", "openedx_catalog", "-v0").returncode == 0
    lines = [line for line in COMMANDS if line.startswith(("sync", "migrate", "set", "match", "publish", "fill", "audit"))]
    done = run(*driven(lines))
    assert "Traceback" not in done.stdout
    ended = re.findall(r"<<(?!ended)(.+?)>>(.*?)<<ended (.+?)>>", done.stdout, re.DOTALL)
    assert [(line, code, "run manage.py migrate first" in said) for line, said, code in ended] == [
        (line, "2", True) for line in lines
    ]


def test_in_a_log_progress_is_a_line_now_and_then(tmp_path, monkeypatch):
    path = tmp_path / "log"

    def written(every):
        monkeypatch.setattr(commands, "LOG_EVERY", every)
        with path.open("w", encoding="utf-8") as log, commands.progress_bar(log, 1000, "runs") as advance:
            for _number in range(1000):
                advance(1)
        return path.read_text(encoding="utf-8")

    assert written(3600) == ""
    lines = written(0).splitlines()
    assert len(lines) > 100
    assert all(re.fullmatch(r"\d+/1000 runs \[\d\d:\d\d < \S+, .*\]", line) for line in lines), lines[:3]
    assert "\r" not in path.read_bytes().decode()
