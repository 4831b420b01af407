"""Listings over REST: what is shown to whom, where slugs lead, filters and counts, what is written, and what is never told."""

import base64
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from organizations.models import Organization
from PIL import Image
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing
from openedx_catalog.contrib.listings.policies import BestRun
from openedx_catalog.lib.images import MAX_BYTES
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.policies import DateWindow
from openedx_catalog.testing.users import rest_client, rest_user

from .conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROOT = "/api/catalog/v1/"
COURSES, RUNS = f"{ROOT}listings/courses/", f"{ROOT}listings/course-runs/"
SUBJECTS, LEVELS, FACETS = f"{ROOT}listings/subjects/", f"{ROOT}listings/levels/", f"{COURSES}facets/"
CATALOG = f"{ROOT}catalog-courses/"
APP = "openedx_catalog_listings"
KEY = "course-v1:MITx+14.100x+2T2027"
MARK = "marker"


@pytest.fixture
def client(db):
    return rest_client("superuser")


@pytest.fixture
def reader(db):
    return rest_client("user")


def slugs(client, url=COURSES, **parameters):
    answer = client.get(url, {"page_size": 100, **parameters})
    assert answer.status_code == 200, answer.data
    return [row["slug"] for row in answer.data["results"]]


def refused(answer):
    """``(400, {"field"}, "code")``"""
    return answer.status_code, set(answer.data.get("errors", {})), answer.data["code"]


def put(client, ref, url=COURSES, **body):
    return client.put(f"{url}{ref}/", body, format="json")


# Subjects and levels


def test_a_subject_is_created_changed_and_deleted(client):
    made = client.post(SUBJECTS, {"name": "Economics", "translations": {"es": "Economía"}}, format="json")
    assert (made.status_code, made.data["slug"], made.data["name_here"]) == (201, "economics", "Economics")
    url = f"{SUBJECTS}economics/"
    with override("es"):
        spanish = client.get(url)
    assert (spanish.data["name"], spanish.data["name_here"]) == ("Economics", "Economía")
    assert client.patch(url, {"slug": "econ"}, format="json").data["slug"] == "econ"
    assert client.delete(f"{SUBJECTS}econ/").status_code == 204
    assert slugs(client, SUBJECTS) == []


def test_what_courses_have_is_not_deleted(client, listed):
    api.create_level(name="Introductory")
    listed(level="introductory")
    answer = client.delete(f"{LEVELS}introductory/")
    assert (answer.status_code, answer.data["code"]) == (409, "has_dependents")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "X", "translations": ["es"]}, "translations"),
        ({"name": "X", "translations": {"es": 7}}, "translations.es"),
        ({"name": "X", "translations": {"not a language": "Y"}}, "language"),
        ({"name": "X", "slug": "no slug"}, "slug"),
    ],
)
def test_a_subject_that_makes_no_sense_is_refused_by_its_field(client, body, field):
    assert refused(client.post(SUBJECTS, body, format="json"))[:2] == (400, {field})


# What is shown


def test_a_course_is_shown_with_all_that_learners_read(reader, course, settings):
    settings.OPENEDX_CATALOG_COURSEWARE_URL = "https://lms.example.org/courses/{course_key}/"
    api.create_subject(name="Data", translations={"es": "Datos"})
    api.create_subject(name="Economics")
    api.create_level(name="Introductory", translations={"es": "Básico"})
    catalog.create_catalog_course(org_code="TUMx", course_code="X", title="X")
    row = course()
    catalog.create_course_run(KEY, title="Microeconomics", schedule={"start": "2027-02-01T00:00:00Z", "pacing": "self"})
    api.set_course_listing(
        row, title_override="Micro", short_description="Supply.", full_description="<p>Demand.</p>", image=picture(),
        image_alt="A curve", subjects=["economics", "data"], level="introductory", owners=["TUMx", "MITx"], weeks=12,
        languages=["en"], readable_id="MITx-14.100x", live=True, video_url="https://video.example/1",
    )  # fmt: skip
    with override("es"):
        found = reader.get(f"{COURSES}micro/").data
    assert (found["uuid"], found["key"], found["title"]) == (str(row.uuid), "catalog-course:MITx:14.100x", "Micro")
    assert found["subjects"] == [{"slug": "economics", "name": "Economics"}, {"slug": "data", "name": "Datos"}]
    assert found["level"] == {"slug": "introductory", "name": "Básico"}
    assert [each["short_name"] for each in found["owners"]] == ["TUMx", "MITx"]
    assert found["image"]["src"].startswith("http://testserver/")
    assert "-small." in found["image"]["thumbnail"]
    run = found["best_run"]
    assert (run["course_key"], run["start"], run["pacing"]) == (KEY, "2027-02-01T00:00:00Z", "self")
    assert run["courseware_url"] == "https://lms.example.org/courses/course-v1%3AMITx%2B14.100x%2B2T2027/"
    assert found["runs"] == [run]


