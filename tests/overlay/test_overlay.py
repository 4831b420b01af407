"""
The overlay wheel beside openedx-core, from its installation to its return: what each step leaves, and what it changes.

The story is played once for each set of pins; the tests look at what was seen on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from tests.databases import new_database

from .conftest import Environment, Wheels

pytestmark = pytest.mark.slow

RERUN, ONLY_RUN = "course-v1:MITx+14.100x+1T2018", "edX/Demo/2013"
BEFORE = ("course-v1:MITx+14.100x+3T2017", RERUN, ONLY_RUN, "course-v1:DelftX+Été+2026")
PUBLISHED = "course-v1:MITx+15.1x+1T2026"
MEANWHILE = ("course-v1:MITx+14.100x+1T2027", "course-v1:NewX+New+1")
NEWEST_CORE = "1.15.2"
STORIES = [
    pytest.param(("platform-2026-06-verawood.txt", "1.1.0"), id="pins of 2026-06, core 1.1.0"),
    # What the databases make of it, the other one tells.
    pytest.param(("platform-2026-08.txt", NEWEST_CORE), id="pins of 2026-08, core 1.15.2", marks=pytest.mark.once),
]


@attrs.frozen
class Sight:
    """What was seen after a step; `answers` are those of what was done in it."""

    folder: str
    labels: list[str]
    rows: dict[str, list[list[str]]]
    waiting: list[str]
    damaged: list[str]
    answers: list[Any]

    @property
    def is_ours(self) -> bool:
        """Whether the catalog that a process of the platform imported is that of the overlay."""
        return self.folder.endswith("/site-packages/openedx_catalog_overlay/openedx_catalog")

    @property
    def keys(self) -> list[str]:
        return [row[2] for row in self.rows["openedx_catalog_courserun"]]


@attrs.frozen
class Story:
    core_alone: Sight
    installed: Sight
    upgraded: Sight
    uninstalled: Sight
    installed_again: Sight


@pytest.fixture(scope="module", params=STORIES)
def story(
    request: pytest.FixtureRequest, wheels: Wheels, new_environment: Any, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Story]:
    pins, core = request.param
    environment = new_environment(pins, f"openedx-core=={core}")
    with django_db_blocker.unblock(), new_database("overlay", tmp_path_factory.mktemp("overlay")) as database:
        yield play(environment, database, wheels)


def play(environment: Environment, database: str, wheels: Wheels) -> Story:
    def after(*deeds: tuple[Any, ...]) -> Sight:
        """Look, once this is done in one process; the migrations that waited are those before it."""
        environment.check()
        waiting, *answers, seen = environment.call(database, ("waiting",), ("migrate",), *deeds, ("look",))
        return Sight(**seen, waiting=waiting, damaged=environment.damaged(), answers=answers[1:])

    core_alone = after(("write", *BEFORE))
    environment.install(wheels.overlay)
    installed = after(("use_the_rest_of_core",), ("publish", PUBLISHED), ("doctor",))
    environment.install("--reinstall-package", "openedx-core", f"openedx-core=={NEWEST_CORE}")
    upgraded = after(("use_the_rest_of_core",), ("doctor",))
    environment.uninstall("openedx-catalog-overlay")
    uninstalled = after(("delete", RERUN), ("delete", ONLY_RUN), ("delete", PUBLISHED), ("write", *MEANWHILE))
    environment.install(wheels.overlay)
    installed_again = after(
        ("doctor",), ("associate", MEANWHILE[0]), ("doctor", True), ("associate", MEANWHILE[1]), ("publish", MEANWHILE[1])
    )
    return Story(core_alone, installed, upgraded, uninstalled, installed_again)


def test_it_is_imported_in_place_of_openedx_core_and_no_file_of_that_is_touched(story: Story):
    seen = [story.core_alone, story.installed, story.upgraded, story.uninstalled, story.installed_again]
    assert [sight.is_ours for sight in seen] == [False, True, True, False, True]
    assert [sight.damaged for sight in seen] == [[]] * 5
    assert story.core_alone.labels == story.uninstalled.labels == ["openedx_catalog"]
    assert story.installed.labels == story.upgraded.labels == ["openedx_catalog", "openedx_catalog_plugin"]


def test_it_adopts_what_openedx_core_has_written(story: Story):
    for table, rows in story.core_alone.rows.items():
        assert story.installed.rows[table][: len(rows)] == rows
    assert story.installed.keys == [*BEFORE, PUBLISHED]
    assert story.installed.waiting != []


def test_the_plugin_and_the_other_apps_of_openedx_core_work(story: Story):
    rest, errors, doctor = story.installed.answers
    assert (rest, errors, doctor) == ([1, 1], [], {"fixed": 0, "codes": []})


def test_another_openedx_core_changes_nothing_of_ours(story: Story):
    assert story.upgraded.rows == story.installed.rows
    assert story.upgraded.waiting == []
    assert story.upgraded.answers == [[2, 2], {"fixed": 0, "codes": []}]


def test_openedx_core_goes_on_where_it_is_uninstalled(story: Story):
    """But for what has rows in tables that it does not know of: a schedule, or the code of a course."""
    *deleted, _written = story.uninstalled.answers
    assert deleted == ["", "IntegrityError", "IntegrityError"]
    assert story.uninstalled.keys == [key for key in [*BEFORE, PUBLISHED, *MEANWHILE] if key != RERUN]


def test_installed_again_it_adopts_what_was_written_meanwhile(story: Story):
    missing, first, completed, second, errors = story.installed_again.answers
    assert story.installed_again.waiting == []
    assert missing["codes"] != []
    assert (first, second) == ("unchanged", "unchanged")
    assert (completed["codes"], completed["fixed"] > 0) == ([], True)
    assert errors == []
    assert story.installed_again.keys == story.uninstalled.keys
