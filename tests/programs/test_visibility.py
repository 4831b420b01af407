"""What REST shows of programs that are not public: nothing, not even an error message; all of it to whoever may view."""

import uuid
from copy import deepcopy

import pytest
from django.apps import apps
from django.urls import reverse

from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.models.bases import Kept
from openedx_catalog.contrib.programs.models_api import Degree, Program
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import OutboxMessage
from openedx_catalog.testing.users import rest_user

from .conftest import three_courses

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.newest]

ROOT = "/api/catalog/v1"
A1 = "course-v1:GTx%2BA%2B1"
VIEW = "openedx_catalog_programs.view_program"
KEPT = {"unpublished": ("unpublished", False), "deleted": ("deleted", False), "hidden": ("active", True)}
PUBLIC = {"active": ("active", False), "retired": ("retired", False)}


@pytest.fixture(scope="module")
def made(module_db):
    found = {}
    three_courses()
    for kind, (status, hidden) in {**PUBLIC, **KEPT}.items():
        program = api.create_program(title=kind, type="masters", status="active", readable_id=f"{kind}-id", hidden=hidden)
        api.create_curriculum(program, name="Core", courses=["GTx+A"])
        degree = api.create_degree(program)
        api.add_cost(degree, description="Tuition", amount="9900", currency="USD")
        api.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
        if status != "active":
            program = api.update_program(program, status=status)
        found[kind] = program
    return found


@pytest.fixture
def offered(made):
    """A program of every kind, each a degree with one curriculum of GTx A, a cost and a deadline: ``{kind: program}``."""
    return deepcopy(made)


def get(client, path, status=200):
    response = client.get(f"{ROOT}/{path}")
    assert response.status_code == status, response.data
    return response.data


def routes(program):
    """Every address under which something of a program is read."""
    curriculum, degree = program.curricula.get(), program.degree
    return [
        f"programs/{program.uuid}/", f"programs/{program.readable_id}/", f"curricula/{curriculum.uuid}/",
        f"curriculum-courses/{curriculum.course_memberships.get().uuid}/", f"degrees/{program.uuid}/",
        f"degree-costs/{degree.costs.get().uuid}/", f"degree-deadlines/{degree.deadlines.get().uuid}/",
    ]  # fmt: skip


def questions(program):
    """What a program is asked."""
    asked = ("resolve-run/?key=" + A1, "runs/", "curriculum-for/", "diff/?from=2001-01-01T00:00:00Z")
    return [f"programs/{program.uuid}/{question}" for question in asked]


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("user", ["user", "staff", "openedx_catalog_programs.view_degree"])
def test_what_is_not_public_is_not_there(offered, sign_in, user, kind):
    client = sign_in(user)
    for path in routes(offered[kind]) + questions(offered[kind]):
        get(client, path, 404)
    for program in (offered["active"], offered["retired"]):
        for path in routes(program) + questions(program):
            get(client, path)


@pytest.mark.parametrize("user", [VIEW, "openedx_catalog_programs.change_program", "superuser"])
def test_whoever_may_view_programs_reads_all_of_them(offered, sign_in, user):
    client = sign_in(user)
    for kind, program in offered.items():
        for path in routes(program):
            get(client, path)
        for path in questions(program):
            # One that was deleted has nothing to say any more, whoever asks.
            get(client, path, 404 if kind == "deleted" else 200)
    for resource in ("programs", "curricula", "degrees", "curriculum-courses", "degree-costs", "degree-deadlines"):
        assert get(client, f"{resource}/")["count"] == len(offered)


def test_lists_and_their_filters_know_of_the_public_ones_only(offered, sign_in):
    client = sign_in("user")
    for query in (
        "", "?q=e", "?types=masters", "?course=GTx%2BA", f"?course_run={A1}", "?modified_since=2020-01-01T00:00:00Z",
        f"?uuids={','.join(str(program.uuid) for program in offered.values())}", "?ordering=-title", "?status=active,retired",
    ):  # fmt: skip
        titles = {program["title"] for program in get(client, f"programs/{query}")["results"]}
        # A retired program has the runs that it had; the run was there before it.
        assert titles == set(PUBLIC), query
    for query in ("?hidden=true", "?status=unpublished", "?status=deleted", "?status=unpublished,deleted&hidden=false"):
        assert get(client, f"programs/{query}")["count"] == 0, query
    for resource in ("curricula", "degrees"):
        assert {row["program"] for row in get(client, f"{resource}/")["results"]} == {
            str(offered[kind].uuid) for kind in PUBLIC
        }
        for kind in offered:
            assert get(client, f"{resource}/?program={offered[kind].uuid}")["count"] == (kind in PUBLIC), (resource, kind)
    uuids = ",".join(str(program.curricula.get().uuid) for program in offered.values())
    assert get(client, f"curricula/?uuids={uuids}")["count"] == len(PUBLIC)