def test_runs_that_learners_do_not_see_are_not_shown_and_placeholders_are_no_dates(client, listed, run):
    listed()
    for name in ("off", "hidden", "gone", "soon"):
        run(f"course-v1:MITx+14.100x+{name}", start="2027-02-01T00:00:00Z")
    api.set_course_run_listing("course-v1:MITx+14.100x+off", live=False)
    api.set_course_run_listing("course-v1:MITx+14.100x+hidden", visibility="hidden")
    api.set_course_run_listing("course-v1:MITx+14.100x+soon", unscheduled=True)
    catalog.withdraw_course_run("course-v1:MITx+14.100x+gone", at=timezone.now())
    found = client.get(f"{COURSES}microeconomics/").data
    assert [(each["course_key"], each["start"]) for each in found["runs"]] == [("course-v1:MITx+14.100x+soon", None)]
    shown = client.get(f"{RUNS}course-v1:MITx+14.100x+soon/").data
    assert (shown["unscheduled"], shown["start"]) == (True, None)


def test_a_course_is_found_by_slug_uuid_and_key(reader, listed):
    row = listed()
    names = ("microeconomics", "MICROECONOMICS", row.catalog_course.uuid, "MITx+14.100x", "catalog-course:mitx:14.100X")
    found = {reader.get(f"{COURSES}{name}/").data["slug"] for name in names}
    assert found == {"microeconomics"}


def test_a_slug_may_have_several_parts(client, listed, settings):
    settings.OPENEDX_CATALOG_SLUGS_WITH_SLASHES = True
    listed(slug="learn/economics/micro")
    assert client.get(f"{COURSES}learn/economics/micro/").data["slug"] == "learn/economics/micro"
    assert client.get(f"{COURSES}learn/economics/micro/redirects/").data["former_slugs"] == []


def test_a_former_slug_leads_to_the_present_one(reader, listed):
    api.set_course_listing(listed().catalog_course, slug="micro")
    answer = reader.get(f"{COURSES}microeconomics/?fields=slug")
    url = f"http://testserver{COURSES}micro/?fields=slug"
    assert (answer.status_code, answer["Location"], answer.data) == (301, url, {"slug": "micro", "url": url})
    assert reader.get(answer["Location"]).data == {"slug": "micro"}


def test_whoever_writes_may_use_a_former_slug(client, listed):
    api.set_course_listing(listed().catalog_course, slug="micro")
    answer = client.patch(f"{COURSES}microeconomics/", {"weeks": 3}, format="json")
    assert (answer.status_code, answer.data["slug"], answer.data["weeks"]) == (200, "micro", 3)


def test_a_slug_that_is_gone_with_its_listing_leads_nowhere(client, listed):
    api.delete_course_listing(listed().catalog_course)
    assert client.get(f"{COURSES}microeconomics/").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "MITx+NONE", "course-v1:a+b+c", "%00", "é" * 3000, "a/b", "facets/x"])
def test_what_names_nothing_is_not_found(client, listed, name):
    listed()
    assert client.get(f"{COURSES}{name}/").status_code == 404
    assert client.get(f"{RUNS}{name}/").status_code == 404


