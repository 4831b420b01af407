"""
A leak hunt: what is kept back from somebody stands on no page that he can come to, of whatever app.

Every page is followed from every list and index, as anonymous, signed in, and as staff who may view all but what is kept back;
and every address that could be guessed is asked for. No text of a row that is kept back may be there. A new app is walked
through by itself; `secrets` has to get its rows.
"""

from __future__ import annotations

import json
import re
from collections import deque
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse

from openedx_catalog import api as catalog
from openedx_catalog import permissions
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models.listings import CourseListingQuerySet
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.pathways.models.pathway import LearnerPathwayQuerySet
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models.bases import KeptQuerySet
from openedx_catalog.contrib.publishing import api as publishing
from openedx_catalog.contrib.search import api as search
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.testing.users import rest_user
from tests.hosts.pages import rest_routes
from tests.listings.conftest import picture

pytestmark = [pytest.mark.slow, pytest.mark.once]

# In each text that is kept back. What is searched for is its beginning, which an answer may repeat.
MARK, SEARCHED = "zqmarkerzq", "zqmark"
KEY = "course-v1:GTx+{}+{}"
# Following so many pages is enough for each of these: they link to each other endlessly.
MOST = 250


@pytest.fixture
def secrets(db, settings, tmp_path):
    """What is kept back, and beside it what is public; ``{kind: [what rows are named by]}``."""
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    settings.MEDIA_ROOT = str(tmp_path)
    for code in ("PUB", "HID", "UNL", "OFF"):
        catalog.create_course_run(KEY.format(code, "R1"), title=f"Course {code}")
    listings.create_subject(name="Economics")
    seen = {"short_description": "About it.", "subjects": ["economics"], "live": True}
    # What it said before it was live.
    listings.set_course_listing("GTx+PUB", full_description=f"<p>{MARK}</p>", slug="hush-draft")
    listings.set_course_listing("GTx+PUB", full_description="<p>All</p>", slug="public-page", **seen)
    kept = {"HID": {"visibility": "hidden"}, "UNL": {"visibility": "unlisted"}, "OFF": {"live": False}}
    texts = ("title_override", "short_description", "full_description")
    for code, values in kept.items():
        said = {name: f"{MARK} {code} {name}" for name in texts} | {"readable_id": f"{MARK}-{code}"}
        said |= {"video_url": f"https://video.example/{MARK}", "slug": f"hush-{code.lower()}"}
        listings.set_course_listing(f"GTx+{code}", **seen | said | values)
        listings.set_course_run_listing(KEY.format(code, "R1"), title_override=MARK, short_description=MARK)
    for name, values in {
        "R2": {"visibility": "hidden"},
        "R3": {"live": False},
        "R4": {"visibility": "unlisted"},
        "R5": {},
    }.items():
        catalog.create_course_run(KEY.format("PUB", name))
        listings.set_course_run_listing(KEY.format("PUB", name), title_override=MARK, short_description=MARK, **values)
    catalog.withdraw_course_run(KEY.format("PUB", "R5"), at=datetime(2026, 1, 1, tzinfo=UTC))
    kind = programs.create_program_type(name="Series")
    public = programs.create_program(title="Seen", type=kind, status="active", marketing_slug="seen")
    programs.create_curriculum(public, name="Core", courses=["GTx+PUB", "GTx+HID", "GTx+UNL", "GTx+OFF"])
    hidden = [
        programs.create_program(title=f"{MARK} 1", type=kind, status="active", hidden=True, marketing_slug="hush-1"),
        programs.create_program(title=f"{MARK} 2", type=kind, description=MARK, marketing_slug="hush-2"),
    ]
    for program in hidden:
        programs.create_curriculum(program, name=MARK, courses=["GTx+PUB"])
        programs.add_cost(programs.create_degree(program), description=MARK, amount="1", currency="USD")
        # By itself a name is nobody's secret, and that they have it is.
        skills.set_program_skills(program, ["Economics"], skill_source=MARK, reason=MARK)
    _keep_changes_back()
    kept_catalog = _keep_catalogs_back()
    kept_pathways = _keep_pathways_back(hidden[0])
    hid = catalog.get_catalog_course(key_str="catalog-course:GTx:HID")
    return {
        "listing": [f"hush-{code}" for code in ("hid", "off", "1", "2")],
        "course": [str(hid.uuid), hid.key_str, "GTx+OFF", "GTx+UNL"],
        "run": [KEY.format("HID", "R1"), KEY.format("PUB", "R2"), KEY.format("PUB", "R5")],
        "program": [str(hidden[0].uuid), str(hidden[1].uuid)],
        "pathway": [str(row.uuid) for row in kept_pathways],
        "catalog": [str(kept_catalog.uuid)],
        "pk": ["1", "2"],
    }


