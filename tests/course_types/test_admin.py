"""Course types in the admin: every change is a call of the API, and what that refuses stands on its field."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, CourseTyping, Mode, SeatType
from openedx_catalog.models_api import CourseRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
R1, R2 = "course-v1:MITx+A+R1", "course-v1:MITx+A+R2"
AUDIT, BOTH = {"modes": ["audit"]}, {"modes": ["audit", "verified"]}


def url(view, *args, **query):
    return reverse(f"admin:openedx_catalog_course_types_{view}", args=args, query=query or None)


def page_of(row):
    return reverse(f"admin:openedx_catalog_{row._meta.model_name}_change", args=[row.pk])


def text(response):
    return " ".join(response.content.decode().split())


def errors(response):
    form = response.context.get("form") or response.context["adminform"].form
    return {name: list(messages) for name, messages in form.errors.items()}


def submitted(response, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in response.context["adminform"].form:
        value = bound.value()
        value = "" if value is None or value is False else value
        values[bound.html_name] = value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = value
    return {name: value for name, value in {**values, **changes}.items() if value is not False}


def tracks_of(slug):
    (row,) = (row for row in api.get_course_run_types() if row.slug == slug)
    return [(link.track.mode.slug, link.track.seat_type and link.track.seat_type.slug) for link in row.track_rows.all()]


def parts_of(slug):
    (row,) = (row for row in api.get_course_types() if row.slug == slug)
    return (
        [link.course_run_type.slug for link in row.run_type_rows.all()],
        [link.seat_type.slug for link in row.entitlement_rows.all()],
        [link.organization.short_name for link in row.organization_rows.all()],
    )


@pytest.fixture
def viewer_of(client, django_user_model):
    """``viewer_of("openedx_catalog.view_courserun", …)``: a client of staff with these permissions."""

    def sign_in(*names):
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        for name in names:
            app, _dot, codename = name.partition(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client.force_login(user)
        return client

    return sign_in


def test_a_mode_and_a_seat_type_are_created_changed_and_deleted(admin_client):
    body = submitted(admin_client.get(url("mode_add")), name="Masters", certificate_type="masters", payee="organization")
    assert admin_client.post(url("mode_add"), body).status_code == 302
    mode = Mode.objects.get(slug="masters")
    assert (mode.payee, mode.certificate_type, mode.is_id_verified) == ("organization", "masters", False)
    body = submitted(admin_client.get(url("mode_change", mode.pk)), is_id_verified="on", reason="as the degree asks")
    assert admin_client.post(url("mode_change", mode.pk), body).status_code == 302
    assert Mode.objects.get(pk=mode.pk).is_id_verified
    assert Mode.history.latest().history_change_reason == "admin: as the degree asks"
    assert errors(admin_client.post(url("mode_add"), {"name": "Masters"}))["slug"]
    assert admin_client.post(url("seattype_add"), {"name": "Masters seat"}).status_code == 302
    seat = SeatType.objects.get(slug="masters-seat")
    for model, row in (("mode", mode), ("seattype", seat)):
        assert admin_client.post(url(f"{model}_delete", row.pk), {"post": "yes"}).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_what_is_in_use_is_not_deleted_and_says_by_what(admin_client, course):
    course("A", R1={})
    api.set_course_type("MITx+A", "audit"), api.set_course_run_type(R1, "audit")
    for view, row, said in [
        ("mode_delete", api.get_mode("audit"), "Course Run Type: Audit Only"),
        ("seattype_delete", api.get_seat_type("verified"), "Course Type: Verified and Audit"),
        ("courseruntype_delete", api.get_course_run_type("audit"), "Types of Course Runs: 1"),
        ("coursetype_delete", api.get_course_type("audit"), "Types of Courses: 1"),
    ]:
        assert said in text(admin_client.get(url(view, row.pk)))
        admin_client.post(url(view, row.pk), {"post": "yes"})
        assert type(row).objects.filter(pk=row.pk).exists()
    free = api.create_course_run_type(name="Free", tracks=[("audit", "audit")])
    chosen = {"action": "delete_selected", "_selected_action": [free.pk], "post": "yes", "reason": "not needed"}
    assert admin_client.post(url("courseruntype_changelist"), chosen).status_code == 302
    assert not CourseRunType.objects.filter(pk=free.pk).exists()
    assert CourseRunType.history.latest().history_change_reason == "admin: not needed"


def test_tracks_are_ticked_or_written_as_pairs(admin_client):
    api.create_mode(name="Masters")
    given = {"name": "Masters", "track_pairs": ["audit:audit"], "other_tracks": "masters\r\n verified : verified\r\n"}
    body = submitted(admin_client.get(url("courseruntype_add")), **given)
    assert admin_client.post(url("courseruntype_add"), body).status_code == 302
    assert set(tracks_of("masters")) == {("audit", "audit"), ("masters", None), ("verified", "verified")}
    row = api.get_course_run_type("masters")
    page = admin_client.get(url("courseruntype_change", row.pk))
    assert page.context["adminform"].form["track_pairs"].value() == ["audit:audit", "verified:verified", "masters:"]
    before = row.history.count()
    assert admin_client.post(url("courseruntype_change", row.pk), submitted(page)).status_code == 302
    assert (row.history.count(), len(tracks_of("masters"))) == (before, 3)
    assert admin_client.post(url("courseruntype_change", row.pk), submitted(page, track_pairs=["masters:"])).status_code == 302
    assert tracks_of("masters") == [("masters", None)]
    refused = admin_client.post(url("courseruntype_add"), {"name": "X", "other_tracks": "masters: nothing"})
    assert errors(refused) == {
        "other_tracks": [
            "There is no Seat Type 'nothing'. There are: audit, professional, verified, credit, honor.",
        ]
    }
    assert "Track of a Course Run Type deleted: Verified (Verified)" in text(
        admin_client.get(url("courseruntype_history", row.pk))
    )


def test_a_course_type_has_run_types_in_order(admin_client):
    catalog.create_organization(short_name="MITx", name="MIT")
    given = {"name": "Pro", "run_types": "verified-audit, audit", "entitlements": ["verified"], "organizations": "mitx"}
    body = submitted(admin_client.get(url("coursetype_add")), **given)
    assert admin_client.post(url("coursetype_add"), body).status_code == 302
    assert parts_of("pro") == (["verified-audit", "audit"], ["verified"], ["MITx"])
    row = api.get_course_type("pro")
    page = admin_client.get(url("coursetype_change", row.pk))
    assert page.context["adminform"].form["run_types"].value() == "verified-audit, audit"
    body = submitted(page, run_types="audit verified-audit honor", entitlements=[], organizations="")
    assert admin_client.post(url("coursetype_change", row.pk), body).status_code == 302
    assert parts_of("pro") == (["audit", "verified-audit", "honor"], [], [])
    history = text(admin_client.get(url("coursetype_history", row.pk)))
    for said in ("Course Run Type of a Course Type created: Honor Only", "Organization of a Course Type deleted: MITx"):
        assert said in history
    for changes, field in [
        ({"run_types": "audit nothing"}, "run_types"),
        ({"organizations": "Nobody"}, "organizations"),
        ({"slug": "audit"}, "slug"),
        ({"name": " "}, "name"),
    ]:
        page = admin_client.get(url("coursetype_change", row.pk))
        response = admin_client.post(url("coursetype_change", row.pk), submitted(page, **changes))
        assert (response.status_code, list(errors(response))) == (200, [field])


def test_the_page_of_a_course_leads_to_its_type(admin_client, course, types):
    row = course("A", R1={}, entitlements=["verified"])
    api.set_course_run_type(R1, "honor")
    page = text(admin_client.get(page_of(row)))
    assert all(
        said in page
        for said in ("No type", "Entitlements", "verified 0.00 USD (said by api", url("coursetype_of_course", id=row.pk))
    )
    path = url("coursetype_of_course", id=row.pk)
    preview = text(admin_client.post(path, {"course_type": "verified-audit", "reason": "as sold", "_preview": "1"}))
    assert ("stays, and is a mismatch" in preview, types(row)) == (True, (None, {"R1": "honor"}))
    sent = {"course_type": "verified-audit", "reason": "as sold", "_skip": "1"}
    assert admin_client.post(path, sent)["Location"] == page_of(row)
    assert types(row)[0] == "verified-audit"
    assert CourseTyping.history.latest().history_change_reason == "admin: as sold"
    assert "Verified and Audit" in text(admin_client.get(page_of(row)))
    admin_client.post(path, {"course_type": "", "_skip": "1"})
    assert types(row)[0] is None


def test_a_type_for_others_is_not_offered(admin_client, course):
    catalog.create_organization(short_name="HarvardX", name="Harvard")
    row = course("A")
    api.create_course_type(name="Theirs", organizations=["HarvardX"])
    api.set_course_type(row, "audit")
    path = url("coursetype_of_course", id=row.pk)
    assert "Theirs" not in text(admin_client.get(path))
    api.update_course_type("audit", organizations=["HarvardX"])
    form = admin_client.get(path).context["form"]
    assert (form["course_type"].value(), form.fields["course_type"].choices[1]) == ("audit", ("audit", "Audit Only"))
    assert list(errors(admin_client.post(path, {"course_type": "audit", "_skip": "1"}))) == ["course_type"]


def test_a_mismatch_of_a_run_has_to_be_allowed(admin_client, course, types):
    row = course("A", R1=BOTH)
    api.set_course_type(row, "verified-audit")
    run = CourseRun.objects.get()
    page = text(admin_client.get(page_of(run)))
    assert all(said in page for said in ("No type", "audit 0.00 USD, verified 0.00 USD (said by api"))
    path = url("coursetype_of_run", id=run.pk)
    choices = admin_client.get(path).context["form"].fields["course_run_type"].choices
    assert [slug for slug, _name in choices[1][1]] == ["audit", "verified-audit"]
    refused = admin_client.post(path, {"course_run_type": "honor", "_skip": "1"})
    assert list(errors(refused)) == ["course_run_type"]
    sent = {"course_run_type": "honor", "allow_mismatch": "on", "_skip": "1"}
    assert admin_client.post(path, sent)["Location"] == page_of(run)
    assert types(row) == ("verified-audit", {"R1": "honor"})
    assert "A mismatch: the course is of the type Verified and Audit" in text(admin_client.get(page_of(run)))


def test_whoever_may_not_change_types_is_offered_nothing(viewer_of, course):
    row = course("A", R1={})
    names = [
        f"openedx_catalog_course_types.view_{name}"
        for name in ("coursetyping", "courseruntyping", "coursetype", "courseruntype")
    ]
    client = viewer_of("openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun", *names)
    for each in (row, CourseRun.objects.get()):
        page = text(client.get(page_of(each)))
        assert ("No type" in page, "Set the type" in page) == (True, False)
    for path in (url("coursetype_of_course", id=row.pk), url("coursetype_of_run", id=1), url("coursetype_match")):
        assert (client.get(path).status_code, client.post(path).status_code) == (403, 403)
    page = text(client.get(url("coursetype_changelist")))
    assert ("All in one table" in page, "Match course types" in page) == (True, False)
    assert client.get(url("coursetype_matrix")).status_code == 200


def test_a_page_without_its_row_is_not_found(admin_client):
    for name in ("of_course", "of_run"):
        for given in ("", "0", "99", "x", "9" * 30):
            assert admin_client.get(url(f"coursetype_{name}", id=given)).status_code == 404


def listed(client, model, **query):
    page = client.get(reverse(f"admin:openedx_catalog_{model}_changelist", query=query))
    return {
        getattr(row, "course_code", None) if model == "catalogcourse" else str(row.course_key)
        for row in page.context["cl"].result_list
    }


def test_lists_are_filtered_by_type_and_mode(admin_client, course):
    course("A", R1={}, R2={}), course("B", R1={})
    api.set_course_type("MITx+A", "verified-audit")
    api.set_course_run_type(R1, "audit"), api.set_course_run_type(R2, "verified-audit")
    own, run_type = api.get_course_type("verified-audit").pk, api.get_course_run_type("audit").pk
    assert listed(admin_client, "catalogcourse", course_type=own) == {"A"}
    assert listed(admin_client, "catalogcourse", course_type="none") == {"B"}
    assert listed(admin_client, "catalogcourse", course_type="x") == set()
    assert listed(admin_client, "courserun", course_type=own) == {R1, R2}
    assert listed(admin_client, "courserun", course_type=own, course_run_type=run_type) == {R1}
    assert listed(admin_client, "courserun", course_run_type="none") == {"course-v1:MITx+B+R1"}
    assert listed(admin_client, "courserun", mode=api.get_mode("audit").pk) == {R1, R2}
    assert listed(admin_client, "courserun", mode=api.get_mode("verified").pk) == {R2}
    assert listed(admin_client, "courserun", mode=api.get_mode("honor").pk) == set()


def counts(response):
    """``{(course type, run type): (courses, runs)}`` of the table, where there are any."""
    found = {}
    for block in response.context["blocks"]:
        for line in block.lines:
            numbers = block.courses.count, line.runs.count
            if any(numbers):
                found[str(block.course_type or ""), str(line.run_type or "")] = numbers, line.is_mismatch
    return found


def test_all_types_in_one_table(admin_client, course):
    course("A", R1={}, R2={}, R3={}), course("B", R1={}, R2={})
    api.set_course_type("MITx+A", "audit")
    api.set_course_run_type(R1, "audit"), api.set_course_run_type(R2, "honor", allow_mismatch=True)
    api.set_course_run_type("course-v1:MITx+B+R1", "honor")
    page = admin_client.get(url("coursetype_matrix"))
    assert counts(page) == {
        ("Audit Only", "Audit Only"): ((1, 1), False),
        ("Audit Only", "Honor Only"): ((1, 1), True),
        ("", "Honor Only"): ((1, 1), False),
    }
    assert page.context["untyped_runs"].count == 2
    by_name = {block.course_type.slug: block for block in page.context["blocks"] if block.course_type}
    assert by_name["verified-audit"].lines[1].cells == ["Audit", "", "Verified", "", ""]
    assert [str(label) for label, _text in by_name["verified-audit"].facts] == ["Entitlements"]
    for block in page.context["blocks"]:
        for number in (page.context["untyped_runs"], block.courses, *(line.runs for line in block.lines)):
            if number.url:
                assert admin_client.get(number.url).context["cl"].result_count == number.count


def test_the_table_and_the_lists_cost_as_many_queries_whatever_there_is(admin_client, course):
    paths = [
        url("coursetype_matrix"),
        reverse("admin:openedx_catalog_catalogcourse_changelist"),
        reverse("admin:openedx_catalog_courserun_changelist"),
    ]
    costs = []
    for number in range(2):
        for each in range(3):
            row = course(f"C{number}{each}", R1={}, R2={})
            run_type = api.create_course_run_type(name=f"R{number}{each}", tracks=[("audit", "audit"), ("honor", "honor")])
            api.set_course_type(row, api.create_course_type(name=f"T{number}{each}", course_run_types=[run_type]))
            api.set_course_run_type(f"course-v1:MITx+C{number}{each}+R1", run_type)
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(path).status_code == 200
            costs.append(len(captured))
    assert costs[:3] == costs[3:]
    assert costs[0] <= 14
    assert max(costs[1:3]) <= 10


def test_what_a_viewer_may_not_list_is_not_counted(viewer_of, course):
    row = course("A", R1={})
    api.set_course_type(row, "audit")
    page = viewer_of(*(f"openedx_catalog_course_types.view_{name}" for name in ("coursetype", "courseruntype"))).get(
        url("coursetype_matrix")
    )
    assert {block.courses for block in page.context["blocks"]} == {None}
    assert "catalogcourse" not in text(page)


def test_matching_is_shown_before_it_is_done(admin_client, course, types):
    first, second = course("A", R1=AUDIT), course("B", R1={})
    path = url("coursetype_match")
    assert "Confirm" not in text(admin_client.get(path))
    page = admin_client.post(path, {"_preview": "1"})
    assert page.context["counts"] == [("matched", 1), ("unchanged", 0), ("unmatched", 1), ("inconsistent", 0)]
    assert all(said in text(page) for said in ("Confirm", "modes_unknown", "MITx+B", "course-v1:MITx+A+R1: audit"))
    assert types(first) == (None, {})
    page = admin_client.post(path, {"courses": "MITx+B", "_confirm": "1", "_shown": "MITx+A"})
    assert ("What was done" in text(page), page.context["shown"]) == (False, "MITx+B")
    page = admin_client.post(path, {"courses": "MITx+A", "_confirm": "1", "_shown": ""})
    assert (types(first), page.context["shown"]) == ((None, {}), "MITx+A")
    page = admin_client.post(path, {"_confirm": "1", "_shown": "", "reason": "first load"})
    assert ("What was done" in text(page), types(first), types(second)) == (True, ("audit", {"R1": "audit"}), (None, {}))
    assert CourseTyping.history.latest().history_change_reason == "admin: first load"
    page = admin_client.post(path, {"courses": "MITx+B", "_preview": "1"})
    assert page.context["counts"] == [("matched", 0), ("unchanged", 0), ("unmatched", 1), ("inconsistent", 0)]
    assert 'name="_confirm"' not in text(page)


def test_matching_is_bounded(admin_client, course, monkeypatch):
    course("A", R1=AUDIT), course("B", R1=AUDIT)
    matching = "openedx_catalog.contrib.course_types.admin.matching."
    monkeypatch.setattr(f"{matching}MAX_COURSES", 1), monkeypatch.setattr(f"{matching}MAX_KEYS", 1)
    monkeypatch.setattr(f"{matching}SHOWN", 1)
    path = url("coursetype_match")
    for given, said in [
        ("", "There are more than 1 courses: name some, or use manage.py match_course_types for all."),
        ("MITx+A, MITx+B", "Expected at most 1 keys, got 2. Use manage.py match_course_types for more."),
        ("MITx+Z", None),
        ("MITx", None),
    ]:
        found = errors(admin_client.post(path, {"courses": given, "_confirm": "1"}))
        assert list(found) == ["courses"]
        assert said is None or found["courses"] == [said]
    assert not CourseTyping.objects.exists()
    monkeypatch.setattr(f"{matching}MAX_COURSES", 2)
    page = admin_client.post(path, {"_preview": "1"})
    assert (page.context["report"].counts["matched"], len(page.context["new"])) == (2, 1)
    assert "The first 1 are listed." in text(page)


def test_types_are_listed_in_the_order_in_which_they_are_tried(admin_client):
    page = admin_client.get(url("coursetype_changelist"))
    assert list(page.context["cl"].result_list) == list(CourseType.objects.order_by("pk"))
    assert "audit, verified-audit" in text(page)