def test_a_run_is_found_by_slug_uuid_and_key(reader, listed, run):
    listed()
    row = run(KEY)
    listing = api.set_course_run_listing(KEY, title_override="Micro 2027")
    assert {reader.get(f"{RUNS}{name}/").data["title"] for name in (listing.slug, row.uuid, KEY)} == {"Micro 2027"}
    former = api.set_course_run_listing(KEY, slug="new").slug
    answer = reader.get(f"{RUNS}{listing.slug}/")
    assert (answer.status_code, answer.data["slug"]) == (301, former)


def test_a_run_of_an_old_key_is_found_by_it(client, course, run):
    run("MITx/14.100x/2012")
    api.set_course_listing("MITx+14.100x", live=True)
    api.set_course_run_listing("MITx/14.100x/2012")
    assert client.get(f"{RUNS}MITx%2F14.100x%2F2012/").data["course_key"] == "MITx/14.100x/2012"


# Filters and counts


@pytest.fixture
def three(listed, course):
    """Three public courses that differ, and a hidden one that has everything."""
    for name in ("Data", "Economics"):
        api.create_subject(name=name)
    api.create_level(name="Introductory")
    listed("A", title="Algebra", subjects=["data"], languages=["en"], readable_id="A-1")
    listed("B", title="Biology", subjects=["data", "economics"], level="introductory", languages=["en", "es-419"])
    listed("C", title="Chaos", org="TUMx", owners=["MITx"], short_description="Not algebra.", invitation_only=True)
    listed("D", title="Algebra hidden", subjects=["data"], level="introductory", languages=["en"], visibility="hidden")


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["algebra", "biology", "chaos"]),
        ({"subject": "economics"}, ["biology"]),
        ({"subject": "economics,data"}, ["algebra", "biology"]),
        ({"subject": "none"}, []),
        ({"level": "introductory"}, ["biology"]),
        ({"language": "en"}, ["algebra", "biology"]),
        ({"language": "es-419,fr"}, ["biology"]),
        ({"language": "es"}, []),
        ({"org": "mitx"}, ["algebra", "biology"]),
        ({"org": "Nobody"}, []),
        ({"owner": "MITx"}, ["algebra", "biology", "chaos"]),
        ({"owner": "TUMx"}, []),
        ({"q": "algebra"}, ["algebra", "chaos"]),
        ({"live": "false"}, []),
        ({"visibility": "hidden"}, []),
        ({"visibility": "public,hidden"}, ["algebra", "biology", "chaos"]),
        ({"invitation_only": "true"}, ["chaos"]),
        ({"readable_id": "a-1"}, ["algebra"]),
        ({"slugs": "CHAOS,biology,nothing,algebra-hidden"}, ["biology", "chaos"]),
        ({"catalog_course": "TUMx+C"}, ["chaos"]),
        ({"modified_since": "2020-01-01T00:00:00Z"}, ["algebra", "biology", "chaos"]),
        ({"modified_since": "2999-01-01T00:00:00Z"}, []),
        ({"ordering": "-slug"}, ["chaos", "biology", "algebra"]),
    ],
)
def test_a_list_is_narrowed(reader, three, parameters, found):
    assert slugs(reader, **parameters) == found


