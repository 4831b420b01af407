"""What the LMS reads of buying a program: the seat types of its type, the entitlements of its courses, and all at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.apps import ProgramsConfig
from openedx_catalog.data import RunMode
from openedx_catalog.exceptions import InvalidValue

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

A, A2, B = "course-v1:GTx+A+1", "course-v1:GTx+A+2", "course-v1:GTx+B+1"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=9), NOW - timedelta(days=9)
VERIFIED, AUDIT = RunMode("verified", "49.00", sku="SKU1"), RunMode("audit")


@pytest.fixture
def sold(monkeypatch):
    """``{"A": [entitlement, …], "course-v1:…": [seat, …]}``: what extensions say of courses and runs."""
    said = {A: [AUDIT, VERIFIED], B: [AUDIT, VERIFIED]}

    def entitlements(_self, pks):
        codes = dict(catalog.get_catalog_courses().filter(pk__in=pks).values_list("pk", "course_code"))
        return {pk: said[code] for pk, code in codes.items() if code in said}

    monkeypatch.setattr(ProgramsConfig, "course_entitlements", entitlements)
    monkeypatch.setattr(ProgramsConfig, "course_run_modes", lambda _self, keys: {key: said[key] for key in keys if key in said})
    return said


@pytest.fixture
def program(sold):
    """Of GTx A and B, with one run each that has a seat; to be bought at once."""
    for code in "AB":
        run_of(code, title=f"Course {code}")
    api.update_program_type("xseries", applicable_seat_types=["verified", "professional"])
    program = api.create_program(title="P", type="xseries", status="active", one_click_purchase_enabled=True)
    api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"], effective_at=None)
    return program


def is_bought_at_once(program, at=NOW):
    return lms.get_programs(uuid=program.uuid, at=at)["is_program_eligible_for_one_click_purchase"]


def entitled(*slugs, **values):
    return [RunMode(slug, "99.00", sku="SKU2", **values) for slug in slugs]


def test_a_type_says_with_which_seats_its_programs_are_bought(program):
    assert lms.get_programs(uuid=program.uuid)["applicable_seat_types"] == ["verified", "professional"]
    assert lms.get_program_types("XSeries")["applicable_seat_types"] == ["verified", "professional"]
    (listed,) = lms.get_programs_with_type(None)
    listed["type"]["applicable_seat_types"].append("x")
    assert lms.get_programs_with_type(None)[0]["type"]["applicable_seat_types"] == ["verified", "professional"]
    assert api.get_program_type("masters").applicable_seat_types == []
    made = api.create_program_type(name="New", applicable_seat_types=["honor", " honor", "audit"])
    assert api.get_program_type("new").applicable_seat_types == ["honor", "audit"]
    assert [row.applicable_seat_types for row in api.update_program_type(made, name="N").history.all()] == [
        ["honor", "audit"]
    ] * 2
    for wrong in ("verified", [7], [""], ["x" * 65], [f"s{number}" for number in range(21)], None):
        with pytest.raises(InvalidValue):
            api.update_program_type("masters", applicable_seat_types=wrong)


def test_entitlements_are_those_of_extensions_and_each_callers_own(program, sold):
    sold["A"] = [RunMode("verified", "99.00", "EUR", LATER, "SKU2")]
    expected = {"mode": "verified", "price": "99.00", "currency": "EUR", "sku": "SKU2", "expires": "2027-01-10T00:00:00Z"}
    a, b = lms.get_programs(uuid=program.uuid)["courses"]
    assert (a["entitlements"], b["entitlements"]) == ([expected], [])
    assert lms.get_course_data("GTx+A", ["entitlements"]) == {"entitlements": [expected]}
    for read in (lambda: lms.get_programs(uuid=program.uuid), lambda: lms.get_programs(site=1)[0]):
        read()["courses"][0]["entitlements"][0]["mode"] = "x"
        assert read()["courses"][0]["entitlements"] == [expected]


def unpublish(program, sold):
    api.change_program_status(program, "retired")


def no_seat_types(program, sold):
    api.update_program_type("xseries", applicable_seat_types=[])


def second_run(program, sold):
    run_of("A", "2")
    sold[A2] = [VERIFIED]


def excluded_second_run(program, sold):
    second_run(program, sold)
    api.exclude_course_run(program, A2)


def withdrawn_second_run(program, sold):
    second_run(program, sold)
    catalog.update_course_run(A2, schedule={"end": EARLIER})


def schedule(**dates):
    return lambda program, sold: catalog.update_course_run(A, schedule=dates)


def said(**values):
    return lambda program, sold: sold.update({{"run": A, "course": "A"}[name]: value for name, value in values.items()})


def both(*changes):
    return lambda program, sold: [change(program, sold) for change in changes]


CASES = {
    "one run with a seat each": (lambda program, sold: None, True),
    "not wanted": (lambda program, sold: api.update_program(program, one_click_purchase_enabled=False), False),
    "not active": (unpublish, False),
    "a type without seats": (no_seat_types, False),
    "no courses": (lambda program, sold: api.retire(program.curricula.get(), at=EARLIER), False),
    "two runs to choose from": (second_run, False),
    "two runs, and an entitlement": (both(second_run, said(course=entitled("verified"))), True),
    "two runs, and an entitlement of another type": (both(second_run, said(course=entitled("honor"))), False),
    "two runs, and two entitlements": (both(second_run, said(course=entitled("verified", "professional"))), False),
    "two runs, and an entitlement that is over": (
        both(second_run, said(course=entitled("verified", upgrade_deadline=NOW))), False
    ),
    "two runs, and an entitlement without a SKU": (both(second_run, said(course=[RunMode("verified")])), False),
    "two runs, one excluded": (excluded_second_run, True),
    "two runs, one archived": (withdrawn_second_run, True),
    "a run without a seat": (said(run=[AUDIT]), False),
    "a run with a seat of another type": (said(run=[RunMode("honor", sku="S")]), False),
    "a run whose seat is over": (said(run=[VERIFIED._replace(upgrade_deadline=NOW)]), False),
    "a run whose seat is not over": (said(run=[VERIFIED._replace(upgrade_deadline=LATER)]), True),
    "enrollment over": (schedule(enrollment_end=EARLIER), False),
    "enrollment to come": (schedule(enrollment_start=LATER), False),
    "a run that is over": (schedule(end=EARLIER), False),
    "an entitlement, and a run that is over": (both(schedule(end=EARLIER), said(course=entitled("professional"))), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_program_is_bought_at_once_where_nobody_has_to_choose(program, sold, case):
    change, expected = CASES[case]
    change(program, sold)
    assert is_bought_at_once(program) is expected


TIMES = {
    "enrollment begins": schedule(enrollment_start=LATER),
    "enrollment ends": schedule(enrollment_end=LATER),
    "a seat is over": said(run=[VERIFIED._replace(upgrade_deadline=LATER)]),
    "an entitlement is over": both(second_run, said(course=entitled("verified", upgrade_deadline=LATER))),
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("case", TIMES)
def test_what_is_kept_holds_until_that_changes(program, sold, case, monkeypatch):
    TIMES[case](program, sold)
    answers = []
    for moment in (NOW, LATER - timedelta(microseconds=1), LATER):
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        answers.append(lms.get_programs(site=1)[0]["is_program_eligible_for_one_click_purchase"])
        assert answers[-1] == is_bought_at_once(program, moment)
    assert answers[0] == answers[1] != answers[2]


def test_it_costs_no_query(program):
    def cost():
        with CaptureQueriesContext(connection) as found:
            lms.get_programs(uuid=program.uuid)
        return len(found)

    wanted = cost()
    api.update_program(program, one_click_purchase_enabled=False)
    assert cost() == wanted