@pytest.mark.parametrize("kind", KEPT)
def test_the_answer_is_that_of_what_does_not_exist(offered, sign_in, kind):
    """To the letter, but for the address that was asked."""
    client, nowhere = sign_in("user"), str(uuid.uuid4())
    program = offered[kind]
    pairs = [
        (f"programs/{program.uuid}/", f"programs/{nowhere}/"),
        (f"programs/{program.readable_id}/", "programs/no-such-id/"),
        (f"programs/{program.uuid}/resolve-run/?key={A1}", f"programs/{nowhere}/resolve-run/?key={A1}"),
        (f"curricula/{program.curricula.get().uuid}/", f"curricula/{nowhere}/"),
        (f"degrees/{program.uuid}/", f"degrees/{nowhere}/"),
    ]
    for there, gone in pairs:
        hidden, missing = (dict(get(client, path, 404), instance="") for path in (there, gone))
        assert hidden == missing, there


def test_that_a_hidden_program_is_no_degree_is_not_reported_either(offered, sign_in):
    client = sign_in("user")
    Degree.objects.filter(program=offered["hidden"]).update(program=api.create_program(title="Else", type="masters"))
    hidden = get(client, f"degrees/{offered['hidden'].uuid}/", 404)
    assert hidden["detail"] == get(client, f"degrees/{uuid.uuid4()}/", 404)["detail"]


@pytest.mark.parametrize("kind", KEPT)
def test_writers_of_other_models_find_nothing_either(offered, sign_in, kind):
    """Neither to change it, nor to name it in a body."""
    app = "openedx_catalog_programs"
    client = sign_in(" + ".join(f"{app}.{name}" for name in (
        "add_curriculum", "change_curriculum", "delete_curriculum", "add_degree", "change_degree", "add_degreecost",
    )))  # fmt: skip
    program, public, nowhere = offered[kind], offered["active"], str(uuid.uuid4())
    curriculum = program.curricula.get()
    cost = {"description": "T", "amount": "1", "currency": "USD"}
    for method, path, body in (
        ("patch", f"curricula/{curriculum.uuid}/", {"name": "x"}),
        ("delete", f"curricula/{curriculum.uuid}/", {}),
        ("post", f"curricula/{curriculum.uuid}/add/", {"catalog_course": "GTx+B"}),
        ("post", f"curricula/{curriculum.uuid}/reorder/", {"courses": ["GTx+A"]}),
        ("patch", f"degrees/{program.uuid}/", {"apply_url": "https://example.org/"}),
        ("post", f"degrees/{program.uuid}/costs/", cost),
    ):
        assert getattr(client, method)(f"{ROOT}/{path}", body, format="json").status_code == 404, path
    into = f"curricula/{public.curricula.get().uuid}"
    for method, path, body in (
        ("post", "curricula/", {"name": "New"}),
        ("patch", f"{into}/", {}),
        ("post", f"{into}/add/", {}),
        ("post", f"{into}/retire/", {}),
        ("post", "degrees/", {}),
    ):
        hidden, missing = (
            getattr(client, method)(f"{ROOT}/{path}", {**body, "program": given}, format="json")
            for given in (str(program.uuid), nowhere)
        )
        assert (hidden.status_code, missing.status_code) == (400, 400), path
        assert hidden.data == missing.data, path
    assert client.post(f"{ROOT}/degrees/{public.uuid}/costs/", cost, format="json").status_code == 200


def test_a_program_that_stands_in_another_is_left_out(offered, sign_in):
    outer = api.create_program(title="Outer", type="masters", status="active")
    curriculum = api.create_curriculum(outer, name="Nested")
    for kind in offered:
        if kind != "deleted":
            api.add_program(curriculum, offered[kind])
    path = f"curricula/{curriculum.uuid}/"
    assert {nested["title"] for nested in get(sign_in("user"), path)["programs"]} == set(PUBLIC)
    assert {nested["title"] for nested in get(sign_in(VIEW), path)["programs"]} == set(offered) - {"deleted"}