@pytest.mark.parametrize(
    "parameters",
    [
        {"subjects": "x"}, {"visibility": "secret"}, {"live": "1"}, {"language": "no language"}, {"modified_since": "today"},
        {"slugs": ""}, {"catalog_course": "x"}, {"q": "\x00"}, {"ordering": "title"}, {"subject": "x" * 65},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused_by_name(reader, three, parameters):
    for url in (COURSES, FACETS):
        assert refused(reader.get(url, parameters))[:2] == (400, set(parameters))


def test_former_slugs_count_in_a_filter(reader, three):
    api.set_course_listing("MITx+A", slug="linear")
    assert slugs(reader, slugs="algebra") == ["linear"]


def test_facets_count_what_the_list_shows(reader, client, three):
    found = reader.get(FACETS).data
    counts = {name: {each.get("slug") or each.get("code") or each["short_name"]: each["count"] for each in rows}
              for name, rows in found.items() if name != "count"}  # fmt: skip
    assert found["count"] == 3
    assert counts == {
        "subject": {"data": 2, "economics": 1}, "level": {"introductory": 1}, "language": {"en": 2, "es-419": 1},
        "org": {"MITx": 2, "TUMx": 1},
    }  # fmt: skip
    assert client.get(FACETS).data["count"] == 4
    narrowed = reader.get(FACETS, {"subject": "economics"}).data
    assert (narrowed["count"], [each["slug"] for each in narrowed["subject"]]) == (1, ["data", "economics"])


def test_runs_are_narrowed(reader, listed, run):
    listed(), listed("B")
    for name in ("14.100x+1", "14.100x+2", "B+1"):
        run(f"course-v1:MITx+{name}")
        api.set_course_run_listing(f"course-v1:MITx+{name}", slug=name[-1], unscheduled=name[-1] == "2")
    one, two, other = slugs(reader, RUNS)
    assert slugs(reader, RUNS, catalog_course="MITx+B") == [other]
    assert slugs(reader, RUNS, unscheduled="true") == [two]
    assert slugs(reader, RUNS, course_keys="course-v1:MITx+14.100x+1") == [one]
    assert slugs(reader, RUNS, org="mitx", slugs=two) == [two]


# What it costs


def test_a_list_costs_eight_queries_whatever_its_size(listed, run):
    client, costs = APIClient(), []
    user = rest_user("user")
    subject, level = api.create_subject(name="Data"), api.create_level(name="Introductory")
    for size in (10, 90):
        for _number in range(size):
            code = f"C{CatalogCourse.objects.count()}"
            listed(code, title=f"Course {code}", subjects=[subject], level=level, owners=["MITx"])
            run(f"course-v1:MITx+{code}+R")
        # Read anew: Django keeps the permissions of a user once it has asked for them.
        client.force_authenticate(type(user).objects.get(pk=user.pk))
        with CaptureQueriesContext(connection) as found:
            answer = client.get(COURSES, {"page_size": 100})
        assert len(answer.data["results"]) == CourseListing.objects.count()
        costs.append(len(found))
    assert costs[0] == costs[1] <= 8


# Writing


def test_a_course_gets_a_listing_and_another_put_changes_it(client, course):
    course()
    made = put(client, "MITx+14.100x", short_description="Supply.", reason="Launch")
    assert (made.status_code, made.data["live"], made.data["slug"]) == (201, False, "microeconomics")
    assert made["Location"] == f"http://testserver{COURSES}microeconomics/"
    again = put(client, "microeconomics", live=True)
    assert (again.status_code, again.data["live"], again.data["short_description"]) == (200, True, "Supply.")
    assert CourseListing.history.order_by("history_id").first().history_change_reason.endswith("Launch")


def test_a_run_gets_a_listing_and_loses_it(client, listed, run):
    listed(), run(KEY)
    made = put(client, KEY, RUNS, courseware_url="https://elsewhere.example/1", weeks=4)
    assert (made.status_code, made.data["live"], made.data["weeks"]) == (201, True, 4)
    assert client.get(f"{COURSES}microeconomics/").data["runs"][0]["courseware_url"] == "https://elsewhere.example/1"
    assert client.delete(f"{RUNS}{KEY}/").status_code == 204
    assert client.get(f"{RUNS}{KEY}/").status_code == 404


def test_what_has_no_listing_is_changed_by_put_alone_and_not_under_an_etag(client, course):
    course()
    url = f"{COURSES}MITx+14.100x/"
    assert client.patch(url, {"weeks": 1}, format="json").status_code == 404
    assert client.put(url, {"weeks": 1}, format="json", headers={"if-match": "*"}).status_code == 412
    assert put(client, "MITx+NONE", weeks=1).status_code == 404
    assert put(client, "some-slug", weeks=1).status_code == 404
    assert not CourseListing.objects.exists()


def test_a_listing_is_deleted_and_its_slugs_stay(client, listed):
    listed()
    assert client.delete(f"{COURSES}microeconomics/?reason=gone").status_code == 204
    assert put(client, "MITx+14.100x", slug="other").status_code == 201
    assert client.get(f"{COURSES}microeconomics/").status_code == 301


def test_an_image_is_given_in_base64_and_taken_away(client, listed):
    listed()
    written = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(written, "PNG")
    body = {"image": base64.b64encode(written.getvalue()).decode(), "image_alt": "A wall"}
    assert put(client, "microeconomics", **body).data["image"]["alt"] == "A wall"
    assert put(client, "microeconomics", image=None).data["image"] is None
    assert refused(put(client, "microeconomics", image="%%"))[:2] == (400, {"image"})
    assert refused(put(client, "microeconomics", image=base64.b64encode(b"no").decode(), image_alt="x"))[:2] == (400, {"image"})


def test_an_image_of_any_size_that_is_stored_comes_by_a_form(client, listed):
    listed()
    url, written = f"{COURSES}microeconomics/image/", io.BytesIO()
    Image.effect_noise((1480, 1480), 99).save(written, "PNG")
    assert 1_950_000 < len(written.getvalue()) < MAX_BYTES

    def upload(content, **more):
        return client.put(url, {"image": SimpleUploadedFile("noise.png", content), **more}, format="multipart")

    assert refused(upload(written.getvalue()))[:2] == (400, {"image_alt"})
    done = upload(written.getvalue(), image_alt="Noise", reason="r")
    assert (done.status_code, done.data["image"]["alt"]) == (200, "Noise")
    assert upload(picture().read()).data["image"]["alt"] == "Noise"
    assert refused(upload(bytes(MAX_BYTES + 1)))[:2] == (400, {"image"})
    assert refused(upload(bytes(MAX_BYTES + 1_000_001)))[2] == "body_too_large"
    assert refused(upload(b"no image"))[:2] == (400, {"image"})
    assert refused(upload(picture().read(), live="true"))[:2] == (400, {"live"})
    assert refused(client.put(url, {"image": "no file"}, format="multipart"))[:2] == (400, {"image"})
    assert refused(client.put(url, {}, format="multipart"))[:2] == (400, {"image"})


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"subjects": ["none"]}, 400, "subjects"),
        ({"level": "none"}, 400, "level"),
        ({"owners": ["Nobody"]}, 400, "owners"),
        ({"languages": ["no language"]}, 400, "language"),
        ({"visibility": "secret"}, 400, "visibility"),
        ({"live": "yes"}, 400, "live"),
        ({"weeks": -1}, 400, "weeks"),
        ({"weeks": 1.5}, 400, "weeks"),
        ({"min_effort": 9, "max_effort": 1}, 400, "min_effort"),
        ({"video_url": "javascript:x"}, 400, "video_url"),
        ({"slug": "a b"}, 400, "slug"),
        ({"image_alt": 7}, 400, "image_alt"),
        ({"title": "X"}, 400, "title"),
        ({"title_override": None}, 400, "title_override"),
        ([], 400, "non_field_errors"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_its_field(client, listed, body, status, field):
    listed()
    answer = client.patch(f"{COURSES}microeconomics/", body, format="json")
    assert (answer.status_code, set(answer.data["errors"])) == (status, {field})


def test_a_redirect_is_added_and_listed(client, listed):
    listed(), listed("B", title="Biology")
    url = f"{COURSES}microeconomics/redirects/"
    for _again in range(2):
        answer = client.post(url, {"slug": "Old-Site"}, format="json")
        assert (answer.status_code, answer.data) == (200, {"slug": "microeconomics", "former_slugs": ["old-site"]})
    assert client.get(url).data["former_slugs"] == ["old-site"]
    assert client.get(f"{COURSES}old-site/").status_code == 301
    taken = client.post(url, {"slug": "biology"}, format="json")
    assert (taken.status_code, taken.data["code"]) == (409, "duplicate_value")
    assert refused(client.post(url, {"slug": "a b"}, format="json"))[:2] == (400, {"slug"})


def test_other_bodies_are_json_alone(client, listed):
    listed()
    assert client.put(f"{COURSES}microeconomics/", {"image_alt": "x"}, format="multipart").status_code == 415


def test_time_alone_makes_a_copy_old_and_is_no_other_writer(client, listed, run, monkeypatch):
    listed()
    now = timezone.now()
    for name, days in (("1", 1), ("2", 2)):
        start, end = now + timedelta(days=days), now + timedelta(days=days + 0.5)
        run(f"course-v1:MITx+14.100x+{name}", start=start, enrollment_end=start, end=end)
    url = f"{COURSES}microeconomics/"
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1.2))
    later = client.get(url, headers={"if-none-match": tag})
    assert (later.status_code, later.data["best_run"]["course_key"][-1]) == (200, "2")
    assert client.patch(url, {"weeks": 2}, format="json", headers={"if-match": tag}).status_code == 200


