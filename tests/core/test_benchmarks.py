"""Nobody runs benchmarks/ every day: that they can be imported is what is seen here, in a process with every app of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.conftest import child_environment

pytestmark = pytest.mark.once
FOLDER = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
SCRIPT = """
import importlib, sys
import django
django.setup()
for name in sys.argv[1:]:
    importlib.import_module(f"benchmarks.{name}")
"""


def test_every_module_can_be_imported(settings):
    environment = child_environment(DJANGO_SETTINGS_MODULE="test_project.settings.full")
    command = [sys.executable, "-c", SCRIPT, *NAMES]
    done = subprocess.run(command, cwd=FOLDER.parent, env=environment, capture_output=True, text=True, check=False)

    assert len(NAMES) > 15
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
