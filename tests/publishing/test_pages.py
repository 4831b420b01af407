"""The pages of editors and reviewers: who sees them, what each form does, and what they never show or lose."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.publishing import api, fields, workflow
from openedx_catalog.contrib.publishing.models_api import CourseRunWorkingCopy, CourseWorkingCopy
from openedx_catalog.contrib.publishing.pages.forms import COURSE_GROUPS, LEGAL, RUN_GROUPS
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.testing.users import granted

from .conftest import picture
from .test_copies import EVERYTHING, OF_RUN

pytestmark = pytest.mark.any_database

KEY = "course-v1:MITx+14.100x+2T2027"
LIST, NEW = "/catalog/edit/", "/catalog/edit/new/"
BAD = "</textarea><script>alert('x')</script><img src=x onerror=alert(1)>\"'"
POLICIES = "openedx_catalog.contrib.publishing.permission_policies."


@pytest.fixture
def people(db):
    """A client of each kind of user, by name."""
    for name in ("MITx", "HarvardX"):
        catalog.create_organization(short_name=name, name=f"{name} at large")
    names = ("learner", "ann", "member", "other", "legal", "staff", "viewer", "superuser")
    users = {name: User.objects.create_user(name, is_superuser=name == "superuser") for name in names}
    for name in ("ann", "member"):
        api.add_member("MITx", users[name])
    api.add_member("HarvardX", users["other"])
    users["legal"].groups.add(Group.objects.create(name="Legal"))
    granted(users["staff"], "openedx_catalog_publishing.change_courseworkingcopy")
    granted(users["viewer"], "openedx_catalog_publishing.view_courseworkingcopy")
    User.objects.filter(username="staff").update(is_staff=True)
    found = {"anonymous": Client()}
    for name in names:
        found[name] = Client()
        found[name].force_login(User.objects.get(username=name))
    return found


@pytest.fixture
def begun(people):
    """A new course of MITx, with ann as its editor."""
    ann = User.objects.get(username="ann")
    return api.create_course(org_code="MITx", course_code="14.100x", title="Microeconomics", user=ann).catalog_course


@pytest.fixture
def published(listed, people, run):
    """A course that learners see, with a run; ann is its editor."""
    course = listed(weeks=3).catalog_course
    api.add_editor(course, "ann")
    run(KEY, start="2027-05-01T10:00:00Z")
    return course


def address(name, course, **more):
    return reverse(f"openedx_catalog:publishing:edit-{name}", kwargs={"uuid": course.uuid, **more})


def run_address(course, key=KEY):
    return address("run", course, run=catalog.get_course_run(key).uuid)


def text(response, status=200):
    assert response.status_code == status, response
    return response.content.decode()


def form_of(page, part='method="post"'):
    """What a browser would send of the form of a page that has this text in it."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if part in each)
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if said.get("type") == "file" or (said.get("type") == "checkbox" and " checked" not in tag):
            continue
        data.setdefault(said["name"], []).append(said.get("value", "on" if said.get("type") == "checkbox" else ""))
    for name, content in re.findall(r'<textarea name="([\w-]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        data.setdefault(name, []).append(unescape(content))
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options) or re.findall(r'<option value="([^"]*)"', options)[:1]
        data.setdefault(name, []).extend(unescape(each) for each in chosen)
    return data


def send(client, url, part='method="post"', **values):
    """Open a page, fill in its form, and send it."""
    data = form_of(text(client.get(url)), part) | values
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def step(client, course, action, **values):
    return send(client, address("course", course), f'value="{action}"', action=action, **values)


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def buttons(page):
    return re.findall(r'name="action" value="(\w+)"', page)


# Who sees what

SEEN = {"anonymous": 302, "learner": 404, "member": 404, "ann": 200, "other": 404, "legal": 200, "staff": 200, "viewer": 200}
EDITED = {**SEEN, "superuser": 200, "viewer": 403}


@pytest.mark.parametrize(("who", "status"), [*SEEN.items(), ("superuser", 200)])
@pytest.mark.parametrize("name", ["course", "preview"])
def test_who_works_on_a_course_sees_it_and_its_preview(begun, people, name, who, status):
    assert people[who].get(address(name, begun)).status_code == status


@pytest.mark.parametrize(("who", "status"), EDITED.items())
def test_who_may_edit_a_course_gets_its_form(begun, people, who, status):
    assert people[who].get(address("values", begun)).status_code == status
    assert people[who].post(address("values", begun), {"title": ""}).status_code == (302 if who == "legal" else status)
    assert CourseWorkingCopy.objects.get().title == "Microeconomics"


