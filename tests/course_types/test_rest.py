"""Course types over REST: resources, types and modes of runs and courses, matching."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunTyping, CourseTyping
from openedx_catalog.data import RunMode
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROOT = "/api/catalog/v1/"
APP = "openedx_catalog_course_types"
COURSES, RUNS, MATCH = f"{ROOT}catalog-courses/", f"{ROOT}course-runs/", f"{ROOT}course-types/match/"
R1, R2, A = "course-v1:MITx+A+R1", "course-v1:MITx+A+R2", "MITx+A"
VERIFIED = RunMode("verified", "49.00", "EUR", datetime(2030, 1, 31, tzinfo=UTC))


@pytest.fixture
def client(db):
    return rest_client("superuser")


def slugs(answer):
    assert answer.status_code == 200, answer.data
    return [row["slug"] for row in answer.data["results"]]


def refused(answer):
    """``(400, {"field"}, "code")``"""
    return answer.status_code, set(answer.data.get("errors", {})), answer.data["code"]


def listed(client, url, field="course_key", **parameters):
    answer = client.get(url, parameters)
    assert answer.status_code == 200, answer.data
    return [row[field] for row in answer.data["results"]]


def queries(client, url):
    # What a process asks once is asked before.
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


# The resources


def test_what_a_new_database_has_is_listed(client):
    assert slugs(client.get(f"{ROOT}modes/")) == ["audit", "professional", "verified", "credit", "honor"]
    assert slugs(client.get(f"{ROOT}seat-types/")) == ["audit", "professional", "verified", "credit", "honor"]
    assert len(slugs(client.get(f"{ROOT}course-run-types/"))) == len(slugs(client.get(f"{ROOT}course-types/"))) == 9
    lists = client.get(ROOT).data
    assert {"modes", "seat-types", "course-run-types", "course-types"} <= set(lists)


def test_a_mode_is_created_changed_and_deleted(client):
    body = {"name": "Masters", "is_id_verified": True, "certificate_type": "verified", "payee": "organization", "reason": "r"}
    made = client.post(f"{ROOT}modes/", body, format="json")
    rest = {name: value for name, value in body.items() if name != "reason"}
    assert (made.status_code, made.data) == (201, {"slug": "masters", **rest, "is_credit_eligible": False})
    assert api.get_mode("masters").history.latest().history_change_reason.endswith(": r")
    url = f"{ROOT}modes/masters/"
    assert client.get(url).data == made.data
    changed = client.patch(url, {"slug": "master", "is_credit_eligible": True, "payee": ""}, format="json")
    assert changed.data == {**made.data, "slug": "master", "is_credit_eligible": True, "payee": ""}
    assert client.get(url).status_code == 404
    assert client.delete(f"{ROOT}modes/master/").status_code == 204
    assert refused(client.post(f"{ROOT}modes/", {"name": "X", "payee": "nobody"}, format="json"))[:2] == (400, {"payee"})


def test_a_seat_type_is_created_changed_and_deleted(client):
    made = client.post(f"{ROOT}seat-types/", {"name": "Bulk", "slug": "b"}, format="json")
    assert (made.status_code, made.data) == (201, {"slug": "b", "name": "Bulk"})
    assert client.patch(f"{ROOT}seat-types/b/", {"name": "In bulk"}, format="json").data == {"slug": "b", "name": "In bulk"}
    assert client.delete(f"{ROOT}seat-types/b/").status_code == 204


def test_a_run_type_shows_its_tracks_and_takes_them_whole(client):
    url = f"{ROOT}course-run-types/masters/"
    tracks = [{"mode": "verified", "seat_type": "verified"}, {"mode": "honor", "seat_type": None}]
    body = {"name": "Masters", "tracks": tracks, "is_marketable": False}
    made = client.post(f"{ROOT}course-run-types/", body, format="json")
    assert (made.status_code, made.data["slug"], made.data["is_marketable"]) == (201, "masters", False)
    assert made.data["tracks"] == client.get(url).data["tracks"] == tracks
    assert client.patch(url, {"name": "M"}, format="json").data["tracks"] == tracks
    assert client.patch(url, {"tracks": tracks[1:]}, format="json").data["tracks"] == tracks[1:]
    assert client.patch(url, {"tracks": []}, format="json").data["tracks"] == []
    assert refused(client.patch(url, {"uuid": made.data["uuid"]}, format="json"))[:2] == (400, {"uuid"})


@pytest.mark.parametrize(
    ("track", "field"),
    [
        ({"mode": "nothing", "seat_type": None}, "tracks"),
        ({"mode": "audit", "seat_type": "nothing"}, "tracks"),
        ({"mode": "au\x00dit", "seat_type": None}, "tracks.0.mode"),
        ({"mode": "audit"}, "tracks.0.seat_type"),
        ({"mode": 7, "seat_type": None}, "tracks.0.mode"),
        ("audit", "tracks.0.non_field_errors"),
    ],
)
def test_a_track_that_makes_no_sense_is_refused_by_its_field(client, track, field):
    body = {"name": "X", "tracks": [track]}
    assert refused(client.post(f"{ROOT}course-run-types/", body, format="json")) == (400, {field}, "invalid_request")
    assert client.get(f"{ROOT}course-run-types/x/").status_code == 404


def test_a_course_type_shows_what_it_is_made_of_and_takes_it_whole(client):
    for code in ("MITx", "NovaX"):
        catalog.create_organization(short_name=code)
    body = {
        "name": "Both",
        "course_run_types": ["verified-audit", "audit"],
        "entitlement_types": ["honor", "audit"],
        "organizations": ["novax", "MITx"],
    }
    made = client.post(f"{ROOT}course-types/", body, format="json")
    assert made.status_code == 201, made.data
    url = f"{ROOT}course-types/both/"
    shown = client.get(url).data
    assert shown == made.data
    assert shown["course_run_types"] == ["verified-audit", "audit"]
    assert (shown["entitlement_types"], shown["organizations"]) == (["audit", "honor"], ["NovaX", "MITx"])
    changed = client.patch(url, {"course_run_types": ["audit", "honor"], "organizations": []}, format="json").data
    assert (changed["course_run_types"], changed["organizations"]) == (["audit", "honor"], [])
    assert changed["entitlement_types"] == ["audit", "honor"]
    assert client.delete(url).status_code == 204


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("course_run_types", ["nothing"], "invalid_request"),
        ("entitlement_types", ["nothing"], "invalid_request"),
        ("organizations", ["nothing"], "organization_not_found"),
        ("slug", "No Slug", "invalid_value"),
    ],
)
def test_what_a_course_type_may_not_be_made_of_is_refused_by_its_field(client, field, value, code):
    body = {"name": "X", field: value}
    assert refused(client.post(f"{ROOT}course-types/", body, format="json")) == (400, {field}, code)
    assert refused(client.patch(f"{ROOT}course-types/audit/", {field: value}, format="json")) == (400, {field}, code)


@pytest.mark.parametrize("resource", ["modes", "seat-types", "course-run-types", "course-types"])
def test_a_slug_is_taken_once_and_what_is_in_use_stays(client, resource):
    answer = client.post(f"{ROOT}{resource}/", {"name": "Another", "slug": "audit"}, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, "duplicate_value")
    if resource == "course-types":
        catalog.create_catalog_course(org_code="MITx", course_code="A")
        api.set_course_type(A, "audit")
    answer = client.delete(f"{ROOT}{resource}/audit/")
    assert (answer.status_code, answer.data["code"]) == (409, "has_dependents")


@pytest.mark.parametrize("resource", ["modes", "seat-types", "course-run-types", "course-types"])
def test_lists_are_narrowed_by_slugs_and_ordered(client, resource):
    assert slugs(client.get(f"{ROOT}{resource}/?slugs=honor,audit,nothing")) == ["audit", "honor"]
    assert slugs(client.get(f"{ROOT}{resource}/?slugs=honor,audit&ordering=-slug")) == ["honor", "audit"]
    assert client.get(f"{ROOT}{resource}/?slugs=").status_code == 400
    assert client.get(f"{ROOT}{resource}/?view=minimal&slugs=audit").data["results"][0].keys() == {"slug", "name"}


def test_the_choices_of_an_organization_leave_out_types_for_others(client):
    for code in ("MITx", "NovaX"):
        catalog.create_organization(short_name=code)
    api.create_course_type(name="Of MIT", organizations=["MITx"])
    api.create_course_type(name="Of Nova", organizations=["NovaX"])
    everybody = slugs(client.get(f"{ROOT}course-types/"))[:9]
    assert slugs(client.get(f"{ROOT}course-types/?org=mitx")) == [*everybody, "of-mit"]
    assert slugs(client.get(f"{ROOT}course-types/?org=NovaX&slugs=of-mit,of-nova")) == ["of-nova"]
    assert slugs(client.get(f"{ROOT}course-types/?org=nobody")) == []


@pytest.mark.parametrize("resource", ["course-run-types", "course-types"])
def test_a_list_costs_the_same_for_few_and_many(client, resource):
    few = queries(client, f"{ROOT}{resource}/?page_size=2")
    for number in range(20):
        api.create_course_run_type(name=f"R{number}", tracks=[("audit", None), ("honor", "honor")])
        api.create_course_type(name=f"T{number}", course_run_types=["audit", f"r{number}"], entitlement_types=["audit"])
    assert queries(client, f"{ROOT}{resource}/?page_size=100") == few


# On runs and courses


def test_a_run_shows_its_type_and_its_modes(client, course):
    course("A", R1={"modes": ["audit", VERIFIED]}, R2={})
    none = client.get(f"{RUNS}{R2}/").data
    assert (none["course_run_type"], none["modes"]) == (None, None)
    said = client.get(f"{RUNS}{R1}/").data
    verified = {"slug": "verified", "price": "49.00", "currency": "EUR", "upgrade_deadline": "2030-01-31T00:00:00Z"}
    audit = {"slug": "audit", "price": "0.00", "currency": "USD", "upgrade_deadline": None}
    assert (said["course_run_type"], said["modes"]) == (None, [audit, verified])
    api.set_course_run_type(R1, "verified")
    shown = client.get(f"{RUNS}{R1}/").data
    assert (shown["course_run_type"], shown["modes"]) == ("verified", [verified])
    api.set_course_run_type(R1, "empty")
    for url in (RUNS, f"{COURSES}{A}/runs/"):
        listed = {row["course_key"]: (row["course_run_type"], row["modes"]) for row in client.get(url).data["results"]}
        assert listed == {R1: ("empty", []), R2: (None, None)}


def test_a_run_gets_a_type_another_one_and_none(client, course):
    course("A", R1={})
    changed = client.patch(f"{RUNS}{R1}/", {"course_run_type": "audit", "title": "T", "reason": "r"}, format="json")
    assert (changed.status_code, changed.data["course_run_type"], changed.data["title"]) == (200, "audit", "T")
    assert [mode["slug"] for mode in changed.data["modes"]] == ["audit"]
    history = CourseRunTyping.history.latest()
    assert (history.history_user.username, history.history_change_reason.endswith(": r")) == ("superuser", True)
    assert client.patch(f"{RUNS}{R1}/", {"title": "U"}, format="json").data["course_run_type"] == "audit"
    assert client.patch(f"{RUNS}{R1}/", {"course_run_type": None}, format="json").data["course_run_type"] is None
    made = client.post(RUNS, {"course_key": R2, "course_run_type": "honor"}, format="json")
    assert (made.status_code, made.data["course_run_type"]) == (201, "honor")


def test_a_mismatch_has_to_be_meant(client, course):
    row = course("A", R1={})
    api.set_course_type(row, "audit")
    body = {"course_run_type": "honor", "title": "After"}
    answer = client.patch(f"{RUNS}{R1}/", body, format="json")
    assert refused(answer) == (400, {"course_run_type"}, "course_run_type_mismatch")
    answer = client.post(RUNS, {"course_key": R2, "course_run_type": "honor"}, format="json")
    assert refused(answer) == (400, {"course_run_type"}, "course_run_type_mismatch")
    # Of what is refused nothing is stored.
    assert not CourseRun.objects.filter(title="After").exists()
    assert not CourseRun.objects.filter(course_key__text=R2).exists()
    assert client.patch(f"{RUNS}{R1}/", {**body, "allow_mismatch": False}, format="json").status_code == 400
    assert client.patch(f"{RUNS}{R1}/", {**body, "allow_mismatch": True}, format="json").data["course_run_type"] == "honor"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"course_run_type": "nothing"}, "course_run_type", "invalid_request"),
        ({"course_run_type": 7}, "course_run_type", "invalid_request"),
        ({"course_run_type": ""}, "course_run_type", "invalid_request"),
        ({"course_run_type": "audit", "allow_mismatch": "yes"}, "allow_mismatch", "invalid_request"),
        ({"allow_mismatch": True}, "allow_mismatch", "invalid_value"),
        ({"modes": []}, "modes", "invalid_request"),
    ],
)
def test_what_a_run_does_not_take_is_refused_by_its_field(client, course, body, field, code):
    course("A", R1={})
    assert refused(client.patch(f"{RUNS}{R1}/", {"title": "After", **body}, format="json")) == (400, {field}, code)
    assert refused(client.post(RUNS, {"course_key": R2, **body}, format="json")) == (400, {field}, code)
    assert catalog.get_course_run(R1).title != "After"
    assert not CourseRun.objects.filter(course_key__text=R2).exists()


def test_a_course_shows_and_gets_a_type_another_one_and_none(client, course):
    course("A")
    assert client.get(f"{COURSES}{A}/").data["course_type"] is None
    changed = client.patch(f"{COURSES}{A}/", {"course_type": "audit", "title": "T", "reason": "r"}, format="json")
    assert (changed.status_code, changed.data["course_type"], changed.data["title"]) == (200, "audit", "T")
    history = CourseTyping.history.latest()
    assert (history.history_user.username, history.history_change_reason.endswith(": r")) == ("superuser", True)
    assert client.patch(f"{COURSES}{A}/", {"title": "U"}, format="json").data["course_type"] == "audit"
    assert [row["course_type"] for row in client.get(f"{COURSES}?fields=course_type").data["results"]] == ["audit"]
    made = client.post(COURSES, {"org_code": "MITx", "course_code": "B", "course_type": "honor"}, format="json")
    assert (made.status_code, made.data["course_type"]) == (201, "honor")
    assert client.patch(f"{COURSES}{A}/", {"course_type": None}, format="json").data["course_type"] is None
    # By a former key, and without a uuid.
    renamed = client.post(f"{COURSES}{A}/rename/", {"course_code": "A2", "reason": "r"}, format="json")
    assert renamed.data["course_type"] is None
    assert client.patch(f"{COURSES}{A}/", {"course_type": "empty"}, format="json").data["course_type"] == "empty"


def test_what_a_course_does_not_take_is_refused_by_its_field(client, course):
    course("A")
    catalog.create_organization(short_name="NovaX")
    api.create_course_type(name="Of Nova", organizations=["NovaX"])
    for slug, code in (("nothing", "invalid_request"), ("of-nova", "course_type_not_allowed"), (7, "invalid_request")):
        answer = client.patch(f"{COURSES}{A}/", {"course_type": slug, "title": "After"}, format="json")
        assert refused(answer) == (400, {"course_type"}, code)
        answer = client.post(COURSES, {"org_code": "MITx", "course_code": "B", "course_type": slug}, format="json")
        assert refused(answer) == (400, {"course_type"}, code)
    assert catalog.get_catalog_course(key_str=A).title == "Course A"
    assert not CatalogCourse.objects.filter(course_code="B").exists()


def test_types_need_their_own_permission(course):
    course("A", R1={})
    editor = rest_client("openedx_catalog.change_courserun + openedx_catalog.change_catalogcourse")
    for url, body in ((f"{RUNS}{R1}/", {"course_run_type": "audit"}), (f"{COURSES}{A}/", {"course_type": "audit"})):
        assert editor.patch(url, {"title": "T"}, format="json").status_code == 200
        assert editor.patch(url, {"title": "U", **body}, format="json").status_code == 403
        assert editor.get(url).data["title"] == "T"
        assert rest_client("anonymous").get(url).status_code == 401
    runs = rest_client(f"openedx_catalog.change_courserun + {APP}.change_courseruntyping")
    assert runs.patch(f"{RUNS}{R1}/", {"course_run_type": "audit"}, format="json").status_code == 200
    courses = rest_client(f"openedx_catalog.change_catalogcourse + {APP}.change_coursetyping")
    assert courses.patch(f"{COURSES}{A}/", {"course_type": "audit"}, format="json").status_code == 200
    reader = rest_client("user")
    assert reader.get(f"{RUNS}{R1}/").data["course_run_type"] == reader.get(f"{COURSES}{A}/").data["course_type"] == "audit"


@pytest.mark.parametrize(
    ("url", "retype"),
    [
        (f"{COURSES}{A}/", lambda slug: api.set_course_type(A, slug)),
        (f"{RUNS}{R1}/", lambda slug: api.set_course_run_type(R1, slug)),
    ],
    ids=["course", "run"],
)
def test_an_etag_is_of_the_type_too(client, course, url, retype):
    course("A", R1={})
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    # Past the API, which dates the row.
    retype("audit")
    CourseRun.objects.update(modified=catalog.get_course_run(R1).created)
    assert client.get(url, headers={"if-none-match": tag}).status_code == 200
    field = "course_type" if url.startswith(COURSES) else "course_run_type"
    assert client.patch(url, {field: "honor"}, format="json", headers={"if-match": tag}).status_code == 412
    tag = client.get(url)["ETag"]
    assert client.patch(url, {field: "honor"}, format="json", headers={"if-match": tag}).status_code == 200


def test_an_etag_of_a_run_is_of_its_modes(client, course):
    course("A", R1={})
    api.set_course_run_type(R1, "audit")
    tag = client.get(f"{RUNS}{R1}/")["ETag"]
    api.update_course_run_type("audit", tracks=[("audit", "audit"), ("honor", None)])
    assert client.get(f"{RUNS}{R1}/", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("url", [f"{COURSES}?page_size=100", f"{RUNS}?page_size=100"], ids=["courses", "runs"])
def test_lists_of_courses_and_runs_cost_the_same_for_few_and_many(client, course, url):
    def fill(names):
        for name in names:
            row = course(name, R1={"modes": ["audit", "verified"]}, R2={"seats": ["honor"]})
            api.set_course_type(row, "verified-audit")
            api.set_course_run_type(f"course-v1:MITx+{name}+R1", "verified-audit")

    fill(["A"])
    few = queries(client, url)
    fill([f"B{number}" for number in range(12)])
    assert queries(client, url) == few


def test_runs_are_narrowed_by_their_type_and_by_its_modes(client, course):
    course("A", R1={"modes": ["verified"]}, R2={}, R3={})
    r3 = "course-v1:MITx+A+R3"
    api.set_course_run_type(R2, "verified-audit")
    api.set_course_run_type(r3, "audit")
    assert listed(client, RUNS, course_run_type="verified-audit") == [R2]
    assert listed(client, RUNS, course_run_type="verified-audit,audit", ordering="-course_key") == [r3, R2]
    # What services say of a run without a type does not make it one.
    assert listed(client, RUNS, mode="verified") == [R2]
    assert listed(client, RUNS, mode="audit") == listed(client, RUNS, mode="verified,audit") == [R2, r3]
    assert listed(client, RUNS, mode="audit", course_run_type="audit") == [r3]
    assert listed(client, RUNS, mode="Audit") == listed(client, RUNS, course_run_type="nothing") == []


def test_courses_are_narrowed_by_their_type(client, course):
    for code, slug in (("A", "audit"), ("B", "honor"), ("C", None)):
        api.set_course_type(course(code), slug)
    assert listed(client, COURSES, "key", course_type="honor") == ["catalog-course:MITx:B"]
    assert listed(client, COURSES, "course_code", course_type="audit, honor") == ["A", "B"]
    assert listed(client, COURSES, "course_code", course_type="nothing") == []


@pytest.mark.parametrize(("url", "parameter"), [(RUNS, "course_run_type"), (RUNS, "mode"), (COURSES, "course_type")])
def test_a_type_that_is_no_text_to_look_for_is_refused_by_its_parameter(client, url, parameter):
    for value in ("", "a\x00b", ",".join(["audit"] * 101)):
        answer = client.get(url, {parameter: value})
        assert (answer.status_code, set(answer.data["errors"])) == (400, {parameter}), value
    assert client.get(url, {f"{parameter}s": "audit"}).status_code == 400
    other = COURSES if url == RUNS else RUNS
    assert client.get(other, {parameter: "audit"}).status_code == 400


def test_a_narrowed_list_costs_no_query_more(client, course):
    api.set_course_type(course("A", R1={}), "audit")
    api.set_course_run_type(R1, "audit")
    assert queries(client, f"{RUNS}?mode=audit&course_run_type=audit") == queries(client, RUNS)
    assert queries(client, f"{COURSES}?course_type=audit") == queries(client, COURSES)


# Matching


def match(client, **body):
    return client.post(MATCH, {"courses": [A], **body}, format="json")


def test_courses_are_matched(client, course, types):
    row = course("A", R1={"modes": ["audit"]}, R2={"modes": ["audit", "verified"]})
    odd = course("B", R1={"modes": ["unheard-of"]})
    course("C", R1={"modes": ["audit"]})
    tried = match(client, courses=[A, "MITx+B"], dry_run=True)
    assert (tried.status_code, tried.data["dry_run"], types(row)) == (200, True, (None, {}))
    answer = match(client, courses=[str(row.uuid), "catalog-course:MITx:B"], reason="r")
    assert {**answer.data, "dry_run": True} == tried.data
    assert answer.data["counts"] == {"matched": 1, "unchanged": 0, "unmatched": 1, "inconsistent": 0}
    matched, failed = json.loads(answer.content)["courses"]
    assert matched == {
        "key_str": row.key_str,
        "outcome": "matched",
        "course_type": "verified-audit",
        "run_types": {R1: "audit", R2: "verified-audit"},
        "code": "",
        "reason": "",
        "unfitting": {},
    }
    assert (failed["key_str"], failed["outcome"], failed["code"]) == (odd.key_str, "unmatched", "mode_unknown")
    assert list(failed["unfitting"]) == ["course-v1:MITx+B+R1"]
    assert types(row) == ("verified-audit", {"R1": "audit", "R2": "verified-audit"})
    history = CourseTyping.history.latest()
    assert (history.history_user.username, history.history_change_reason.endswith(": r")) == ("superuser", True)
    assert CourseTyping.objects.count() == 1
    assert match(client).data["counts"]["unchanged"] == 1


def test_mismatches_may_be_allowed(client, course, types):
    row = course("A", R1={"modes": ["audit"]}, R2={"modes": []}, entitlements=["verified"])
    assert match(client, dry_run=True).data["counts"]["unmatched"] == 1
    assert match(client, mismatches={"verified-audit": ["empty"]}).data["counts"]["matched"] == 1
    assert types(row) == ("verified-audit", {"R1": "audit", "R2": "empty"})


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"courses": ["MITx+None"]}, "courses", "invalid_request"),
        ({"courses": ["no key"]}, "courses", "invalid_catalog_key"),
        ({"courses": [A] * 1001}, "courses", "invalid_request"),
        ({"courses": A}, "courses", "invalid_request"),
        ({"courses": None}, "courses", "invalid_request"),
        ({"mismatches": {"nothing": ["empty"]}}, "mismatches", "invalid_request"),
        ({"mismatches": {"audit": ["nothing"]}}, "mismatches", "invalid_request"),
        ({"mismatches": {"audit": ["empty"] * 30, "honor": ["empty"] * 30}}, "mismatches", "invalid_request"),
        ({"mismatches": ["audit"]}, "mismatches", "invalid_request"),
        ({"dry_run": "yes"}, "dry_run", "invalid_request"),
    ],
)
def test_what_cannot_be_matched_is_refused_by_its_field(client, course, types, body, field, code):
    row = course("A", R1={"modes": ["audit"]})
    assert refused(match(client, **body)) == (400, {field}, code)
    assert types(row) == (None, {})


def test_courses_are_named_when_they_are_matched(client):
    assert refused(client.post(MATCH, {}, format="json")) == (400, {"courses"}, "invalid_request")


class NotEverything(ModelPermissions):
    """As a host writes it that keeps courses called B and runs called R2 back."""

    def sees_all(self, user, model):
        return model not in (CatalogCourse, CourseRun)

    def visible(self, user, rows):
        hidden = {CatalogCourse: {"course_code": "B"}, CourseRun: {"run_code": "R2"}}.get(rows.model)
        return rows.exclude(**hidden) if hidden else rows


def test_matching_tells_of_nothing_that_is_kept_back(client, course, settings):
    course("A", R1={"modes": ["audit"]}, R2={"modes": ["audit"]})
    course("B", R1={"modes": ["audit"]})
    course("C", R1={"modes": ["audit"]}, R2={"modes": ["audit", "honor"]})
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.NotEverything"
    missing, kept = match(client, courses=["MITx+D"]), match(client, courses=["MITx+B"])
    assert kept.data["errors"]["courses"][0] == missing.data["errors"]["courses"][0].replace(":D", ":B").replace("+D", "+B")
    answer = match(client, courses=[A, "MITx+C"], dry_run=True)
    assert "R2" in str(api.match_course_types(["MITx+C"], dry_run=True).courses[0].reason)
    assert "R2" not in answer.content.decode()
    matched, failed = answer.data["courses"]
    assert (list(matched["run_types"]), failed["code"], failed["unfitting"]) == ([R1], "run_fits_none", {})


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("anonymous", 401),
        ("user", 403),
        (f"{APP}.change_coursetype", 403),
        (f"{APP}.change_coursetyping", 403),
        (f"{APP}.change_coursetyping + {APP}.change_courseruntyping", 200),
    ],
)
def test_matching_needs_the_permission_to_change_types_of_courses_and_runs(course, user, status):
    course("A", R1={"modes": ["audit"]})
    assert match(rest_client(user)).status_code == status


def test_matching_costs_the_same_beside_a_look_up_of_each_course(client, course):
    def statements(names):
        for name in names:
            course(name, R1={"modes": ["audit"]})
        with CaptureQueriesContext(connection) as found:
            assert match(client, courses=[f"MITx+{name}" for name in names]).data["counts"]["matched"] == len(names)
        return len(found) - len(names)

    match(client, courses=[])
    assert statements("A") == statements("BCDEFGHIJ")


# The document


def test_the_openapi_document_has_it_all(client):
    document = SchemaGenerator().get_schema(request=None, public=True)
    schemas = document["components"]["schemas"]
    for name in ("CourseRunReader", "CourseRunWriter", "PatchedCourseRunPatch"):
        assert "course_run_type" in schemas[name]["properties"], sorted(schemas)
    for name in ("CatalogCourseReader", "CatalogCourseWriter", "PatchedCatalogCoursePatch"):
        assert "course_type" in schemas[name]["properties"], sorted(schemas)
    assert schemas["CourseRunReader"]["properties"]["modes"]["nullable"] is True
    assert set(schemas["TrackReader"]["properties"]) == {"mode", "seat_type"}
    for url, names in ((RUNS, {"course_run_type", "mode"}), (COURSES, {"course_type"})):
        assert names <= {parameter["name"] for parameter in document["paths"][url]["get"]["parameters"]}
    operation = document["paths"]["/api/catalog/v1/course-types/match/"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/MatchWriter")
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/MatchReportReader")
