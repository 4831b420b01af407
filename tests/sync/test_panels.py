"""What programs and syncs know of a catalog course and of a run stands on its page in the admin, and narrows the lists."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import RunSource, SourceRecord

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEY, OTHER = "course-v1:MITx+14.100x+1", "course-v1:MITx+Other+1"


@pytest.fixture
def run(db):
    """A run in a program, which a source lists, with a pin and an external key; and another of which nobody says a thing."""
    run = catalog.associate_course_run(KEY, title="Microeconomics", source="test").run
    catalog.associate_course_run(OTHER, title="Nothing", source="test")
    program = programs.create_program(title="Economics", type="masters", status="active", authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(program, name="Core", source="test")
    programs.add_course(curriculum, run.catalog_course, effective_at="2026-01-01T00:00:00Z", source="test")
    programs.set_external_course_key(KEY, "ECON 1", source="test")
    source = api.create_source(name="lms", kind="file", source="test")
    RunSource.objects.create(source=source, run=run, external_id=KEY)
    course = str(run.catalog_course.uuid)
    SourceRecord.objects.create(source=source, kind="course", external_id="MITx+14.100x", record=course)
    api.pin_field(KEY, "title", reason="The registrar's")
    return run


def page_of(client, row):
    return client.get(reverse(f"admin:openedx_catalog_{row._meta.model_name}_change", args=[row.pk]))


def tables(page):
    return {panel.title: [(row.text, row.note) for row in panel.rows] for panel in page.context["panels"]}


def test_the_page_of_a_run(admin_client, run):
    page = page_of(admin_client, run)
    shown = tables(page)
    assert shown["Programs"] == [("Economics", "Core, since Jan. 1, 2026, 00:00:00 UTC")]
    assert shown["External keys"] == [("ECON 1", KEY)]
    assert shown["Pinned: no sync changes these"] == [("Title", "The registrar's")]
    [(source, note)] = shown["Sources"]
    assert source == "lms"
    assert note.startswith(f"as {KEY}, first listed ")
    for panel in page.context["panels"]:
        for row in panel.rows:
            assert f'<a href="{row.url}">{row.text}</a>' in page.content.decode()
            assert admin_client.get(row.url).status_code == 200


def test_the_page_of_a_course(admin_client, run):
    programs.exclude_course_run(programs.get_programs().get(), KEY, source="test")
    shown = tables(page_of(admin_client, run.catalog_course))
    assert list(shown) == ["Programs", "External keys", "Sources"]
    assert shown["Sources"][0][1].startswith("as MITx+14.100x, first listed ")
    # Which is so of the run alone.
    assert "does not count" not in shown["Programs"][0][1]
    assert shown["Programs"] != tables(page_of(admin_client, run))["Programs"]


def test_of_what_nobody_knows_a_thing_there_is_no_table(admin_client, run):
    assert tables(page_of(admin_client, catalog.get_course_run(OTHER))) == {}


def test_who_may_not_view_them_sees_none(client, run):
    user = get_user_model().objects.create_user("clerk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_courserun"))
    client.force_login(user)
    assert tables(page_of(client, run)) == {}
    listed = client.get(reverse("admin:openedx_catalog_courserun_changelist"))
    named = {getattr(spec, "parameter_name", "") for spec in listed.context["cl"].filter_specs}
    assert "organization" in named
    assert named.isdisjoint({"program", "source"})


@pytest.mark.parametrize("kind", ["courserun", "catalogcourse"])
@pytest.mark.parametrize("query", ["program={program}", "source=lms", "source={source}"])
def test_lists_are_narrowed_by_program_and_by_source(admin_client, run, kind, query):
    program, source = programs.get_programs().get(), api.get_source("lms")
    url = reverse(f"admin:openedx_catalog_{kind}_changelist")
    page = admin_client.get(f"{url}?{query.format(program=program.uuid, source=source.pk)}")
    wanted = run if kind == "courserun" else run.catalog_course
    assert [row.pk for row in page.context["cl"].result_list] == [wanted.pk]
    assert not admin_client.get(f"{url}?{query.partition('=')[0]}=nothing").context["cl"].result_list