@pytest.mark.parametrize(("who", "status"), {**EDITED, "legal": 403}.items())
def test_legal_reviewers_change_no_runs(published, people, who, status):
    assert people[who].get(run_address(published)).status_code == status
    assert people[who].post(run_address(published), {}).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    {"anonymous": 302, "learner": 403, "member": 200, "ann": 200, "legal": 403, "viewer": 403, "staff": 200}.items(),
)
def test_members_and_staff_begin_courses(people, who, status):
    assert people[who].get(NEW).status_code == status
    given = {"organization": "MITx", "course_code": "14.100x", "title": "Microeconomics"}
    assert people[who].post(NEW, given).status_code == (302 if status == 200 else status)
    assert CatalogCourse.objects.exists() == (status == 200)


def test_members_begin_no_courses_of_others(people):
    given = {"organization": "MITx", "course_code": "14.100x", "title": "Microeconomics"}
    assert "not one of the available choices" in text(people["other"].post(NEW, given))
    assert not CatalogCourse.objects.exists()


def test_a_course_without_editors_is_edited_by_all_members(begun, people):
    api.remove_editor(begun, "ann")
    assert people["member"].get(address("course", begun)).status_code == 200
    assert "all members of its organizations edit it" in text(people["member"].get(address("course", begun)))


@pytest.mark.parametrize("who", ["anonymous", "learner"])
def test_a_course_that_is_not_his_is_as_one_that_is_not_there(begun, people, who):
    url = address("course", begun)
    nowhere = url.replace(str(begun.uuid), "9f0d9a90-3f4b-4c7e-9d38-000000000000")
    there, missing = people[who].get(url), people[who].get(nowhere)
    assert (there.status_code, there.content.decode().replace(url, "")) == (
        missing.status_code,
        missing.content.decode().replace(nowhere, ""),
    )


def test_who_is_not_signed_in_is_led_to_it_and_back(begun, people):
    response = people["anonymous"].get(address("values", begun))
    assert response["Location"] == f"/accounts/login/?next={address('values', begun)}"


def test_staff_that_is_restricted_looks_at_courses_and_changes_nothing(begun, people, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{POLICIES}PublisherEditors"
    page = text(people["staff"].get(address("course", begun)))
    assert "You may look at this course" in page
    assert (buttons(page), "<form" in page) == ([], False)
    assert people["staff"].get(address("values", begun)).status_code == 403
    for action in ("submit", "discard"):
        assert people["staff"].post(address("course", begun), {"do": "step", "action": action}).status_code == 403
    api.grant_publisher_editor(User.objects.get(username="staff"), reason="Prepares the spring.")
    assert people["staff"].get(address("values", begun)).status_code == 200


def test_without_pages_there_are_none_for_editors(begun, people, settings):
    settings.OPENEDX_CATALOG_PAGES = False
    for url in (LIST, NEW, address("course", begun), address("preview", begun)):
        assert people["ann"].get(url).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "learner", "ann", "viewer", "superuser"])
def test_nothing_is_kept_nor_listed(begun, people, who):
    urls = [LIST, NEW, *(address(name, begun) for name in ("course", "values", "preview"))]
    for url in [*urls, address("run", begun, run=begun.uuid)]:
        for response in (people[who].get(url), people[who].post(url), people[who].put(url)):
            assert response["Cache-Control"] == "private, no-store", (url, response)
            assert response["X-Robots-Tag"] == "noindex"


def test_only_forms_of_the_pages_are_taken(begun):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="ann"))
    assert client.post(address("course", begun), {"do": "step", "action": "submit"}).status_code == 403
    assert api.state_of(begun) == "unpublished"


@pytest.mark.parametrize("given", [{}, {"do": "drop"}, {"do": "step"}, {"do": "step", "action": "edit"}])
def test_what_no_form_sends_is_refused(begun, people, given):
    assert people["ann"].post(address("course", begun), given).status_code == 400


# The list


@pytest.fixture
def several(listed, people):
    """Courses in all states, which ann edits."""
    for code in ("1x", "2x", "3x", "4x", "5x"):
        api.add_editor(listed(code, title=f"Title {code}").catalog_course, "ann")
    for code in ("1x", "2x", "3x", "4x"):
        api.set_working_copy(f"MITx+{code}", title=f"Draft {code}")
    for code, count in (("2x", 1), ("3x", 2), ("4x", 3)):
        for action in ("submit", "approve", "approve")[:count]:
            api.perform(f"MITx+{code}", action)
    listed("6x", org="HarvardX", title="Of others")


