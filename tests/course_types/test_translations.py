"""The pages of course types in Spanish; see tests/core/test_translations.py."""

import pytest
from django.urls import reverse

from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, Mode, SeatType
from tests import spanish

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
PAGES = "admin:openedx_catalog_course_types_coursetype_"


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


def test_every_admin_page_is_translated(admin_client, course, monkeypatch):
    names = spanish.words_of(CourseRunType, CourseType, Mode, SeatType)
    monkeypatch.setattr(
        spanish, "SAME", spanish.SAME | names | {"A", "Course", "USD", "No", "no", "Slug", "slug", "migration", "defaults"}
    )
    row = course("A", R1={"modes": ["audit"]}, entitlements=["verified"])
    run = row.runs.get()
    api.set_course_type(row, "verified-audit", source="test")
    api.set_course_run_type(run.course_key, "honor", allow_mismatch=True, source="test")
    addresses = spanish.pages_of("openedx_catalog_course_types") | {
        "of a course": f"{reverse(f'{PAGES}of_course')}?id={row.pk}",
        "of a run": f"{reverse(f'{PAGES}of_run')}?id={run.pk}",
        "course": reverse("admin:openedx_catalog_catalogcourse_change", args=[row.pk]),
        "run": reverse("admin:openedx_catalog_courserun_change", args=[run.pk]),
        **{name: reverse(f"{PAGES}{name}") for name in ("matrix", "match")},
    }
    assert len(addresses) > 20
    assert spanish.left_in_english(admin_client, addresses) == {}
