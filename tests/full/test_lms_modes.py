"""Runs have the modes that the LMS has for them, where the catalog runs in it."""

from datetime import UTC, datetime

import pytest
from common.djangoapps.course_modes.models import CourseMode

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.programs import api, lms, lms_modes
from tests.lms_progress import Learner, earned
from tests.programs.conftest import run_of

pytestmark = pytest.mark.django_db

A, B = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture
def program(db):
    run_of("A")
    run_of("B")
    program = api.create_program(title="P", type="xseries", status="active")
    api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"])
    return program


def offered(key, *slugs, **values):
    for slug in slugs:
        CourseMode.objects.create(course_id=key, mode_slug=slug, **values)


def types(program):
    found = lms.get_programs(uuid=program.uuid)
    return [run["type"] for course in found["courses"] for run in course["course_runs"]]


def test_the_modes_of_the_lms_decide_what_completes_a_program(program, settings):
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"
    offered(A, "audit", "no-id-professional")
    assert types(program) == ["professional", "verified"]
    certificates = {A: ("no-id-professional", "downloadable"), B: ("verified", "downloadable")}
    assert earned(lms.get_programs(site=1), Learner(certificates=certificates)) == ["P"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_another_mode_is_seen_at_once(program):
    """Also where nothing else has changed, so that all else is kept (`lms_answers`)."""
    found = [lms.get_programs(site=1)]
    for change in (
        lambda: offered(A, "verified", min_price=49),
        lambda: CourseMode.objects.update(min_price=50),
        lambda: CourseMode.objects.all().delete(),
    ):
        change()
        found.append(lms.get_programs(site=1))

    seats = [each[0]["courses"][0]["course_runs"][0]["seats"] for each in found]
    assert [[seat["price"] for seat in row] for row in seats] == [[], ["49.00"], ["50.00"], []]


def test_seats_are_those_of_the_lms(program):
    deadline = datetime(2027, 1, 1, tzinfo=UTC)
    offered(A, "verified", min_price=49, sku="SKU", bulk_sku="BULK", _expiration_datetime=deadline)
    offered(A, "verified", min_price=45, currency="eur")
    assert lms.get_course_run_data(A, ["seats"])["seats"] == [
        {
            "type": "verified", "price": "49.00", "currency": "USD", "upgrade_deadline": "2027-01-01T00:00:00Z",
            "sku": "SKU", "bulk_sku": "BULK",
        }
    ]  # fmt: skip


def test_a_setting_names_the_model_that_has_them(program, settings):
    offered(A, "audit")
    offered(A, "honor", min_price=5)
    offered(B, "verified", min_price=49)
    settings.OPENEDX_CATALOG_COURSE_MODE_MODEL = "course_modes.SoldMode"
    assert [seat["type"] for seat in lms.get_course_run_data(A, ["seats"])["seats"]] == ["honor"]
    settings.OPENEDX_CATALOG_COURSE_MODE_MODEL = "no_such_app.CourseMode"
    assert types(program) == ["", ""]


def test_an_extension_comes_before_the_lms(program, monkeypatch):
    offered(A, "verified")
    offered(B, "verified")
    from openedx_catalog.contrib.programs.apps import ProgramsConfig

    monkeypatch.setattr(ProgramsConfig, "course_run_modes", lambda self, keys: {A: [lms_modes.RunMode("honor")], B: []})
    assert types(program) == ["honor", "verified"]


def test_a_type_says_which_modes_a_run_has_and_the_lms_what_they_cost(program):
    offered(A, "audit", "verified", min_price=49)
    offered(B, "professional")
    course_types.set_course_run_type(A, "honor")
    assert types(program) == ["honor", "professional"]
    course_types.set_course_run_type(A, "verified-audit")
    seats = {seat["type"]: seat["price"] for seat in lms.get_course_run_data(A, ["seats"])["seats"]}
    assert (types(program)[0], seats["verified"]) == ("verified", "49.00")


@pytest.mark.parametrize("by_key", [0, 1000])
def test_modes_of_many_runs_cost_as_many_queries_as_those_of_one(program, django_assert_num_queries, monkeypatch, by_key):
    monkeypatch.setattr("openedx_catalog.api.platform_modes._BY_KEY", by_key)
    for key in (A, B):
        offered(key, "audit", "verified")
    offered("course-v1:GTx+Other+1", "honor")
    # Two ask course types: which types the runs have, and what is said of them. One asks the LMS.
    with django_assert_num_queries(3):
        found = lms_modes.run_modes([A, B])
    assert [[mode.slug for mode in found[key]] for key in (A, B)] == [["audit", "verified"]] * 2


def test_no_run_asks_for_no_modes(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert lms_modes.run_modes([]) == {}
    assert catalog.find_course_run(A) is None