def found(page):
    return re.findall(r"<h2><a [^>]*>(.*?)</a>", page)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["4x", "3x", "2x", "1x", "5x"]),
        ("state=unpublished", ["1x"]),
        ("state=legal_review", ["2x"]),
        ("state=internal_review", ["3x"]),
        ("state=reviewed", ["4x"]),
        ("state=published", ["5x"]),
        ("state=nonsense", ["4x", "3x", "2x", "1x", "5x"]),
        ("q=draft", ["4x", "3x", "2x", "1x"]),
        ("q=title+5X", ["5x"]),
        ("q=2x&state=legal_review", ["2x"]),
        ("q=2x&state=published", []),
        ("q=nothing", []),
        ("q=%00", ["4x", "3x", "2x", "1x", "5x"]),
    ],
)
def test_the_list_is_narrowed_and_has_what_was_changed_last_first(several, people, query, codes):
    titles = [title.split()[1] for title in found(text(people["ann"].get(f"{LIST}?{query}")))]
    assert sorted(titles) == sorted(codes)
    assert titles[:1] == codes[:1]


def test_the_list_says_of_each_course_how_far_it_is(several, people):
    api.perform("MITx+4x", "schedule", go_live_at="2099-01-02T10:00:00Z")
    page = text(people["ann"].get(f"{LIST}?q=4x"))
    for said in ("Draft 4x", "MITx at large", "Reviewed", "Jan. 2, 2099, 10 a.m. UTC"):
        assert said in page


def test_the_list_costs_the_same_for_any_number_of_courses(several, people, data_statements):
    with data_statements() as few:
        text(people["ann"].get(f"{LIST}?q=5x"))
    with data_statements() as many:
        text(people["ann"].get(LIST))
    assert len(many) <= len(few) <= 15


def test_the_list_has_pages(people):
    ann = User.objects.get(username="ann")
    for number in range(26):
        api.create_course(org_code="MITx", course_code=f"C{number}", title=f"Course {number}", user=ann)
    assert len(found(text(people["ann"].get(f"{LIST}?q=course&state=unpublished&page=2")))) == 2
    assert 'href="?q=course&amp;state=unpublished&amp;page=2"' in text(people["ann"].get(f"{LIST}?q=course&state=unpublished"))


def test_a_learner_has_no_courses(people):
    page = text(people["learner"].get(LIST))
    assert "There are no courses yet that you work on." in page
    assert "New course" not in page


# Beginning and editing


def test_who_begins_a_course_edits_it(people):
    given = {"organization": "MITx", "course_code": "14.100x", "title": "Microeconomics"}
    course = CatalogCourse.objects.get() if people["ann"].post(NEW, given).status_code == 302 else None
    assert (course.title, CourseWorkingCopy.objects.get().title) == ("14.100x", "Microeconomics")
    assert [user.username for user in api.get_editors(course)] == ["ann"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"course_code": "14.100x"}, "already belongs to"),
        ({"course_code": "a b"}, "course_code"),
        ({"course_code": ""}, "This field is required"),
        ({"title": " "}, "This field is required"),
    ],
)
def test_a_course_that_cannot_begin_says_why_and_keeps_what_was_typed(begun, people, given, said):
    page = text(people["ann"].post(NEW, {"organization": "MITx", "course_code": "15x", "title": "Typed", **given}))
    assert said in unescape(page)
    assert 'aria-invalid="true"' in page
    assert CatalogCourse.objects.count() == 1
    if "title" not in given:
        assert 'value="Typed"' in page


@pytest.mark.parametrize(
    ("groups", "names"), [(COURSE_GROUPS, [*fields.editable(fields.COURSE), *LEGAL]), (RUN_GROUPS, fields.editable(fields.RUN))]
)
def test_every_value_that_editors_set_has_a_place_on_its_page(groups, names):
    assert sorted(name for _title, group in groups for name in group) == sorted(names)


def as_typed(values):
    """Values as a browser sends them; what is not sent is None."""
    typed = {}
    for name, value in values.items():
        if isinstance(value, bool):
            typed[name] = "on" if value else None
        else:
            typed[name] = f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value
    return typed


def stored(row, names):
    found_ = {name: getattr(row, name) for name in names if name not in ("subjects", "owners", "level")}
    for name, column in (("subjects", "slug"), ("owners", "short_name")):
        if name in names:
            found_[name] = [getattr(each, column) for each in getattr(row, name)]
    return found_ | ({"level": row.level.slug} if "level" in names else {})


@pytest.fixture
def kinds(db):
    for name in ("Economics", "Physics"):
        listings.create_subject(name=name, translations={"es": f"{name} (es)"})
    listings.create_level(name="Introductory")


def test_everything_that_an_editor_types_is_stored(published, people, kinds):
    image = SimpleUploadedFile("market.png", picture().read())
    response = send(people["ann"], address("values", published), image=image, **as_typed(EVERYTHING))
    assert response.status_code == 302, text(response)
    copy = api.find_working_copy(published)
    assert stored(copy, EVERYTHING) == EVERYTHING
    assert copy.image.storage.exists(copy.image.name)
    assert CatalogCourse.objects.get().title == "Microeconomics"


