"""The core alone: an optional app that is not installed has no table, URL, permission or place in the admin."""

import subprocess
import sys

import pytest

from openedx_catalog.testing.contracts import AbsentAppContract
from tests.conftest import ROOT


class Ours(AbsentAppContract):
    modules = ("models", "models_api", "api")


class TestPrograms(Ours):
    app, label = "openedx_catalog.contrib.programs", "openedx_catalog_programs"
    url_names = ("openedx_catalog:programs:program-list",)


class TestSync(Ours):
    app, label = "openedx_catalog.contrib.sync", "openedx_catalog_sync"


class TestCourseTypes(Ours):
    app, label = "openedx_catalog.contrib.course_types", "openedx_catalog_course_types"
    url_names = ("openedx_catalog:course_types:mode-list",)


class TestSubscriptions(Ours):
    app, label = "openedx_catalog.contrib.subscriptions", "openedx_catalog_subscriptions"
    url_names = ("openedx_catalog:subscriptions:subscription-list",)


class TestSkills(Ours):
    app, label = "openedx_catalog.contrib.skills", "openedx_catalog_skills"
    url_names = ("openedx_catalog:skills:skill-list",)


class TestListings(Ours):
    app, label = "openedx_catalog.contrib.listings", "openedx_catalog_listings"
    url_names = ("openedx_catalog:listings:listing-course-list", "openedx_catalog:listings:course-list")


class TestPublishing(Ours):
    app, label = "openedx_catalog.contrib.publishing", "openedx_catalog_publishing"
    url_names = ("openedx_catalog:publishing:edit-list",)


class TestPathways(Ours):
    app, label = "openedx_catalog.contrib.pathways", "openedx_catalog_pathways"
    url_names = ("openedx_catalog:pathways:learner-pathway-list",)


class TestSearch(Ours):
    app, label = "openedx_catalog.contrib.search", "openedx_catalog_search"
    url_names = ("openedx_catalog:search:search-list",)


class TestHandouts(AbsentAppContract):
    app, label = "test_project.handouts", "handouts"
    url_names = ("openedx_catalog:handouts:handout-list",)


@pytest.mark.django_db
def test_there_is_neither_a_route_nor_a_document_of_programs(client):
    assert client.get("/api/catalog/v1/programs/").status_code == 404
    assert "programs" not in (ROOT / "docs" / "references" / "openapi.yml").read_text(encoding="utf-8")


@pytest.mark.once
@pytest.mark.slow
def test_an_installed_app_is_removed_by_zero_and_then_leaves_nothing(tmp_path):
    """On a database of its own: migrate with the app, take it out (warned), go back to zero, take it out (nothing)."""

    def manage(settings, *arguments):
        environment = {"CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(tmp_path / "db.sqlite3"), "PATH": "/usr/bin:/bin"}
        environment["DJANGO_SETTINGS_MODULE"] = f"test_project.settings.{settings}"
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert manage("programs", "migrate", "--verbosity=0")[0] == 0
    code, reported = manage("core_only", "check", "--database", "default")
    assert (code, "openedx_catalog.W003" in reported) == (0, True)
    # Even the types that a migration brought are rows, which an operator may have made theirs.
    code, reported = manage("programs", "migrate", "openedx_catalog_programs", "zero")
    assert (code, "7 rows of openedx_catalog_programs_programtype" in reported) == (1, True)
    script = "from openedx_catalog.contrib.programs import api; [api.delete_program_type(t) for t in api.get_program_types()]"
    assert manage("programs", "shell", "-c", script)[0] == 0
    assert manage("programs", "migrate", "openedx_catalog_programs", "zero", "--verbosity=0")[0] == 0
    code, reported = manage("core_only", "check", "--database", "default")
    assert (code, "W003" in reported) == (0, False)
