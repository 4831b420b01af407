"""A site with a whole catalog, served to a real browser."""

import os
import shutil
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django.live_server_helper import LiveServer

from openedx_catalog import api
from openedx_catalog.testing.contracts.browser import sign_in, violations
from openedx_catalog.transfer import open_catalog_file
from test_project import sample_catalog
from tests.conftest import DATA, RUN_KEY
from tests.spanish import by_the_reader

# Playwright runs an event loop in the thread of the tests, where Django's guard would refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAME = PASSWORD = "operator"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "locale": "en-US"}


@pytest.fixture(scope="session")
def site(django_test_environment, django_db_blocker, tmp_path_factory):
    """
    The address of a site with the real catalog, or where that is not here with the sample; all tests share it.

    No fixture of pytest-django's: those empty the database after each test.
    """
    if not CHROMIUM:
        if "chromium" in os.environ.get("CATALOG_REQUIRE", ""):
            pytest.fail("Chromium is required, and is not here.")
        pytest.skip("Chromium is not here: install Debian's package chromium")
    file = DATA / "course_runs.csv"
    if not file.exists():
        file = tmp_path_factory.mktemp("catalog") / "sample.csv"
        sample_catalog.write(file, sample_catalog.rows())
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
        with open_catalog_file(str(file)) as catalog:
            api.associate_course_runs(catalog.records(), source="backfill:walk")
        for run in (RUN_KEY, "course-v1:MITx+14.100x+1T2018"):
            api.associate_course_run(run, title="Microeconomics", source="backfill:walk")
        get_user_model().objects.create_superuser(NAME, password=PASSWORD)
        with by_the_reader():
            server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session")
def browser_type_launch_args(site, browser_type_launch_args):
    """The site first: the browser and its connections are gone before the database goes."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def blank(site, page):
    """A page of the browser, on which any error of a script is a failure."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    # Beside Playwright's event loop a test has connections of its own, and nobody else to close them.
    connections.close_all()
    assert errors == []


@pytest.fixture
def visitor(site, blank):
    """On the first page of the admin, not signed in."""
    blank.goto(f"{site}/admin/")
    return blank


@pytest.fixture
def operator(site, blank):
    """The same, signed in."""
    return sign_in(blank, site, get_user_model().objects.get(username=NAME))


@pytest.fixture
def reader(site, blank):
    """The same, signed in as somebody who may view everything, and nothing else."""
    user, _created = get_user_model().objects.get_or_create(username="reader", defaults={"is_staff": True})
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return sign_in(blank, site, user)


@pytest.fixture
def look():
    """``look(page, "name")``: axe finds nothing, and where CATALOG_SCREENSHOTS names a folder, it gets a picture."""
    folder = os.environ.get("CATALOG_SCREENSHOTS")

    def look_at(page, name):
        page.wait_for_load_state()
        if folder:
            page.screenshot(path=str(Path(folder, f"{name}.png")))
        assert violations(page) == []

    return look_at
