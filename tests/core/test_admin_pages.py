"""What a GET may not, what a POST needs, that text stays text; the table of permissions is in `test_admin_contracts`."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HOSTILE = "<script>alert(1)</script>{x}{{x}}%s"
MODELS = (CatalogCourse, CourseRun)


@pytest.fixture
def catalog():
    api.create_organization(short_name="Hostile", name=HOSTILE)
    api.create_catalog_course(org_code="Hostile", course_code="A", title=HOSTILE, reason=HOSTILE)
    api.create_catalog_course(org_code="Hostile", course_code="B", title=HOSTILE)
    api.associate_course_run("course-v1:Hostile+A+1", title=HOSTILE, reason=HOSTILE)
    api.associate_course_run("course-v1:Hostile+A+2", title=HOSTILE, schedule={"start": "2027-01-31T10:00:00Z"})
    api.move_course_run("course-v1:Hostile+A+1", "Hostile+B", reason=HOSTILE)


def routes():
    """Every page that our admin classes route, for a row that is there: {name: path}."""
    found = {}
    for model in MODELS:
        pk = str(model.objects.order_by("pk").first().pk)
        start = f"/admin/openedx_catalog/{model._meta.model_name}/"
        for pattern in admin.site._registry[model].get_urls():
            if pattern.name:
                route = str(pattern.pattern).replace("<path:object_id>", pk).replace("<int:pk>", pk)
                route += f"?ids={pk}" if pattern.name.endswith("_many") else ""
                found[pattern.name.removeprefix("openedx_catalog_")] = start + route
    return found


def state():
    """Everything that is stored, in numbers and dates."""
    return [
        (model.objects.count(), model.history.count(), list(model.objects.values_list("pk", "modified")))
        for model in (Organization, *MODELS)
    ]


def test_a_get_changes_nothing(catalog, admin_client):
    before = state()
    for name, path in routes().items():
        response = admin_client.get(path)
        assert response.status_code == 200, name
        if response.streaming:
            list(response.streaming_content)
    for query in ("_confirm=1&reason=x&catalog_course=1", "post=yes", "action=delete_selected", "doctor=1"):
        for path in routes().values():
            admin_client.get(f"{path.partition('?')[0]}?{query}")
    assert state() == before


def test_a_post_needs_a_csrf_token(catalog, admin_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    before = state()
    for name, path in routes().items():
        assert client.post(path, {"post": "yes", "_confirm": "1", "reason": "x"}).status_code == 403, name
    assert state() == before


def test_text_stays_text_on_every_page(catalog, admin_client):
    for name, path in routes().items():
        response = admin_client.get(path)
        if response.streaming:
            continue
        page = response.content.decode()
        assert "<script>alert(1)" not in page, name
        if name.endswith(("change", "history", "changelist", "delete")):
            assert "&lt;script&gt;alert(1)&lt;/script&gt;{x}{{x}}%s" in page, name
    found = admin_client.get(
        "/admin/autocomplete/",
        {"app_label": "openedx_catalog", "model_name": "courserun", "field_name": "catalog_course", "term": "script"},
    )
    assert found["Content-Type"] == "application/json"
    assert HOSTILE in found.json()["results"][0]["text"]


@pytest.mark.parametrize("model", MODELS)
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(admin_client, model):
    path = f"/admin/openedx_catalog/{model._meta.model_name}/"
    counts = []
    for size in (60, 1000):
        api.associate_course_runs(
            [api.AssociationRecord(f"course-v1:Org{n % 40}+C{n // 2}+{n}", catalog_course=f"Org{n % 40}+E{n}" if n % 5 else "")
             for n in range(size)],
            source="test",
        )  # fmt: skip
        for query in ("", "?q=C1", "?p=2", "?o=3"):
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(path + query).status_code == 200
            counts.append(len(captured))
    assert counts[:4] == counts[4:]
    # A search of runs looks into codes and organizations first, and at former names of organizations at the end.
    assert max(counts) <= 11


def test_a_permission_of_the_model_is_enough_in_a_host_that_opens_the_admin(catalog, monkeypatch):
    """Django's own site lets only staff in; a host may have another."""
    monkeypatch.setattr(admin.site, "has_permission", lambda request: request.user.is_active)
    client, user = Client(), get_user_model().objects.create_user("user")
    client.force_login(user)
    path = routes()["courserun_move"]
    assert client.get(path).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="change_courserun"))
    assert client.get(path).status_code == 200
    assert client.get(routes()["catalogcourse_merge"]).status_code == 403
