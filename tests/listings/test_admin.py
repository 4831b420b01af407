"""Listings in the admin: subjects and levels, what learners read of courses and runs, who sees it, and where it is shown."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing, Level, Subject

from .conftest import picture

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
APP = "openedx_catalog_listings"
KEY = "course-v1:MITx+14.100x+2T2027"
SCRIPT = "<script>alert(1)</script>"


def url(view, *args, **query):
    return reverse(f"admin:{APP}_{view}", args=args, query=query or None)


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


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
        if bound.name == "image" or value is False:
            continue
        values[bound.html_name] = "" if value is None else value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = values[bound.html_name]
    return {**values, **changes}


def listed_by(client, view, attribute, **query):
    rows = client.get(url(f"{view}_changelist", **query)).context["cl"].result_list
    return sorted(str(attribute(row)) for row in rows)


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


# Subjects and levels


@pytest.mark.parametrize("kind", ["subject", "level"])
def test_subjects_and_levels_have_names_in_other_languages(admin_client, kind):
    body = {"name": "Computer Science", "translations": "es: Informática\n\n de : Informatik", "reason": "asked for"}
    assert admin_client.post(url(f"{kind}_add"), body).status_code == 302
    model = {"subject": Subject, "level": Level}[kind]
    row = model.objects.get()
    assert (row.slug, row.translations) == ("computer-science", {"de": "Informatik", "es": "Informática"})
    page = admin_client.get(page_of(row))
    assert page.context["adminform"].form["translations"].value() == "de: Informatik\nes: Informática"
    assert admin_client.post(page_of(row), submitted(page)).status_code == 302
    assert row.history.count() == 1
    assert admin_client.post(page_of(row), submitted(page, translations="es: Computación")).status_code == 302
    row.refresh_from_db()
    assert (row.name_in("es-419"), row.name_in("de")) == ("Computación", "Computer Science")
    assert "es: Computación" in text(admin_client.get(url(f"{kind}_changelist")))
    assert "asked for" in text(admin_client.get(url(f"{kind}_history", row.pk)))


@pytest.mark.parametrize(
    "given", ["Informática", "es:", ": Informática", "klingon at home: x", "es: a\nes: b", f"es: {'x' * 65}"]
)
def test_a_translation_that_makes_no_sense_is_refused_at_its_field(admin_client, given):
    page = admin_client.post(url("subject_add"), {"name": "Data", "translations": given})
    assert list(errors(page)) == ["translations"]
    assert not Subject.objects.exists()


def test_what_courses_have_is_not_deleted_and_says_how_many(admin_client, listed):
    subject, level = api.create_subject(name="Data"), api.create_level(name="Introductory")
    for code in ("A", "B"):
        listed(code, subjects=["data"], level="introductory")
    for kind, row, said in (("subject", subject, "Subjects of Courses: 2"), ("level", level, "Course Listings: 2")):
        page = text(admin_client.get(url(f"{kind}_delete", row.pk)))
        assert said in page
        admin_client.post(url(f"{kind}_delete", row.pk), {"post": "yes"})
        assert admin_client.get(url(f"{kind}_changelist")).context["cl"].result_list[0].count_ == 2


# Listings of courses


def test_a_course_gets_a_listing(admin_client, course):
    row = course("14.100x", title="Microeconomics")
    for name in ("Data", "Economics"):
        api.create_subject(name=name)
    level = api.create_level(name="Introductory")
    page = admin_client.get(url("courselisting_add", catalog_course=row.pk))
    assert str(page.context["adminform"].form["catalog_course"].value()) == str(row.pk)
    body = submitted(
        page, title_override="Micro for all", short_description="Supply.", full_description="<p>All</p><script>x</script>",
        image=SimpleUploadedFile("a.png", picture().read(), "image/png"), image_alt="A market", subjects="economics, data",
        level=level.pk, min_effort="4", max_effort="6", weeks="12", languages="en es-419", owners="mitx", live="on",
        video_url="https://video.example/1", readable_id="MITx-14.100x", reason="first text",
    )  # fmt: skip
    assert admin_client.post(url("courselisting_add"), body).status_code == 302
    found = api.find_course_listing(row)
    assert [each.slug for each in found.subjects] == ["economics", "data"]
    assert (found.title, found.slug, found.full_description) == ("Micro for all", "micro-for-all", "<p>All</p>")
    assert (found.level, found.languages, found.is_public, found.image_alt) == (level, ["en", "es-419"], True, "A market")
    assert found.history.get().history_change_reason == "admin: first text"
    again = admin_client.post(url("courselisting_add"), {**body, "image": ""})
    assert list(errors(again)) == ["catalog_course"]


def test_a_form_in_which_nothing_was_changed_changes_nothing(admin_client, listed):
    api.create_subject(name="Data")
    row = listed(image=picture(), image_alt="A market", subjects=["data"], owners=["MITx"], languages=["en", "de"], weeks=3)
    page = admin_client.get(page_of(row))
    assert admin_client.post(page_of(row), submitted(page)).status_code == 302
    now = api.find_course_listing(row.catalog_course)
    assert (now.history.count(), now.modified, now.image.name) == (1, row.modified, row.image.name)
    assert admin_client.post(page_of(row), submitted(page, live="", visibility="hidden")).status_code == 302
    now = api.find_course_listing(row.catalog_course)
    assert (now.live, now.visibility, now.history.count()) == (False, "hidden", 2)
    assert [each.slug for each in now.subjects] == ["data"]


def test_the_present_image_is_shown_and_is_taken_away(admin_client, listed):
    row = listed(image=picture(), image_alt='A "market"')
    page = admin_client.get(page_of(row))
    assert f'src="{row.thumbnail_url}" alt="A &quot;market&quot;"' in page.content.decode()
    assert f'src="{row.thumbnail_url}" alt=""' in admin_client.get(url("courselisting_changelist")).content.decode()
    assert admin_client.post(page_of(row), submitted(page, **{"image-clear": "on"})).status_code == 302
    assert api.find_course_listing(row.catalog_course).image_url == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"subjects": "nothing"}, "subjects"),
        ({"languages": "klingon@home"}, "languages"),
        ({"owners": "Nobody"}, "owners"),
        ({"min_effort": "169"}, "min_effort"),
        ({"min_effort": "9", "max_effort": "2"}, "min_effort"),
        ({"weeks": "9" * 30}, "weeks"),
        ({"level": "99"}, "level"),
        ({"visibility": "secret"}, "visibility"),
        ({"slug": "a b"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"readable_id": "a b"}, "readable_id"),
        ({"video_url": "javascript:alert(1)"}, "video_url"),
        ({"image": SimpleUploadedFile("a.png", b"<script>", "image/png")}, "image"),
        ({"image": SimpleUploadedFile("a.png", picture().read(), "image/png")}, "image_alt"),
        ({"short_description": "x" * 2001}, "short_description"),
        ({"title_override": "x" * 256}, "title_override"),
    ],
)  # fmt: skip
def test_what_may_not_be_stored_is_said_at_its_field(admin_client, listed, given, field):
    listed("Other", slug="taken")
    row = listed()
    page = admin_client.get(page_of(row))
    for each in given.values():
        getattr(each, "seek", lambda _place: None)(0)
    answer = admin_client.post(page_of(row), submitted(page, **given))
    assert (answer.status_code, list(errors(answer))) == (200, [field])
    assert row.history.count() == 1


def test_former_slugs_are_listed(admin_client, listed):
    row = listed(slug="former-one")
    api.set_course_listing(row.catalog_course, slug="present-one")
    assert '<div class="readonly">former-one</div>' in admin_client.get(page_of(row)).content.decode()


@pytest.mark.parametrize(
    ("values", "label", "query"),
    [
        ({}, "View page", ""),
        ({"visibility": "unlisted"}, "View page", ""),
        ({"visibility": "hidden"}, "Preview", "?preview=1"),
        ({"live": False}, "Preview", "?preview=1"),
    ],
)
def test_the_public_page_is_a_click_away(admin_client, listed, run, values, label, query):
    try:
        address = reverse("openedx_catalog:listings:course-page", args=["micro"])
    except NoReverseMatch:
        pytest.skip("there are no pages yet")
    row = listed(slug="micro", **values)
    run(KEY)
    for each in (row, api.set_course_run_listing(KEY)):
        page = text(admin_client.get(page_of(each)))
        assert f'<a href="{address}{query}">{label}</a>' in page


def test_listings_are_found_and_filtered(admin_client, listed):
    api.create_subject(name="Data"), api.create_subject(name="Art"), api.create_level(name="Introductory")
    listed("A", title="Micro", subjects=["data"], level="introductory")
    listed("B", title="Macro", title_override="Economies", visibility="unlisted", slug="old-one", org="HarvardX")
    listed("C", title="Circuits", live=False)
    api.set_course_listing("HarvardX+B", slug="new-one")

    def found(**query):
        return listed_by(admin_client, "courselisting", lambda row: row.catalog_course.course_code, **query)

    assert found() == ["A", "B", "C"]
    for term in ("Macro", "economies", "HarvardX+B", "catalog-course:HarvardX:B", "old-one", "NEW-ONE", "HarvardX"):
        assert found(q=term) == ["B"], term
    assert found(q="nothing") == []
    assert found(live__exact="0") == ["C"]
    assert found(visibility__exact="unlisted") == found(organization="HarvardX") == ["B"]
    assert found(level__id__exact=Level.objects.get().pk) == ["A"]
    assert found(subject_rows__subject__id__exact=api.get_subject("data").pk) == ["A"]


def test_a_history_has_subjects_and_owners(admin_client, listed):
    api.create_subject(name="Data")
    row = listed(subjects=["data"])
    api.set_course_listing(row.catalog_course, owners=["MITx"], subjects=[], reason="shorter")
    page = text(admin_client.get(url("courselisting_history", row.pk)))
    assert "Subject of a Course deleted: Data" in page
    assert "Owner of a Course created: MITx" in page
    assert "shorter" in page


def test_a_listing_is_deleted_and_its_slug_stays(admin_client, listed):
    api.create_subject(name="Data")
    row = listed(subjects=["data"], slug="micro")
    page = text(admin_client.get(url("courselisting_delete", row.pk)))
    assert "Subject of a Course: Data" in page
    assert admin_client.post(url("courselisting_delete", row.pk), {"post": "yes", "reason": "over"}).status_code == 302
    assert not CourseListing.objects.exists()
    assert CourseListing.history.latest().history_change_reason == "admin: over"
    assert api.find_course_by_slug("micro").pk == row.catalog_course_id


def test_several_are_made_live_and_hidden_after_a_preview(admin_client, listed):
    rows = [listed(code, title="Same", live=False) for code in ("A", "B")]
    listed("C")
    chosen = {"action": "make_live", "_selected_action": [row.pk for row in rows]}
    to = admin_client.post(url("courselisting_changelist"), chosen)["Location"]
    assert to == url("courselisting_edit_many", ids=f"{rows[0].pk},{rows[1].pk}", live="1").replace("%2C", ",")
    form = admin_client.get(to).context["form"]
    assert {name: form[name].value() or "" for name in form.fields} == {
        "live": "1", "visibility": "", "invitation_only": "", "reason": "",
    }  # fmt: skip
    assert form["visibility"].subwidgets[0].data["value"] == ""
    page = admin_client.post(to, {"live": "1", "visibility": "unlisted", "_preview": "1"})
    assert [tuple(effect) for effect in page.context["effects"]] == [
        ("catalog-course:MITx:A: Live", "No", "Yes"),
        ("catalog-course:MITx:A: Visibility", "Public", "Unlisted"),
        ("catalog-course:MITx:B: Live", "No", "Yes"),
        ("catalog-course:MITx:B: Visibility", "Public", "Unlisted"),
    ]
    assert not api.get_course_listings().filter(live=True, visibility="unlisted").exists()
    sent = {"live": "1", "visibility": "unlisted", "reason": "opening", "_preview": "1"}
    sent |= {"_confirm": "1", "_shown": admin_client.post(to, sent).context["shown"]}
    assert admin_client.post(to, sent).status_code == 302
    assert api.get_course_listings().filter(live=True, visibility="unlisted").count() == 2
    assert rows[0].history.latest().history_change_reason == "admin: opening"
    chosen["action"] = "take_offline"
    to = admin_client.post(url("courselisting_changelist"), chosen)["Location"]
    assert admin_client.get(to).context["form"]["live"].value() == "0"


# Listings of runs


def test_a_run_gets_a_listing(admin_client, run):
    row = run(KEY).pk
    page = admin_client.get(url("courserunlisting_add", run=row))
    body = submitted(page, title_override="In spring", courseware_url="learn.example/x", unscheduled="on", languages="fr")
    assert admin_client.post(url("courserunlisting_add"), body).status_code == 302
    found = api.find_course_run_listing(KEY)
    assert (str(found), found.live, found.unscheduled, found.languages) == ("In spring", True, True, ["fr"])
    assert found.courseware_url == "https://learn.example/x"
    assert list(errors(admin_client.post(url("courserunlisting_add"), body))) == ["run"]
    page = admin_client.get(page_of(found))
    assert admin_client.post(page_of(found), submitted(page, live="", reason="too early")).status_code == 302
    found.refresh_from_db()
    assert (found.live, found.unscheduled, found.history.latest().history_change_reason) == (False, True, "admin: too early")
    api.set_course_run_listing(KEY, slug="next")
    assert "in-spring" in text(admin_client.get(page_of(found)))
    assert admin_client.post(url("courserunlisting_delete", found.pk), {"post": "yes"}).status_code == 302
    assert not CourseRunListing.objects.exists()


def test_listings_of_runs_are_found_and_filtered(admin_client, run):
    for term in ("1T2027", "2T2027"):
        run(f"course-v1:MITx+14.100x+{term}")
    api.set_course_run_listing("course-v1:MITx+14.100x+1T2027", title_override="In autumn", live=False)
    api.set_course_run_listing(KEY, title_override="In spring", unscheduled=True)

    def found(**query):
        return listed_by(admin_client, "courserunlisting", lambda row: row.run.run_code, **query)

    for query in ({"q": "spring"}, {"q": KEY}, {"q": "in-spring"}, {"unscheduled__exact": "1"}, {"live__exact": "1"}):
        assert found(**query) == ["2T2027"], query
    assert found(q="MITx+14.100x") == ["1T2027", "2T2027"]


# Where else


def panel(response):
    return {row.text: row for panel in response.context["panels"] if panel.title == "What learners read" for row in panel.rows}


def test_pages_of_courses_and_runs_say_what_learners_read(admin_client, course, run):
    row, term = course(), run(KEY)
    for each, said in ((row, "It has no page."), (term, "It is shown as its course is.")):
        found = panel(admin_client.get(page_of(each)))
        assert found["No listing"].note == said
        assert admin_client.get(found["Write one…"].url).context["adminform"].form.initial
    listing = api.set_course_listing(row, live=True, slug="micro", visibility="unlisted")
    of_run = api.set_course_run_listing(KEY, title_override="In spring", live=False)
    found = panel(admin_client.get(page_of(row)))
    assert found["Microeconomics"].note == "Live, unlisted: seen by whoever has its address"
    assert (found["Microeconomics"].url, found["Slug"].note) == (page_of(listing), "micro")
    found = panel(admin_client.get(page_of(term)))
    assert (found["In spring"].note, found["In spring"].url) == ("Not live: learners do not see it", page_of(of_run))


def test_courses_and_runs_are_filtered_by_their_listings(admin_client, course, listed, run):
    course("None")
    listed("Public"), listed("Unlisted", visibility="unlisted"), listed("Hidden", visibility="hidden")
    listed("Offline", live=False)
    for term in ("1T2027", "2T2027"):
        run(f"course-v1:MITx+Public+{term}")
    api.set_course_run_listing("course-v1:MITx+Public+1T2027", visibility="hidden")

    def found(model, attribute, **query):
        page = admin_client.get(reverse(f"admin:openedx_catalog_{model}_changelist", query=query))
        return sorted(getattr(row, attribute) for row in page.context["cl"].result_list)

    for chosen in ("public", "unlisted", "hidden", "offline", "none"):
        assert found("catalogcourse", "course_code", listing=chosen) == [chosen.title()]
    assert len(found("catalogcourse", "course_code", listing="x")) == 5
    assert found("courserun", "run_code", listing="hidden") == ["1T2027"]
    assert found("courserun", "run_code", listing="none") == ["2T2027"]


@pytest.mark.parametrize("held", [[], [f"{APP}.view_courserunlisting"]], ids=["nothing", "runs alone"])
def test_whoever_may_not_view_listings_is_told_nothing_of_them(viewer_of, listed, run, held):
    row, term = listed(live=False, title_override="A secret").catalog_course, run(KEY)
    api.set_course_run_listing(KEY, title_override="A secret", live=False)
    client = viewer_of("openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun", *held)
    for each in (row, term):
        page = client.get(page_of(each))
        assert (page.status_code, panel(page), "A secret" in text(page)) == (200, {}, False)
        name = f"admin:{each._meta.app_label}_{each._meta.model_name}_changelist"
        assert "By listing" not in text(client.get(reverse(name)))
    if held:
        page = client.get(url("courserunlisting_changelist"))
        assert (page.status_code, "A secret" in text(page)) == (200, False)


def test_a_viewer_is_offered_nothing_to_write(viewer_of, course):
    row = course()
    client = viewer_of("openedx_catalog.view_catalogcourse", f"{APP}.view_courselisting")
    assert set(panel(client.get(page_of(row)))) == {"No listing"}


# Files


def sent(client, content, kind="courselisting"):
    file = SimpleUploadedFile("listings.csv", content.encode())
    return client.post(url(f"{kind}_import"), {"file": file, "source": "spring", "reason": "as edited"})


def outcomes(response):
    return {name: count for name, count in response.context["report"].outcomes.items() if count}


def exported(client, kind="courselisting"):
    response = client.get(url(f"{kind}_export", _format="csv"))
    return b"".join(response.streaming_content)


def test_a_file_is_previewed_and_imported(admin_client, course, listed):
    course("A"), listed("B", title_override="All of B")
    page = sent(
        admin_client, "catalog_course,title_override,live\nMITx+A,All of A,yes\nMITx+B,none,\nMITx+C,x,\nMITx+B,,maybe\n"
    )
    assert outcomes(page) == {"created": 1, "updated": 1, "invalid": 2}
    assert [(problem.line, problem.code) for problem in page.context["problems"]] == [(4, "not_found"), (5, "invalid_value")]
    assert api.find_course_listing("MITx+A") is None
    assert admin_client.post(url("courselisting_import"), {"signed": page.context["signed"]}).context["done"]
    row = api.find_course_listing("MITx+A")
    assert (row.title, row.live, api.find_course_listing("MITx+B").title_override) == ("All of A", True, "")
    assert row.history.get().history_change_reason == "admin:spring: as edited"


def test_what_was_signed_for_courses_is_not_imported_as_their_listings(admin_client, course):
    course("A")
    file = SimpleUploadedFile("courses.csv", b"catalog_course,title\nMITx+A,All of A\n")
    page = admin_client.post(reverse("admin:openedx_catalog_catalogcourse_import"), {"file": file, "source": "spring"})
    answer = admin_client.post(url("courselisting_import"), {"signed": page.context["signed"]})
    assert (answer.status_code, api.find_course_listing("MITx+A")) == (302, None)


def test_an_export_is_a_file_to_import(admin_client, listed):
    api.create_subject(name="Data"), api.create_subject(name="Art"), api.create_level(name="Introductory")
    listed(
        "A", title_override="=1+1", short_description='"Quoted", and more', full_description="<p>One</p>\n<p>Two</p>",
        subjects=["data", "art"], level="introductory", min_effort=0, weeks=12, languages=["en", "es-419"], owners=["MITx"],
        readable_id="A-1", visibility="hidden", invitation_only=True, video_url="https://video.example/1",
    )  # fmt: skip
    listed("B", live=False)
    before = list(api.get_course_listings().values())
    content = exported(admin_client).decode("utf-8-sig")
    assert outcomes(sent(admin_client, content)) == {"unchanged": 2}
    first = api.listing_values(api.find_course_listing("MITx+A"))
    api.set_course_listing("MITx+A", title_override="", subjects=[], weeks=1, live=False, visibility="public", owners=[])
    page = sent(admin_client, content)
    assert admin_client.post(url("courselisting_import"), {"signed": page.context["signed"]}).context["done"]
    assert api.listing_values(api.find_course_listing("MITx+A")) == first
    unchanged = [{**row, "modified": None} for row in before]
    assert [{**row, "modified": None} for row in api.get_course_listings().values()] == unchanged


def test_an_export_of_runs_is_a_file_to_import(admin_client, run):
    run(KEY)
    said = {
        "title_override": "=1+1", "short_description": '"Quoted", and more', "full_description": "<p>One</p>\n<p>Two</p>",
        "video_url": "https://video.example/1", "courseware_url": "https://lms.example/1", "min_effort": 0, "weeks": 12,
        "languages": ["en", "es-419"], "live": False, "visibility": "hidden", "invitation_only": True, "unscheduled": True,
    }  # fmt: skip
    first = api.listing_values(api.set_course_run_listing(KEY, **said))
    content = exported(admin_client, "courserunlisting").decode("utf-8-sig")
    assert outcomes(sent(admin_client, content, "courserunlisting")) == {"unchanged": 1}
    api.delete_course_run_listing(KEY)
    page = sent(admin_client, content, "courserunlisting")
    assert outcomes(page) == {"created": 1}
    assert api.find_course_run_listing(KEY) is None
    assert admin_client.post(url("courserunlisting_import"), {"signed": page.context["signed"]}).context["done"]
    row = api.find_course_run_listing(KEY)
    assert (api.listing_values(row), row.history.latest().history_change_reason) == (first, "admin:spring: as edited")


@pytest.mark.parametrize("kind", ["courselisting", "courserunlisting"])
def test_the_sample_is_a_file_that_is_taken(admin_client, course, run, kind):
    course(), run("course-v1:MITx+14.100x+3T2027")
    sample = admin_client.get(url(f"{kind}_import", sample=1)).content.decode("utf-8-sig")
    page = sent(admin_client, sample, kind)
    assert outcomes(page) == {"created": 1}, page.context["problems"]
    assert {column.name for column in page.context["columns"]} == set(sample.splitlines()[0].split(","))


# No page is made of what somebody wrote


def test_what_somebody_wrote_is_no_markup_on_any_page(admin_client, course, run):
    names = {"name": f"Data {SCRIPT}", "translations": {"es": SCRIPT}}
    subject, level = api.create_subject(**names, slug="data"), api.create_level(**names, slug="data")
    row, term = course(title=SCRIPT), run(KEY)
    said = {"title_override": f"All {SCRIPT}", "live": True, "reason": SCRIPT}
    values = {"short_description": "a < b & <c", "full_description": "<p>x</p>", "image": picture(), "image_alt": f'">{SCRIPT}'}
    listing = api.set_course_listing(row, **said, **values, subjects=[subject], level=level)
    of_run = api.set_course_run_listing(KEY, **said)
    paths = [page_of(each) for each in (listing, of_run, subject, level, row, term)]
    for kind, each in (("courselisting", listing), ("courserunlisting", of_run), ("subject", subject), ("level", level)):
        paths += [
            url(f"{kind}_changelist"),
            url(f"{kind}_add"),
            url(f"{kind}_history", each.pk),
            url(f"{kind}_delete", each.pk),
        ]
    paths += [url("courselisting_edit_many", ids=listing.pk), url("courserunlisting_edit_many", ids=of_run.pk)]
    for path in paths:
        page = admin_client.get(path)
        assert page.status_code == 200
        assert SCRIPT not in page.content.decode(), path
    assert escape(f"All {SCRIPT}") in admin_client.get(url("courselisting_changelist")).content.decode()


def test_pages_cost_as_many_queries_whatever_there_is(admin_client, listed, run):
    costs = []
    for number in range(2):
        for each in range(3):
            code = f"C{number}{each}"
            subjects = [api.create_subject(name=f"S{code}{n}") for n in range(number + 1)]
            row = listed(code, org=f"Org{code}", subjects=subjects, image=picture(), image_alt="x")
            term = run(f"course-v1:Org{code}+{code}+R")
            of_run = api.set_course_run_listing(term.course_key)
        paths = [url(f"{kind}_changelist") for kind in ("courselisting", "courserunlisting", "subject", "level")]
        paths += [url("courselisting_changelist", q="MITx C1"), page_of(row), page_of(of_run), page_of(subjects[0])]
        paths += [url("courselisting_export"), url("courserunlisting_export")]
        for path in paths:
            # Whatever Django looks up once in a process.
            b"".join(admin_client.get(path))
            with CaptureQueriesContext(connection) as captured:
                b"".join(admin_client.get(path))
            costs.append(len(captured))
    half = len(costs) // 2
    assert costs[:half] == costs[half:]
    assert max(costs[:4]) <= 9
    assert max(costs[5:8]) <= 10