# Catalog courses


def test_catalog_courses_show_the_listing_that_the_user_may_see(client, reader, three, course):
    course("E")
    asked = {"fields": "key,listing_slug", "org": "MITx"}
    seen = {row["key"][-1]: row["listing_slug"] for row in reader.get(CATALOG, asked).data["results"]}
    assert seen == {"A": "algebra", "B": "biology", "D": None, "E": None}
    assert {row["listing_slug"] for row in client.get(CATALOG, asked).data["results"]} >= {"algebra-hidden"}
    count = {
        user: [user.get(CATALOG, {"listed": value}).data["count"] for value in ("true", "false")] for user in (reader, client)
    }
    assert (count[reader], count[client]) == ([3, 2], [4, 1])
    assert refused(reader.get(CATALOG, {"listed": "x"}))[:2] == (400, {"listed"})


def test_the_first_page_names_the_lists_of_listings_and_of_the_core(client):
    found = client.get(ROOT).data
    assert {name for name in found if name.startswith("listings/")} == {
        "listings/subjects", "listings/levels", "listings/courses", "listings/course-runs",
    }  # fmt: skip
    assert found["course-runs"].endswith("/v1/course-runs/")


# What is never told


@pytest.fixture
def kept_back(listed, course, run):
    """Listings that are hidden, unlisted or not live, of courses and runs, each text of which has a marker."""
    listed("Public", title="Public")
    api.create_subject(name="Data")
    names = []
    for number, values in enumerate(({"visibility": "hidden"}, {"live": False}, {"visibility": "unlisted"})):
        row = course(f"K{number}", title=f"Course {number}")
        text = f"{MARK} {number}"
        catalog.create_course_run(f"course-v1:MITx+K{number}+R", title=f"Run {number}")
        catalog.create_course_run(f"course-v1:MITx+Public+R{number}", title=f"Run {number}")
        api.set_course_listing(
            row, **{"live": True, **values}, title_override=text, short_description=text, full_description=text,
            image=picture(), image_alt=text, readable_id=f"{MARK}-{number}", languages=["tlh"], subjects=["data"],
        )  # fmt: skip
        # A public run of a course that is not, and a run that is not of a course that is.
        api.set_course_run_listing(f"course-v1:MITx+K{number}+R", title_override=text)
        api.set_course_run_listing(f"course-v1:MITx+Public+R{number}", title_override=text, **values)
        names += [f"MITx+K{number}", str(row.uuid)]
    gone = catalog.create_course_run("course-v1:MITx+Public+Gone", title="Gone")
    api.set_course_run_listing(gone.course_key, title_override=f"{MARK} gone")
    catalog.withdraw_course_run(gone.course_key, at=timezone.now())
    return names


