"""What we need is what services of Open edX run: no more, and no older than what the tests run at (ADR 0020)."""

import subprocess
import sys

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests import pins
from tests.data import ROOT

pytestmark = pytest.mark.once
REQUIRED = [*pins.direct("base"), *pins.direct("sync")]


@pytest.fixture
def sets():
    found = pins.pin_sets()
    if not found:
        pytest.skip(pins.MISSING)
    return found


def test_every_service_has_what_the_core_takes(sets):
    assert {name: why for name, pinned in sets.items() if (why := pins.refused(pinned, "base"))} == {}


def test_every_service_but_discovery_has_what_sync_takes(sets):
    refused = {name: why for name, pinned in sets.items() if (why := pins.refused(pinned, "sync"))}
    assert refused == {"course-discovery-2025-11": ["it has urllib3 1.26.20, needed is >=2.5"]}


def test_the_oldest_cell_runs_at_what_the_oldest_service_runs(sets):
    assert pins.OLDEST.read_text(encoding="utf-8") == pins.oldest(), "write it anew: make requirements"


@pytest.mark.parametrize("needed", REQUIRED, ids=lambda needed: needed.name)
def test_nothing_older_is_claimed_than_what_the_oldest_cell_runs_at(needed):
    run = pins.pins_of(pins.OLDEST)[canonicalize_name(needed.name)]
    assert run in needed.specifier
    assert run.release[:2] == pins.floor(needed).release[:2]


def test_django_is_capped_below_the_first_minor_that_is_not_tested():
    tested = {line.split("Django")[1] for line in (ROOT / "tox.ini").read_text().splitlines() if ": Django" in line}
    newest = max(Version(limits.rpartition("<")[2]) for limits in tested)
    (django,) = (needed for needed in REQUIRED if needed.name == "Django")
    assert f"<{newest}" in str(django.specifier)


BLOCKED = """
import sys, django
from django.conf import settings
sys.modules["edx_rest_framework_extensions"] = None
# Whoever signs in by it has it.
settings.REST_FRAMEWORK = {}
django.setup()
import openedx_catalog.urls
from openedx_catalog.lib.rest.restricted import NotRestricted
print(NotRestricted().has_permission(None, None))
"""


def test_rest_does_without_edx_drf_extensions():
    done = subprocess.run([sys.executable, "-c", BLOCKED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "True", done.stderr
