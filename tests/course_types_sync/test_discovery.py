"""What a discovery service says is sold: seats and types of runs, entitlements and types of courses."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.course_types.models_api import CourseProducts, CourseRunProducts, CourseRunTyping, Mode, SeatType
from openedx_catalog.contrib.sync import api
from openedx_catalog.models_api import CourseRun
from tests.sync.conftest import by_outcome, counts, last_job
from tests.sync.discovery import Service

pytestmark = pytest.mark.django_db

A1, A2 = "course-v1:MITx+A+R1", "course-v1:MITx+A+R2"
AUDIT = {
    "type": "audit", "price": "0.00", "currency": "USD", "upgrade_deadline": None, "credit_provider": None,
    "credit_hours": None, "sku": "98D6AA9", "bulk_sku": None,
}  # fmt: skip
VERIFIED = {**AUDIT, "type": "verified", "price": "150.00", "upgrade_deadline": "2019-03-20T15:00:00Z", "sku": "E110665"}


@pytest.fixture
def service(db, remote):
    """A discovery service that says of courses what real ones do; what a test says of each stands in `sold`."""
    also = {"create_missing": True, "per_minute": 6000, "also": ["courses"]}
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, **also)
    return Selling(remote)


class Selling(Service):
    def __init__(self, remote):
        super().__init__(remote)
        self.sold = {}

    def _run(self, key, course):
        # A service says every value of its runs; a test leaves out what it does not.
        return {name: value for name, value in super()._run(key, course).items() if value != "unsaid"}

    def _course(self, key, excluded):
        return {**super()._course(key, excluded), **self.sold.get(key, {})}


def stored():
    """Everything that a sync could have written of it."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (CourseRunProducts, CourseProducts, CourseRunTyping, CourseRunTyping.history.model)
    ] + [list(CourseRun.objects.order_by("pk").values_list("pk", "modified"))]


def said(key):
    return json.loads(json.dumps(CourseRunProducts.objects.values("modes", "seats", "source").get(run__key_ci=key.lower())))


def test_seats_types_and_entitlements_are_stored_and_a_second_sync_writes_nothing(sync, service):
    run_type = str(course_types.get_course_run_type("verified-audit").uuid)
    service.course("MITx+A", R1={"seats": [VERIFIED, AUDIT], "run_type": run_type}, R2={"seats": [], "run_type": "audit"})
    entitlement = {"mode": "verified", "price": "149.00", "currency": "USD", "sku": "EB7F1E2", "expires": None}
    service.sold["MITx+A"] = {"entitlements": [entitlement], "course_type": "verified-audit"}
    service.serve()
    before = stored()
    assert counts(sync("discovery", dry_run=True)) == {"created": 3}
    assert stored() == before
    report = sync("discovery")
    assert (counts(report), report.status) == ({"created": 3}, "ok")
    verified = {
        "slug": "verified", "price": "150.00", "currency": "USD", "upgrade_deadline": "2019-03-20T15:00:00Z",
        "sku": "E110665", "bulk_sku": None,
    }  # fmt: skip
    assert said(A1)["seats"][1] == verified
    assert [seat["slug"] for seat in said(A1)["seats"]] == ["audit", "verified"]
    # An empty list says that there are none; that nobody has said modes stays so.
    assert said(A2) == {"modes": None, "seats": [], "source": "discovery"}
    assert course_types.get_course_run_types_of([A1, A2]) == {A1: "verified-audit", A2: "audit"}
    course = catalog.get_catalog_course(key_str="MITx+A")
    (sold,) = course_types.entitlements_of_courses([course.pk])[course.pk]
    assert (sold.slug, sold.price, sold.currency, sold.sku) == ("verified", "149.00", "USD", "EB7F1E2")
    assert course_types.find_course_type_of(course).slug == "verified-audit"
    assert CourseRunTyping.history.latest("history_id").history_change_reason.startswith(last_job().provenance)
    before = stored()
    report = sync("discovery")
    assert (counts(report), report.status, stored()) == ({"unchanged": 3}, "ok", before)


