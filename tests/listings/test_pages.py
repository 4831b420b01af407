"""The public pages: what they show of courses and programs, what they never show, and where old addresses lead."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.pages import views
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs import lms
from openedx_catalog.models_api import CourseRunWithdrawal
from openedx_catalog.permissions import ModelPermissions

from ..spanish import SPANISH, by_the_reader
from .conftest import picture

pytestmark = pytest.mark.django_db

LIST, PROGRAMS, SITEMAP = "/catalog/courses/", "/catalog/programs/", "/catalog/sitemap.xml"
KEY = "course-v1:MITx+14.100x+2T2027"
BAD = "</script><script>alert('x')</script><img src=x onerror=alert(1)>\"'"


@pytest.fixture(autouse=True)
def everybody_reads(settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True


@pytest.fixture
def text(client):
    """``text(address)``: what a page says."""

    def read(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return read


@pytest.fixture
def data(text):
    """``data(address)``: what search engines read of a page."""
    return lambda address: json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text(address))[0])


def in_days(days):
    return timezone.now() + timedelta(days=days)


def program(title="Analytics", *, courses=("MITx+14.100x",), **values):
    given = {"type": "xseries", "status": "active", "marketing_slug": "analytics", **values}
    made = programs.create_program(title=title, **given)
    programs.create_curriculum(made, name="Core", courses=list(courses))
    return made


def titles(page):
    return re.findall(r'class="catalog-card-title"><a [^>]*>(.*?)</a>', page)


# The list


def test_the_first_page_is_the_list(client):
    assert client.get("/catalog/", follow=True).redirect_chain == [(LIST, 302)]


def test_a_list_has_public_courses_by_title(listed, text):
    for code, title in {"A": "zoology", "B": "Botany", "C": "Álgebra"}.items():
        listed(code, title=title)
    listed("D", title="Drawing", title_override="Art")
    page = text(LIST)
    # Databases differ in where they put the accent.
    assert [title for title in titles(page) if title != "Álgebra"] == ["Art", "Botany", "zoology"]
    assert "4 courses" in page


def test_a_card_says_what_somebody_chooses_by(listed, run, text):
    api.create_subject(name="Economics")
    api.create_level(name="Introductory")
    catalog.create_organization(short_name="TUMx", name="Technical University")
    values = {"subjects": ["economics"], "level": "introductory", "owners": ["TUMx"], "short_description": "Supply."}
    listed(image=picture(), image_alt="A market", **values)
    run(KEY, start="2031-03-01T00:00:00Z")
    page = text(LIST)
    for said in ("Technical University", "Supply.", "Economics", "Introductory", 'alt="A market"', "-small.png"):
        assert said in page
    assert "Starts March 1, 2031 (UTC)" in page
    assert "Open for enrollment</span>" in page


def test_a_list_has_pages(listed, text):
    for number in range(26):
        listed(f"C{number}", title=f"Course {number:02}")
    assert (len(titles(text(LIST))), titles(text(f"{LIST}?page=2"))) == (24, ["Course 24", "Course 25"])
    assert "Page 1 of 2" in text(LIST)
    assert 'href="?q=course&amp;page=2"' in text(f"{LIST}?q=course")
    assert 'rel="canonical" href="http://testserver/catalog/courses/?page=2"' in text(f"{LIST}?page=2")


@pytest.fixture
def assortment(listed, run):
    """Four courses that differ in everything."""
    for name in ("Economics", "Data"):
        api.create_subject(name=name)
    api.create_level(name="Introductory")
    catalog.create_organization(short_name="TUMx", name="Technical University")
    listed("A", title="Prices", subjects=["economics"], level="introductory", languages=["en", "es-419"])
    listed("B", title="Numbers", subjects=["economics", "data"], owners=["TUMx"], short_description="Of markets")
    listed("C", title="Drawing", languages=["es"])
    listed("D", title="Glass", org="GlassX", invitation_only=True)
    run("course-v1:MITx+A+1T2020", start=in_days(-90), enrollment_end=in_days(-60))
    run("course-v1:MITx+B+1T2030", start=in_days(30))
    run("course-v1:GlassX+D+1T2030", start=in_days(30))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=price", {"Prices"}),
        ("q=MARKETS", {"Numbers"}),
        ("q=of+numbers", {"Numbers"}),
        ("q=glassx", {"Glass"}),
        ("subject=economics", {"Prices", "Numbers"}),
        ("subject=data&q=prices", set()),
        ("level=introductory", {"Prices"}),
        ("language=es", {"Drawing"}),
        ("language=es-419", {"Prices"}),
        ("language=en", {"Prices", "Numbers", "Glass"}),
        ("organization=TUMx", {"Numbers"}),
        ("organization=MITx", {"Prices", "Drawing"}),
        ("open=1", {"Numbers"}),
        ("subject=none", set()),
        ("colour=red", {"Prices", "Numbers", "Drawing", "Glass"}),
    ],
)
def test_a_list_is_narrowed(assortment, text, query, found):
    page = text(f"{LIST}?{query}")
    assert set(titles(page)) == found
    assert ("noindex" in page) == ("colour" not in query)


def test_choices_have_the_number_of_their_courses(assortment, text):
    page = text(LIST)
    for said in ("Economics (2)", "Data (1)", "Introductory (1)", "English (3)", "Spanish (1)", "Technical University (1)"):
        assert said in page
    assert "MITx (2)" in page


@pytest.mark.parametrize(
    "query",
    [
        "page=abc", "page=-1", "page=0", "page=99999999999999999999", "page=%00", "page=٣", "q=%00", "q=%FF%FE", "subject=%00",
        "level=%00", "language=%00", "language=%22", "language=en%0A", "organization=%00", "open=%00", f"q={'x' * 5000}",
        "q=%25_%5C", "q=%22", f"q={'a+' * 300}", "q=a&q=b", f"subject={'x' * 999}", "q=" + "%CC%81" * 99,
    ],
)  # fmt: skip
def test_no_address_is_an_error(listed, text, query):
    listed()
    assert "<h1>Courses</h1>" in text(f"{LIST}?{query}")


# The page of a course


def test_a_page_has_all_that_is_said_of_a_course(listed, run, text):
    api.create_subject(name="Economics")
    api.create_level(name="Introductory")
    values = {"full_description": "<h2>Why</h2><p>Markets</p>", "short_description": "Supply.", "weeks": 12, "min_effort": 4}
    values |= {"subjects": ["economics"], "level": "introductory", "languages": ["en", "es"], "max_effort": 6}
    listed(video_url="https://video.example/1", image=picture(), image_alt="A market", **values)
    page = text("/catalog/courses/microeconomics/")
    for said in ("<h2>Why</h2><p>Markets</p>", "Supply.", "12 weeks", "4–6 hours a week", "English", "Spanish", "14.100x"):
        assert said in page
    assert '<a href="/catalog/courses/?subject=economics">Economics</a>' in page
    assert '<a href="/catalog/courses/?level=introductory">Introductory</a>' in page
    assert 'href="https://video.example/1"' in page
    assert 'property="og:image" content="http://testserver/media/' in page
    assert 'rel="canonical" href="http://testserver/catalog/courses/microeconomics/"' in page
    assert 'name="description" content="Supply."' in page


def test_runs_are_shown_with_their_dates_and_the_best_one_leads_to_the_course(listed, run, text, settings):
    settings.OPENEDX_CATALOG_COURSEWARE_URL = "https://lms.example/courses/{course_key}/about"
    listed()
    run(KEY, start="2031-03-01T15:30:00Z", end="2031-06-01T00:00:00Z")
    run("course-v1:MITx+14.100x+1T2019", start="2019-03-01T00:00:00Z", end="2019-06-01T00:00:00Z")
    page = text("/catalog/courses/microeconomics/")
    assert "March 1, 2031, 3:30 p.m. UTC" in page
    assert "Archived" in page
    assert page.index("Recommended") < page.index("March 1, 2019")
    assert (
        'class="catalog-button" href="https://lms.example/courses/course-v1%3AMITx%2B14.100x%2B2T2027/about">Enroll</a>' in page
    )


def test_dates_that_are_placeholders_are_shown_nowhere(listed, run, text, data):
    listed()
    run(KEY, start="2031-03-01T00:00:00Z", end="2031-06-01T00:00:00Z")
    api.set_course_run_listing(KEY, unscheduled=True)
    for address in (LIST, "/catalog/courses/microeconomics/"):
        assert "2031" not in text(address)
        assert "No dates yet" in text(address)
    assert titles(text(f"{LIST}?open=1")) == []


def test_nobody_is_told_to_enroll_by_himself_where_he_cannot(listed, run, text):
    listed(invitation_only=True)
    run(KEY, start=in_days(30))
    api.set_course_run_listing(KEY, courseware_url="https://lms.example/1")
    page = text("/catalog/courses/microeconomics/")
    assert "By invitation only" in page
    assert ">Go to course</a>" in page
    assert "Enroll<" not in page


def test_a_text_in_another_language_says_so(text):
    row = catalog.create_catalog_course(org_code="MITx", course_code="ES", title="Economía", language="es")
    api.set_course_listing(row, live=True, short_description="Precios", full_description="<p>Mercados</p>")
    assert text("/catalog/courses/economía/").count('lang="es"') == 3
    assert 'lang="es">Economía</a>' in text(LIST)


def test_a_page_is_read_in_the_language_of_the_visitor(listed, client):
    api.create_subject(name="Economics", translations={"es": "Economía"})
    listed(subjects=["economics"], languages=["en"])
    with by_the_reader():
        page = client.get(LIST, headers=SPANISH).content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert "Economía (1)" in page
    assert "Inglés (1)" in page


# Who sees what


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, 200),
        ({"visibility": "unlisted"}, 200),
        ({"visibility": "hidden"}, 404),
        ({"live": False}, 404),
        ({"live": False, "visibility": "unlisted"}, 404),
    ],
)
def test_who_has_its_address_sees_a_page_unless_it_is_hidden_or_not_live(listed, client, values, status):
    listed(**values)
    api.add_course_redirect("MITx+14.100x", "formerly")
    response = client.get("/catalog/courses/microeconomics/")
    assert response.status_code == status
    assert ("noindex" in response.content.decode()) == (values == {"visibility": "unlisted"})
    assert client.get("/catalog/courses/formerly/").status_code == (301 if status == 200 else 404)
    assert client.get("/catalog/courses/microeconomics/?preview=1").status_code == status


@pytest.mark.parametrize("values", [{"live": False}, {"visibility": "hidden"}, {"visibility": "unlisted"}, {}])
def test_who_may_view_listings_sees_a_preview(listed, client, values):
    listed(**values)
    user = User.objects.create_user("editor")
    user.user_permissions.add(Permission.objects.get(codename="view_courselisting"))
    client.force_login(user)
    response = client.get("/catalog/courses/microeconomics/?preview=1")
    assert response.status_code == 200
    assert "<strong>Preview</strong>" in response.content.decode()
    assert (response["X-Robots-Tag"], response["Cache-Control"]) == ("noindex", "private, no-store")
    assert client.get("/catalog/courses/MICROECONOMICS/?preview=1")["Location"] == "/catalog/courses/microeconomics/?preview=1"


def test_lists_show_nobody_more_than_the_public(listed, admin_client):
    listed("A", title="Seen")
    listed("B", title="Secret", visibility="hidden")
    assert titles(admin_client.get(LIST).content.decode()) == ["Seen"]


def test_who_may_not_read_is_led_to_sign_in(listed, client, settings):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = False
    listed(live=False)
    for address in (LIST, "/catalog/courses/microeconomics/", "/catalog/courses/none/", PROGRAMS, SITEMAP):
        response = client.get(f"{address}?q=1")
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}%3Fq%3D1")
    client.force_login(User.objects.create_user("learner"))
    assert client.get(LIST).status_code == 200


def test_pages_may_be_switched_off(listed, client, settings):
    listed()
    settings.OPENEDX_CATALOG_PAGES = False
    for address in ("/catalog/", LIST, "/catalog/courses/microeconomics/", PROGRAMS, SITEMAP):
        assert client.get(address).status_code == 404


def test_pages_are_only_read(listed, client):
    listed()
    assert [client.post(LIST).status_code, client.delete(LIST).status_code, client.head(LIST).status_code] == [405, 405, 200]


SECRETS = {
    "hidden": {"visibility": "hidden"},
    "unlisted": {"visibility": "unlisted"},
    "not live": {"live": False},
}


@pytest.mark.parametrize("state", SECRETS)
def test_what_is_not_public_is_in_no_list_count_choice_program_or_sitemap(listed, text, state):
    listed("A", title="Seen")
    api.create_subject(name="Marker subject")
    api.create_level(name="Marker level")
    catalog.create_organization(short_name="MarkerX", name="Marker organization")
    values = {"subjects": ["marker-subject"], "level": "marker-level", "owners": ["MarkerX"], "languages": ["fr"]}
    values |= {"short_description": "Marker short", "full_description": "<p>Marker full</p>", "image": picture()}
    listed("M", title="Marker title", image_alt="Marker alt", slug="marker-slug", **values, **SECRETS[state])
    catalog.create_course_run("course-v1:MITx+M+1T2030", title="Marker run", schedule={"start": in_days(3)})
    program(courses=["MITx+A", "MITx+M"])
    addresses = [LIST, f"{LIST}?open=1", f"{LIST}?subject=economics", "/catalog/courses/seen/", PROGRAMS]
    for address in [*addresses, f"{PROGRAMS}analytics/", SITEMAP]:
        page = text(address)
        assert "marker" not in page.lower(), address
        assert "French" not in page
    for query in ("q=marker", "subject=marker-subject", "level=marker-level", "organization=MarkerX", "language=fr"):
        assert titles(text(f"{LIST}?{query}")) == []
    assert ">1 course<" in text(LIST)


def test_runs_that_are_not_shown_are_on_no_page(listed, text, data):
    listed()
    shown = {"live": False, "visibility": "hidden", "withdrawn": True}
    for number, (name, value) in enumerate(shown.items()):
        key = f"course-v1:MITx+14.100x+R{number}"
        catalog.create_course_run(key, title=f"Marker {number}", schedule={"start": in_days(3)})
        if name == "withdrawn":
            CourseRunWithdrawal.objects.create(run=catalog.get_course_run(key), at=timezone.now(), source="test")
        else:
            api.set_course_run_listing(key, **{name: value})
    page = text("/catalog/courses/microeconomics/")
    assert "Marker" not in page
    assert "hasCourseInstance" not in data("/catalog/courses/microeconomics/")
    assert "No dates yet" in text(LIST)
    assert titles(text(f"{LIST}?open=1")) == []


class NothingOfMITx(ModelPermissions):
    """A policy of a host that keeps the courses of an organization from those who are not signed in."""

    def sees_all(self, user, model):
        return user.is_authenticated

    def visible(self, user, rows):
        name = rows.model._meta.model_name
        if name == "organization":
            return rows.exclude(short_name="MITx")
        if name == "catalogcourse":
            return rows.exclude(org__short_name="MITx")
        return super().visible(user, rows) if hasattr(rows, "public") else rows


def test_what_a_policy_of_the_host_hides_is_on_no_page(listed, text, settings):
    listed("A", title="Marker")
    listed("B", title="Seen", org="TUMx", owners=["MITx"])
    program(courses=["MITx+A", "TUMx+B"], authoring_organizations=["MITx"])
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{__name__}.NothingOfMITx"
    for address in (LIST, f"{LIST}?q=mitx", f"{LIST}?organization=TUMx", PROGRAMS, f"{PROGRAMS}analytics/", SITEMAP):
        page = text(address)
        assert "Marker" not in page
        assert "MITx</p>" not in page
        assert "MITx (" not in page
    text("/catalog/courses/marker/", status=404)
    assert titles(text(LIST)) == ["Seen"]


# Addresses


def test_former_addresses_lead_to_the_current_one_at_once(listed, client):
    listed()
    for slug in ("micro", "microeconomics", "prices"):
        api.set_course_listing("MITx+14.100x", slug=slug)
    for former in ("micro", "microeconomics", "MICRO"):
        response = client.get(f"/catalog/courses/{former}/?a=1")
        assert (response.status_code, response["Location"]) == (301, "/catalog/courses/prices/?a=1")
    assert client.get("/catalog/courses/Prices/")["Location"] == "/catalog/courses/prices/"
    assert client.get("/catalog/courses/prices/").status_code == 200


def test_a_slug_may_have_parts(listed, client, settings):
    settings.OPENEDX_CATALOG_SLUGS_WITH_SLASHES = True
    listed(slug="learn/physics/circuits")
    assert client.get("/catalog/courses/learn/physics/circuits/").status_code == 200


@pytest.mark.parametrize("slug", ["none", "%00", "x" * 3000, "MITx+14.100x", "%CC%81" * 99, "a/../b", "%FF"])
def test_an_address_that_leads_nowhere_is_not_found(listed, client, slug):
    listed()
    assert client.get(f"/catalog/courses/{slug}/").status_code == 404


def test_a_course_is_not_found_by_its_uuid(listed, client):
    row = listed(visibility="unlisted")
    assert client.get(f"/catalog/courses/{row.catalog_course.uuid}/").status_code == 404


# Programs


def test_a_program_has_a_page_with_its_courses_in_order(listed, text):
    for code, title in {"A": "Second", "B": "First", "C": "Private"}.items():
        listed(code, title=title, live=title != "Private")
    values = {"subtitle": "Decide", "description": "Three courses.\n\n<b>One</b> exam.", "authoring_organizations": ["MITx"]}
    program(courses=["MITx+B", "MITx+C", "MITx+A"], image=picture(), image_alt="Numbers", **values)
    page = text(f"{PROGRAMS}analytics/")
    assert titles(page) == ["First", "Second"]
    for said in ("Decide", "<p>Three courses.</p>", "&lt;b&gt;One&lt;/b&gt; exam.", 'alt="Numbers"', "MITx", "XSeries"):
        assert said in page
    assert '<a href="/catalog/programs/analytics/">Analytics</a>' in text("/catalog/courses/first/")


def test_programs_that_are_offered_come_first(text):
    for title, status in {"B": "active", "A": "retired", "C": "active", "D": "unpublished", "E": "deleted"}.items():
        row = programs.create_program(title=title, type="xseries")
        for step in {"active": ["active"], "retired": ["active", "retired"], "deleted": ["deleted"]}.get(status, []):
            programs.change_program_status(row, step)
    programs.create_program(title="F", type="xseries", status="active", hidden=True)
    page = text(PROGRAMS)
    assert titles(page) == ["B", "C", "A"]
    assert "No longer offered" in page
    assert "3 programs" in page


def test_a_program_is_found_by_its_slug_in_any_case_or_its_uuid(client):
    row = program(courses=[])
    for name in ("ANALYTICS", str(row.uuid), row.uuid.hex):
        response = client.get(f"{PROGRAMS}{name}/")
        assert (response.status_code, response["Location"]) == (301, f"{PROGRAMS}analytics/")
    other = program("Other", courses=[], marketing_slug=None)
    assert client.get(f"{PROGRAMS}{other.uuid}/").status_code == 200


@pytest.mark.parametrize("values", [{"status": "unpublished"}, {"hidden": True}])
def test_a_program_that_is_not_public_is_nowhere(listed, client, text, values):
    listed()
    row = program("Marker", marketing_slug="marker", **values)
    for name in ("marker", "MARKER", row.uuid):
        assert client.get(f"{PROGRAMS}{name}/").status_code == 404
    for address in (PROGRAMS, "/catalog/courses/microeconomics/", SITEMAP):
        assert "marker" not in text(address).lower()


def test_a_hidden_program_is_known_to_whom_its_help_text_says(client):
    row = program(courses=[], marketing_slug="former")
    programs.update_program(row, marketing_slug="marker", hidden=True)
    help_text = str(row._meta.get_field("hidden").help_text)
    assert "no public page: only whoever may view programs, and the LMS, know of it" in help_text
    viewer = User.objects.create_user("viewer")
    viewer.user_permissions.add(Permission.objects.get(codename="view_program"))
    for reader, status in ((None, 404), (viewer, 200)):
        if reader:
            client.force_login(reader)
        assert client.get(f"/api/catalog/v1/programs/{row.uuid}/").status_code == status
        for name in ("former", "marker", row.uuid):
            assert client.get(f"{PROGRAMS}{name}/").status_code == 404
    assert [each["uuid"] for each in lms.get_programs_with_type(site=1)] == [str(row.uuid)]
    assert lms.get_programs_with_type(site=1, include_hidden=False) == []


@pytest.mark.parametrize("name", ["none", "%00", "x" * 3000, "a/b", "00000000-0000-0000-0000-000000000000"])
def test_a_program_that_there_is_not_is_not_found(client, name):
    assert client.get(f"{PROGRAMS}{name}/").status_code == 404


# What search engines read


def test_a_course_says_in_json_what_it_is(listed, run, data):
    catalog.create_organization(short_name="TUMx", name="Technical University")
    listed(
        owners=["TUMx"], languages=["en"], max_effort=6, weeks=12, image=picture(), image_alt="x", short_description="Supply."
    )
    run(KEY, start="2031-03-01T00:00:00Z", end="2031-06-01T00:00:00Z", pacing="self")
    found = data("/catalog/courses/microeconomics/")
    assert found["@type"] == "Course"
    assert found["provider"] == [{"@type": "Organization", "name": "Technical University"}]
    assert (found["inLanguage"], found["url"]) == (["en"], "http://testserver/catalog/courses/microeconomics/")
    assert found["image"].startswith("http://testserver/media/")
    [instance] = found["hasCourseInstance"]
    assert (instance["startDate"], instance["endDate"]) == ("2031-03-01T00:00:00+00:00", "2031-06-01T00:00:00+00:00")
    assert (instance["courseMode"], instance["courseWorkload"]) == (["online", "self-paced"], "PT72H")


def test_a_program_and_a_list_say_in_json_what_they_are(listed, data):
    listed()
    program()
    assert data(f"{PROGRAMS}analytics/")["@type"] == "EducationalOccupationalProgram"
    assert [each["name"] for each in data(f"{PROGRAMS}analytics/")["hasCourse"]] == ["Microeconomics"]
    assert data(LIST)["itemListElement"][0]["url"] == "http://testserver/catalog/courses/microeconomics/"


def handlers(page):
    """The elements that would do something by themselves."""

    class Elements(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if any(name.startswith("on") or (name == "src" and value == "x") for name, value in attrs):
                self.found.append((tag, attrs))

    elements = Elements()
    elements.found = []
    elements.feed(page)
    return elements.found


def test_no_text_becomes_markup(course, run, text, data, settings):
    settings.OPENEDX_CATALOG_SITE_NAME = BAD
    Organization.objects.create(short_name="BadX", name=BAD)
    api.create_subject(name=BAD[:64], slug="bad", translations={"es": BAD[:64]})
    api.create_level(name=BAD[:64], slug="bad")
    row = catalog.create_catalog_course(org_code="BadX", course_code="Bad", title=BAD)
    values = {"title_override": BAD, "full_description": BAD, "image": picture(), "image_alt": BAD, "slug": "bad"}
    row = api.set_course_listing(row, live=True, subjects=["bad"], level="bad", languages=["en"], **values)
    # Past what cleans it.
    type(row).objects.filter(pk=row.pk).update(short_description=BAD, readable_id=BAD)
    run("course-v1:BadX+Bad+1", start=in_days(3))
    api.set_course_run_listing("course-v1:BadX+Bad+1", title_override=BAD)
    values = {"subtitle": BAD, "description": BAD, "image": picture(), "image_alt": BAD, "marketing_slug": "bad"}
    programs.create_program_type(name=BAD[:64], slug="bad")
    program(BAD, courses=["BadX+Bad"], authoring_organizations=["BadX"], type="bad", **values)
    for address in (LIST, f"{LIST}?q={BAD.replace('&', '')}", "/catalog/courses/bad/", PROGRAMS, f"{PROGRAMS}bad/"):
        page = text(address)
        assert page.count("<script") == 1, address
        assert handlers(page) == []
        assert data(address)["@context"] == "https://schema.org"
    assert data("/catalog/courses/bad/")["name"] == BAD
    assert data(f"{PROGRAMS}bad/")["description"] == BAD


def addresses(xml):
    return [each.text for each in ElementTree.fromstring(xml).iter() if each.tag.endswith("}loc")]  # noqa: S314 (our own)


def test_a_sitemap_has_all_public_pages_and_when_they_changed(listed, text):
    listed()
    program()
    page = text(SITEMAP)
    assert addresses(page) == [
        "http://testserver/catalog/courses/microeconomics/",
        "http://testserver/catalog/programs/analytics/",
    ]
    assert len(re.findall(r"<lastmod>20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*\+00:00</lastmod>", page)) == 2


def test_a_long_sitemap_is_several(listed, text, client, monkeypatch):
    monkeypatch.setattr(views, "PER_SITEMAP", 2)
    for number in range(3):
        listed(f"C{number}", title=f"C{number}")
        program(f"P{number}", courses=[], marketing_slug=f"p{number}")
    assert addresses(text(SITEMAP)) == [f"http://testserver{SITEMAP}?page={number}" for number in (1, 2, 3)]
    parts = [addresses(text(f"{SITEMAP}?page={number}")) for number in (1, 2, 3)]
    assert [[address.split("/")[-2] for address in part] for part in parts] == [["c0", "c1"], ["c2", "p0"], ["p1", "p2"]]
    for asked in ("4", "0", "abc", "-1", "9" * 30, "²"):
        assert client.get(f"{SITEMAP}?page={asked}").status_code == 404


def test_a_former_slug_of_a_program_leads_to_its_page(client, settings, db):
    settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    program = programs.create_program(title="Circuits", type="xseries", status="active", marketing_slug="circuits")
    programs.update_program(program, marketing_slug="electronics")
    answer = client.get("/catalog/programs/Circuits/")
    assert (answer.status_code, answer["Location"]) == (301, "/catalog/programs/electronics/")
    assert client.get("/catalog/programs/electronics/").status_code == 200