def test_everything_that_an_editor_types_of_a_run_is_stored(published, people):
    response = send(people["ann"], run_address(published), **as_typed(OF_RUN))
    assert response.status_code == 302, text(response)
    assert stored(CourseRunWorkingCopy.objects.get(), OF_RUN) == OF_RUN


@pytest.mark.parametrize("name", ["values", "run"])
def test_a_form_that_nobody_has_changed_changes_nothing(published, people, kinds, name):
    api.set_working_copy(published, **EVERYTHING, image=picture())
    api.set_run_working_copy(KEY, **OF_RUN)
    url = run_address(published) if name == "run" else address("values", published)
    before = CourseWorkingCopy.history.count(), CourseRunWorkingCopy.history.count()
    assert send(people["ann"], url).status_code == 302
    assert before == (CourseWorkingCopy.history.count(), CourseRunWorkingCopy.history.count())


def test_looking_at_the_form_begins_no_changes(published, people):
    for url in (address("values", published), run_address(published), address("preview", published)):
        text(people["ann"].get(url))
    assert not CourseWorkingCopy.objects.exists()


def test_dates_are_said_and_read_in_utc(published, people, settings):
    settings.TIME_ZONE = "America/New_York"
    page = text(people["ann"].get(run_address(published)))
    assert 'value="2027-05-01T10:00:00"' in page
    assert page.count("In UTC.") == 4
    send(people["ann"], run_address(published), end="2027-06-01T00:00")
    copy = CourseRunWorkingCopy.objects.get()
    assert (copy.start, copy.end) == (datetime(2027, 5, 1, 10, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))


def test_subjects_are_chosen_in_order_by_their_names(published, people, kinds):
    api.set_working_copy(published, subjects=["physics"])
    page = text(people["ann"].get(address("values", published)))
    assert page.count('<option value="physics" selected>Physics</option>') == 1
    assert page.count('<select name="subjects"') == 3
    send(people["ann"], address("values", published), subjects=["economics", "", "physics", "economics"])
    assert [each.slug for each in api.find_working_copy(published).subjects] == ["economics", "physics"]
    send(people["ann"], address("values", published), subjects=["", "", ""])
    assert api.find_working_copy(published).subjects == []


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"title": ""}, "title", "required"),
        ({"slug": "No Slug"}, "slug", "slug"),
        ({"min_effort": "9", "max_effort": "2"}, "min_effort", "effort"),
        ({"weeks": "many"}, "weeks", "whole number"),
        ({"languages": ["English"]}, "languages", "not a language code"),
        ({"owners": ["Nobody"]}, "owners", "no organization"),
        ({"subjects": ["alchemy"]}, "subjects", "none of the choices"),
        ({"video_url": "ftp://example.org"}, "video_url", "http"),
        ({"readable_id": "a b"}, "readable_id", "readable_id"),
        ({"restricted_countries": "Cuba"}, "restricted_countries", "restricted_countries"),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_field_and_kept(published, people, given, field, said):
    page = text(send(people["superuser"], address("values", published), **{"short_description": "Typed.", **given}))
    assert said in page.partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]
    assert "Typed." in form_of(page)["short_description"]
    for name, value in given.items():
        sent = [value] if isinstance(value, str) else value
        assert [each for each in form_of(page)[name] if each] == [each for each in sent if each]
    assert not CourseWorkingCopy.objects.exists()


def test_what_was_refused_is_stored_once_it_is_mended(published, people, kinds):
    url = address("values", published)
    page = text(send(people["ann"], url, title="", subjects=["physics", "", ""], invitation_only="on", weeks="9"))
    assert people["ann"].post(url, form_of(page) | {"title": "Mended"}).status_code == 302
    copy = api.find_working_copy(published)
    assert (copy.title, copy.weeks, copy.invitation_only) == ("Mended", 9, True)
    assert [each.slug for each in copy.subjects] == ["physics"]


def test_a_readable_id_of_another_course_is_refused(published, people, listed):
    listed("8.01x", title="Mechanics", readable_id="micro")
    api.set_working_copy("MITx+8.01x", weeks=2)
    page = text(send(people["ann"], address("values", published), readable_id="MICRO"))
    assert "is already used by" in page


def test_an_image_is_shown_replaced_and_taken_away(published, people):
    url = address("values", published)
    send(people["ann"], url, image=SimpleUploadedFile("a.png", picture().read()), image_alt="A market")
    first = api.find_working_copy(published).image.name
    page = text(people["ann"].get(url))
    assert re.search(r'<img src="/media/[^"]*-small.png" alt="Present image">', page)
    send(people["ann"], url, image=SimpleUploadedFile("b.jpg", picture("JPEG").read()))
    assert api.find_working_copy(published).image.name != first
    assert send(people["ann"], url, **{"image-clear": "on"}).status_code == 302
    assert not api.find_working_copy(published).image