def _keep_pathways_back(hidden):
    """Pathways that are inactive, and of a group; one that is unlisted; and a hidden program in one that all may see."""
    group = Group.objects.create(name=f"{MARK} customers")
    said = {"title": f"{MARK} pathway", "overview": MARK}
    kept = [
        pathways.create_learner_pathway(**said),
        pathways.create_learner_pathway(**said, status="active", scope="groups", groups=[group], reason=MARK),
    ]
    unlisted = pathways.create_learner_pathway(**said, status="active", visibility="unlisted")
    public = pathways.create_learner_pathway(title="Public pathway", status="active")
    for pathway in (*kept, unlisted):
        pathways.add_step(pathway, [pathways.NodeRecord(catalog_course="GTx+PUB")], title=MARK)
    pathways.add_step(public, [pathways.NodeRecord(program=hidden), pathways.NodeRecord(catalog_course="GTx+PUB")])
    return kept


def _keep_catalogs_back():
    """A course catalog of somebody else, and an index of all that is public."""
    viewer = get_user_model().objects.create_user(f"{MARK}-customer")
    row = search.create_course_catalog(name=f"{MARK} catalog", query=f"* OR title:{MARK}", viewers=[viewer.username])
    search.rebuild_index()
    return row


def _keep_changes_back():
    """What waits to be published of a public course and of a hidden one, all that is said of it, and who works on it."""
    listings.create_level(name="Advanced")
    people = get_user_model().objects
    editor, reviewer = people.create_user(f"{MARK}-editor"), people.create_user(f"{MARK}-reviewer", email=f"{MARK}@example.org")
    publishing.add_member("GTx", editor)
    texts = ("title", "title_override", "short_description", "full_description", "image_alt")
    for code in ("PUB", "HID"):
        course, run = f"GTx+{code}", KEY.format(code, "R1")
        publishing.add_editor(course, editor, reason=MARK)
        said = {name: f"{MARK} {code} {name}" for name in texts} | {"readable_id": f"{MARK}-copy-{code}"}
        said |= {"video_url": f"https://video.example/{MARK}", "slug": f"hush-copy-{code.lower()}"}
        publishing.set_working_copy(course, **said, subjects=[], level="advanced", image=picture(), user=editor)
        publishing.set_legal_fields(course, restricted_countries=["CU"], legal_note=MARK, user=reviewer)
        of_run = {name: f"{MARK} {code} {name}" for name in texts[:4]} | {"slug": f"hush-run-{code.lower()}"}
        of_run |= dict.fromkeys(("video_url", "courseware_url"), f"https://lms.example/{MARK}")
        publishing.set_run_working_copy(run, **of_run, user=editor)
        publishing.perform(course, "submit", reason=f"{MARK} please", user=editor)
        publishing.perform(course, "reject", reason=f"{MARK} no", user=reviewer)
        publishing.perform(course, "submit", reason=f"{MARK} again", user=editor)
        publishing.add_comment(course, f"{MARK} in a comment", user=editor)
        publishing.add_comment(course, f"{MARK} of a run", course_key=run, user=reviewer)
    # What was decided of a course that learners read, and who may edit it.
    publishing.set_legal_fields("GTx+UNL", restricted_countries=["IR"], legal_note=f"{MARK} law", user=reviewer)
    for step in ("submit", "publish"):
        publishing.perform("GTx+UNL", step, reason=f"{MARK} {step}", user=reviewer)
    publishing.grant_publisher_editor(reviewer, reason=f"{MARK} for spring")


def client_of(name):
    """Somebody from whom it is kept back."""
    client = Client()
    if name == "user":
        client.force_login(rest_user("user"))
    elif name == "staff":
        user = rest_user("staff")
        views = Permission.objects.filter(codename__startswith="view_", content_type__app_label__startswith="openedx_catalog")
        user.user_permissions.set(views.exclude(codename__in=[f"view_{name}" for name in kept_models()]))
        client.force_login(user)
    return client


def kept_models():
    """The models whose rows are kept back, and those that are kept with them."""
    return {
        model._meta.model_name
        for model in apps.get_models()
        if getattr(model, "kept_with", None)
        or model._meta.model_name in ("program", "courselisting", "courseslug", "courserunslug")
    }


