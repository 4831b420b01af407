"""The admin: to see and search the mapping; what it writes, the API writes."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api
from openedx_catalog.admin import CourseRunAdmin
from openedx_catalog.api import AssociationRecord
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

COURSES, RUNS = "admin:openedx_catalog_catalogcourse_", "admin:openedx_catalog_courserun_"


@pytest.fixture
def catalog(db):
    api.associate_course_runs(
        [
            AssociationRecord(
                f"course-v1:Org{n % 30}+C{n // 3}+{n}", title=f"Title {n}", start="2027-01-01T00:00:00Z" if n % 2 else ""
            )
            for n in range(240)
        ],
        source="test",
    )
    api.associate_course_run(RUN_KEY, title="Microeconomics")


@pytest.fixture
def client(admin_client):
    """Signed in, the session warmed up."""
    admin_client.get(reverse("admin:index"))
    return admin_client


def pages():
    course, run = CatalogCourse.objects.get(course_code="14.100x"), api.get_course_run(RUN_KEY)
    return {
        "courses": reverse(COURSES + "changelist"),
        "courses, last page": reverse(COURSES + "changelist") + "?p=2",
        "courses, search": reverse(COURSES + "changelist") + "?q=14.100x",
        "courses by runs": reverse(COURSES + "changelist") + "?o=4",
        "runs": reverse(RUNS + "changelist"),
        "runs, last page": reverse(RUNS + "changelist") + "?p=5",
        "runs, search": reverse(RUNS + "changelist") + "?q=MITx",
        "runs of a course": reverse(RUNS + "changelist") + f"?catalog_course__id__exact={course.pk}",
        "runs, filtered": reverse(RUNS + "changelist") + "?association__exact=implicit",
        "runs, by content": reverse(RUNS + "changelist") + "?withdrawn=0",
        "runs, by dates": reverse(RUNS + "changelist") + "?status=current&enrollable=1",
        "course": reverse(COURSES + "change", args=[course.pk]),
        "course, new": reverse(COURSES + "add"),
        "course, history": reverse(COURSES + "history", args=[course.pk]),
        "run": reverse(RUNS + "change", args=[run.pk]),
        "run, new": reverse(RUNS + "add"),
        "run, history": reverse(RUNS + "history", args=[run.pk]),
    }


def test_no_page_costs_more_than_ten_queries_and_two_of_them_one_more(client, catalog, django_assert_max_num_queries):
    """A search looks into codes and organizations first; a course shows runs, former codes and what was merged into it."""
    # Asked for once in a process.
    ContentType.objects.get_for_model(CatalogCourse)
    for name, url in pages().items():
        with django_assert_max_num_queries(11 if name in ("runs, search", "course") else 10):
            response = client.get(url)
        assert response.status_code == 200, name


def test_runs_whose_content_is_gone_can_be_found(client, catalog):
    run = CourseRun.objects.order_by("pk").last()
    api.withdraw_course_run(run.course_key, at=datetime(2026, 5, 1, tzinfo=UTC))
    listing = reverse(RUNS + "changelist")
    assert [found.pk for found in client.get(f"{listing}?withdrawn=1").context["cl"].queryset] == [run.pk]
    assert run.pk not in [found.pk for found in client.get(f"{listing}?withdrawn=0").context["cl"].queryset]
    assert (
        "Deleted at the source on May 1, 2026, 00:00:00 UTC"
        in client.get(reverse(RUNS + "change", args=[run.pk])).content.decode()
    )


def test_courses_and_runs_lead_to_each_other(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    listing = client.get(pages()["courses, search"]).content.decode()
    link = f"{reverse(RUNS + 'changelist')}?catalog_course__id__exact={course.pk}"
    assert link in listing
    runs = client.get(link).content.decode()
    assert RUN_KEY in runs
    assert "Title 1<" not in runs
    assert reverse(COURSES + "change", args=[course.pk]) in runs


def test_runs_are_found_by_key_title_and_organization(client, catalog):
    for query in (RUN_KEY, RUN_KEY.upper(), "microecon", "14.100", "MITx"):
        page = client.get(reverse(RUNS + "changelist"), {"q": query}).content.decode()
        assert RUN_KEY in page, query


def test_autocomplete_offers_courses(client, catalog):
    organizations = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "openedx_catalog", "model_name": "catalogcourse", "field_name": "org", "term": "MIT"},
    )
    assert [row["text"] for row in organizations.json()["results"]] == ["MITx (MITx)"]


def test_a_course_is_created_and_changed_through_the_api(client, catalog):
    org = CatalogCourse.objects.get(course_code="14.100x").org
    client.post(reverse(COURSES + "add"), {"org": org.pk, "course_code": "6.002x", "title": "", "language": "en"})
    course = api.get_catalog_course(key_str="MITx+6.002x")
    assert (course.title, course.codes.count()) == ("6.002x", 1)
    row = course.history.get()
    assert (row.history_change_reason, row.history_user) == ("admin", get_user_model().objects.get())
    change = reverse(COURSES + "change", args=[course.pk])
    client.post(change, {"title": "Circuits", "language": "pt_BR", "course_code": "other"})
    course.refresh_from_db()
    assert (course.title, course.language, course.course_code) == ("Circuits", "pt-br", "6.002x")
    client.post(change, {"title": "Circuits", "language": "pt-br"})
    assert course.history.count() == 2


@pytest.mark.parametrize(
    ("code", "words"), [("14.100X", "already belongs to catalog-course:MITx:14.100x"), ("a b", "cannot be part of")]
)
def test_what_the_api_refuses_stands_on_the_field(client, catalog, code, words):
    org = CatalogCourse.objects.get(course_code="14.100x").org
    response = client.post(reverse(COURSES + "add"), {"org": org.pk, "course_code": code, "title": "T", "language": "en"})
    assert response.status_code == 200
    assert words in " ".join(response.context["adminform"].form.errors["course_code"])


def test_a_run_is_created_and_changed_through_the_api(client, catalog):
    form = {"key": "course-v1:MITx+14.100x+new", "title": "", "start": "2027-01-01T10:00:00", "pacing": "self"}
    response = client.post(reverse(RUNS + "add"), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    run = api.get_course_run("course-v1:MITx+14.100x+new")
    assert (run.title, run.schedule.pacing, run.schedule.start.hour) == ("Microeconomics", "self", 10)
    change = reverse(RUNS + "change", args=[run.pk])
    shown = {"initial-start": "2027-01-01 10:00:00", "initial-pacing": "self", "initial-title": "Microeconomics"}
    client.post(change, {"title": "New", "start": "", "pacing": "self", **shown})
    run = api.get_course_run(run.course_key)
    assert (run.title, run.schedule.start, run.schedule.pacing) == ("New", None, "self")
    assert run.history.first().history_change_reason == "admin"
    shown = {"initial-start": "2027-01-01 10:00:00", "initial-pacing": "self", "initial-title": "Microeconomics"}
    client.post(change, {"title": "New", "start": "", "pacing": "self", **shown})
    assert run.history.count() == 2
    assert run.schedule.history.count() == 2


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("garbage", "is not a course run key"),
        (RUN_KEY.lower(), f"exists as {RUN_KEY}"),
        ("course-v1:МФТИ+A+1", "There is no organization"),
        ("course-v1:A+B+" + "x" * 200, "128 characters"),
    ],
)
def test_what_is_no_new_run_stands_on_the_field(client, catalog, key, words):
    response = client.post(reverse(RUNS + "add"), {"key": key, "title": "T"})
    assert response.status_code == 200
    assert words in " ".join(response.context["adminform"].form.errors["key"])


def test_titles_are_shown_as_they_are(client, catalog):
    api.update_course_run(RUN_KEY, title="<script>alert(1)</script> {x}")
    for name in ("runs, search", "run", "run, history"):
        page = client.get(pages()[name]).content.decode()
        assert "<script>alert(1)" not in page


def test_a_course_with_runs_is_not_deleted(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    response = client.post(reverse(COURSES + "delete", args=[course.pk]), {"post": "yes"})
    assert CatalogCourse.objects.filter(pk=course.pk).exists()
    assert response.status_code in (200, 403)
    run = api.get_course_run(RUN_KEY)
    client.post(reverse(RUNS + "delete", args=[run.pk]), {"post": "yes"})
    assert not CourseRun.objects.filter(pk=run.pk).exists()
    assert CourseRun.history.first().history_change_reason == "admin"
    client.post(reverse(COURSES + "changelist"), {"action": "delete_selected", "_selected_action": course.pk, "post": "yes"})
    assert not CatalogCourse.objects.filter(pk=course.pk).exists()


def text_of(response):
    """The words of a page, as a reader sees them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_the_history_says_who_why_and_what(client, catalog, admin_user):
    api.update_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00+02:00"}, source="sync:lms")
    api.create_catalog_course(org_code="MITx", course_code="Micro")
    api.move_course_run(RUN_KEY, "MITx+Micro", reason="renumbered", user=admin_user, source="admin")
    text = text_of(client.get(pages()["run, history"]))
    moved, scheduled, created = (text.index(word) for word in ("admin: renumbered", "sync:lms", " created"))
    assert moved < scheduled
    assert "Catalog course: catalog-course:MITx:14.100x → catalog-course:MITx:Micro" in text
    assert "Association: Implicit → Explicit" in text
    assert "Start: Jan. 31, 2027, 08:00:00 UTC" in text
    assert "Title: Microeconomics" in text[created:]
    assert admin_user.username in text[:moved]
    assert "Modified" not in text


