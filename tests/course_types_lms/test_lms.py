"""In an LMS types are found from its course modes, and its programs data has the modes of the types."""

import pytest
from common.djangoapps.course_modes.models import CourseMode

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs import lms
from openedx_catalog.data import RunMode
from tests.lms_progress import Learner, earned

pytestmark = pytest.mark.django_db

A, B = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture(autouse=True)
def program(db):
    catalog.associate_course_runs([catalog.AssociationRecord(key) for key in (A, B)])
    program = programs.create_program(title="P", type="xseries", status="active")
    programs.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"])
    return program


def offered(key, *slugs, **values):
    for slug in slugs:
        CourseMode.objects.create(course_id=key, mode_slug=slug, **values)


def shown(program):
    """``{run: (type, [(seat, price), …])}`` of the programs data."""
    found = lms.get_programs(uuid=program.uuid)
    runs = [run for course in found["courses"] for run in course["course_runs"]]
    return {run["key"]: (run["type"], sorted((seat["type"], seat["price"]) for seat in run["seats"])) for run in runs}


def test_types_are_found_from_the_modes_of_the_lms():
    offered(A, "audit", "verified", min_price=49)
    offered(B, "no-id-professional")
    assert api.match_course_types().counts["matched"] == 2
    assert api.get_course_run_types_of([A, B]) == {A: "verified-audit", B: "professional"}
    CourseMode.objects.filter(course_id=A, mode_slug="audit").delete()
    (told,) = api.match_course_types().courses
    assert (told.outcome, told.code, list(told.unfitting)) == ("inconsistent", "run_type_differs", [A])


def test_a_run_without_modes_has_the_default_of_the_lms(settings):
    api.set_course_run_products(B, modes=["honor"])
    assert api.match_course_types().counts["matched"] == 2
    assert api.get_course_run_types_of([A, B]) == {A: "audit", B: "honor"}
    catalog.associate_course_runs([catalog.AssociationRecord("course-v1:GTx+C+1")])
    settings.COURSE_MODE_DEFAULTS = {"slug": "honor"}
    api.match_course_types()
    assert api.find_course_run_type_of("course-v1:GTx+C+1").slug == "honor"


def test_the_programs_data_has_the_modes_of_a_type_with_the_prices_of_the_lms(program):
    offered(A, "audit", "verified", min_price=49)
    api.set_course_run_type(A, "credit-verified-audit")
    assert shown(program)[A] == ("credit", [("audit", "49.00"), ("credit", "0.00"), ("verified", "49.00")])
    api.set_course_run_type(A, "audit")
    assert shown(program)[A] == ("audit", [("audit", "49.00")])
    api.set_course_run_type(A, None)
    assert shown(program)[A] == ("verified", [("audit", "49.00"), ("verified", "49.00")])


def test_certificates_count_by_the_modes_of_types(program):
    """The platform's own rule for progress, replayed."""
    api.set_course_run_type(A, "professional")
    api.set_course_run_type(B, "verified-honor")
    certificates = {A: ("no-id-professional", "downloadable"), B: ("verified", "downloadable")}
    assert earned(lms.get_programs(site=1), Learner(certificates=certificates)) == ["P"]
    certificates[B] = ("honor", "downloadable")
    assert earned(lms.get_programs(site=1), Learner(certificates=certificates)) == []


def test_masters_count_within_their_degree(program):
    api.create_mode(name="Masters")
    run_type = api.create_course_run_type(name="MA", tracks=[("masters", None), ("verified", "verified")])
    for key in (A, B):
        api.set_course_run_type(key, run_type)
    assert shown(program)[A] == ("verified", [("verified", "0.00")])
    programs.update_program(program, type="masters")
    assert {kind for kind, _seats in shown(program).values()} == {"masters"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_a_shop_sells_for_courses_is_in_the_programs_data_at_once(program, django_assert_max_num_queries):
    programs.update_program_type("xseries", applicable_seat_types=["verified"])
    programs.update_program(program, one_click_purchase_enabled=True)

    def read():
        (found,) = lms.get_programs(site=1)
        assert found == lms.get_programs(uuid=program.uuid)
        sold = [[(each["mode"], each["price"], each["sku"]) for each in course["entitlements"]] for course in found["courses"]]
        return sold, found["is_program_eligible_for_one_click_purchase"]

    assert read() == ([[], []], False)
    for course in ("GTx+A", "GTx+B"):
        assert api.set_course_entitlements(course, [RunMode("verified", "99.00", sku="SKU"), "audit"])
    assert read() == ([[("audit", "0.00", None), ("verified", "99.00", "SKU")]] * 2, True)
    with django_assert_max_num_queries(14):
        lms.get_programs(uuid=program.uuid)
    api.set_course_entitlements("GTx+A", ["honor"])
    assert read()[1] is False
    api.set_course_entitlements("GTx+A", None)
    assert read()[0][0] == []
