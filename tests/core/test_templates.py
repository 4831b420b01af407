"""Which templates Django finds by itself, by the name of an app or a model: none of ours, or it would take them for others."""

from pathlib import Path

import django.contrib.admin
import pytest
import simple_history

import openedx_catalog

pytestmark = pytest.mark.once
OURS = Path(openedx_catalog.__file__).parent
# Names that Django's admin and simple_history look for as admin/<app>/<model>/<name> and admin/<app>/<name>.
LOOKED_FOR = {
    path.name
    for package in (django.contrib.admin, simple_history)
    for path in Path(package.__file__).parent.glob("templates/**/*.html")
}


def test_no_template_of_ours_is_found_by_the_name_of_an_app_or_a_model():
    ours = [path for path in OURS.rglob("*.html") if "admin" in path.parts]
    assert len(ours) > 10
    assert {"change_form.html", "object_history.html", "search_form.html"} <= LOOKED_FOR
    assert [str(path.relative_to(OURS)) for path in ours if path.name in LOOKED_FOR] == []
