"""Working on courses over REST."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import CourseWorkingCopy
from openedx_catalog.models_api import CatalogCourse, CourseRun

from . import world
from .conftest import picture
from .world import OPEN, OTHER, OWN, ROOT, bring, client_of, run_of, user

pytestmark = pytest.mark.any_database

COURSE, RUN = f"{ROOT}courses/{OWN}/", f"{ROOT}courses/{OWN}/runs/{run_of(OWN)}/"
RESTRICTED = "openedx_catalog.contrib.publishing.permission_policies.StaffWithRoleMayWrite"


@pytest.fixture(autouse=True)
def everybody(db, media):
    world.make_world()


@pytest.fixture
def editor():
    return client_of("editor")


@pytest.fixture
def superuser():
    return client_of("superuser")


def act(client, action, course=OWN, **more):
    return client.post(f"{ROOT}courses/{course}/actions/", {"action": action, **more}, format="json")


# What is read


def test_copies_are_seen_only_by_asking(editor):
    api.set_working_copy(OWN, title="Better", short_description="As it is to be.")
    api.set_run_working_copy(run_of(OWN), title="Another term", start="2027-05-01T00:00:00Z")
    plain, asked = editor.get(COURSE).json(), editor.get(f"{COURSE}?editable=true").json()
    assert (plain["title"], plain["short_description"], plain["has_working_copy"]) == (f"Course {OWN}", "As it was.", True)
    assert (asked["title"], asked["short_description"]) == ("Better", "As it is to be.")
    for url, title, start in (("", "One term", None), ("?editable=true", "Another term", "2027-05-01T00:00:00Z")):
        [row] = editor.get(f"{ROOT}courses/{OWN}/runs/{url}").json()["results"]
        assert (row["title"], row["start"]) == (title, start)
        assert editor.get(f"{RUN}{url}").json() == row
    titles = [row["title"] for row in editor.get(f"{ROOT}courses/?editable=true").json()["results"]]
    assert titles == ["Better", f"Course {OPEN}"]


def test_a_copy_shows_what_publishing_would_make_of_it(editor):
    listings.create_subject(name="Economics")
    listings.create_level(name="Introductory")
    api.set_working_copy(OWN, short_description="As it is to be.")
    api.set_run_working_copy(run_of(OWN), title="Another term")
    listings.set_course_listing(OWN, short_description="By a sync", weeks=5, subjects=["economics"], level="introductory")
    catalog.update_course_run(run_of(OWN), schedule={"start": "2027-05-01T00:00:00Z"})
    asked = editor.get(f"{COURSE}?editable=true").json()
    assert (asked["short_description"], asked["weeks"]) == ("As it is to be.", 5)
    assert (asked["subjects"], asked["level"]["slug"]) == ([{"slug": "economics", "name": "Economics"}], "introductory")
    run = editor.get(f"{RUN}?editable=true").json()
    assert (run["title"], run["start"]) == ("Another term", "2027-05-01T00:00:00Z")


def test_a_course_says_where_it_is_and_what_one_may_do_with_it(editor):
    bring(OWN, "reviewed")
    api.perform(OWN, "schedule", go_live_at="2099-01-01T00:00:00Z")
    found = editor.get(COURSE).json()
    assert (found["state"], found["go_live_at"], found["editors"]) == ("reviewed", "2099-01-01T00:00:00Z", ["editor"])
    assert found["actions"] == ["edit", "withdraw", "schedule", "publish", "unpublish", "discard"]
    assert editor.get(f"{COURSE}actions/").json() == {"state": "reviewed", "actions": found["actions"]}
    assert client_of("legal").get(COURSE).json()["actions"] == ["edit_legal"]
    assert client_of("viewer").get(COURSE).json()["actions"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=unpublished", [OWN]),
        ("state=published", [OPEN]),
        ("state=internal_review,published", [OPEN, OTHER]),
        ("org=mitx", [OWN, OPEN]),
        ("org=nobody", []),
        ("q=better", []),
        ("q=better&editable=true", [OWN, OTHER]),
        ("q=course&editable=true", [OPEN]),
        ("q=course", [OWN, OPEN, OTHER]),
        ("q=8.0", [OPEN]),
    ],
)
def test_the_list_is_narrowed(superuser, query, found):
    bring(OWN, "unpublished")
    bring(OTHER, "internal_review")
    rows = superuser.get(f"{ROOT}courses/?{query}").json()["results"]
    assert [row["key"].partition(":")[2].replace(":", "+") for row in rows] == found


def test_a_course_that_learners_do_not_see_is_unpublished(superuser):
    listings.set_course_listing(OPEN, live=False)
    listings.delete_course_listing(OTHER)
    rows = superuser.get(f"{ROOT}courses/?state=unpublished").json()["results"]
    assert [(row["key"], row["live"]) for row in rows] == [
        ("catalog-course:MITx:8.01x", False),
        ("catalog-course:HarvardX:CS50", False),
    ]


@pytest.mark.parametrize("query", ["state=draft", "editable=1", "editable=", "title=x", "fields=secrets"])
def test_what_makes_no_sense_is_refused(editor, query):
    assert editor.get(f"{ROOT}courses/?{query}").status_code == 400


@pytest.mark.parametrize("name", ["editor", "superuser", "legal"])
def test_a_page_costs_the_same_whatever_is_on_it(name, data_statements):
    client, url = client_of(name), f"{ROOT}courses/?page_size=100&editable=true"

    def cost():
        with data_statements() as log:
            answer = client.get(url)
        return len(log), answer.json()["count"]

    listings.create_subject(name="Economics")
    parts = {"owners": ["MITx", "HarvardX"], "subjects": ["economics"]}
    listings.set_course_listing(OPEN, **parts)
    api.set_working_copy(OPEN, title="Better")
    before = cost()
    for number in range(30):
        row = catalog.create_catalog_course(org_code="MITx", course_code=f"{number}x", title="A course")
        listings.set_course_listing(row, live=bool(number % 2), **parts)
        api.set_working_copy(row, title="Better", owners=["MITx"])
        api.add_editor(row, "editor")
    after = cost()
    assert (after[1], after[0]) == (before[1] + 30, before[0])
    assert after[0] <= 25


def test_the_runs_of_a_course_cost_the_same_whatever_their_number(editor, data_statements):
    def cost():
        with data_statements() as log:
            editor.get(f"{COURSE}runs/?page_size=100&editable=true")
        return len(log)

    before = cost()
    for number in range(10):
        key = f"course-v1:{OWN}+R{number}"
        catalog.create_course_run(key, schedule={"start": "2027-05-01T00:00:00Z"})
        api.set_run_working_copy(key, title="Another term")
    assert cost() == before


# What is changed


def test_a_course_team_takes_a_new_course_to_learners_without_any_permission_of_django(editor):
    made = editor.post(f"{ROOT}courses/", {"org": "MITx", "course_code": "6.00x", "title": "Programming"}, format="json")
    assert (made.status_code, made.json()["title"], made.json()["editors"]) == (201, "Programming", ["editor"])
    url = made["Location"].removeprefix("http://testserver")
    assert CatalogCourse.objects.get(course_code="6.00x").title == "6.00x"
    catalog.create_course_run("course-v1:MITx+6.00x+1T2028")
    assert editor.patch(url, {"short_description": "From scratch."}, format="json").status_code == 200
    image = {"image": picture(), "image_alt": "A keyboard"}
    assert editor.put(f"{url}image/", image, format="multipart").json()["image"]["alt"] == "A keyboard"
    run = editor.patch(f"{url}runs/course-v1:MITx+6.00x+1T2028/", {"start": "2028-02-01T00:00:00Z"}, format="json")
    assert run.json()["start"] == "2028-02-01T00:00:00Z"
    steps = (("editor", "submit"), ("legal", "approve"), ("superuser", "approve"), ("editor", "publish"))
    states = [act(client_of(name), action, "MITx+6.00x").json()["state"] for name, action in steps]
    assert states == ["legal_review", "internal_review", "reviewed", "published"]
    listing = CourseListing.objects.get(catalog_course__course_code="6.00x")
    assert (listing.title, listing.short_description, listing.live) == ("Programming", "From scratch.", True)
    assert CourseRun.objects.get(run_code="1T2028").schedule.start.year == 2028


def test_what_is_answered_to_a_change_is_the_copy(editor):
    changed = editor.patch(COURSE, {"title": "Better", "weeks": 5, "owners": ["HarvardX"]}, format="json").json()
    assert (changed["title"], changed["weeks"], changed["owners"][0]["short_name"]) == ("Better", 5, "HarvardX")
    assert changed == editor.get(f"{COURSE}?editable=true").json()
    assert CatalogCourse.objects.get(course_code="14.100x").title == f"Course {OWN}"


@pytest.mark.parametrize(
    ("path", "values", "field"),
    [
        ("", {"live": True}, "live"),
        ("", {"restricted_countries": ["CU"]}, "restricted_countries"),
        ("", {"subjects": ["nothing"]}, "subjects"),
        ("", {"owners": ["nobody"]}, "owners"),
        ("", {"min_effort": 9, "max_effort": 2}, "min_effort"),
        (f"runs/{run_of(OWN)}/", {"start": "tomorrow"}, "start"),
        (f"runs/{run_of(OWN)}/", {"pacing": "fast"}, "pacing"),
    ],
)
def test_a_bad_value_is_an_error_of_its_field_and_opens_no_copy(editor, path, values, field):
    refused = editor.patch(COURSE + path, values, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert not CourseWorkingCopy.objects.exists()


@pytest.mark.parametrize("path", ["", f"runs/{run_of(OWN)}/"])
def test_a_change_of_nothing_opens_no_copy(editor, path):
    assert editor.patch(COURSE + path, {}, format="json").status_code == 200
    assert not CourseWorkingCopy.objects.exists()


def test_of_two_editors_the_second_is_told(editor):
    tag = editor.get(f"{COURSE}?editable=true")["ETag"]
    first = editor.patch(COURSE, {"weeks": 4}, format="json", HTTP_IF_MATCH=tag)
    second = editor.patch(COURSE, {"weeks": 5}, format="json", HTTP_IF_MATCH=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    assert editor.get(f"{COURSE}?editable=true", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert editor.patch(COURSE, {"weeks": 5}, format="json", HTTP_IF_MATCH=first["ETag"]).status_code == 200


def test_a_step_is_taken_of_what_was_read(editor):
    bring(OWN, "unpublished")
    tag = editor.get(f"{COURSE}?editable=true")["ETag"]
    api.set_working_copy(OWN, title="Somebody else's")
    url = f"{COURSE}actions/"
    assert editor.post(url, {"action": "submit"}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    assert api.state_of(OWN) == "unpublished"


def test_a_copy_is_opened_once(editor):
    answers = [editor.post(f"{ROOT}courses/", {"catalog_course": OWN}, format="json") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0]["Location"].endswith(f"/courses/{CatalogCourse.objects.get(course_code='14.100x').uuid}/")
    assert api.state_of(OWN) == "unpublished"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"org": "MITx", "title": "Without a code"},
        {"org": "MITx", "course_code": "1x", "title": "Both", "catalog_course": OWN},
        {"org": "nobody", "course_code": "1x", "title": "A course"},
        {"org": "MITx", "course_code": "1x", "title": "A course", "editors": ["editor"]},
    ],
)
def test_a_course_to_create_is_named_whole(editor, values):
    assert editor.post(f"{ROOT}courses/", values, format="json").status_code == 400
    assert CatalogCourse.objects.count() == 3


def test_a_course_is_not_created_twice(editor):
    values = {"org": "MITx", "course_code": "14.100X", "title": "Another"}
    assert editor.post(f"{ROOT}courses/", values, format="json").status_code == 409


def test_discarding_takes_the_changes_away(editor):
    bring(OWN, "unpublished")
    assert editor.delete(f"{COURSE}?reason=No+more").status_code == 204
    assert not CourseWorkingCopy.objects.exists()
    assert api.get_reviews(OWN).last().reason == "No more"


# Steps


def test_what_the_state_or_the_policy_forbids_says_so(editor):
    bring(OWN, "unpublished")
    for action, code in (("withdraw", "action_not_allowed"), ("publish", "review_required")):
        refused = act(editor, action)
        assert (refused.status_code, refused.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "edit"},
        {"action": "PUBLISH"},
        {},
        {"action": "schedule"},
        {"action": "schedule", "go_live_at": "tomorrow"},
        {"action": "submit", "go_live_at": "2099-01-01T00:00:00Z"},
        {"action": "submit", "state": "published"},
    ],
)
def test_a_step_that_makes_no_sense_is_refused(editor, sent):
    bring(OWN, "unpublished")
    assert editor.post(f"{COURSE}actions/", sent, format="json").status_code == 400
    assert api.state_of(OWN) == "unpublished"


def test_a_rejection_says_why_and_stands_among_the_reviews(editor):
    bring(OWN, "legal_review")
    legal = client_of("legal")
    refused = act(legal, "reject")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_required")
    assert act(legal, "reject", reason="Names a brand.").json()["state"] == "unpublished"
    last = editor.get(f"{COURSE}reviews/").json()["results"][-1]
    del last["at"]
    assert last == {
        "action": "reject",
        "from_state": "legal_review",
        "to_state": "unpublished",
        "username": "legal",
        "reason": "Names a brand.",
    }


def test_what_goes_live_by_itself_is_said_and_taken_back(editor):
    bring(OWN, "reviewed")
    assert act(editor, "schedule", go_live_at="2099-01-01T00:00:00+02:00").json()["go_live_at"] == "2098-12-31T22:00:00Z"
    assert act(editor, "schedule", go_live_at=None).json()["go_live_at"] is None


def test_a_comparison_is_value_by_value(editor):
    catalog.update_course_run(run_of(OWN), schedule={"start": "2027-05-01T00:00:00Z"})
    api.set_working_copy(OWN, title="Better", image=picture(), image_alt="A market")
    api.set_run_working_copy(run_of(OWN), start="2027-06-01T00:00:00Z")
    title, image, _alt, start = editor.get(f"{COURSE}comparison/").json()["differences"]
    assert title == {
        "field": "title",
        "label": "title in the catalog",
        "run": "",
        "official": f"Course {OWN}",
        "copy": "Better",
        "needs_review": True,
        "is_overwriting": False,
    }
    assert (image["official"], image["copy"][:17]) == ("", "http://testserver")
    assert (start["run"], start["official"], start["copy"], start["needs_review"]) == (
        run_of(OWN),
        "2027-05-01T00:00:00Z",
        "2027-06-01T00:00:00Z",
        False,
    )


def test_legal_reviewers_say_where_a_course_may_not_be_taken(editor):
    legal, url = client_of("legal"), f"{COURSE}legal/"
    said = legal.put(url, {"restricted_countries": ["ir", "CU"], "legal_note": "By law."}, format="json")
    assert said.json() == {"restricted_countries": ["CU", "IR"], "legal_note": "By law."}
    assert editor.get(url).json() == {"restricted_countries": [], "legal_note": ""}
    assert editor.get(f"{url}?editable=true").json() == said.json()
    refused = legal.put(url, {"restricted_countries": ["C1"]}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["restricted_countries"])


# People


def names(answer):
    return [row["username"] for row in answer.json()["results"]]


def test_editors_add_and_remove_editors(editor):
    url = f"{COURSE}editors/"
    answers = [editor.post(url, {"username": "colleague"}, format="json") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert names(editor.get(url)) == ["colleague", "editor"]
    assert names(editor.get(f"{url}?cursor=first&page_size=1")) == ["colleague"]
    assert editor.delete(f"{url}editor/").status_code == 204
    assert editor.get(url).status_code == 404
    assert names(client_of("colleague").get(url)) == ["colleague"]


def test_where_there_are_no_editors_all_members_edit_until_there_is_one(editor):
    member, url = client_of("member"), f"{ROOT}courses/{OPEN}/"
    assert member.patch(url, {"weeks": 4}, format="json").json()["editors"] == []
    assert editor.post(f"{url}editors/", {"username": "editor"}, format="json").status_code == 201
    assert member.get(url).status_code == 404


def test_usernames_cannot_be_guessed_by_those_who_edit(editor):
    texts = []
    for name in ("stranger", "nobodyhere", "left"):
        refused = editor.post(f"{COURSE}editors/", {"username": name}, format="json")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["username"])
        removed = editor.delete(f"{COURSE}editors/{name}/")
        assert removed.status_code == 404
        texts.append((refused.json()["detail"].replace(name, ""), removed.json()["detail"].replace(name, "")))
    assert len(set(texts)) == 1


def test_members_are_added_by_their_exact_usernames_and_never_made(superuser):
    url = f"{ROOT}organizations/MITx/members/"
    before = get_user_model().objects.count()
    for name in ("nobodyhere", "Stranger", "stranger@mail.example"):
        refused = superuser.post(url, {"username": name}, format="json")
        said = refused.json()
        assert (refused.status_code, said["code"], list(said["errors"])) == (400, "invalid_value", ["username"])
    assert superuser.post(url, {"username": "stranger"}, format="json").status_code == 201
    assert names(superuser.get(url)) == ["colleague", "editor", "member", "stranger"]
    assert superuser.delete(f"{url}editor/").status_code == 204
    assert client_of("editor").get(COURSE).status_code == 404
    assert superuser.delete(f"{url}editor/").status_code == 404
    assert superuser.get(f"{ROOT}organizations/nobody/members/").status_code == 404
    assert get_user_model().objects.count() == before


def test_an_organization_gets_its_first_member(superuser):
    catalog.create_organization(short_name="DelftX")
    url = f"{ROOT}organizations/DelftX/members/"
    assert names(superuser.get(url)) == []
    assert superuser.post(url, {"username": "learner"}, format="json").status_code == 201
    assert client_of("learner").get(f"{ROOT}role/").json()["organizations"] == ["DelftX"]


def test_everybody_is_told_what_he_is(settings):
    assert client_of("editor").get(f"{ROOT}role/").json() == {
        "username": "editor",
        "roles": [],
        "organizations": ["MITx"],
        "is_restricted": False,
        "publisher_editor": None,
    }
    assert client_of("legal").get(f"{ROOT}role/").json()["roles"] == ["legal"]
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = RESTRICTED
    assert client_of("restricted").get(f"{ROOT}role/").json()["roles"] == []
    found = client_of("publisher").get(f"{ROOT}role/").json()
    assert (found["roles"], found["is_restricted"], found["publisher_editor"]["reason"]) == (["staff"], True, "Helps out.")


def test_who_is_restricted_as_staff_edits_as_a_member(settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = RESTRICTED
    api.add_member("MITx", "restricted")
    client = client_of("restricted")
    assert client.patch(f"{ROOT}courses/{OPEN}/", {"weeks": 4}, format="json").status_code == 200
    assert client.patch(COURSE, {"weeks": 4}, format="json").status_code == 403


def test_a_role_is_given_and_taken_with_a_reason(superuser):
    url = f"{ROOT}role-assignments/"
    assert superuser.post(url, {"username": "restricted"}, format="json").status_code == 400
    assert superuser.post(url, {"username": "restricted", "reason": " "}, format="json").json()["code"] == "reason_required"
    assert superuser.post(url, {"username": "nobodyhere", "reason": "Helps."}, format="json").status_code == 400
    made = superuser.post(url, {"username": "restricted", "reason": "Helps."}, format="json")
    again = superuser.post(url, {"username": "restricted", "reason": "Again."}, format="json")
    assert (made.status_code, again.status_code, again.json()["reason"]) == (201, 200, "Helps.")
    assert made.json()["given_by"] == "superuser"
    assert names(superuser.get(url)) == ["publisher", "restricted"]
    assert superuser.delete(f"{url}restricted/").json()["code"] == "reason_required"
    assert superuser.delete(f"{url}restricted/?reason=Left").status_code == 204
    assert superuser.delete(f"{url}restricted/?reason=Left").status_code == 404


def test_who_may_only_give_the_role_sees_who_has_it():
    world.granted(user("learner"), "openedx_catalog_publishing.add_publisherroleassignment")
    client, url = client_of("learner"), f"{ROOT}role-assignments/"
    assert names(client.get(url)) == ["publisher"]
    assert client.post(url, {"username": "restricted", "reason": "Helps."}, format="json").status_code == 201
    assert client.delete(f"{url}restricted/?reason=Left").status_code == 403


# Comments


def test_who_works_on_a_course_comments_on_it(editor):
    url = f"{COURSE}comments/"
    made = editor.post(url, {"body": "Please have a look.", "course_key": run_of(OWN)}, format="json")
    assert client_of("legal").post(url, {"body": "Done."}, format="json").status_code == 201
    found = editor.get(url).json()
    assert (found["comments"][0], found["is_complete"]) == (made.json(), True)
    said = [(row["username"], row["course_key"], row["body"]) for row in found["comments"]]
    assert said == [("editor", run_of(OWN), "Please have a look."), ("legal", "", "Done.")]


@pytest.mark.parametrize("values", [{"body": " "}, {}, {"body": "x", "course_key": run_of(OTHER)}, {"body": "x" * 10_001}])
def test_a_bad_comment_is_refused(editor, values):
    assert editor.post(f"{COURSE}comments/", values, format="json").status_code == 400


@pytest.mark.parametrize("name", ["editor", "learner", "superuser"])
def test_a_site_without_comments_has_no_such_address(settings, name):
    settings.OPENEDX_CATALOG_COMMENTS = ""
    client, url = client_of(name), f"{COURSE}comments/"
    assert {client.get(url).status_code, client.post(url, {"body": "x"}, format="json").status_code} == {404}


# What stands elsewhere


@pytest.mark.parametrize("name", ["learner", "foreign", "member"])
def test_nothing_of_a_copy_stands_in_an_answer_of_another_app(name):
    mark = "zqmarkerzq"
    api.set_working_copy(OWN, title=mark, title_override=mark, short_description=mark, readable_id=mark, slug=mark)
    api.set_run_working_copy(run_of(OWN), title=mark, short_description=mark)
    api.set_legal_fields(OWN, legal_note=mark)
    api.add_comment(OWN, mark, user=user("editor"))
    client, row = client_of(name), CatalogCourse.objects.get(course_code="14.100x")
    urls = [
        reverse(f"openedx_catalog:{route}", args=args)
        for route, args in (
            ("v1:catalog-course-list", []),
            ("v1:catalog-course-detail", [OWN]),
            ("v1:catalog-course-runs", [OWN]),
            ("v1:course-run-list", []),
            ("v1:course-run-detail", [run_of(OWN)]),
            ("v1:change-list", []),
            ("listings:listing-course-list", []),
            ("listings:listing-course-detail", [str(row.uuid)]),
            ("listings:listing-course-facets", []),
            ("listings:listing-course-run-list", []),
        )
    ]
    answers = [client.get(url) for url in urls]
    assert {answer.status_code for answer in answers} == {200}
    assert [url for url, answer in zip(urls, answers, strict=True) if mark in answer.content.decode()] == []


def test_nothing_is_told_of_the_runs_of_a_course_that_is_kept_back():
    client, there, nowhere = client_of("learner"), run_of(OWN), f"course-v1:{OWN}+9T2099"
    answers = [client.get(f"{COURSE}runs/{key}/").json() | {"instance": ""} for key in (there, nowhere, "nonsense")]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("name", ["editor", "legal", "superuser"])
def test_addresses_of_people_are_never_shown(name):
    bring(OWN, "legal_review")
    api.add_comment(OWN, "Have a look.", user=user("editor"))
    client = client_of(name)
    paths = ["role/", "role-assignments/", "organizations/MITx/members/", "courses/"]
    paths += [f"courses/{OWN}/{part}" for part in ("", "actions/", "reviews/", "editors/", "comments/", "comparison/")]
    assert [path for path in paths if "@mail" in client.get(ROOT + path).content.decode()] == []