def test_a_file_that_is_no_image_is_refused(published, people):
    evil = SimpleUploadedFile("a.png", b"<svg><script>alert(1)</script></svg>")
    page = text(send(people["ann"], address("values", published), image=evil, image_alt="A market"))
    assert "no PNG, JPEG, GIF or WebP image" in page
    assert "Choose the file again" in text(
        send(people["ann"], address("values", published), image=SimpleUploadedFile("a.png", picture().read()), title="")
    )


def test_only_legal_reviewers_set_what_the_law_says(published, people):
    url = address("values", published)
    assert "restricted_countries" not in text(people["ann"].get(url))
    page = text(people["legal"].get(url))
    assert ('name="restricted_countries"' in page, 'name="title"' in page) == (True, False)
    assert send(people["legal"], url, restricted_countries="ir, CU", legal_note="By law.").status_code == 302
    people["ann"].post(url, form_of(text(people["ann"].get(url))) | {"restricted_countries": "US"})
    people["legal"].post(url, form_of(text(people["legal"].get(url))) | {"title": "Another"})
    copy = api.find_working_copy(published)
    assert (copy.restricted_countries, copy.legal_note, copy.title) == (["CU", "IR"], "By law.", "Microeconomics")


def test_during_a_review_the_form_says_so_and_keeps_what_was_typed(begun, people):
    url = address("values", begun)
    data = form_of(text(people["ann"].get(url)))
    api.perform(begun, "submit")
    page = text(people["ann"].get(url))
    assert "cannot be changed now" in page
    assert ">Save</button>" not in page
    page = text(people["ann"].post(url, data | {"short_description": "Typed."}))
    assert "is not possible while the course is in the state" in unescape(page)
    assert "Typed." in form_of(page)["short_description"]
    assert ">Save</button>" in page
    assert "cannot be changed now" not in text(people["legal"].get(url))


# Two at once


def test_who_saves_over_a_newer_change_is_told_and_nothing_is_lost(published, people):
    url = address("values", published)
    data = form_of(text(people["ann"].get(url)))
    api.set_working_copy(published, short_description="Of another", weeks=9)
    page = text(people["ann"].post(url, data | {"short_description": "Mine", "level": ""}))
    assert "it was empty, and is “Of another”" in page
    assert api.find_working_copy(published).short_description == "Of another"
    assert form_of(page)["short_description"] == ["Mine"]
    assert people["ann"].post(url, form_of(page)).status_code == 302
    copy = api.find_working_copy(published)
    assert (copy.short_description, copy.weeks) == ("Mine", 9)


def test_what_two_change_in_different_places_is_kept_of_both(published, people):
    urls = (address("values", published), run_address(published))
    course, of_run = (form_of(text(people["ann"].get(url))) for url in urls)
    api.set_working_copy(published, weeks=9)
    api.set_run_working_copy(KEY, weeks=9)
    assert people["ann"].post(urls[0], course | {"short_description": "Mine"}).status_code == 302
    assert people["ann"].post(urls[1], of_run | {"short_description": "Mine"}).status_code == 302
    for copy in (CourseWorkingCopy.objects.get(), CourseRunWorkingCopy.objects.get()):
        assert (copy.short_description, copy.weeks) == ("Mine", 9)


def test_an_image_that_another_one_has_chosen_is_not_replaced_unseen(published, people):
    url = address("values", published)
    data = form_of(text(people["ann"].get(url)))
    api.set_working_copy(published, image=picture(), image_alt="A market")
    theirs = api.find_working_copy(published).image.name
    mine = {"image": SimpleUploadedFile("b.jpg", picture("JPEG").read()), "image_alt": "A hall"}
    page = text(people["ann"].post(url, data | mine))
    assert "Somebody has changed this meanwhile" in page
    assert api.find_working_copy(published).image.name == theirs
    mine["image"].seek(0)
    assert people["ann"].post(url, form_of(page) | mine).status_code == 302
    assert api.find_working_copy(published).image.name != theirs


def test_nobody_approves_what_he_has_not_seen(begun, people):
    api.perform(begun, "submit")
    data = form_of(text(people["legal"].get(address("course", begun))), 'value="approve"')
    api.perform(begun, "withdraw")
    api.set_working_copy(begun, title="Quite another")
    api.perform(begun, "submit")
    page = text(people["legal"].post(address("course", begun), data | {"action": "approve", "reason": "Fine."}))
    assert "Somebody has changed this course" in page
    assert form_of(page, 'value="approve"')["reason"] == ["Fine."]
    assert api.state_of(begun) == "legal_review"
    again = form_of(page, 'value="approve"') | {"action": "approve"}
    assert people["legal"].post(address("course", begun), again).status_code == 302
    assert api.state_of(begun) == "internal_review"


# Steps


