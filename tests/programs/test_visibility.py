"""What REST shows of programs that are not public: nothing, not even an error message; all of it to whoever may view."""

import uuid

import pytest

from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.models_api import Degree

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ROOT = "/api/catalog/v1"
A1 = "course-v1:GTx%2BA%2B1"
VIEW = "openedx_catalog_programs.view_program"
KEPT = {"unpublished": ("unpublished", False), "deleted": ("deleted", False), "hidden": ("active", True)}
PUBLIC = {"active": ("active", False), "retired": ("retired", False)}


@pytest.fixture
def offered(courses):
    """A program of every kind, each a degree with one curriculum of GTx A, a cost and a deadline: ``{kind: program}``."""
    found = {}
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


def get(client, path, status=200):
    response = client.get(f"{ROOT}/{path}")
    assert response.status_code == status, response.data
    return response.data


def routes(program):
    """Every address under which something of a program is read."""
    curriculum = program.curricula.get()
    return [
        f"programs/{program.uuid}/", f"programs/{program.readable_id}/", f"programs/{program.uuid}/resolve-run/?key={A1}",
        f"curricula/{curriculum.uuid}/", f"degrees/{program.uuid}/",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("user", ["user", "staff", "openedx_catalog_programs.view_degree"])
def test_what_is_not_public_is_not_there(offered, sign_in, user, kind):
    client = sign_in(user)
    for path in routes(offered[kind]):
        get(client, path, 404)
    for path in routes(offered["active"]) + routes(offered["retired"]):
        get(client, path)


@pytest.mark.parametrize("user", [VIEW, "openedx_catalog_programs.change_program", "superuser"])
def test_whoever_may_view_programs_reads_all_of_them(offered, sign_in, user):
    client = sign_in(user)
    for program in offered.values():
        for path in routes(program):
            get(client, path)
    for resource in ("programs", "curricula", "degrees"):
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


def test_the_lms_is_answered_in_process_whoever_may_know(offered):
    assert {program["title"] for program in lms.get_programs(site=object())} == {*PUBLIC, "hidden"}


def test_a_list_costs_as_many_queries_whatever_is_kept_back(offered, sign_in, django_assert_max_num_queries):
    client = sign_in("user")
    for resource in ("programs", "curricula", "degrees"):
        # The session and the user, his permissions and those of his groups; then as ever.
        with django_assert_max_num_queries(11):
            get(client, f"{resource}/")
