"""What sync needs beside the core, where it is not there: a sentence, and no ImportError somewhere in its middle."""

from contextlib import nullcontext

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from openedx_catalog.contrib.sync.apps import OLDEST_URLLIB3
from tests.data import ROOT

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(("installed", "refused"), [("1.26.20", True), ("2.4.0", True), ("2.5.0", False), ("3.0", False)])
def test_where_urllib3_is_too_old_the_app_says_so(monkeypatch, installed, refused):
    monkeypatch.setattr("openedx_catalog.contrib.sync.apps.version", lambda name: installed)
    said = pytest.raises(ImproperlyConfigured, match=rf"needs urllib3 2\.5 or newer, but {installed} is installed.*Upgrade")
    with said if refused else nullcontext():
        apps.get_app_config("openedx_catalog_sync").import_models()


def test_the_app_refuses_what_its_extra_refuses():
    (needed,) = (line for line in (ROOT / "requirements" / "sync.in").read_text().splitlines() if line.startswith("urllib3"))
    assert needed == f"urllib3>={OLDEST_URLLIB3}"