def test_what_is_not_said_stays_and_what_changes_is_updated(sync, service):
    service.course("MITx+A", R1={"seats": [VERIFIED, AUDIT], "run_type": "verified-audit"})
    service.sold["MITx+A"] = {"entitlements": [{"mode": "verified"}]}
    service.serve()
    sync("discovery")
    service.course("MITx+A", R1={"seats": "unsaid", "run_type": "unsaid", "type": None})
    service.sold["MITx+A"] = {"entitlements": None}
    service.serve()
    before = stored()
    assert (counts(sync("discovery")), stored()) == ({"unchanged": 2}, before)
    service.course("MITx+A", R1={"seats": [AUDIT], "run_type": "verified-audit"})
    service.sold["MITx+A"] = {"entitlements": []}
    service.serve()
    assert counts(sync("discovery")) == {"updated": 2}
    course = catalog.get_catalog_course(key_str="MITx+A")
    assert [seat["slug"] for seat in said(A1)["seats"]] == ["audit"]
    assert course_types.get_course_entitlements([course.pk]) == {course.pk: []}


def test_a_type_that_a_person_has_set_stays_and_the_difference_is_reported(sync, service):
    service.course("MITx+A", R1={"run_type": "audit", "seats": [AUDIT]})
    service.sold["MITx+A"] = {"course_type": "audit"}
    service.serve()
    sync("discovery")
    course_types.set_course_type("MITx+A", "verified-audit", reason="sold from May on")
    course_types.set_course_run_type(A1, "verified-audit", reason="sold from May on")
    before = stored()
    report = sync("discovery")
    assert (counts(report), stored()) == ({"pinned": 2}, before)
    assert {(row.external_id, row.code) for row in report.outcomes} == {
        (A1, "kept_as_edited"),
        ("course:MITx+A", "kept_as_edited"),
    }
    assert "verified-audit here, which stays, and of audit there" in report.outcomes[0].reason


def test_what_is_unknown_here_is_reported_once_invented_never_and_costs_nothing_else(sync, service, settings):
    foreign = "df9c20c1-9b54-40a5-bae3-7fda48d84141"
    odd = {**AUDIT, "type": "executive"}
    names = list(Mode.objects.values_list("slug", flat=True)), list(SeatType.objects.values_list("slug", flat=True))
    runs = {f"R{number}": {"seats": [odd, AUDIT], "run_type": foreign, "type": "executive"} for number in range(3)}
    service.course("MITx+A", **runs)
    service.sold["MITx+A"] = {"entitlements": [{"mode": "executive"}], "course_type": "bootcamp"}
    service.serve()
    report = sync("discovery")
    assert (counts(report), report.status, last_job().total) == ({"created": 4, "skipped": 4}, "ok", 8)
    assert {(row.external_id, row.code) for row in by_outcome(report)["skipped"]} == {
        ("seat_type:executive", "seat_type_unknown"), ("mode:executive", "mode_unknown"),
        (f"course_run_type:{foreign}", "course_run_type_unknown"), ("course_type:bootcamp", "course_type_unknown"),
    }  # fmt: skip
    assert "3 records have it, e.g. course-v1:MITx+A+R0" in by_outcome(report)["skipped"][0].reason
    assert names == (list(Mode.objects.values_list("slug", flat=True)), list(SeatType.objects.values_list("slug", flat=True)))
    assert [seat["slug"] for seat in said(A1)["seats"]] == ["audit", "executive"]
    # Services have uuids of their own: a setting says which type of ours each is.
    settings.OPENEDX_CATALOG_SYNC_TYPES = {foreign: "audit"}
    assert counts(sync("discovery")) == {"updated": 3, "unchanged": 1, "skipped": 3}
    assert set(course_types.get_course_run_types_of([A1, A2]).values()) == {"audit"}