def test_the_history_of_a_merged_course_is_still_there(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    target = api.create_catalog_course(org_code="MITx", course_code="Micro")
    api.merge_catalog_courses(course, into=target, reason="one course")
    text = text_of(client.get(reverse(COURSES + "history", args=[course.pk])))
    assert "was merged into catalog-course:MITx:Micro." in text
    assert "api: one course" in text
    run = api.get_course_run(RUN_KEY)
    text = text_of(client.get(reverse(RUNS + "history", args=[run.pk])))
    assert "catalog-course:MITx:14.100x → catalog-course:MITx:Micro" in text


@pytest.mark.parametrize("pk", ["0", "junk", "9" * 40])
def test_the_history_of_nothing(client, catalog, pk):
    assert client.get(f"/admin/openedx_catalog/courserun/{pk}/history/").status_code == 404


def test_the_history_has_pages(client, catalog):
    for n in range(120):
        api.update_course_run(RUN_KEY, title=f"Title {n}")
    first, last = (text_of(client.get(pages()["run, history"], {"p": p})) for p in (1, 3))
    assert "Title 118 → Title 119" in first
    assert "Title 69 → Title 70" in first
    assert "Microeconomics → Title 0" in last
    assert "121 changes" in last


def test_a_course_shows_its_runs(client, catalog):
    course = CatalogCourse.objects.get(course_code="14.100x")
    page = client.get(pages()["course"]).content.decode()
    assert f'<a href="{pages()["run"]}">{RUN_KEY}</a>' in page
    api.associate_course_runs([AssociationRecord(f"course-v1:MITx+14.100x+{n}") for n in range(60)], source="test")
    page = client.get(pages()["course"]).content.decode()
    assert len(re.findall(r"/courserun/\d+/change/", page)) == 50
    assert "Show all 61 runs" in page
    assert f'{reverse(RUNS + "changelist")}?catalog_course__id__exact={course.pk}"' in page


def test_where_key_and_course_disagree_the_operator_reads_it(client, catalog):
    text = text_of(client.get(pages()["run"]))
    assert "The key names this course." in text
    assert "⚠" not in text
    api.create_catalog_course(org_code="MITx", course_code="Micro")
    api.move_course_run(RUN_KEY, "MITx+Micro", reason="renumbered")
    url = pages()
    assert "⚠ The key names MITx 14.100x. A person or an import chose this course" in text_of(client.get(url["run"]))
    assert "⚠ Explicit: the key names MITx 14.100x" in text_of(client.get(url["runs, search"]))
    course = api.get_catalog_course(key_str="MITx+Micro")
    assert "⚠ Explicit: the key names MITx 14.100x" in text_of(client.get(reverse(COURSES + "change", args=[course.pk])))
    CourseRun.objects.filter(pk=api.get_course_run(RUN_KEY).pk).update(association="implicit")
    assert "nobody has chosen this course for the run" in text_of(client.get(url["run"]))


def test_the_form_writes_what_the_operator_changed_and_nothing_else(client, catalog):
    """Two people have the form open; a schedule has microseconds, and an hour that New York has twice."""
    run = api.update_course_run(RUN_KEY, schedule={"start": "2024-11-03T05:30:00.123456Z", "end": "2025-01-01T00:00:00Z"})
    change = reverse(RUNS + "change", args=[run.pk])
    form = client.get(change).context["adminform"].form
    assert '"2024-11-03T05:30:00"' in str(form["start"])
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {f"initial-{name}": value for name, value in data.items()}
    data |= {"start": "2024-11-03T05:30:00", "end": "2025-01-01T00:00:00", "title": "Retitled"}
    api.update_course_run(RUN_KEY, schedule={"end": "2029-01-01T00:00:00Z"})
    with override_settings(TIME_ZONE="America/New_York"):
        assert client.post(change, data).status_code == 302
    run = api.get_course_run(RUN_KEY)
    assert (run.title, run.schedule.start.microsecond, run.schedule.end.year) == ("Retitled", 123456, 2029)
    assert client.post(change, data | {"end": "0500-01-01T00:00:00"}).context["adminform"].form.errors == {
        "end": ["Enter a date between the years 1000 and 9999."]
    }
    assert "title" in client.post(change, data | {"title": ""}).context["adminform"].form.errors


@override_settings(TIME_ZONE="Asia/Tokyo")
def test_a_search_says_how_much_it_found_and_a_bare_list_does_not(client, catalog):
    bare, searched = (client.get(pages()[name]).content.decode() for name in ("courses", "courses, search"))
    assert ("1 result (" in searched, "results (" in bare) == (True, False)


def test_the_page_of_a_run_writes_all_dates_in_one_way(client, catalog):
    CourseRun.objects.filter(course_key=RUN_KEY).update(created=datetime(2027, 1, 31, 23, tzinfo=UTC))
    assert "Jan. 31, 2027, 23:00:00 UTC" in client.get(pages()["run"]).content.decode()


def test_a_page_that_deletes_names_what_goes_along(client, catalog):
    api.update_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z"})
    page = client.get(reverse(RUNS + "delete", args=[api.get_course_run(RUN_KEY).pk])).content.decode()
    assert f"<li>Course Schedule: {RUN_KEY}</li>" in page


def test_the_last_day_of_time_is_shown_everywhere(client, catalog):
    api.update_course_run(RUN_KEY, schedule={"start": "9999-12-31T23:59:59Z"})
    for name in ("runs, search", "run", "course", "run, history"):
        shown = "9999-12-31T23:59:59" if name == "run" else "Dec. 31, 9999, 23:59:59 UTC"
        assert shown in client.get(pages()[name]).content.decode(), name


def test_the_history_of_what_is_wholly_gone(client, catalog, django_assert_max_num_queries):
    courses = [api.create_catalog_course(org_code=f"Gone{n}", course_code="C") for n in range(14)]
    run = api.associate_course_run("course-v1:Gone0+C+1").run
    for course in courses[1:]:
        api.move_course_run(str(run.course_key), course, reason="around")
    api.delete_course_run(str(run.course_key))
    for course in courses:
        api.delete_catalog_course(course)
        api.delete_organization(course.org)
    with django_assert_max_num_queries(10):
        text = text_of(client.get(reverse(RUNS + "history", args=[run.pk])))
    assert "catalog-course:Gone12:C → catalog-course:Gone13:C" in text
    text = text_of(client.get(reverse(COURSES + "history", args=[courses[0].pk])))
    assert "Organization: Gone0" in text


def test_a_course_is_found_by_its_keys_and_by_letters_beyond_ascii(client, catalog):
    course = api.create_catalog_course(org_code="MITx", course_code="New", title="École de la Straße")
    api.rename_catalog_course(course, course_code="Newer", reason="r")
    for query in ("catalog-course:MITx:Newer", "MITx+New", "École", "Straße", "newer"):
        assert "École de la" in client.get(reverse(COURSES + "changelist"), {"q": query}).content.decode(), query


@pytest.mark.parametrize("query", ["created__year=99999", "q=" + "a+" * 2000])
def test_a_filter_that_no_database_takes_is_no_fault_of_ours(client, catalog, query):
    for view in (RUNS, COURSES):
        assert client.get(f"{reverse(view + 'changelist')}?{query}", follow=True).status_code == 200
    assert client.get(f"{reverse(RUNS + 'export')}?{query}", follow=True).status_code == 200


def test_a_fault_that_is_no_filters_is_not_hidden_by_a_redirect_to_itself(client, catalog, monkeypatch):
    monkeypatch.setattr(CourseRunAdmin, "start", lambda self, run: int("no number"))
    with pytest.raises(ValueError, match="no number"):
        client.get(reverse(RUNS + "changelist"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=archived", "O"), ("status=current", "CW"), ("status=upcoming", "U"), ("status=nonsense", "OCWU"),
        ("enrollable=1", "CU"), ("enrollable=0", "OW"), ("status=current&enrollable=1", "C"),
        ("status=current&enrollable=0", "W"),
    ],
)  # fmt: skip
def test_runs_are_narrowed_by_what_their_dates_say(client, query, expected):
    now = timezone.now()
    for run, start, end in (("O", -90, -30), ("C", -30, 90), ("W", -30, 90), ("U", 90, 120)):
        schedule = {"start": now + timedelta(days=start), "end": now + timedelta(days=end)}
        api.associate_course_run(f"course-v1:A+B+{run}", schedule=schedule)
    api.withdraw_course_run("course-v1:A+B+W", at=now)
    page = client.get(f"{reverse(RUNS + 'changelist')}?{query}")
    assert sorted(run.run_code for run in page.context["cl"].result_list) == sorted(expected)
