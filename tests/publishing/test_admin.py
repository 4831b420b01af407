"""Publishing in the admin: what waits and the steps that it takes, who edits, what was decided, and where it is shown."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import (
    CourseComment,
    CourseEditor,
    CourseWorkingCopy,
    OrganizationGroup,
    PublisherRoleAssignment,
    Review,
)
from openedx_catalog.testing.users import granted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
APP = "openedx_catalog_publishing"
COPY = f"{APP}.view_courseworkingcopy"
KEY = "course-v1:MITx+14.100x+2T2027"


def url(view, *args, **query):
    return reverse(f"admin:{APP}_{view}", args=args, query=query or None)


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def text(response):
    return " ".join(response.content.decode().split())


def said(response):
    return [str(message) for message in response.context["messages"]]


def errors(response):
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def codes(client, view, **query):
    """Of a list, by the codes of courses."""
    return sorted(
        row.catalog_course.course_code for row in client.get(url(f"{view}_changelist", **query)).context["cl"].result_list
    )


@pytest.fixture
def staff(django_user_model):
    """``staff(COPY, …)``: a client of staff with these permissions; ``legal=True``: a legal reviewer besides."""

    def sign_in(*names, legal=False):
        client = Client()
        client.user = granted(django_user_model.objects.create_user(f"staff {len(names)} {legal}", is_staff=True), *names)
        if legal:
            client.user.groups.add(Group.objects.get_or_create(name="Legal")[0])
        client.force_login(client.user)
        return client

    return sign_in


@pytest.fixture
def waiting(course):
    """``waiting("A", "legal_review")``: a course with changes, in this state."""
    steps = {"unpublished": 0, "legal_review": 1, "internal_review": 2, "reviewed": 3}

    def make(code="14.100x", state="unpublished", **values):
        row = course(code)
        api.set_working_copy(row, **{"short_description": "What prices tell.", **values})
        for action in ("submit", "approve", "approve")[: steps[state]]:
            assert api.perform(row, action)
        return row

    return make


def page(row):
    return url("courseworkingcopy_change", CourseWorkingCopy.objects.get(catalog_course=row).pk)


def steps(response):
    return [str(step) for step in response.context["steps"]]


STAFF = ["submit", "schedule", "publish", "unpublish", "discard"]


@pytest.mark.parametrize(
    ("state", "by_staff", "by_legal"),
    [
        ("unpublished", STAFF, []),
        ("legal_review", ["withdraw", "schedule", "unpublish", "discard"], ["approve", "reject"]),
        ("internal_review", ["approve", "reject", "withdraw", "schedule", "unpublish", "discard"], []),
        ("reviewed", ["withdraw", *STAFF[1:]], []),
    ],
)
def test_the_page_offers_the_steps_of_the_table(staff, waiting, state, by_staff, by_legal):
    path = page(waiting(state=state))
    assert steps(staff(COPY, f"{APP}.change_courseworkingcopy").get(path)) == by_staff
    assert steps(staff(COPY, legal=True).get(path)) == by_legal
    viewed = staff(COPY).get(path)
    assert (steps(viewed), "What next" in text(viewed)) == ([], False)


def test_a_course_goes_its_way_step_by_step(staff, waiting):
    row = waiting()
    own, legal = staff(COPY, f"{APP}.change_courseworkingcopy"), staff(COPY, legal=True)
    path = page(row)
    for client, step, state in (
        (own, "submit", "legal_review"),
        (legal, "approve", "internal_review"),
        (own, "approve", "reviewed"),
    ):
        response = client.post(path, {"_step": step, "reason": f"Why {step}"}, follow=True)
        assert (api.state_of(row), len(said(response))) == (state, 1)
    last = api.get_reviews(row).last()
    assert (last.user, last.reason, last.source) == (own.user, "Why approve", "admin")
    response = own.post(path, {"_step": "publish"}, follow=True)
    assert (said(response), api.state_of(row)) == ([f"{row.key_str}: Published"], "published")
    assert response.redirect_chain[-1][0].endswith("courseworkingcopy/")


def test_a_rejection_needs_a_reason(staff, waiting):
    row, legal = waiting(state="legal_review"), staff(COPY, legal=True)
    response = legal.post(page(row), {"_step": "reject"}, follow=True)
    assert said(response) == [f"{row.key_str}: Give a reason for rejecting changes; it is recorded in the history."]
    assert api.state_of(row) == "legal_review"
    assert legal.post(page(row), {"_step": "reject", "reason": "Name the law."}, follow=True).status_code == 200
    assert (api.state_of(row), "Name the law." in text(legal.get(page(row)))) == ("unpublished", True)


def test_a_course_is_scheduled_and_no_longer(admin_client, waiting):
    row = waiting()
    for given, stored in (("2031-09-01T08:00:00", "2031-09-01T08:00:00+00:00"), ("", None)):
        admin_client.post(page(row), {"_step": "schedule", "go_live_at": given}, follow=True)
        found = api.find_working_copy(row).go_live_at
        assert (found and found.isoformat()) == stored
    response = admin_client.post(page(row), {"_step": "schedule", "go_live_at": "soon"}, follow=True)
    assert (said(response), api.get_reviews(row).filter(action="schedule").count()) == (["Enter a valid date/time."], 2)


def test_who_may_not_is_refused_and_what_the_state_does_not_allow_is_said(staff, waiting):
    row = waiting(state="internal_review")
    legal, own = staff(COPY, legal=True), staff(COPY, f"{APP}.change_courseworkingcopy")
    assert staff(COPY).post(page(row), {"_step": "approve"}).status_code == 403
    refused = legal.post(page(row), {"_step": "approve"}, follow=True)
    assert said(refused) == [f"{row.key_str}: You may not do this in the state that it is in."]
    for odd in ("submit", "edit", "no such step"):
        [why] = said(own.post(page(row), {"_step": odd}, follow=True))
        assert why.startswith(f"{row.key_str}: ")
    assert api.state_of(row) == "internal_review"
    assert own.post(url("courseworkingcopy_change", 0), {"_step": "approve"}).status_code == 404


def test_who_approves_for_the_law_does_not_approve_for_staff_though_it_was_faster(staff, waiting, monkeypatch):
    """The state is that of the moment in which the step is taken, not the one that the page was opened in."""
    row, legal = waiting(state="legal_review"), staff(COPY, legal=True)
    path, held = page(row), api.roles_of

    def roles_of(user, courses):
        found = held(user, courses)
        if api.state_of(row) == "legal_review":
            api.perform(row, "approve")
        return found

    monkeypatch.setattr(api, "roles_of", roles_of)
    legal.post(path, {"_step": "approve"})
    assert api.state_of(row) == "internal_review"


def test_several_are_approved_and_published_and_each_says_what_came_of_it(admin_client, waiting):
    rows = [waiting("A", "legal_review"), waiting("B"), waiting("C", "internal_review"), waiting("D", "reviewed")]

    def choose(action):
        chosen = {"action": action, "_selected_action": list(CourseWorkingCopy.objects.values_list("pk", flat=True))}
        return said(admin_client.post(url("courseworkingcopy_changelist"), chosen, follow=True))

    found = choose("approve")
    assert found[0] == "catalog-course:MITx:A: In internal review"
    assert found[1].startswith('catalog-course:MITx:B: "Approve" is not possible while the course is in the state')
    assert found[2] == "catalog-course:MITx:C: Reviewed"
    assert [api.state_of(row) for row in rows] == ["internal_review", "unpublished", "reviewed", "reviewed"]
    found = choose("publish")
    assert ["not possible" in found[0], "need a review" in found[1]] == [True, True]
    assert found[2:] == ["catalog-course:MITx:C: Published", "catalog-course:MITx:D: Published"]
    assert [api.state_of(row) for row in rows] == ["internal_review", "unpublished", "published", "published"]


def test_too_many_are_not_taken_at_once(admin_client, waiting, monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.publishing.admin.course.MAX_SELECTED", 1)
    waiting("A", "reviewed"), waiting("B", "reviewed")
    chosen = {"action": "publish", "_selected_action": list(CourseWorkingCopy.objects.values_list("pk", flat=True))}
    assert said(admin_client.post(url("courseworkingcopy_changelist"), chosen, follow=True)) == ["Select at most 1 rows."]
    assert CourseWorkingCopy.objects.count() == 2


def test_the_page_shows_what_publishing_changes_and_who_said_what(admin_client, admin_user, listed, run):
    row = listed(title_override="Supply").catalog_course
    run(KEY)
    api.set_working_copy(row, title_override="Supply & <b>demand</b>", languages=["en", "es"], user=admin_user)
    api.set_run_working_copy(KEY, pacing="self")
    api.perform(row, "submit", reason="Please look", user=admin_user)
    listings.set_course_listing(row, title_override="Supply, demand")
    response = admin_client.get(page(row))
    panels = {found.title: [(line.text, line.note) for line in found.rows] for found in response.context["panels"]}
    meanwhile = "(It was changed for learners meanwhile, which publishing writes over.)"
    assert panels["What publishing changes"] == [
        ("title", f"Supply, demand → Supply & <b>demand</b> {meanwhile}"),
        ("languages", "– → English, Spanish"),
        (f"{KEY}: pacing", "– → Self-paced"),
    ]
    assert panels["Who edits it"] == [("Editors", "None: all members of its organizations edit it.")]
    assert panels["What was done"][0][1] == "admin: Submit for review; Unpublished → In legal review; Please look"
    assert "<b>demand</b>" not in text(response)


def test_a_copy_is_begun_and_discarded(admin_client, course, run):
    row = course()
    run(KEY)
    body = {"catalog_course": row.pk, "reason": "for spring"}
    assert admin_client.post(url("courseworkingcopy_add"), body).status_code == 302
    copy = api.find_working_copy(row)
    assert copy.history.get().history_change_reason == "admin: for spring"
    assert list(errors(admin_client.post(url("courseworkingcopy_add"), body))) == ["catalog_course"]
    api.set_run_working_copy(KEY, weeks=3)
    path = url("courseworkingcopy_delete", copy.pk)
    assert "Working Copies of Runs: 1" in text(admin_client.get(path))
    admin_client.post(path, {"post": "yes", "reason": "not this year"})
    assert (api.find_working_copy(row), api.get_run_working_copies(row)) == (None, [])
    assert (api.get_reviews(row).last().action, api.get_reviews(row).last().reason) == ("discard", "not this year")
    assert "not this year" in text(admin_client.get(url("courseworkingcopy_history", copy.pk)))


def test_copies_are_found_and_filtered(admin_client, waiting, course):
    waiting("A", "legal_review", title_override="Algebra"), waiting("B")
    other = course("C", org="HarvardX", title="Chemistry")
    api.set_working_copy(other, weeks=3)
    view = "courseworkingcopy"
    assert codes(admin_client, view) == ["A", "B", "C"]
    assert codes(admin_client, view, state__exact="legal_review") == codes(admin_client, view, q="lgebr") == ["A"]
    assert codes(admin_client, view, organization="HarvardX") == ["C"]
    for term in ("HarvardX+C", "catalog-course:HarvardX:C", "chemistry"):
        assert codes(admin_client, view, q=term) == ["C"]


# Who edits


def test_members_are_added_and_removed_by_their_usernames(admin_client, course, django_user_model):
    row = course()
    ann, lee = (django_user_model.objects.create_user(name) for name in ("ann", "lee"))
    add, body = url("organizationgroup_add"), {"organization": row.org_id, "members": "ann"}
    assert errors(admin_client.post(add, {**body, "members": ""})) == {"members": ["A group begins with its first member."]}
    assert list(errors(admin_client.post(add, {**body, "members": "ann, nobody"}))) == ["members"]
    assert not OrganizationGroup.objects.exists()
    assert admin_client.post(add, body).status_code == 302
    assert list(errors(admin_client.post(add, body))) == ["organization"]
    path = url("organizationgroup_change", OrganizationGroup.objects.get().pk)
    shown = {"initial-members": "ann"}
    assert admin_client.post(path, {**shown, "members": "ann lee"}).status_code == 302
    assert list(api.get_members("MITx")) == [ann, lee]
    # Another one has added lee meanwhile.
    assert list(errors(admin_client.post(path, {**shown, "members": ""}))) == ["members"]
    assert admin_client.post(path, {"initial-members": "ann, lee", "members": "lee"}).status_code == 302
    assert list(api.get_members("MITx")) == [lee]
    assert admin_client.get(url("organizationgroup_delete", OrganizationGroup.objects.get().pk)).status_code == 403


def test_editors_are_added_and_removed_and_those_who_left_are_told_apart(admin_client, course, django_user_model):
    row = course()
    for name in ("ann", "lee"):
        api.add_member("MITx", django_user_model.objects.create_user(name))
    django_user_model.objects.create_user("stranger")
    add, body = url("courseeditor_add"), {"catalog_course": row.pk, "editor": "ann"}
    assert list(errors(admin_client.post(add, {**body, "editor": "stranger"}))) == ["editor"]
    assert admin_client.post(add, {**body, "reason": "wrote it"}).status_code == 302
    assert errors(admin_client.post(add, body)) == {"editor": ["He is an editor of it already."]}
    assert admin_client.post(add, {**body, "editor": "lee"}).status_code == 302
    api.remove_member("MITx", "lee")
    rows = admin_client.get(url("courseeditor_changelist")).context["cl"].result_list
    assert [(each.user.username, each.is_valid) for each in rows] == [("lee", False), ("ann", True)]
    assert [
        each.user.username for each in admin_client.get(url("courseeditor_changelist", q="an")).context["cl"].result_list
    ] == ["ann"]
    ann = CourseEditor.objects.get(user__username="ann")
    admin_client.post(url("courseeditor_delete", ann.pk), {"post": "yes", "reason": "has left"})
    assert list(api.get_editors(row)) == []
    assert CourseEditor.history.latest().history_change_reason == "admin: has left"


def test_the_role_of_publisher_editor_is_given_and_taken_with_a_reason(admin_client, admin_user, django_user_model):
    kim = django_user_model.objects.create_user("kim", is_staff=True)
    add = url("publisherroleassignment_add")
    assert list(errors(admin_client.post(add, {"holder": "kim", "reason": ""}))) == ["reason"]
    assert list(errors(admin_client.post(add, {"holder": "nobody", "reason": "Spring."}))) == ["holder"]
    assert admin_client.post(add, {"holder": "kim", "reason": "Spring."}).status_code == 302
    given = PublisherRoleAssignment.objects.get()
    assert (given.user, given.reason, given.user_name) == (kim, "Spring.", admin_user.username)
    shown = text(admin_client.get(url("publisherroleassignment_change", given.pk)))
    assert all(word in shown for word in ("PUBLISHER_EDITOR", "Spring.", admin_user.username))
    path = url("publisherroleassignment_delete", given.pk)
    assert "Give a reason" in said(admin_client.post(path, {"post": "yes"}, follow=True))[0]
    assert api.is_publisher_editor(kim)
    admin_client.post(path, {"post": "yes", "reason": "Spring is over."})
    assert not api.is_publisher_editor(kim)
    assert PublisherRoleAssignment.history.latest().history_change_reason == "admin: Spring is over."


def test_staff_only_reads_until_it_has_the_role_where_the_site_says_so(staff, waiting, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.contrib.publishing.permission_policies.StaffWithRoleMayWrite"
    row, client = waiting(), staff()
    path = page(row)
    assert steps(client.get(path)) == []
    assert client.post(path, {"_step": "submit"}).status_code == 403
    assert client.get(url("courseworkingcopy_changelist")).context["buttons"] == []
    for view in ("courseworkingcopy_add", "organizationgroup_add", "courseeditor_add", "publisherroleassignment_add"):
        assert client.get(url(view)).status_code == 403
    api.grant_publisher_editor(client.user, reason="Spring.")
    assert steps(client.get(path)) == STAFF
    assert client.get(url("courseeditor_add")).status_code == 200


def test_working_copies_are_kept_from_whoever_may_not_view_them(staff, waiting, django_user_model):
    row = waiting(state="legal_review")
    api.add_comment(row, "All is well.", user=django_user_model.objects.create_user("ann"))
    views = ["review", "coursecomment", "courseeditor", "organizationgroup", "courserestriction", "publisherroleassignment"]
    client = staff(*(f"{APP}.view_{view}" for view in views), "openedx_catalog.view_catalogcourse")
    for view in (*views, "courseworkingcopy"):
        assert client.get(url(f"{view}_changelist")).status_code == 403
    course_page = client.get(page_of(row))
    assert [panel.title for panel in course_page.context["panels"] if panel.title == "Publishing"] == []
    assert "publishing" not in text(client.get(reverse("admin:openedx_catalog_catalogcourse_changelist")))


def test_events_of_working_copies_are_kept_from_whoever_may_not_view_them(staff, waiting):
    waiting(state="legal_review")
    outbox = reverse("admin:openedx_catalog_outboxmessage_changelist")
    for client, is_told in (
        (staff("openedx_catalog.view_outboxmessage"), False),
        (staff(COPY, "openedx_catalog.view_outboxmessage"), True),
    ):
        events = {row.event_type for row in client.get(outbox).context["cl"].result_list}
        assert ("org.openedx.catalog.course_working_copy.reviewed.v1" in events) == is_told


# What was decided


def test_steps_are_found_by_what_was_done(admin_client, admin_user, waiting):
    waiting("A", "reviewed"), waiting("B")
    api.perform("MITx+B", "discard", user=admin_user)
    assert Review.objects.count() == 6
    assert codes(admin_client, "review", action="approve") == ["A", "A"]
    assert codes(admin_client, "review", action="discard") == codes(admin_client, "review", q=admin_user.username) == ["B"]
    assert len(codes(admin_client, "review", action="no such action")) == 6


def test_parked_comments_are_sent_again(admin_client, staff, course, django_user_model):
    row, ann = course(), django_user_model.objects.create_user("ann")
    comment = api.add_comment(row, "All is well.", user=ann)
    CourseComment.objects.filter(pk=comment.pk).update(state="parked", attempts=12, error="Refused: no.")
    chosen = {"action": "retry", "_selected_action": [comment.pk]}
    viewer = staff(COPY, f"{APP}.view_coursecomment")
    assert viewer.post(url("coursecomment_changelist"), chosen).status_code == 403
    for answer in ("1 comment will be sent again.", "0 comments will be sent again."):
        assert said(admin_client.post(url("coursecomment_changelist"), chosen, follow=True)) == [answer]
    assert CourseComment.objects.get().state == "pending"
    assert codes(admin_client, "coursecomment", q="is well") == ["14.100x"]


# Where it is shown


def panel(response):
    return {line.text: line for panel in response.context["panels"] if panel.title == "Publishing" for line in panel.rows}


def test_pages_of_courses_and_runs_say_what_waits_and_who_edits(admin_client, listed, run, django_user_model):
    row = listed().catalog_course
    made, other = run(KEY), run("course-v1:MITx+14.100x+3T2027")
    found = panel(admin_client.get(page_of(row)))
    assert [(name, line.note) for name, line in found.items()][:2] == [
        ("State", "Published"),
        ("Editors", "None: all members of its organizations edit it."),
    ]
    api.add_member("MITx", django_user_model.objects.create_user("ann"))
    api.add_editor(row, "ann")
    api.set_working_copy(row, weeks=3)
    api.set_run_working_copy(KEY, title_override="Spring")
    api.perform(row, "schedule", go_live_at="2031-09-01T08:00:00Z")
    found = panel(admin_client.get(page_of(row)))
    assert found["State"].note == "Unpublished; it goes live at Sept. 1, 2031, 08:00:00 UTC, once it is reviewed."
    assert found["State"].url == page(row)
    assert (found["Not published yet"].note, found["Editors"].note) == ("weeks, title", "ann")
    assert panel(admin_client.get(page_of(made)))["Not published yet"].note == "title"
    assert "Not published yet" not in panel(admin_client.get(page_of(other)))


def test_courses_are_filtered_by_their_state(admin_client, waiting, listed, course):
    waiting("A"), waiting("B", "legal_review"), course("C")
    listed("D"), api.set_working_copy(listed("E").catalog_course, weeks=2)
    path = reverse("admin:openedx_catalog_catalogcourse_changelist")
    for state, found_codes in (
        ("unpublished", ["A", "C", "E"]),
        ("legal_review", ["B"]),
        ("published", ["D"]),
        ("reviewed", []),
        ("no such state", ["A", "B", "C", "D", "E"]),
    ):
        found = admin_client.get(path, {"publishing": state}).context["cl"].result_list
        assert sorted(row.course_code for row in found) == found_codes
        assert all(api.state_of(row) == state for row in found) or state == "no such state"


def test_the_overview_says_what_waits(admin_client, staff, waiting, django_user_model):
    waiting("A", "legal_review"), waiting("B", "legal_review"), waiting("C", "internal_review"), waiting("D")
    comment = api.add_comment("MITx+A", "Well.", user=django_user_model.objects.create_user("ann"))
    CourseComment.objects.filter(pk=comment.pk).update(state="parked")
    overview = reverse("admin:openedx_catalog_catalogcourse_overview")
    shown = admin_client.get(overview)
    for sentence, view, query, number in (
        ("2 courses wait for legal review.", "courseworkingcopy", {"state__exact": "legal_review"}, 2),
        ("1 course waits for internal review.", "courseworkingcopy", {"state__exact": "internal_review"}, 1),
        ("1 comment on a course was not sent.", "coursecomment", {"state__exact": "parked"}, 1),
    ):
        link = url(f"{view}_changelist", **query)
        assert (sentence in text(shown), link in text(shown)) == (True, True)
        assert admin_client.get(link).context["cl"].result_count == number
    others = staff("openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun")
    assert "review." not in text(others.get(overview))


def test_the_panel_costs_the_same_whatever_there_is(admin_client, waiting):
    row, costs = waiting(), []
    admin_client.get(page(row))
    for _each in range(2):
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(page(row))
        costs.append(len(captured))
        for _step in range(5):
            api.perform(row, "submit"), api.perform(row, "withdraw")
    assert costs[0] == costs[1] <= 31