def test_a_type_that_the_course_of_a_run_does_not_allow_is_left_out(sync, service):
    service.course("MITx+A", R1={"run_type": "audit", "seats": [AUDIT]})
    service.sold["MITx+A"] = {"course_type": "professional"}
    service.serve()
    report = sync("discovery")
    [row] = [row for row in report.outcomes if row.code]
    assert (row.external_id, row.outcome, row.code) == (A1, "created", "partly_taken")
    assert "cannot be of the type 'audit'" in row.reason
    assert course_types.find_course_run_type_of(A1) is None
    again = sync("discovery")
    assert [(row.outcome, row.code) for row in again.outcomes] == [("invalid", "course_run_type_mismatch")]
    # The other way round: the course is only for others.
    course_types.set_course_type("MITx+A", None)
    catalog.create_organization(short_name="GTx", name="Georgia Tech")
    course_types.update_course_type("professional", organizations=["GTx"])
    report = sync("discovery")
    assert [(row.external_id, row.outcome, row.code) for row in report.outcomes] == [
        ("course:MITx+A", "invalid", "course_type_not_allowed"),
        (A1, "updated", ""),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"seats": "none"},
        {"seats": [{**AUDIT, "price": "1e999999999"}]},
        {"seats": [{**AUDIT, "upgrade_deadline": "in spring"}]},
        {"seats": [{**AUDIT, "type": "a\x00b"}]},
        {"seats": [{"price": 1}]},
        {"seats": [[]]},
        {"seats": [{**AUDIT, "type": f"seat-{number}"} for number in range(101)]},
        {"run_type": {"slug": "audit"}},
    ],
    ids=["text", "price", "date", "unstorable", "no-type", "lists", "too-many", "type"],
)
@pytest.mark.any_database
def test_what_cannot_be_read_of_it_costs_the_run_nothing_else(sync, service, values):
    service.course("MITx+A", R1={"title": "Algebra", "run_type": "unsaid", "seats": [AUDIT], **values})
    service.course("MITx+B", R1={"seats": [AUDIT], "run_type": "audit"})
    service.serve()
    report = sync("discovery")
    assert counts(report).get("created") == 4
    [row] = [row for row in report.outcomes if row.code == "partly_taken"]
    assert (row.external_id, catalog.get_course_run(A1).title) == (A1, "Algebra")
    assert course_types.get_course_run_types_of(["course-v1:MITx+B+R1"]) == {"course-v1:MITx+B+R1": "audit"}
    assert by_outcome(sync("discovery"))["invalid"][0].external_id == A1


def test_of_two_services_the_one_that_wins_says_what_is_sold(sync, service, remote):
    service.course("MITx+A", R1={"seats": [VERIFIED], "run_type": "unsaid"})
    service.serve()
    api.create_source(name="other", kind="discovery", base_url=remote.url, rank=200, per_minute=6000)
    sync("discovery")
    service.course("MITx+A", R1={"seats": [AUDIT], "run_type": "unsaid"})
    service.serve()
    before = stored()
    assert (counts(sync("other")), stored()) == ({"unchanged": 1}, before)
    assert [seat["slug"] for seat in said(A1)["seats"]] == ["verified"]
    assert counts(sync("discovery"))["updated"] == 1


def test_the_statements_of_a_page_do_not_grow_with_its_runs(sync, service):
    def statements(number, **values):
        for each in range(number):
            service.course(f"MITx+C{each:03}", R1={"seats": [VERIFIED, AUDIT], "run_type": "verified-audit", **values})
            service.sold[f"MITx+C{each:03}"] = {"entitlements": [{"mode": "verified"}], "course_type": "verified-audit"}
        service.serve()
        with CaptureQueriesContext(
            connection,
        ) as found:
            report = sync("discovery")
        about = ("course_types_", "courserunproducts", "courseproducts")
        return counts(report), sum(any(name in each["sql"] for name in about) for each in found)

    few, fewer = statements(2)
    many, more = statements(100)
    assert (few["created"], many["created"]) == (4, 196)
    assert more <= fewer + 6
    again, least = statements(100)
    assert again == {"unchanged": 200}
    assert least <= 20


def test_real_pages_are_read_to_the_last_seat(sync, service, remote, real_data):
    pages = real_data / "api/discovery_v1_real/course_runs_extracted.json"
    rows = json.loads(pages.read_text(encoding="utf-8"))
    remote.rows = rows["results"] if isinstance(rows, dict) else rows
    report = sync("discovery")
    assert not [row for row in report.outcomes if row.code in ("partly_taken", "invalid_value")]
    seats = {row["key"].lower(): {seat["type"] for seat in row["seats"]} for row in remote.rows if row.get("key")}
    found = CourseRunProducts.objects.values_list("run__key_ci", "seats")
    assert {key: {seat["slug"] for seat in each} for key, each in found}.items() <= seats.items()
    assert len(found) == CourseRun.objects.count() > 10
    before = stored()
    again = sync("discovery")
    assert ({"created", "updated"} & counts(again).keys(), stored()) == (set(), before)
