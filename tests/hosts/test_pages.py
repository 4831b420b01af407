"""In a host that is shaped like a real service no page of the admin fails, whoever made it."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, ExternalCourseKey
from openedx_catalog.models_api import CourseRun
from openedx_catalog.testing.users import admin_client, undone

from .pages import OURS, admin_pages

# Of edx-organizations under Django 6.1, and of a host's plain form under 5.2; other warnings are errors here too.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Overriding get_actions"),
    pytest.mark.filterwarnings("ignore:The default scheme will be changed"),
]


def statuses(client, paths, *, posting=True):
    """``{(method, path): status}`` of a GET and, if they are sent, of an empty POST."""
    client.raise_request_exception, found = False, {}
    for path in paths:
        for method in ("get", "post") if posting else ("get",):
            with undone():
                found[method, path] = getattr(client, method)(path).status_code
    return found


def failures(answers):
    """The pages that answered with a fault of the server."""
    return [asked for asked, status in answers.items() if status >= 500]


def test_no_page_of_the_admin_fails(everything):
    client = admin_client("superuser")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    answers = statuses(client, admin_pages())
    assert failures(answers) == []
    # What was looked at is no list of redirects and 404s: of each model its list and a row were shown.
    shown = {path for (method, path), status in answers.items() if method == "get" and status == 200}
    for model in (model for model in admin.site._registry if model._meta.app_label.startswith(OURS)):
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert {path.rsplit("/", 2)[1] for path in shown if path.startswith(base)} >= {model._meta.model_name, "change"}, model


def test_no_page_of_the_admin_fails_where_there_are_no_rows(db):
    assert failures(statuses(admin_client("superuser"), admin_pages(), posting=False)) == []


def test_no_page_of_the_admin_fails_for_whoever_may_little(everything):
    client = admin_client("openedx_catalog.view_courserun + organizations.change_organization")
    assert failures(statuses(client, admin_pages(), posting=False)) == []


def test_no_page_of_an_admin_of_the_hosts_own_fails(everything, settings):
    """Templates of ours are for admins of ours, however the host shows our models."""
    settings.ROOT_URLCONF = "tests.hosts.plain_urls"
    from .plain_urls import plain_site

    client, paths = admin_client("superuser"), list(admin_pages(plain_site, "plain"))
    assert failures(statuses(client, paths)) == []
    for name in ("inboxmessage", "outboxmessage", "catalogcourse", "courserun"):
        pages = [path for path in paths if f"/{name}/" in path and "99999" not in path]
        asked = {path: client.get(path).status_code for path in pages if path.endswith(("/history/", "/change/", f"{name}/"))}
        assert set(asked.values()) == {200}, asked


def organization_form(organization, **changes):
    return {"name": organization.name, "short_name": organization.short_name, "description": "", **changes}


def test_a_name_that_another_one_had_is_an_error_of_the_form(everything):
    client, organization = admin_client("superuser"), Organization.objects.get()
    Organization.objects.create(name="Old", short_name="Old")
    api.update_organization("Old", short_name="Later")
    path = f"/admin/organizations/organization/{organization.pk}/change/"
    answer = client.post(path, organization_form(organization, short_name="OLD"))
    errors = answer.context["adminform"].form.errors
    assert (answer.status_code, list(errors)) == (200, ["short_name"])
    assert "Later" in str(errors["short_name"])
    for short_name in ("mitx", "MITxPRO", "MITx"):
        assert client.post(path, organization_form(organization, short_name=short_name)).status_code == 302
    organization.refresh_from_db()
    assert organization.short_name == "MITx"
    assert list(organization.catalog_former_names.values_list("name", flat=True)) == ["MITxPRO"]


def test_whatever_the_catalog_needs_is_not_deleted_in_the_admin_of_others(everything):
    client, organization = admin_client("superuser"), Organization.objects.get()
    path = f"/admin/organizations/organization/{organization.pk}/delete/"
    assert "catalog course" in client.get(path).content.decode().lower()
    assert client.post(path, {"post": "yes"}).status_code in (200, 403)
    assert Organization.objects.exists()


def test_users_are_deleted_and_their_changes_stay(everything):
    user = get_user_model().objects.create_user("gone")
    run = CourseRun.objects.get()
    api.update_course_run(str(run.course_key), title="New", user=user)
    options = user._meta
    client = admin_client("superuser")
    if get_user_model() not in admin.site._registry:
        user.delete()
    else:
        path = f"/admin/{options.app_label}/{options.model_name}/{user.pk}/delete/"
        assert client.post(path, {"post": "yes"}).status_code == 302
    assert run.history.latest().history_user_name == "gone"


def test_a_refusal_under_a_page_that_knows_nothing_of_it_is_no_fault_of_the_server(everything, settings):
    """Django's own form of our model cannot ask beforehand what extensions and guards say; nothing of it is stored."""
    settings.ROOT_URLCONF = "tests.hosts.plain_urls"
    api.associate_course_run("course-v1:MITx+Other+1")
    programs.add_course(Curriculum.objects.get(), "MITx+Other", source="test")
    client = admin_client("superuser")
    client.raise_request_exception = False
    run = CourseRun.objects.get(course_key="course-v1:MITx+Other+1")
    answer = client.post("/plain/openedx_catalog_programs/externalcoursekey/add/", {"run": run.pk, "key": "MATH 1"})
    assert answer.status_code == 400
    assert not ExternalCourseKey.objects.filter(run=run).exists()
