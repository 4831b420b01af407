"""
Types are found from what the LMS and a shop say: all of a course or nothing, never over what is there (seed 003; ADR 0035).

The cases are those of discovery's own matching, with what was wrong in it.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping
from openedx_catalog.exceptions import InvalidCatalogKey
from openedx_catalog.models_api import CatalogCourse, OutboxMessage

pytestmark = pytest.mark.django_db


def match(**kwargs):
    """A dry run, and then a real one that says the same."""
    before = CourseTyping.objects.count(), CourseRunTyping.objects.count(), OutboxMessage.objects.count()
    dry = api.match_course_types(dry_run=True, **kwargs)
    assert (CourseTyping.objects.count(), CourseRunTyping.objects.count(), OutboxMessage.objects.count()) == before
    real = api.match_course_types(source="test", **kwargs)
    assert (real.counts, real.courses) == (dry.counts, dry.courses)
    return real


def modes(*slugs):
    return {"modes": list(slugs)}


def seats(*slugs):
    return {"seats": list(slugs)}


FITTING = {
    # What runs have: the types that they and their course get.
    "audit": ({"R1": modes("audit")}, None, "audit", {"R1": "audit"}),
    "verified and audit": ({"R1": modes("verified", "audit")}, None, "verified-audit", {"R1": "verified-audit"}),
    "verified only": ({"R1": modes("verified")}, None, "verified", {"R1": "verified"}),
    "honor": ({"R1": modes("honor")}, None, "honor", {"R1": "honor"}),
    "verified and honor": ({"R1": seats("verified", "honor")}, None, "verified-honor", {"R1": "verified-honor"}),
    "credit": ({"R1": seats("credit", "verified", "audit")}, None, "credit-verified-audit", {"R1": "credit-verified-audit"}),
    "credit with honor": (
        {"R1": seats("credit", "verified", "honor")}, None, "credit-verified-honor", {"R1": "credit-verified-honor"},
    ),
    "professional": ({"R1": modes("professional")}, ["professional"], "professional", {"R1": "professional"}),
    "no-id-professional": ({"R1": modes("no-id-professional")}, None, "professional", {"R1": "professional"}),
    "nothing is sold": ({"R1": seats()}, None, "empty", {"R1": "empty"}),
    "runs that differ": (
        {"R1": modes("audit"), "R2": modes("audit", "verified")}, ["verified"], "verified-audit",
        {"R1": "audit", "R2": "verified-audit"},
    ),
    "of several the first": ({"R1": modes("audit")}, ["verified"], "verified-audit", {"R1": "audit"}),
    "modes before seats": ({"R1": {**modes("honor"), **seats("audit")}}, None, "honor", {"R1": "honor"}),
    "modes and seats of two runs": (
        {"R1": seats("audit"), "R2": modes("audit", "verified")}, None, "verified-audit",
        {"R1": "audit", "R2": "verified-audit"},
    ),
    "no runs": ({}, ["professional"], "professional", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", FITTING)
def test_a_course_gets_the_first_type_that_fits_it_and_all_its_runs(course, types, case):
    runs, entitlements, course_type, run_types = FITTING[case]
    row = course("A", entitlements=entitlements, **runs)
    report = match()
    assert types(row) == (course_type, run_types)
    (told,) = report.courses
    assert (told.key_str, told.outcome, told.course_type, told.code) == (row.key_str, "matched", course_type, "")
    assert {key.rpartition("+")[2]: slug for key, slug in told.run_types.items()} == run_types
    assert match().counts == {"matched": 0, "unchanged": 1, "unmatched": 0, "inconsistent": 0}
    assert CourseTyping.history.get().history_change_reason == "test"


FAILING = {
    "audit and honor": ({"R1": modes("audit", "honor")}, None, "run_fits_none", ["R1"], "the modes audit, honor"),
    "a mode that is not here": ({"R1": modes("audit", "masters")}, None, "mode_unknown", ["R1"], "masters"),
    "nobody has said": ({"R1": modes("audit"), "R2": {}}, None, "modes_unknown", ["R2"], "nobody has said"),
    "one odd run": ({"R1": modes("audit"), "R2": modes("audit", "honor")}, None, "run_fits_none", ["R2"], "R2"),
    "nothing known": ({}, None, "nothing_known", [], "no runs"),
    "entitlements of no type": (
        {"R1": modes("audit")},
        ["verified", "credit"],
        "entitlements_fit_none",
        [],
        "credit, verified",
    ),
    "no common type": ({"R1": modes("audit"), "R2": modes("honor")}, None, "no_common_type", [], "no course type has them all"),
    "not with its entitlements": ({"R1": modes("honor")}, ["professional"], "run_fits_none", ["R1"], "the modes honor"),
}


@pytest.mark.parametrize("case", FAILING)
def test_what_fits_nothing_says_why_and_stops_no_other(course, types, case):
    runs, entitlements, code, unfitting, text = FAILING[case]
    row, good = course("A", entitlements=entitlements, **runs), course("B", R1=modes("audit"))
    report = match()
    (told,) = (each for each in report.courses if each.code)
    assert (told.key_str, told.outcome, told.code) == (row.key_str, "unmatched", code)
    assert [key.rpartition("+")[2] for key in told.unfitting] == unfitting
    assert text in told.reason
    assert (types(row)[0], types(row)[1], types(good)) == (None, {}, ("audit", {"R1": "audit"}))
    assert (report.failures, report.counts["matched"]) == (1, 1)


def test_masters_are_matched_by_their_modes(course, types):
    """A track without a seat: discovery cannot match it, and invents a seat instead."""
    api.create_mode(name="Masters")
    run_type = api.create_course_run_type(name="MA", tracks=[("masters", None), ("verified", "verified"), ("audit", "audit")])
    only = api.create_course_run_type(name="Masters Only", tracks=[("masters", None)])
    api.create_course_type(name="Masters", course_run_types=[run_type, "verified-audit", only], entitlement_types=["verified"])
    row = course("A", R1=modes("masters", "verified", "audit"), R2=modes("verified", "audit"), R3=modes("masters"))
    assert match().counts["matched"] == 1
    assert types(row) == ("masters", {"R1": "ma", "R2": "verified-audit", "R3": "masters-only"})
    sold = course("B", R1=seats("verified", "audit"))
    match()
    assert types(sold) == ("verified-audit", {"R1": "verified-audit"})


def test_a_mode_of_its_own_is_no_other(course, types):
    api.create_mode(name="No ID Professional", slug="no-id-professional")
    run_type = api.create_course_run_type(name="No ID", tracks=[("no-id-professional", "professional")])
    api.create_course_type(name="No ID", course_run_types=[run_type])
    row = course("A", R1=modes("no-id-professional"))
    match()
    assert types(row) == ("no-id", {"R1": "no-id"})


def test_a_mismatch_is_matched_only_where_it_is_listed(course, types):
    row = course("A", R1=modes("audit", "verified"), R2=seats())
    assert match().courses[0].code == "no_common_type"
    report = match(mismatches={"verified-audit": ["empty"]})
    assert (report.counts["matched"], types(row)) == (1, ("verified-audit", {"R1": "verified-audit", "R2": "empty"}))
    assert match().counts["unchanged"] == 1
    with pytest.raises(CourseType.DoesNotExist):
        api.match_course_types(mismatches={"none": ["empty"]})
    with pytest.raises(CourseRunType.DoesNotExist):
        api.match_course_types(mismatches={"verified-audit": ["none"]})


def test_an_existing_type_is_never_overwritten(course, types):
    fine, odd, sold, run = (
        course("A", R1=modes("audit"), R2=modes("verified", "audit")), course("B", R1=modes("honor")),
        course("C", R1=modes("audit"), entitlements=["professional"]), course("D", R1=modes("audit"), R2=modes("audit")),
    )  # fmt: skip
    for row in (fine, odd, sold):
        api.set_course_type(row, "verified-audit")
    api.set_course_run_type("course-v1:MITx+D+R1", "honor")
    before = [types(row) for row in (odd, sold, run)]
    report = match()
    assert {each.key_str[-1]: (each.outcome, each.code) for each in report.courses} == {
        "A": ("matched", ""), "B": ("inconsistent", "run_fits_none"), "C": ("inconsistent", "entitlements_differ"),
        "D": ("unmatched", "no_common_type"),
    }  # fmt: skip
    assert types(fine) == ("verified-audit", {"R1": "audit", "R2": "verified-audit"})
    assert [types(row) for row in (odd, sold, run)] == before
    api.set_course_type(run, "honor")
    api.set_course_run_type("course-v1:MITx+D+R2", "audit", allow_mismatch=True)
    (told,) = (each for each in match().courses if each.key_str.endswith("D"))
    assert (told.outcome, told.code, list(told.unfitting)) == ("inconsistent", "run_type_differs", ["course-v1:MITx+D+R1"])


def test_a_type_for_other_organizations_is_not_taken(course, types):
    for code in ("GTx", "MITx"):
        catalog.create_organization(short_name=code, name=code)
    api.update_course_type("audit", organizations=["GTx"])
    ours, theirs = course("A", R1=modes("audit")), course("A", org="GTx", R1=modes("audit"))
    match()
    assert (types(ours)[0], types(theirs)[0]) == ("verified-audit", "audit")
    for slug in ("verified-audit", "credit-verified-audit"):
        api.update_course_type(slug, organizations=["GTx"])
    other = course("B", R1=modes("audit"))
    (told,) = (each for each in match().courses if each.code)
    assert (told.key_str, told.code) == (other.key_str, "organization_not_allowed")


def test_only_these_courses_are_looked_at(course, types):
    first, second = course("A", R1=modes("audit")), course("B", R1=modes("audit"))
    assert match(courses=["MITx+B", second]).counts["matched"] == 1
    assert (types(first)[0], types(second)[0]) == (None, "audit")
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.match_course_types(["MITx+None"])
    with pytest.raises(InvalidCatalogKey):
        api.match_course_types(["nonsense"])


def test_a_seat_type_that_is_here_and_in_no_type_is_not_unknown(course):
    api.create_seat_type(name="Bundle")
    api.create_mode(name="Masters")
    known, seat, mode = course("A", R1=seats("bundle")), course("B", R1=seats("masters")), course("C", R1=modes("bundle"))
    told = {each.key_str: each.code for each in match().courses}
    assert told == {known.key_str: "run_fits_none", seat.key_str: "mode_unknown", mode.key_str: "mode_unknown"}


def test_a_type_that_somebody_makes_meanwhile_stops_nothing(course, types, monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.course_types.api.matching.BATCH", 1)
    rows = [course(code, R1=modes("audit")) for code in "ABC"]

    def another(_courses):
        if not api.find_course_type_of(rows[1]):
            kind = api.create_course_type(
                name="Ours", course_run_types=[api.create_course_run_type(name="Ours", tracks=[("audit", None)])]
            )
            api.set_course_type(rows[1], kind)

    assert api.match_course_types(on_progress=another).counts == {
        "matched": 3,
        "unchanged": 0,
        "unmatched": 0,
        "inconsistent": 0,
    }
    assert [types(row) for row in rows] == [("audit", {"R1": "audit"}), ("ours", {"R1": "ours"}), ("audit", {"R1": "audit"})]


def test_it_ends_between_batches(course, monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.course_types.api.matching.BATCH", 2)
    for code in "ABCDE":
        course(code, R1=modes("audit"))
    done = []
    report = api.match_course_types(on_progress=done.append, stop=lambda: len(done) == 2)
    assert (done, report.counts["matched"]) == ([2, 2], 4)
    assert api.match_course_types().counts == {"matched": 1, "unchanged": 4, "unmatched": 0, "inconsistent": 0}


def test_what_got_a_type_is_told_and_dated(course):
    row = course("A", R1=modes("audit"))
    before = CatalogCourse.objects.get(pk=row.pk).modified
    seen = OutboxMessage.objects.count()
    match(reason="first time")
    events = list(OutboxMessage.objects.order_by("pk").values_list("event_type", flat=True))[seen:]
    assert [name.rpartition("catalog.")[2] for name in events] == ["catalog_course.updated.v1", "course_run.updated.v1"]
    assert CatalogCourse.objects.get(pk=row.pk).modified > before
    assert CourseRunTyping.history.get().history_change_reason == "test: first time"
    match()
    assert OutboxMessage.objects.count() == seen + 2


def test_a_thousand_cost_as_many_statements_as_ten(course):
    def cost():
        with CaptureQueriesContext(connection) as log:
            assert api.match_course_types().counts["matched"]
        return len(log)

    def make(count, name):
        catalog.associate_course_runs(
            [catalog.AssociationRecord(f"course-v1:Big+{name}{n}+R{m}") for n in range(count) for m in (1, 2)]
        )
        for n in range(count):
            for m in (1, 2):
                api.set_course_run_products(
                    f"course-v1:Big+{name}{n}+R{m}", modes=["audit"] if m == 1 else ["audit", "verified"]
                )

    make(3, "few")
    few = cost()
    make(60, "many")
    assert (cost(), few <= 40) == (few, True)
