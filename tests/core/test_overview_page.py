"""The overview: what starts next and is open, who changed what, what needs a decision; each figure leads to its rows."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api
from openedx_catalog.lib.admin.charts import chart
from openedx_catalog.models_api import InboxMessage
from openedx_catalog.policies import date_window

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAGE = reverse("admin:openedx_catalog_catalogcourse_overview")
RUNS, COURSES = (reverse(f"admin:openedx_catalog_{name}_changelist") for name in ("courserun", "catalogcourse"))
DAY = timedelta(days=1)


@pytest.fixture
def catalog(admin_user):
    now = timezone.now()
    for number, days in enumerate((-30, 3, 90, 120)):
        schedule = {"start": now + days * DAY, "end": now + (days + 200) * DAY, "pacing": ("self", "instructor")[number % 2]}
        api.associate_course_run(
            f"course-v1:A+B{number}+{number}", title=f"Run {number}", schedule=schedule, source="sync:disco"
        )
    api.associate_course_run("course-v1:Other+C+1", title="", source="sync:disco")
    api.update_course_run("course-v1:A+B0+0", title="Mended", user=admin_user, source="admin")


def test_what_happens_now_is_counted(catalog, admin_user):
    today = api.get_catalog_today()
    assert [run.course_key for run in today.starting] == [f"course-v1:A+B{number}+{number}" for number in (1, 2, 3)]
    assert (today.by_status, today.enrollable) == ({"current": 1, "starting_soon": 1, "upcoming": 3}, 5)
    assert today.changed_by == [(admin_user.get_username(), 1)]
    assert today.changed_from == [("sync:disco", 10)]
    assert [(row.short_name, row.catalog_courses, row.course_runs) for row in today.organizations] == [
        ("A", 4, 4),
        ("Other", 1, 1),
    ]


def test_ten_queries_whatever_the_size(catalog, django_assert_num_queries):
    with django_assert_num_queries(10):
        api.get_catalog_today()


def test_each_figure_leads_to_as_many_rows(catalog, admin_client):
    page = admin_client.get(PAGE).content.decode()
    figures = re.findall(r'<dd><a href="([^"]+)">(\d+)</a></dd>', page)
    lists = [(url.replace("&amp;", "&"), int(number)) for url, number in figures if url.partition("?")[0] in (RUNS, COURSES)]
    assert len(lists) >= 7
    for url, number in lists:
        found = admin_client.get(url)
        assert found.status_code == 200, found["Location"]
        assert found.context["cl"].result_count == number, url
    for row in api.get_catalog_today().organizations:
        for url, number in ((COURSES, row.catalog_courses), (RUNS, row.course_runs)):
            assert f'<a href="{url}?organization={row.short_name}">{number}</a>' in page
            assert admin_client.get(f"{url}?organization={row.short_name}").context["cl"].result_count == number


def test_what_needs_a_decision_is_named_with_its_page(catalog, admin_client):
    InboxMessage.objects.create(
        event_id="1", source="x", kind="unknown", source_time=timezone.now(), state=InboxMessage.State.PARKED
    )
    api.run_doctor()
    decisions = admin_client.get(PAGE).context["decisions"]
    assert any(text == "1 catalog course is titled by its code." for text, _url in decisions)
    assert any("1 message was given up" in text for text, _url in decisions)
    for _text, url in decisions:
        assert admin_client.get(url).status_code == 200


def test_an_empty_catalog_has_a_page_too(admin_client):
    assert "Nothing yet." in admin_client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("organization=other", ["course-v1:Other+C+1"]),
        ("organization=Nobody", []),
        ("organization=%F0%9F%98%80", []),
        ("course=A%2BB2", ["course-v1:A+B2+2"]),
        ("course=catalog-course:a:b3", ["course-v1:A+B3+3"]),
        ("course=nonsense", []),
        ("course=00000000-0000-0000-0000-000000000000", []),
        ("schedule__pacing__exact=instructor", ["course-v1:A+B3+3", "course-v1:A+B1+1"]),
        ("organization=A&status=starting_soon", ["course-v1:A+B1+1"]),
    ],
)
def test_runs_are_filtered_by_what_is_typed(catalog, admin_client, query, keys):
    page = admin_client.get(f"{RUNS}?{query}")
    assert [str(run.course_key) for run in page.context["cl"].result_list] == keys


def test_a_filter_that_is_typed_keeps_the_others(catalog, admin_client):
    page = admin_client.get(f"{RUNS}?status=current&q=run&organization=A").content.decode()
    form = page[page.index('class="catalog-filter"') :]
    assert '<input type="hidden" name="status" value="current">' in form
    assert '<input type="hidden" name="q" value="run">' in form
    assert f'<option value="{api.find_organization_by_code("A").pk}" selected>' in form


@pytest.mark.parametrize(
    ("longest", "ticks"), [(0, [0, 1]), (4, [0, 1, 2, 3, 4]), (9, [0, 2, 4, 6, 8]), (12404, [0, 5000, 10000])]
)
def test_a_chart_has_an_axis_with_round_numbers(longest, ticks):
    found = chart([("a", longest), (None, 10**9)])
    assert [label for _x, label in found.ticks] == [f"{tick:,}" for tick in ticks]
    assert found.bars[1].width == 0
    assert all(30 <= x <= 90 for x, _label in found.ticks)


def test_the_statuses_are_those_of_the_hosts_policy(catalog, admin_client, settings):
    settings.OPENEDX_CATALOG_DATE_WINDOW = "tests.core.test_date_window.ShortNotice"
    assert set(api.get_catalog_today().by_status) == set(date_window().statuses()) - {"archived"}
    assert admin_client.get(PAGE).status_code == 200


def test_jobs_of_one_source_are_one_line(catalog):
    for job in (1, 2):
        api.sync_course_run("course-v1:A+B1+1", title=f"Title {job}", source=f"sync:disco:{job}")
    assert dict(api.get_catalog_today().changed_from)["sync:disco"] == 12