@pytest.mark.parametrize("state", workflow.State)
@pytest.mark.parametrize("who", ["ann", "legal", "staff", "superuser", "viewer"])
def test_there_is_a_button_for_each_step_of_the_table_and_no_other_is_taken(published, people, who, state):
    if state != "published":
        api.set_working_copy(published, title="Another")
        for action in ("submit", "approve", "approve")[: list(workflow.State).index(state)]:
            api.perform(published, action)
    assert api.state_of(published) == state
    course, user = published, User.objects.get(username=who)
    roles = api.roles_of(user, [course])[course.pk]
    table = {str(each) for each in workflow.allowed(state, roles)}
    page = text(people[who].get(address("course", course)))
    assert sorted(buttons(page)) == sorted(table & set(map(str, api.STEPS)))
    assert (f'href="{address("values", course)}"' in page) == bool(table & {"edit", "edit_legal"})
    for action in set(map(str, api.STEPS)) - table:
        response = people[who].post(address("course", course), {"do": "step", "action": action, "reason": "So."})
        possible = workflow.find(state, action)
        ever = any(each.roles & roles for each in workflow.TRANSITIONS if each.action == action)
        assert response.status_code == (200 if ever and not possible else 403), action
        assert api.state_of(course) == state


def test_a_course_goes_its_way_by_the_hands_of_three(begun, people):
    for who, action, state in (
        ("ann", "submit", "legal_review"),
        ("legal", "approve", "internal_review"),
        ("staff", "approve", "reviewed"),
        ("ann", "publish", "published"),
    ):
        assert step(people[who], begun, action).status_code == 302
        assert api.state_of(begun) == state
    steps = [(each.user_name, each.action, each.source) for each in api.get_reviews(begun)]
    assert steps[1:] == [
        (who, action, "pages")
        for who, action in (("ann", "submit"), ("legal", "approve"), ("staff", "approve"), ("ann", "publish"))
    ]
    page = text(people["ann"].get(address("course", begun)))
    assert f'href="/catalog/courses/{CourseListing.objects.get().slug}/"' in page


def test_who_rejects_says_why_and_the_course_team_reads_it(begun, people):
    api.perform(begun, "submit")
    page = text(step(people["legal"], begun, "reject", reason=" "))
    assert "Give a reason" in page.partition('id="id_submit_reason_error"')[2].partition("</ul>")[0]
    assert api.state_of(begun) == "legal_review"
    assert step(people["legal"], begun, "reject", reason="Names a brand.").status_code == 302
    page = text(people["ann"].get(address("course", begun)))
    assert "Names a brand." in page
    assert "In legal review → Unpublished" in page


def test_what_is_not_reviewed_is_not_published_and_says_why(begun, people):
    page = text(step(people["ann"], begun, "publish", reason="At once!"))
    assert "need a review" in page
    assert "At once!" in page
    assert api.state_of(begun) == "unpublished"


def test_a_course_is_scheduled_in_utc_and_the_date_is_taken_back(begun, people):
    assert step(people["ann"], begun, "schedule", go_live_at="2099-01-02T10:00").status_code == 302
    assert api.find_working_copy(begun).go_live_at == datetime(2099, 1, 2, 10, tzinfo=UTC)
    page = text(people["ann"].get(address("course", begun)))
    assert "Once reviewed, not before Jan. 2, 2099, 10 a.m. UTC." in page
    assert 'value="2099-01-02T10:00:00"' in page
    assert "Enter a valid date" in text(step(people["ann"], begun, "schedule", go_live_at="soon"))
    assert step(people["ann"], begun, "schedule", go_live_at="").status_code == 302
    assert api.find_working_copy(begun).go_live_at is None


def test_changes_are_discarded_and_a_page_is_taken_from_learners(published, people):
    api.set_working_copy(published, weeks=9)
    assert step(people["ann"], published, "discard").status_code == 302
    assert api.find_working_copy(published) is None
    assert step(people["ann"], published, "unpublish", reason="It is over.").status_code == 302
    assert not CourseListing.objects.get().live


def test_a_step_that_another_one_has_taken_meanwhile_is_said_and_keeps_the_reason(begun, people):
    data = form_of(text(people["ann"].get(address("course", begun))), 'value="submit"')
    api.perform(begun, "submit")
    page = text(people["ann"].post(address("course", begun), data | {"action": "submit", "reason": "Ready."}))
    assert "Somebody has changed this course" in page
    page = text(people["ann"].post(address("course", begun), form_of(page, 'value="withdraw"') | {"action": "submit"}))
    assert "is not possible while the course is in the state" in page
    assert form_of(page, 'value="withdraw"')["reason"] == ["Ready."]


def test_who_sends_a_step_of_another_role_is_refused_whatever_the_state_was(begun, people):
    api.perform(begun, "submit")
    assert people["staff"].post(address("course", begun), {"do": "step", "action": "approve"}).status_code == 403
    assert api.state_of(begun) == "legal_review"


