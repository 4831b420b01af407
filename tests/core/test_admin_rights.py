"""Who may see and send each page of the core's admin; what is not allowed is not offered; and no page fails."""

import pytest
from django.urls import NoReverseMatch, reverse

from openedx_catalog import api, messages
from openedx_catalog.models_api import CatalogCourse, CourseRun, InboxMessage, OutboxMessage
from tests.admin_pages import (
    CORE,
    addresses,
    allowed,
    failures,
    signed_in,
    temptations,
    users,
    viewer,
)
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

MODELS = {model._meta.label_lower: model for model in (CatalogCourse, CourseRun, InboxMessage, OutboxMessage)}


@pytest.fixture
def catalog():
    api.associate_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z", "pacing": "self"})
    api.create_catalog_course(org_code="MITx", course_code="Other")
    messages.record_unknown("junk", source="course_published", error="no name", event_id="odd")


def rows():
    """{model: the id of a row}."""
    return {name: model.objects.order_by("pk").first().pk for name, model in MODELS.items()}


def path_of(page, pk):
    app, model = page.model.split(".")
    name, _colon, _action = page.name.partition(": ")
    of_one = name not in ("changelist", "add", "overview", "move_many", "import", "export")
    path = reverse(f"admin:{app}_{model}_{name}", args=[pk] if of_one else [])
    return f"{path}?ids={pk}" if name == "move_many" else path


def sent(client, page, pk):
    """Send the form of a page, or choose its action."""
    _name, _colon, action = page.name.partition(": ")
    return client.post(path_of(page, pk), {"action": action, "_selected_action": [pk]} if action else {})


def test_the_table_knows_every_page():
    known = {f"{page.model.split('.')[1]}_{page.name}" for page in CORE if ": " not in page.name}
    assert known == set(addresses("openedx_catalog", ["1"]))


@pytest.mark.once
@pytest.mark.parametrize(
    ("model", "user"), [pytest.param(model, user, id=f"{model}: {user}") for model in MODELS for user in users(CORE, model)]
)
def test_who_may_see_and_send_a_page(catalog, client, model, user):
    pk = rows()[model]
    signed_in(client, user)
    for page in CORE:
        if page.model != model:
            continue
        seen = client.get(path_of(page, pk)).status_code
        if page.name == "history" and "message" in model:
            assert seen == 404, page
        else:
            assert seen == (200 if allowed(user, model, page.see) else 403), page
        if page.send:
            # Who is let in gets an empty form, or the request is carried out.
            status = sent(client, page, pk).status_code
            may = allowed(user, model, page.send)
            assert status in (200, 302) if may else status == 403, page
            if may and page.name == "delete":
                assert MODELS[model].objects.filter(pk=pk).exists(), "it was to be asked first"


def test_who_is_not_signed_in_or_no_staff_is_sent_to_the_login(catalog, client, django_user_model):
    pks = rows()
    for who in (None, django_user_model.objects.create_user("visitor")):
        client.logout()
        if who:
            client.force_login(who)
        for page in CORE:
            for response in (client.get(path_of(page, pks[page.model])), sent(client, page, pks[page.model])):
                assert (response.status_code, "/login/" in response["Location"]) == (302, True), page


def visible_paths(user):
    pks = rows()
    return [path_of(page, pks[page.model]) for page in CORE if allowed(user, page.model, page.see) and ": " not in page.name]


ALL = " + ".join(f"openedx_catalog.view_{model.split('.')[1]}" for model in MODELS)


@pytest.mark.parametrize("user", [ALL, *ALL.split(" + ")])
def test_whoever_may_only_view_is_shown_nothing_that_is_refused(catalog, client, user):
    signed_in(client, user)
    paths = [path for path in visible_paths(user) if "export" not in path]
    assert paths
    assert temptations(client, [*paths, reverse("admin:index"), f"{reverse('admin:index')}openedx_catalog/"]) == []


def test_whoever_may_only_view_reads_every_value(catalog, client):
    pks = rows()
    viewer(client, "openedx_catalog")
    page = client.get(reverse("admin:openedx_catalog_courserun_change", args=[pks["openedx_catalog.courserun"]]))
    text = page.content.decode()
    for value in (RUN_KEY, "Jan. 31, 2027, 10:00:00 UTC", "Self-paced", "MITx 14.100x"):
        assert value in text


def test_a_policy_may_let_staff_write_as_before(catalog, client, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.permissions.StaffMayWrite"
    signed_in(client, "staff")
    pks = rows()
    for page in CORE:
        assert client.get(path_of(page, pks[page.model])).status_code == (200 if page.see != "nobody" else 404 if
                          page.name == "history" else 403), page  # fmt: skip
    assert client.post(path_of(CORE[1], None), {"org": "", "course_code": ""}).status_code == 200


@pytest.mark.parametrize(
    ("who", "filled"), [("superuser", True), ("viewer", True), ("superuser", False)], ids=["superuser", "viewer", "no rows"]
)
def test_no_page_of_the_admin_fails(client, request, who, filled):
    if filled:
        request.getfixturevalue("catalog")
    signed_in(client, who) if who == "superuser" else viewer(client, "openedx_catalog", "organizations")
    ids = [str(pk) for pk in dict.fromkeys(rows().values())] if filled else ["1"]
    assert failures(client, "openedx_catalog", ids) == []


def test_what_has_no_history_shows_no_button_that_leads_to_one(catalog, admin_client):
    pks = rows()
    for name, model in MODELS.items():
        change = admin_client.get(reverse(f"admin:{name.replace('.', '_')}_change", args=[pks[name]])).content.decode()
        assert ("historylink" in change) == hasattr(model, "history"), name


def test_a_list_costs_no_query_for_each_row(catalog, client, django_assert_max_num_queries):
    """Whoever is no superuser has permissions, which Django reads once."""
    api.associate_course_runs([api.AssociationRecord(f"course-v1:MITx+C{n}+1") for n in range(60)], source="test")
    viewer(client, "openedx_catalog")
    for model in (CatalogCourse, CourseRun):
        # Ten as for a superuser, and the permissions of the user and of their groups.
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"admin:openedx_catalog_{model._meta.model_name}_changelist")).status_code == 200


def test_a_host_may_have_no_page_for_organizations(catalog, admin_client, monkeypatch):
    def without(name, *args, **kwargs):
        if name.startswith("admin:organizations"):
            raise NoReverseMatch
        return reverse(name, *args, **kwargs)

    monkeypatch.setattr("openedx_catalog.lib.admin.base.reverse", without)
    path = reverse("admin:openedx_catalog_catalogcourse_change", args=[rows()["openedx_catalog.catalogcourse"]])
    assert "MITx" in admin_client.get(path).content.decode()