def starts(name):
    """Every list and index."""
    routes = [
        route for route, view, actions in rest_routes() if "get" in actions and view.__module__.startswith("openedx_catalog")
    ]
    paths = {_reversed(route) for route in routes} | {"/catalog/", "/catalog/sitemap.xml", "/api/catalog/v1/"}
    if name == "staff":
        paths.add(reverse("admin:index"))
        for model in admin.site._registry:
            start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
            paths |= {_reversed(f"{start}changelist"), _reversed(f"{start}export")}
    return sorted(paths - {""})


def guesses(secrets):
    """Every address that has one part, with whatever that part may be; and what is searched for."""
    named = [name for names in secrets.values() for name in names]
    for route, view, _actions in rest_routes():
        if not view.__module__.startswith("openedx_catalog"):
            continue
        if path := _reversed(route):
            yield from (f"{path}?{urlencode({field: SEARCHED})}" for field in ("q", "search", "title", "readable_id", "slug"))
            continue
        for part in named:
            if path := _reversed(route, part):
                yield path
    yield from (f"/catalog/courses/{name}/" for name in secrets["listing"] + secrets["course"] + secrets["run"])
    yield from (f"/catalog/programs/{name}/" for name in secrets["listing"] + secrets["program"])
    yield from (f"/catalog/courses/?{urlencode({'q': SEARCHED})}", f"/catalog/courses/{secrets['listing'][0]}/?preview=1")


def _reversed(route, *parts):
    try:
        return reverse(route, args=parts)
    except NoReverseMatch:
        return ""


def leaks(name, secrets):
    """``(address, what of it)`` of the pages on which a text stands that is kept back from somebody."""
    client, waiting = client_of(name), deque(starts(name))
    known = set(map(_shape, waiting))
    while waiting and len(known) < MOST:
        path = waiting.popleft()
        text, followed = _answer(client, path)
        yield from ((path, mark) for mark in (MARK, "hush-") if mark in text)
        for link in _links(followed):
            if _shape(link) not in known and "logout" not in link and "/jsi18n" not in link:
                known.add(_shape(link))
                waiting.append(link)
    yield from ((path, MARK) for path in guesses(secrets) if MARK in _answer(client, path)[0])


def _answer(client, path):
    """All that is said, in small letters; and what of it is a page with links."""
    response = client.get(path)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    said = content.decode(errors="replace")
    assert response.status_code < 500, (path, said[:500])
    return (said + response.headers.get("Location", "")).lower(), said if response.status_code == 200 else ""


def _links(text):
    """The addresses of this site that a page, a document or an answer names."""
    for link in re.findall(r'(?:href|src|action)="([^"]+)"|<loc>([^<]+)</loc>|"(https?://testserver/[^"\\]+)"', text):
        address = next(filter(None, link)).replace("&amp;", "&").replace("http://testserver", "")
        if address.startswith("/") and not address.startswith(("//", "/static/", "/media/")):
            yield address


def _shape(link):
    """Of a list that is filtered by other values one is enough."""
    parts = urlsplit(link)
    return re.sub(r"/\d+/", "/1/", parts.path), tuple(sorted(name for name, _value in parse_qsl(parts.query)))


@pytest.mark.parametrize("name", ["anonymous", "user", "staff"])
def test_nothing_that_is_kept_back_stands_on_any_page(secrets, name):
    assert list(leaks(name, secrets)) == []


@pytest.mark.parametrize(
    ("name", "target", "attribute", "taken_out"),
    [
        ("anonymous", CourseListingQuerySet, "public", lambda rows: rows),
        ("anonymous", CourseListingQuerySet, "reachable", lambda rows: rows),
        ("user", KeptQuerySet, "public", lambda rows: rows),
        ("user", publishing, "workable_courses", lambda user: CatalogCourse.objects.all()),
        ("user", LearnerPathwayQuerySet, "active", lambda rows: rows),
        ("user", LearnerPathwayQuerySet, "listed", lambda rows: rows),
        ("user", LearnerPathwayQuerySet, "meant_for", lambda rows, organizations, groups: rows),
        ("staff", permissions, "known_entries", lambda user, entries, models: list(entries)),
    ],
    ids=[
        "listings",
        "pages by their slugs",
        "programs",
        "working copies",
        "inactive pathways",
        "unlisted pathways",
        "pathways of others",
        "histories",
    ],
)
def test_the_hunt_finds_what_one_filter_less_would_show(secrets, monkeypatch, name, target, attribute, taken_out):
    monkeypatch.setattr(target, attribute, taken_out)
    assert next(leaks(name, secrets), None) is not None


def test_the_hunt_comes_to_what_is_public(secrets):
    client = client_of("anonymous")
    assert "public-page" in client.get("/catalog/courses/").content.decode()
    assert json.loads(client.get("/api/catalog/v1/listings/courses/").content)["results"][0]["slug"] == "public-page"