def test_a_row_is_known_by_the_tag_of_what_its_reader_sees(offered, sign_in):
    """Whoever sees less may change it all the same, if nobody else has."""
    outer = api.create_program(title="Outer", type="masters", status="active")
    curriculum = api.create_curriculum(outer, name="Nested")
    api.add_program(curriculum, offered["hidden"])
    client = sign_in("openedx_catalog_programs.change_curriculum")
    path = f"{ROOT}/curricula/{curriculum.uuid}/"
    tag = client.get(path)["ETag"]
    assert client.patch(path, {"name": "Renamed"}, format="json", headers={"If-Match": tag}).status_code == 200
    assert client.patch(path, {"name": "Again"}, format="json", headers={"If-Match": tag}).status_code == 412


def test_whoever_creates_a_program_sees_what_he_created(offered, sign_in):
    client = sign_in("openedx_catalog_programs.add_program")
    made = client.post(f"{ROOT}/programs/", {"title": "Mine", "type": "masters"}, format="json")
    assert (made.status_code, made.data["title"]) == (201, "Mine")
    get(client, f"programs/{made.data['uuid']}/", 404)


def test_deleting_by_status_is_deleting(offered, sign_in):
    path = f"{ROOT}/programs/{offered['active'].uuid}/"
    body = {"status": "deleted"}
    assert sign_in("openedx_catalog_programs.change_program").patch(path, body, format="json").status_code == 403
    both = sign_in("openedx_catalog_programs.change_program + openedx_catalog_programs.delete_program")
    assert both.patch(path, body, format="json").status_code == 200


KEPT_MODELS = [model for model in apps.get_app_config("openedx_catalog_programs").get_models() if issubclass(model, Kept)]


@pytest.mark.parametrize("model", KEPT_MODELS, ids=lambda model: model.__name__)
def test_rows_of_programs_that_are_not_public_are_not_there_in_whatever_table(offered, model):
    """What every list asks: costs, deadlines, groups, members and exclusions among them."""
    inner = api.create_program(title="Inner", type="masters", status="active")
    api.create_curriculum(inner, name="Core")
    for program in offered.values():
        curriculum = program.curricula.get()
        Program.objects.filter(pk=program.pk).update(status="active")
        api.update_program(program, authoring_organizations=["GTx"])
        api.add_group(curriculum, name="Electives", minimum=1)
        api.add_program(curriculum, inner)
        api.exclude_course_run(program, "course-v1:GTx+A+1")
        api.exclude_course_run(curriculum.course_memberships.get(), "course-v1:GTx+A+1")
        Program.objects.filter(pk=program.pk).update(status=program.status)
    shown = permissions.visible(rest_user("user"), model.objects.all())
    others = permissions.visible(rest_user(VIEW), model.objects.all())
    path = model.program_paths[0]
    titles = {*PUBLIC, "Inner"}
    assert set(shown.values_list(f"{path}title", flat=True)) <= titles
    assert set(others.values_list(f"{path}title", flat=True)) - {"Inner"} == set(offered)
    assert shown.filter(**{f"{path}title": "active"}).exists()


def test_the_lms_is_answered_in_process_whoever_may_know(offered):
    assert {program["title"] for program in lms.get_programs(site=object())} == {*PUBLIC, "hidden"}


def test_a_list_costs_as_many_queries_whatever_is_kept_back(offered, sign_in, django_assert_max_num_queries):
    client = sign_in("user")
    for resource in ("programs", "curricula", "degrees"):
        # The session and the user, his permissions and those of his groups; then as ever.
        with django_assert_max_num_queries(11):
            get(client, f"{resource}/")


@pytest.mark.parametrize(("more", "seen"), [("", False), (f" + {VIEW}", True)])
def test_events_of_programs_are_read_in_the_admin_by_whoever_may_view_programs(offered, client, more, seen):
    user = rest_user(f"openedx_catalog.view_outboxmessage{more}")
    user.is_staff = True
    user.save()
    client.force_login(user)
    kinds = {name.split(".")[3] for name in OutboxMessage.objects.values_list("event_type", flat=True)}
    assert {"program", "course_run"} <= kinds
    page = reverse("admin:openedx_catalog_outboxmessage_changelist")
    assert client.get(page).status_code == 200
    told = {row.event_type.split(".")[3] for row in client.get(page).context["cl"].queryset}
    assert ("program" in told, "course_run" in told) == (seen, True)
    one = OutboxMessage.objects.filter(event_type__contains=".program.").first()
    there = client.get(reverse("admin:openedx_catalog_outboxmessage_change", args=[one.pk]))
    assert (there.status_code == 200) is seen
