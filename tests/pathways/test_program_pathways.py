"""Pathways of programs: their API, what is told of them, the admin, and REST in the shape of discovery."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import ProgramPathway, ProgramPathwayProgram
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import DuplicateValue, InvalidRequest, InvalidValue
from openedx_catalog.models_api import OutboxMessage
from openedx_catalog.testing.users import rest_client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

LIST = "/api/catalog/v1/program-pathways/"
GIVEN = {
    "name": "Arizona State University", "org_name": "ASU", "email": "records@asu.example.org", "description": "Nine credits.",
    "destination_url": "https://asu.example.org/credit", "pathway_type": "credit", "status": "published",
}  # fmt: skip


@pytest.fixture
def program(db):
    """``program("Data Science")``: an active program."""

    def make(title, status="active", **values):
        if not programs.get_program_types().filter(slug="micromasters").exists():
            programs.create_program_type(name="MicroMasters", slug="micromasters")
        return programs.create_program(title=title, type="micromasters", status=status, **values)

    return make


@pytest.fixture
def three(program):
    return [program(title) for title in ("Analytics", "Biology", "Circuits")]


def titles(pathway):
    return [row.title for row in api.programs_of_pathway(pathway)]


# The API


def test_a_pathway_says_what_was_given_with_programs_in_order(three):
    a, b, c = three
    own = uuid.uuid4()
    row = api.create_program_pathway(uuid=str(own), programs=[c, str(a.uuid), c.uuid], **GIVEN)
    stored = api.get_program_pathway(own)
    assert {name: getattr(stored, name) for name in GIVEN} == GIVEN
    assert (stored, titles(stored)) == (api.get_program_pathway(id=row.pk), ["Circuits", "Analytics"])
    other = api.create_program_pathway(name="Siemens", pathway_type="industry", programs=[b])
    assert (other.status, other.email, other.is_public) == ("unpublished", "", False)
    for narrowed, found in (
        ({}, [row, other]),
        ({"status": "published"}, [row]),
        ({"pathway_type": "industry"}, [other]),
        ({"program": c}, [row]),
    ):
        assert list(api.get_program_pathways(**narrowed)) == found, narrowed


def test_programs_are_given_whole_and_what_is_not_given_stays(three):
    a, b, c = three
    row = api.create_program_pathway(programs=three, **GIVEN)
    for wanted in ([c, a], [a, c], [], [b]):
        api.update_program_pathway(row.uuid, programs=wanted)
        assert titles(row) == [each.title for each in wanted]
    api.update_program_pathway(row, name="ASU", destination_url="")
    stored = api.get_program_pathway(row.uuid)
    assert (stored.name, stored.destination_url, stored.email, titles(row)) == ("ASU", "", GIVEN["email"], ["Biology"])


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"name": " "}, InvalidValue, "name"),
        ({"name": "x" * 256}, InvalidValue, "name"),
        ({"org_name": 3}, InvalidValue, "org_name"),
        ({"email": "nobody"}, InvalidValue, "email"),
        ({"email": "a@b.org, c@d.org"}, InvalidValue, "email"),
        ({"email": None}, InvalidValue, "email"),
        ({"description": "x" * 10_001}, InvalidValue, "description"),
        ({"destination_url": "javascript:alert(1)"}, InvalidValue, "destination_url"),
        ({"pathway_type": "Credit"}, InvalidValue, "pathway_type"),
        ({"status": "active"}, InvalidValue, "status"),
        ({"programs": "x"}, InvalidValue, "programs"),
        ({"programs": ["x"] * 501}, InvalidValue, "programs"),
        ({"programs": ["nonsense"]}, InvalidRequest, ""),
        ({"programs": [uuid.UUID(int=0)]}, Program.DoesNotExist, ""),
        ({"reason": "x" * 1001}, InvalidRequest, "reason"),
        ({"nonsense": 1}, TypeError, ""),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name_and_nothing_is_written(given, error, field):
    row = api.create_program_pathway(**GIVEN)
    for write in (
        lambda: api.create_program_pathway(**{**GIVEN, **given}),
        lambda: api.update_program_pathway(row, **{"name": "Other", **given}),
    ):
        with pytest.raises(error) as refused:
            write()
        assert getattr(refused.value, "field", "") == field
    assert list(ProgramPathway.objects.values_list("name", flat=True)) == [GIVEN["name"]]


def test_a_pathway_that_is_not_there_and_a_uuid_that_is_taken():
    row = api.create_program_pathway(**GIVEN)
    for call in (
        lambda: api.get_program_pathway(uuid.uuid4()),
        lambda: api.get_program_pathway(id=0),
        lambda: api.update_program_pathway(uuid.uuid4(), name="x"),
        lambda: api.delete_program_pathway(uuid.uuid4()),
    ):
        with pytest.raises(ProgramPathway.DoesNotExist):
            call()
    for wrong in ({}, {"uuid": row.uuid, "id": row.pk}, {"uuid": "x"}, {"id": "1"}, {"id": 2**63}):
        with pytest.raises(InvalidRequest):
            api.get_program_pathway(**wrong)
    with pytest.raises(DuplicateValue):
        api.create_program_pathway(uuid=row.uuid, **GIVEN)


def test_every_change_is_an_event_an_entry_of_the_feed_and_a_row_of_the_history(three):
    position, event = catalog.get_latest_change(), OutboxMessage.objects.order_by("pk").last().pk
    row = api.create_program_pathway(name="ASU", reason="signed")
    steps = [
        {"status": "published"},
        {"programs": three},
        {"programs": three[:1]},
        {"programs": three[:1]},
        {"status": "retired"},
    ]
    for step in steps:
        api.update_program_pathway(row, reason="a step", **step)
    api.delete_program_pathway(row, reason="over")
    found = [(each.kind, each.what, each.audience, each.key) for each in catalog.iter_changes(after=position)]
    names = ["created", "updated", "updated", "updated", "updated", "deleted"]
    told = ["viewers", "everybody", "everybody", "everybody", "gone", "viewers"]
    assert found == [("program_pathway", what, audience, str(row.uuid)) for what, audience in zip(names, told, strict=True)]
    sent = OutboxMessage.objects.filter(pk__gt=event).order_by("pk")
    assert [each.event_type for each in sent] == [f"org.openedx.catalog.program_pathway.{what}.v1" for what in names]
    assert GIVEN["email"] not in "".join(each.payload for each in sent)
    reasons = ProgramPathway.history.order_by("history_id").values_list("history_type", "history_change_reason")
    assert list(reasons) == [("+", "api: signed"), ("~", "api: a step"), ("~", "api: a step"), ("-", "api: over")]
    kinds = ProgramPathwayProgram.history.order_by("history_id").values_list("history_type", flat=True)
    assert (list(kinds), ProgramPathwayProgram.objects.count()) == (list("+++---"), 0)


def test_what_is_saved_past_the_api_is_in_the_feed(three):
    row = api.create_program_pathway(programs=three[:1], **GIVEN)
    position = catalog.get_latest_change()
    row.save()
    ProgramPathwayProgram.objects.create(pathway=row, program=three[1])
    row.program_rows.first().delete()
    ProgramPathway.objects.create(name="Mine")
    row.delete()
    found = [(each.what, each.audience) for each in catalog.iter_changes(after=position) if each.kind == "program_pathway"]
    assert found[:4] == [("updated", "everybody")] * 3 + [("created", "gone")]
    assert found[-1] == ("deleted", "everybody")


# REST


def answered(client, url=LIST, **parameters):
    answer = client.get(url, parameters)
    assert answer.status_code == 200, answer.data
    return answer.data


def test_rest_has_the_fields_of_discovery(three):
    a, _b, c = three
    programs.retire_program(a)
    row = api.create_program_pathway(programs=[c, a], **GIVEN)
    # As an LMS asks, page by page.
    client = rest_client("reader")
    page = answered(client, exclude_utm=1, page=1, status="published")
    assert page["next"] is None
    assert page["results"] == [
        {
            "id": row.pk,
            "uuid": str(row.uuid),
            "name": "Arizona State University",
            "org_name": "ASU",
            "email": "records@asu.example.org",
            "programs": [
                {
                    "uuid": str(program.uuid), "title": program.title, "subtitle": "", "type": "MicroMasters", "status": status,
                    "marketing_slug": None, "hidden": False,
                }
                for program, status in ((c, "active"), (a, "retired"))
            ],
            "description": "Nine credits.",
            "destination_url": "https://asu.example.org/credit",
            "pathway_type": "credit",
            "status": "published",
        }
    ]  # fmt: skip
    assert answered(client, f"{LIST}{row.uuid}/") == page["results"][0]


def test_rest_shows_what_is_published_and_the_rest_to_those_who_may_view_it(program):
    shown, hidden, draft = program("Shown"), program("Hidden", hidden=True), program("Draft", status="unpublished")
    kinds = {
        status: api.create_program_pathway(**{**GIVEN, "name": status, "status": status}, programs=[draft, hidden, shown])
        for status in ("unpublished", "published", "retired")
    }
    reader, viewer = rest_client("reader"), rest_client("superuser")
    for client, seen, known in ((reader, ["published"], ["Shown"]), (viewer, list(kinds), ["Hidden", "Shown"])):
        for parameters, names in (
            ({}, ["published"]),
            ({"status": "unpublished,published,retired"}, seen),
            ({"status": "retired"}, [name for name in seen if name == "retired"]),
            ({"pathway_type": "industry"}, []),
            ({"program": str(shown.uuid)}, ["published"]),
            ({"program": f"{shown.uuid},{hidden.uuid}"}, ["published"]),
            ({"program": str(hidden.uuid)}, ["published"] if "Hidden" in known else []),
        ):
            found = answered(client, **parameters)["results"]
            assert [row["name"] for row in found] == names, parameters
            assert all([each["title"] for each in row["programs"]] == known for row in found)
        for name, row in kinds.items():
            assert client.get(f"{LIST}{row.uuid}/").status_code == (200 if name in seen else 404)
    assert viewer.post(LIST, {"name": "x"}, format="json").status_code == 405
    for wrong in ({"status": "active"}, {"program": "x"}, {"nonsense": "1"}):
        assert reader.get(LIST, wrong).status_code == 400


def test_rest_costs_the_same_whatever_it_lists(three):
    client, costs = rest_client("superuser"), []
    for number in range(9):
        api.create_program_pathway(**{**GIVEN, "name": str(number)}, programs=three)
        if number in (1, 8):
            answered(client)
            with CaptureQueriesContext(connection) as log:
                answered(client)
            costs.append(len(log))
    assert costs[0] == costs[1] <= 8


# The admin


def page(view, *args):
    return reverse(f"admin:openedx_catalog_pathways_programpathway_{view}", args=args)


def sent(response, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in response.context["adminform"].form:
        value = "" if bound.value() is None else bound.value()
        values[bound.html_name] = value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = value
    return {**values, **changes}


def test_a_pathway_is_written_in_the_admin(admin_client, three):
    a, b, c = (row.pk for row in three)
    form = sent(admin_client.get(page("add")), **GIVEN, programs=[c, a], reason="signed")
    assert admin_client.post(page("add"), form).status_code == 302
    row = ProgramPathway.objects.get()
    assert ({name: getattr(row, name) for name in GIVEN}, titles(row)) == (GIVEN, ["Circuits", "Analytics"])
    at = page("change", row.pk)
    for wanted in ([a, c], [b], []):
        assert admin_client.post(at, sent(admin_client.get(at), programs=wanted)).status_code == 302
        assert [each.pk for each in api.programs_of_pathway(row)] == wanted
    refused = admin_client.post(at, sent(admin_client.get(at), email="nobody"))
    assert refused.status_code == 200
    assert "email" in refused.context["adminform"].form.errors
    history = admin_client.get(page("history", row.pk)).content.decode()
    assert "signed" in history
    assert "Circuits" in history
    with CaptureQueriesContext(connection) as log:
        assert (
            "Arizona" in admin_client.get(f"{page('changelist')}?status=published&pathway_type=credit&q=asu").content.decode()
        )
    assert len(log) <= 10
    assert admin_client.post(page("delete", row.pk), {"post": "yes"}).status_code == 302
    assert not ProgramPathway.objects.exists()


def test_programs_that_an_editor_may_not_know_of_stay(client, django_user_model, program):
    from django.contrib.auth.models import Permission

    shown, other, hidden = program("Shown"), program("Other"), program("Hidden", hidden=True)
    row = api.create_program_pathway(programs=[hidden, shown], **GIVEN)
    user = django_user_model.objects.create_user("editor", is_staff=True)
    rights = [f"{verb}_programpathway" for verb in ("view", "change", "delete")]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    at = page("change", row.pk)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk]}
    pages = [client.get(page(view, row.pk)) for view in ("change", "history", "delete")]
    for each in (*pages, client.post(page("changelist"), chosen)):
        assert "Hidden" not in each.content.decode()
    assert client.post(at, sent(client.get(at), org_name="ASU Online")).status_code == 302
    assert titles(row) == ["Hidden", "Shown"]
    assert client.post(at, sent(client.get(at), programs=[other.pk])).status_code == 302
    assert titles(row) == ["Other", "Hidden"]