@pytest.mark.parametrize(
    ("policy", "stops"),
    [
        ("LegalThenInternal", ["Unpublished", "In legal review", "In internal review", "Reviewed", "Published"]),
        ("NoReview", ["Unpublished", "Published"]),
    ],
)
def test_the_way_to_learners_is_told_without_colors(begun, people, settings, policy, stops):
    settings.OPENEDX_CATALOG_REVIEW = f"openedx_catalog.contrib.publishing.policies.{policy}"
    way = re.search(r'<ol class="publishing-way".*?</ol>', text(people["ann"].get(address("course", begun))), re.DOTALL)[0]
    seen = [words(each) for each in re.findall(r"<li.*?</li>", way, re.DOTALL)]
    assert seen == [f"{number} {stop}{' (now)' if number == 1 else ''}" for number, stop in enumerate(stops, 1)]
    assert way.count('aria-current="step"') == 1


def test_the_differences_stand_beside_each_other_in_words(published, people, kinds):
    listings.set_course_listing(published, short_description="Old", subjects=["physics"], visibility="public")
    api.set_working_copy(
        published, short_description="New", weeks=5, subjects=["economics"], visibility="unlisted", languages=["es"]
    )
    api.set_run_working_copy(KEY, start="2027-06-01T10:00:00Z", unscheduled=True, pacing="self")
    listings.set_course_listing(published, short_description="Newer")
    page = text(people["ann"].get(address("course", published)))
    rows = {}
    for row in re.findall(r"<li>\s*<div><h4>.*?</li>", page, re.DOTALL):
        label, *said = map(words, re.findall(r"<h4>.*?</h4>|<dd>.*?</dd>|<p class.*?</p>", row, re.DOTALL))
        rows[label] = said
    assert rows == {
        "Short description": ["needs review overwrites a newer value", "Newer", "New"],
        "Weeks": ["", "3", "5"],
        "Subject": ["needs review", "Physics", "Economics"],
        "Visibility": ["needs review", "Public", "Unlisted"],
        "Languages": ["", "nothing", "Spanish"],
        "Start": ["", "May 1, 2027, 10 a.m. UTC", "June 1, 2027, 10 a.m. UTC"],
        "Not scheduled": ["", "No", "Yes"],
        "Pacing": ["", "nothing", "Self-paced"],
    }
    assert f"Course run {KEY}" in page


# Editors and comments


def test_editors_add_and_remove_editors(begun, people):
    url = address("course", begun)
    assert send(people["ann"], url, "add_editor", editor="member").status_code == 302
    assert people["member"].get(url).status_code == 200
    for name in ("other", "nobody at all"):
        page = text(send(people["ann"], url, "add_editor", editor=name))
        assert "nobody in the organizations of the course has this username" in page
        assert f'value="{name}"' in page
    assert send(people["member"], url, 'value="ann"').status_code == 302
    assert [user.username for user in api.get_editors(begun)] == ["member"]


def test_who_removes_editors_does_not_learn_who_has_an_account(begun, people):
    url = address("course", begun)
    answers = [send(people["ann"], url, "remove_editor", editor=name) for name in ("other", "nobody at all")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, url)] * 2


def test_who_removes_himself_comes_back_to_his_list(begun, people):
    api.add_editor(begun, "member")
    assert send(people["ann"], address("course", begun), 'value="ann"')["Location"] == LIST


@pytest.mark.parametrize("who", ["legal", "viewer"])
def test_who_does_not_edit_a_course_does_not_say_who_does(begun, people, who):
    assert "add_editor" not in text(people[who].get(address("course", begun)))
    for change in ("add_editor", "remove_editor"):
        assert people[who].post(address("course", begun), {"do": change, "editor": "ann"}).status_code == 403
    assert api.get_editors(begun).count() == 1


@pytest.mark.parametrize(("who", "status"), [("ann", 302), ("legal", 302), ("staff", 302), ("viewer", 403)])
def test_those_who_work_on_a_course_comment_on_it(published, people, who, status):
    given = {"do": "comment", "body": "Why so long?", "run": KEY}
    assert people[who].post(address("course", published), given).status_code == status
    page = text(people["ann"].get(address("course", published)))
    assert ("Why so long?" in page) == (status == 302)


def test_a_comment_that_is_refused_is_kept(published, people):
    given = {"do": "comment", "body": "Why?", "run": "course-v1:MITx+8.01x+1T2027"}
    page = text(people["ann"].post(address("course", published), given))
    assert "not one of the available choices" in page
    assert "Why?</textarea>" in page
    assert "required" in text(people["ann"].post(address("course", published), {"do": "comment", "body": " "}))


