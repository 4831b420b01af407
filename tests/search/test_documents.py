"""What documents say, of whom there are any, and what they cost."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.search.data import FACETS, KINDS
from openedx_catalog.contrib.search.documents import document_of, documents_of, models
from openedx_catalog.contrib.search.documents.timing import availability_rank, is_far_off, is_sold
from openedx_catalog.data import RunMode
from openedx_catalog.permissions import ModelPermissions

from .conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GOLDEN = Path(__file__).parent / "golden"
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_says_just_this(kind, everything):
    # Written anew with CATALOG_WRITE_GOLDEN=1; look at the difference before it is committed.
    path, found = GOLDEN / f"{kind}.json", asdict(document_of(getattr(everything, kind), now=NOW))
    if os.environ.get("CATALOG_WRITE_GOLDEN"):
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())
    assert list(found["facets"]) == list(FACETS)


@pytest.mark.parametrize(
    ("start", "far_off"),
    [
        pytest.param(NOW + 45 * DAY, False, id="❌ exactly 45 days"),
        pytest.param(NOW + 45 * DAY + timedelta(microseconds=1), True, id="✅ a moment later"),
        pytest.param(NOW - DAY, False, id="❌ begun"),
        pytest.param(None, False, id="❌ no start"),
    ],
)
def test_far_off(start, far_off):
    assert is_far_off(start, NOW) is far_off


def test_how_far_is_far_off_is_a_setting(settings):
    settings.OPENEDX_CATALOG_FAR_OFF_DAYS = 3
    assert is_far_off(NOW + 4 * DAY, NOW)


@pytest.mark.parametrize(
    ("start", "status", "is_paid", "rank"),
    [
        pytest.param(NOW - DAY, "current", True, 1, id="current and upgradeable"),
        pytest.param(NOW + DAY, "starting_soon", True, 2, id="paid enrollment open"),
        pytest.param(None, "upcoming", True, 2, id="paid enrollment open, no start"),
        pytest.param(NOW - DAY, "current", False, 3, id="begun"),
        pytest.param(NOW, "current", False, 3, id="begins at this instant"),
        pytest.param(NOW - DAY, "archived", False, 3, id="over"),
        pytest.param(NOW + DAY, "starting_soon", False, (NOW + DAY).timestamp(), id="when it begins"),
        pytest.param(None, "upcoming", False, None, id="nobody knows when"),
        pytest.param(None, None, False, None, id="no run"),
    ],
)
def test_availability_rank(start, status, is_paid, rank):
    assert availability_rank(start, status, is_paid, NOW) == rank


@pytest.mark.parametrize(
    ("mode", "sold"),
    [
        pytest.param(RunMode("verified", "49.00"), True, id="✅"),
        pytest.param(RunMode("verified", "49.00", upgrade_deadline=NOW + DAY), True, id="✅ until tomorrow"),
        pytest.param(RunMode("verified", "49.00", upgrade_deadline=NOW), False, id="❌ no more"),
        pytest.param(RunMode("audit"), False, id="❌ free"),
    ],
)
def test_what_is_sold(mode, sold):
    assert is_sold(mode, NOW) is sold


def test_a_run_without_any_date_has_a_document(make_course, make_run):
    course = make_course("1x")
    run = make_run(course)
    for row in (course, run):
        body = document_of(row, now=NOW).body
        assert (body["start"], body["far_off_start_date"], body["availability_rank"]) == (None, False, None)
        assert body["availability"] == "upcoming"


def test_placeholders_are_no_dates(make_course, make_run):
    course = make_course("1x")
    run = make_run(course, start="2030-01-01T00:00:00Z", modes=[RunMode("verified", "49.00")])
    listings.set_course_run_listing(run.course_key, unscheduled=True)
    body = document_of(course, now=NOW).body
    assert (body["start"], body["far_off_start_date"], body["availability_rank"]) == (None, False, None)


def test_whoever_needs_an_invitation_cannot_buy(make_course, make_run):
    course = make_course("1x", invitation_only=True)
    make_run(course, start="2026-01-01T00:00:00Z", modes=[RunMode("verified", "49.00")])
    assert document_of(course, now=NOW).rank == 3


def starts_elsewhere(keys):
    asked.append(sorted(keys))
    return {"MITx+1x": NOW + 100 * DAY}


asked: list[list[str]] = []


def test_a_host_knows_another_start(make_course, make_run, settings):
    settings.OPENEDX_CATALOG_EXTERNAL_START = f"{__name__}.starts_elsewhere"
    asked.clear()
    rows = [make_course(code) for code in ("1x", "2x")]
    for row in rows:
        make_run(row, start="2026-01-01T00:00:00Z")
    found = [document.body for _id, document in documents_of("course", [row.pk for row in rows], now=NOW)]
    assert [body["far_off_start_date"] for body in found] == [True, False]
    assert found[0]["start"] == "2026-06-09T12:00:00Z"
    assert asked == [["MITx+1x", "MITx+2x", "course-v1:MITx+1x+1T2026", "course-v1:MITx+2x+1T2026"]]


def hide_course(course, **listing):
    listings.set_course_listing(course, **listing)


@pytest.mark.parametrize(
    ("kind", "hide", "hidden"),
    [
        ("course", lambda all_: hide_course(all_.course, live=False), {"course", "course_run"}),
        ("course", lambda all_: hide_course(all_.course, visibility="unlisted"), {"course", "course_run"}),
        ("course", lambda all_: hide_course(all_.course, visibility="hidden"), {"course", "course_run"}),
        ("course", lambda all_: listings.delete_course_listing(all_.course), {"course", "course_run"}),
        ("course_run", lambda all_: listings.set_course_run_listing(all_.course_run.course_key, live=False), {"course_run"}),
        (
            "course_run",
            lambda all_: listings.set_course_run_listing(all_.course_run.course_key, visibility="unlisted"),
            {"course_run"},
        ),
        ("course_run", lambda all_: catalog.withdraw_course_run(all_.course_run.course_key, at=NOW), {"course_run"}),
        ("program", lambda all_: programs.update_program(all_.program, hidden=True), {"program"}),
        ("program", lambda all_: programs.retire_program(all_.program), {"program"}),
        ("program", lambda all_: programs.delete_program(all_.program), {"program"}),
        ("pathway", lambda all_: pathways.update_learner_pathway(all_.pathway, status="inactive"), {"pathway"}),
        ("pathway", lambda all_: pathways.update_learner_pathway(all_.pathway, visibility="unlisted"), {"pathway"}),
        ("pathway", lambda all_: pathways.update_learner_pathway(all_.pathway, scope="groups", groups=[group()]), {"pathway"}),
    ],
)
def test_what_not_everybody_sees_has_no_document(kind, hide, hidden, everything):
    hide(everything)
    for each in KINDS:
        row = getattr(everything, each)
        [(name, document)] = documents_of(each, [row.pk], now=NOW)
        assert name == f"{each}:{row.uuid}"
        assert (document is None) is (each in hidden), each


def group():
    from django.contrib.auth.models import Group

    return Group.objects.create(name="Customers")


def test_others_do_not_name_what_not_everybody_sees(everything):
    programs.update_program(everything.program, hidden=True)
    assert document_of(everything.course, now=NOW).facets["program_type"] == []
    assert "Data, Economics" not in document_of(everything.pathway, now=NOW).keywords
    hide_course(everything.course, live=False)
    assert "Price theory" not in str(document_of(everything.pathway, now=NOW))


def test_runs_that_are_not_for_the_market_are_left_out(everything):
    kind = course_types.create_course_run_type(name="Internal", tracks=[], is_marketable=False)
    course_types.set_course_run_type(everything.course_run.course_key, kind, allow_mismatch=True)
    assert document_of(everything.course_run, now=NOW) is None
    assert document_of(everything.course, now=NOW).body["course_runs"] == ["course-v1:MITx+14.100x+3T2026"]


def test_as_many_queries_for_fifty_as_for_five(make_course, make_run, make_program, make_pathway):
    for number in range(50):
        course = make_course(f"{number}x")
        make_run(course, start="2026-01-01T00:00:00Z", modes=["audit"])
        make_pathway(f"Pathway {number}", course, make_program(f"Program {number}", course))
    for kind, model in models().items():
        pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
        counts = []
        for count in (5, 50):
            with CaptureQueriesContext(connection) as queries:
                assert len([document for _id, document in documents_of(kind, pks[:count], now=NOW) if document]) == count
            counts.append(len(queries))
        assert counts[0] == counts[1] < 25, kind


class Discreet(ModelPermissions):
    """Nobody is told of an organization."""

    def visible(self, user, rows):
        return rows.none() if rows.model is Organization else super().visible(user, rows)


def test_organizations_that_a_policy_hides_stand_in_no_document(everything, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "tests.search.test_documents.Discreet"
    for row in vars(everything).values():
        document = document_of(row, now=NOW)
        assert (document.body["organizations"], document.facets["organization"]) == ([], [])