@pytest.mark.parametrize("visitor", ["user", "anonymous", f"{APP}.view_courserunlisting", f"{APP}.add_courserunlisting"])
def test_what_is_kept_back_is_in_no_list_count_facet_detail_or_error(visitor, kept_back, settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    client = rest_client(visitor)
    answers = [
        client.get(url) for url in (COURSES, RUNS, FACETS, SUBJECTS, CATALOG, f"{ROOT}course-runs/", f"{COURSES}public/")
    ]
    assert [answer.data["count"] for answer in answers[:3]] == [1, 0, 1]
    assert answers[2].data["language"] == answers[2].data["subject"] == []
    for parameters in (
        {"q": MARK}, {"readable_id": f"{MARK}-0"}, {"slugs": f"{MARK}-0,{MARK}-1,{MARK}-2"}, {"language": "tlh"},
        {"catalog_course": "MITx+K2"}, {"visibility": "unlisted"}, {"live": "false"}, {"subject": "data"},
    ):  # fmt: skip
        answers += [client.get(url, parameters) for url in (COURSES, FACETS)]
        assert [answer.data["count"] for answer in answers[-2:]] == [0, 0], parameters
    missing = [client.get(f"{COURSES}{name}/") for name in kept_back]
    missing += [client.get(f"{COURSES}{MARK}-{number}/") for number in range(2)]
    runs = CourseRun.objects.filter(listing__isnull=False)
    for row in runs.select_related("listing"):
        missing += [client.get(f"{RUNS}{name}/") for name in (row.uuid, row.course_key, row.listing.slug)]
    assert {answer.status_code for answer in missing} == {404}
    assert client.get(f"{COURSES}none-such/").data["detail"] == missing[-1].data["detail"].replace(
        f"Run Listing of {row.listing.slug!r}", "Course Listing of 'none-such'"
    )
    answers += [
        client.generic(method, f"{url}{MARK}-0/") for url in (COURSES, RUNS) for method in ("OPTIONS", "DELETE", "PATCH")
    ]
    answers += [client.options(COURSES), client.get(f"{COURSES}{MARK}-0/redirects/")]
    # A slug that was asked for is in the answer; nothing else is.
    texts = [str(answer.json()) for answer in answers if MARK not in answer.json().get("instance", "")]
    texts += [str(answer.json()) for answer in missing if MARK not in answer.json()["instance"]]
    assert [text for text in texts if MARK in text.lower()] == []


def test_what_is_unlisted_is_seen_by_its_slug(reader, kept_back):
    assert reader.get(f"{COURSES}{MARK}-2/").data["visibility"] == "unlisted"
    api.set_course_listing("MITx+K2", slug="elsewhere")
    assert reader.get(f"{COURSES}{MARK}-2/").status_code == 301


def test_a_former_slug_does_not_lead_to_what_is_hidden(reader, kept_back):
    api.set_course_listing("MITx+K0", slug="elsewhere")
    assert reader.get(f"{COURSES}{MARK}-0/").status_code == 404


def test_whoever_may_view_listings_sees_all_of_them(kept_back):
    viewer = rest_client(f"{APP}.view_courselisting")
    assert viewer.get(COURSES).data["count"] == 4
    assert viewer.get(RUNS).data["count"] == 7
    assert {viewer.get(f"{COURSES}{name}/").status_code for name in kept_back} == {200}


def test_a_run_listing_that_is_kept_back_is_not_overwritten(kept_back):
    writer = rest_client(f"{APP}.add_courserunlisting + {APP}.change_courserunlisting")
    answer = put(writer, "course-v1:MITx+Public+R0", RUNS, weeks=1)
    assert (answer.status_code, MARK in str(answer.data)) == (404, False)
    assert api.find_course_run_listing("course-v1:MITx+Public+R0").weeks is None


class KeepsListingsBack(ModelPermissions):
    """As a host writes it: whoever changes listings does not see all of them."""

    def can_view(self, user, model):
        return self.can_write(user, model, "view")


def test_a_slug_or_id_of_what_is_kept_back_is_taken_but_not_by_whom(kept_back, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsListingsBack"
    writer = rest_client(f"{APP}.add_courselisting + {APP}.change_courselisting")
    for body, said in (
        ({"slug": f"{MARK}-0"}, "another Course Listing"),
        ({"readable_id": f"{MARK}-0"}, "another Course Listing"),
    ):
        answer = put(writer, "public", **body)
        assert (answer.status_code, said in answer.data["detail"]) == (409, True), answer.data
        assert "K0" not in answer.data["detail"]
    answer = writer.post(f"{COURSES}public/redirects/", {"slug": f"{MARK}-1"}, format="json")
    assert (answer.status_code, "another Course Listing" in answer.data["detail"]) == (409, True)
    assert put(writer, "MITx+K0", weeks=1).status_code == 404
    assert writer.get(f"{COURSES}public/redirects/").status_code == 403


class KeepsAnOrganizationBack(ModelPermissions):
    """As a host writes it: what TUMx has is only for superusers."""

    def sees_all(self, user, model):
        return user.is_superuser if model in (CatalogCourse, CourseRun, Organization) else super().sees_all(user, model)

    def visible(self, user, rows):
        if self.sees_all(user, rows.model):
            return rows
        paths = {CatalogCourse: "org__short_name", CourseRun: "catalog_course__org__short_name", Organization: "short_name"}
        return rows.exclude(**{paths[rows.model]: "TUMx"}) if rows.model in paths else rows.public()


class KeepsRunsBack(ModelPermissions):
    """As a host writes it: second runs are only for superusers."""

    def visible(self, user, rows):
        if rows.model is CourseRun and not user.is_superuser:
            return rows.exclude(run_code="R2")
        return super().visible(user, rows)


class FirstCode(BestRun):
    """As a host writes it: by what only the row of a run has."""

    def rank(self, run, at):
        return (-int(run.run_code[1:]), run.course_key.org, run.catalog_course.course_code)


class EnrollmentNeverEnds(DateWindow):
    """As a host writes it."""

    enrollable = DateWindow.enrollable[:2]


@pytest.fixture
def two_runs(listed, run):
    """A course with two runs: in the first one enrollment is over."""
    listed()
    now = timezone.now()
    over = {"start": now - timedelta(days=9), "enrollment_end": now - timedelta(days=1)}
    run("course-v1:MITx+14.100x+R1", **over)
    run("course-v1:MITx+14.100x+R2", start=now + timedelta(days=9))


def best_and_runs(client):
    [row] = client.get(COURSES).data["results"]
    return row["best_run"]["course_key"][-2:], [each["course_key"][-2:] for each in row["runs"]]


def test_runs_that_a_policy_keeps_back_are_kept_back(client, reader, two_runs, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsRunsBack"
    assert best_and_runs(client) == ("R2", ["R1", "R2"])
    assert best_and_runs(reader) == ("R1", ["R1"])


@pytest.mark.parametrize(
    ("setting", "policy", "best"),
    [
        ("BEST_RUN", "openedx_catalog.contrib.listings.policies.BestRun", "R2"),
        ("BEST_RUN", f"{__name__}.FirstCode", "R1"),
        ("DATE_WINDOW", f"{__name__}.EnrollmentNeverEnds", "R1"),
    ],
    ids=["ours", "best run", "dates"],
)
def test_policies_of_the_host_say_which_run_is_best(reader, two_runs, settings, setting, policy, best):
    setattr(settings, f"OPENEDX_CATALOG_{setting}", policy)
    assert best_and_runs(reader) == (best, ["R1", "R2"])


def test_listings_of_courses_that_a_policy_keeps_back_are_kept_back(client, reader, three, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsAnOrganizationBack"
    assert (slugs(reader), reader.get(FACETS).data["count"]) == (["algebra", "biology"], 2)
    assert [reader.get(f"{COURSES}{name}/").status_code for name in ("chaos", "TUMx+C")] == [404, 404]
    assert reader.get(f"{COURSES}chaos/").data["detail"].replace("chaos", "x") == reader.get(f"{COURSES}x/").data["detail"]
    assert client.get(f"{COURSES}chaos/").status_code == 200


def test_what_a_policy_keeps_back_with_its_course_is_not_named_either(three, settings):
    api.set_course_listing("TUMx+C", readable_id="C-1")
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.KeepsAnOrganizationBack"
    writer = rest_client(f"{APP}.add_courselisting + {APP}.change_courselisting")
    for body in ({"slug": "chaos"}, {"readable_id": "c-1"}):
        answer = put(writer, "algebra", **body)
        assert (answer.status_code, "another Catalog Course" in answer.data["detail"]) == (409, True), answer.data
        assert "TUMx" not in answer.data["detail"]
    assert "Biology" in put(writer, "algebra", slug="biology").data["detail"]


def test_what_hangs_on_a_subject_is_not_counted_for_whoever_may_not_view_it(kept_back):
    answer = rest_client(f"{APP}.delete_subject").delete(f"{SUBJECTS}data/")
    assert answer.status_code == 409
    assert "rows that you may not view" in answer.data["detail"]
    assert "(3)" not in answer.data["detail"]