def test_a_course_costs_the_same_for_any_number_of_changes(published, people, kinds, data_statements):
    api.set_working_copy(published, weeks=9)
    with data_statements() as few:
        text(people["ann"].get(address("course", published)))
    api.set_working_copy(published, **EVERYTHING)
    with data_statements() as many:
        text(people["ann"].get(address("course", published)))
    # The names of subjects and levels.
    assert len(many) == len(few) + 2 <= 40


def test_where_comments_are_off_there_are_none(begun, people, settings):
    settings.OPENEDX_CATALOG_COMMENTS = ""
    assert "publishing-comments" not in text(people["ann"].get(address("course", begun)))
    assert people["ann"].post(address("course", begun), {"do": "comment", "body": "Why?"}).status_code == 400


# Previews, and what is typed


SHOWN = (
    *("Micro</h1>", "<em>prices</em>", "Economics", "Physics", "Introductory", "7 weeks", "Spanish", "Second term"),
    *("May 1, 2027, midnight", "https://example.org/learn", 'alt="A market"', "MITx-micro"),
)


def test_a_preview_is_the_page_with_the_values_that_wait(published, people, kinds):
    given = {name: value for name, value in EVERYTHING.items() if name not in ("owners", "visibility", "invitation_only")}
    api.set_working_copy(published, **given, image=picture())
    api.set_run_working_copy(KEY, **OF_RUN | {"live": True, "visibility": "public", "unscheduled": False})
    for who in ("ann", "legal", "staff", "viewer"):
        page = text(people[who].get(address("preview", published)))
        for said in SHOWN:
            assert said in page, said
        assert "<strong>Preview</strong>" in page
        assert '<meta name="robots" content="noindex">' in page
        assert "application/ld+json" not in page
    assert CatalogCourse.objects.get().title == "Microeconomics"
    assert not CourseListing.objects.get().short_description


def test_a_preview_has_no_run_that_learners_would_not_see(published, people, run):
    run("course-v1:MITx+14.100x+3T2027")
    page = text(people["ann"].get(address("preview", published)))
    assert ("May 1, 2027" in page, "3T2027" in page) == (True, True)
    api.set_run_working_copy(KEY, live=False)
    assert "May 1, 2027" not in text(people["ann"].get(address("preview", published)))


def test_a_new_course_has_a_preview(begun, people):
    assert "Microeconomics</h1>" in text(people["ann"].get(address("preview", begun)))


def test_nothing_that_was_typed_is_markup(published, people, kinds):
    ann = people["ann"]
    texts = dict.fromkeys(("title", "title_override", "short_description", "full_description", "image_alt"), BAD)
    assert (
        send(ann, address("values", published), image=SimpleUploadedFile("a.png", picture().read()), **texts).status_code == 302
    )
    names = ("title", "title_override", "short_description", "full_description")
    assert send(ann, run_address(published), **dict.fromkeys(names, BAD)).status_code == 302
    send(people["legal"], address("values", published), legal_note=BAD)
    assert ann.post(address("course", published), {"do": "comment", "body": BAD}).status_code == 302
    step(ann, published, "submit")
    assert step(people["legal"], published, "reject", reason=BAD).status_code == 302
    pages = [ann.get(address(name, published)) for name in ("course", "values", "preview")]
    pages += [
        ann.get(LIST),
        ann.get(f"{LIST}?q={BAD}&state={BAD}"),
        ann.get(run_address(published)),
        people["legal"].get(address("values", published)),
    ]
    pages += [
        ann.post(NEW, {"organization": BAD, "course_code": BAD, "title": BAD}),
        ann.post(address("course", published), {"do": "add_editor", "editor": BAD}),
        ann.post(address("course", published), {"do": "step", "action": "submit", "reason": BAD, "version": BAD}),
        ann.post(address("course", published), {"do": "comment", "body": BAD, "run": BAD}),
        send(
            ann,
            address("values", published),
            **dict.fromkeys(("slug", "readable_id", "video_url", "min_effort", "visibility", "level"), BAD),
            languages=[BAD],
            owners=[BAD],
            subjects=[BAD],
        ),
        send(ann, run_address(published), slug=BAD, courseware_url=BAD, start=BAD, pacing=BAD),
    ]
    for page in pages:
        said = text(page)
        assert "<script>alert" not in said
        assert "onerror=alert(1)>" not in re.sub(r'value="[^"]*"', "", said)
        assert "<img src=x" not in said


def test_a_preview_costs_the_same_however_many_runs_have_changes(people, published, run):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert people["ann"].get(address("preview", published)).status_code == 200
        return len(queries)

    api.set_run_working_copy(KEY, weeks=4)
    once = cost()
    for number in range(3, 6):
        key = f"course-v1:MITx+14.100x+{number}T2027"
        run(key)
        api.set_run_working_copy(key, weeks=4)
    assert cost() == once
