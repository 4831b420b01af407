"""Two services that disagree on the same programs: one wins, whichever is asked last, and nothing goes to and fro."""

import pytest

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api

from .conftest import by_outcome
from .discovery import Service, curriculum, degree, uuid_of
from .remote import Remote
from .test_follows import codes, follow, service, written  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
KEY = "course-v1:MITx+A+R1"


@pytest.fixture
def second(service, sync):  # noqa: F811
    """Another service with the same courses, which is asked after the first one."""
    server = Remote()
    values = {"base_url": server.url, "create_missing": True, "per_minute": 6000}
    api.create_source(name="second", kind="discovery", also=["organizations", "courses", "programs"], **values)
    found = Service(server)
    found.courses = {key: {run: dict(values) for run, values in runs.items()} for key, runs in service.courses.items()}
    for each in (service, found):
        each.organizations["GTx"] = "Georgia Tech"
    yield found
    server.close()


@pytest.fixture
def both(second, follow, sync):  # noqa: F811
    """Sync one after the other: the reports."""

    def call():
        second.serve()
        return follow(), sync("second")

    return call


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param({"credit": ["GTx"]}, {"credit": ["MITx"]}, id="credit"),
        pytest.param({"degree": degree()}, {"degree": degree(apply_url="https://example.com/")}, id="apply url"),
        pytest.param({"courses": ["MITx+A", "MITx+B"]}, {"courses": ["MITx+B", "MITx+A"]}, id="order"),
        pytest.param({"overview": "Ours"}, {"overview": "Theirs", "hidden": True, "status": "unpublished"}, id="values"),
        pytest.param(
            {"curricula": [curriculum("Track", "MITx+C", "MITx+D")]},
            {"curricula": [curriculum("Track", "MITx+D", "MITx+A", is_active=False)], "excluded": [KEY]},
            id="curricula",
        ),
    ],
)
def test_what_two_sources_say_of_a_program_comes_to_rest(service, second, both, ours, theirs):  # noqa: F811
    service.program("Both", **ours)
    second.program("Both", **theirs)
    both()
    both()
    before = written()
    reports = both()
    assert written() == before
    assert not [report for report in reports if report.counts["updated"]]


@pytest.mark.parametrize(
    ("field", "ours", "theirs"),
    [
        ("title", {}, {"title": "Theirs"}),
        ("status", {"status": "active"}, {"status": "unpublished"}),
        ("subtitle", {"subtitle": "Ours"}, {"subtitle": "Theirs"}),
    ],
)
def test_a_field_of_programs_is_that_of_the_source_which_owns_it(service, second, both, field, ours, theirs):  # noqa: F811
    service.program("Both", **ours)
    second.program("Both").update(theirs)
    api.update_source("second", owns=[field])
    both()
    reports = both()
    (told,) = (row for report in reports for row in by_outcome(report).get("outranked", ()))
    assert (told.code, told.external_id) == ("set_by_another_source", f"program:{uuid_of('Both')}")
    assert getattr(programs.get_program(uuid_of("Both")), field) == theirs[field]


@pytest.mark.parametrize(("rank", "first"), [(1, "MITx+B"), (200, "MITx+A")])
def test_the_order_of_courses_is_that_of_the_source_that_wins(service, second, both, rank, first):  # noqa: F811
    service.program("Both", "MITx+A", "MITx+B")
    second.program("Both", "MITx+B", "MITx+A")
    api.update_source("second", rank=rank)
    both()
    reports = both()
    assert codes()[0] == first.removeprefix("MITx+")
    (told,) = (row for report in reports for row in by_outcome(report).get("outranked", ()))
    assert (told.code, "the order of the courses" in told.reason) == ("set_by_another_source", True)


@pytest.mark.parametrize(("rank", "key"), [(1, "Theirs"), (100, "A-2026"), (200, "A-2026")])
@pytest.mark.parametrize("begins", ["first", "second"])
def test_the_external_key_is_that_of_the_source_that_wins(service, second, both, sync, rank, key, begins):  # noqa: F811
    second.courses["MITx+A"][KEY]["external_key"] = "Theirs"
    api.update_source("second", rank=rank)
    if begins == "second":
        second.serve()
        sync("second")
        # Whoever said it first wins where both have the same rank.
        key = "Theirs" if rank == 100 else key
    both()
    both()
    assert programs.get_external_course_keys([KEY]) == {KEY: key}
    before = written()
    both()
    assert written() == before


def test_a_program_that_one_of_them_has_no_longer_is_not_retired_and_offered_in_turn(service, second, both):  # noqa: F811
    for each in (service, second):
        each.program("Both", "MITx+A")
    service.program("Other", "MITx+A")
    api.update_source("discovery", retire_missing=True)
    both()
    del service.programs["Both"]
    both()
    both()
    before = written()
    both()
    assert written() == before
    assert programs.get_program(uuid_of("Both")).status == "active"
