"""Values that a source sets again: forms of the admin say so, and keep what is changed where that is asked for."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import PinnedField, PinnedRecordField

from .conftest import row, run
from .test_follows import follow, service  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def page_of(found):
    return reverse(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", args=[found.pk])


def send(client, found, **values):
    """Save the form as a browser does, with what it showed and these changes."""
    form = client.get(page_of(found)).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    shown |= {f"initial-{name}": form[name].value() for name in form.fields if form.fields[name].show_hidden_initial}
    sent = {name: value for name, value in {**shown, **values}.items() if value not in (None, False) and name != "image"}
    answer = client.post(page_of(found), sent, follow=True)
    assert answer.redirect_chain, answer.context["adminform"].form.errors
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def synced_run(sync, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    return run("A")


def test_a_form_says_which_values_a_source_sets(admin_client, synced_run):
    form = admin_client.get(page_of(synced_run)).context["adminform"].form
    told = {name for name in form.fields if "Set by the source lms" in str(form.fields[name].help_text)}
    assert told == {"title", "start", "pacing"}
    assert "keep_values" in form.fields
    api.pin_field(synced_run.course_key, "title", reason="ours")
    api.update_source("lms", enabled=False)
    assert "keep_values" not in admin_client.get(page_of(synced_run)).context["adminform"].form.fields


def test_whoever_saves_one_is_warned_and_may_pin_it_then(admin_client, sync, synced_run):
    [*_saved, warning] = send(admin_client, synced_run, title="By hand")[::-1]
    assert "Title is set by the source lms" in warning
    link = warning.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    form = admin_client.get(link).context["adminform"].form
    assert (form["run"].value(), form["field"].value()) == (str(synced_run.pk), "title")
    sync("lms")
    assert run("A").title == "Course A"
    # What no source sets is nobody's but the editor's.
    assert len(send(admin_client, run("A"), end="2030-01-01T00:00:00")) == 1


def test_what_is_changed_is_kept_with_the_reason_that_was_given(admin_client, sync, synced_run):
    send(admin_client, synced_run, title="By hand", keep_values="on", reason="agreed with the registrar")
    pin = PinnedField.objects.get()
    assert (pin.run, pin.field, pin.reason) == (synced_run, "title", "agreed with the registrar")
    assert pin.history.get().history_user.username == "admin"
    assert sync("lms").counts["pinned"] == 1
    assert run("A").title == "By hand"


def test_of_several_sources_the_one_that_wins_is_named(sync, lms, remote, synced_run):
    api.create_source(name="other", kind="lms", base_url=remote.url, rank=1)
    assert {source.name for source in api.sources_setting(synced_run).values()} == {"lms"}
    sync("other")
    assert {source.name for source in api.sources_setting(synced_run).values()} == {"other"}
    api.update_source("lms", owns=["title"])
    assert api.sources_setting(synced_run)["title"].name == "lms"


def test_so_it_is_with_courses_and_programs(admin_client, service, follow):  # noqa: F811
    service.program("One", "MITx+A")
    follow()
    program, course = Program.objects.get(), catalog.find_catalog_course(key_str="MITx+A")
    send(admin_client, course, title="By hand", keep_values="on")
    send(admin_client, program, subtitle="By hand", keep_values="on", reason="ours")
    assert "Title is set by the source discovery" in "".join(send(admin_client, program, title="By hand"))
    pins = PinnedRecordField.objects.order_by("pk").values_list("kind", "record", "field")
    assert list(pins) == [("course", str(course.uuid), "title"), ("program", str(program.uuid), "subtitle")]
    follow()
    program.refresh_from_db()
    course.refresh_from_db()
    assert (course.title, program.title, program.subtitle) == ("By hand", "One", "By hand")


def test_whoever_may_not_pin_or_view_sources_is_only_warned(client, django_user_model, synced_run):
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_courserun"))
    client.force_login(editor)
    form = client.get(page_of(synced_run)).context["adminform"].form
    assert "Set by another service" in str(form.fields["title"].help_text)
    assert "keep_values" not in form.fields
    [*_saved, warning] = send(client, synced_run, title="By hand", keep_values="on")[::-1]
    assert ("another service" in warning, "href" in warning) == (True, False)
    assert not PinnedField.objects.exists()


def test_whoever_edits_many_is_warned_in_the_preview(admin_client, synced_run):
    url = f"{reverse('admin:openedx_catalog_courserun_edit_many')}?ids={synced_run.pk}"
    assert "lms" not in str(admin_client.get(url).context["form"].fields["start"].help_text)
    page = admin_client.post(url, {"start": "2031-01-01T00:00:00", "end": "2032-01-01T00:00:00"})
    said = [str(effect.after) for effect in page.context["effects"] if effect.before == "⚠"]
    assert said == ["Start is set by the source lms, which will overwrite what you have saved."]


def test_many_rows_are_asked_of_at_once(admin_user, sync, remote, synced_run, django_assert_num_queries):
    remote.rows = [row(name) for name in "ABCDE"]
    sync("lms")
    runs = list(catalog.get_course_runs())
    for some in (runs[:1], runs):
        with django_assert_num_queries(2):
            found = api.set_elsewhere(some, admin_user)
        assert [set(fields) for fields in found.values()] == [{"title", "start", "pacing"}] * len(some)
    assert api.set_elsewhere([], admin_user) == {}
