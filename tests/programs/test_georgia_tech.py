"""Georgia Tech's MS in Analytics from 2019 to 2028 (`georgia_tech`): the same answers through every door, at any instant."""

from datetime import datetime
from itertools import combinations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from openedx_catalog.contrib.programs import api
from openedx_catalog.lib.admin.texts import utc

from .georgia_tech import ROOT, PythonDoor, RestDoor, load_catalog, play, run_key
from .georgia_tech_admin import AdminDoor

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

INSTANTS = [
    f"{day}T00:00:00Z"
    for day in (
        "2019-06-01", "2020-03-01", "2020-11-01", "2021-06-01", "2022-06-01", "2023-06-01", "2024-03-01", "2024-09-01",
        "2025-10-01", "2026-10-01", "2027-09-01", "2028-06-01",
    )
]  # fmt: skip
TOOLS = ("Analytical Tools", ["ISYE6501", "CSE6040", "MGT8803"], [], [])
NESTED = ["Analytics: Essential Tools"]


def set_clock(patch, text):
    moment = datetime.fromisoformat(text)
    patch.setattr(timezone, "now", lambda: moment)


@pytest.fixture(scope="module")
def client(module_db):
    made = APIClient()
    # Without a session, which would end in the meantime.
    made.force_authenticate(get_user_model().objects.create_superuser("root"))
    return made


@pytest.fixture(scope="module")
def doors(client):
    root = get_user_model().objects.get()
    return {"python": PythonDoor(), "rest": RestDoor(client), "admin": AdminDoor(Client(), root)}


@pytest.fixture(scope="module")
def played(doors):
    """For each door the uuid of its degree, and what was told after each act: ``(now, instant, told)``."""
    degrees, recorded, teller = {}, {name: [] for name in doors}, PythonDoor()
    with pytest.MonkeyPatch.context() as patch:
        set_clock(patch, "2018-12-01T00:00:00Z")
        load_catalog()
        for name, door in doors.items():
            for now, done in play(door):
                set_clock(patch, now)
                if done:
                    degrees[name] = done
                    past = [instant for instant in [*INSTANTS, now] if instant <= now]
                    recorded[name] += [(now, instant, teller.answers(done, instant)) for instant in past]
    return degrees, recorded


@pytest.fixture
def played_out(played, monkeypatch):
    """``{door: degree}`` of three degrees with the same past, and the time in which it is known."""
    set_clock(monkeypatch, "2028-12-01T00:00:00Z")
    return played[0]


def test_all_doors_lead_to_the_same_past_and_tell_it_alike(doors, played_out):
    for instant in INSTANTS:
        first, *told = [doors[name].answers(degree, instant) for name in ("python", "rest") for degree in played_out.values()]
        assert first["courses"], instant
        assert told == [first] * 5, instant
        for degree in played_out.values():
            assert doors["admin"].answers(degree, instant) == on_a_page(first), instant


def on_a_page(told):
    """What the page of an instant shows of all that is told."""
    shown = {name: told[name] for name in ("courses", "own_runs", "for")}
    shown["deadlines"] = [(name, utc(datetime.fromisoformat(due))) for name, due in told["deadlines"]]
    return {**shown, "costs": [(name, amount) for name, amount, _version in told["costs"]]}


def test_what_was_offered_when(played_out):
    def at(instant):
        return PythonDoor().answers(played_out["rest"], instant)

    def ways(instant):
        return {name: (courses, programs, groups) for name, courses, programs, groups in at(instant)["for"]}

    first = ways("2019-06-01T00:00:00Z")
    assert first == {
        "Analytical Tools": (["ISYE6501", "CSE6040", "MGT8803"], [], []),
        "Business Analytics": (["ISYE6501", "MGT6203", "MGT8813"], NESTED, []),
        "Computational Data Analytics": (["CSE6040", "CSE6242", "ISYE6740"], [], []),
    }
    # A course leaves, and comes back as another version, without its first run.
    assert "MGT8813" not in at("2021-06-01T00:00:00Z")["courses"]
    assert ways("2022-06-01T00:00:00Z")["Business Analytics"][0] == ["ISYE6501", "MGT6203", "MGT8813"]
    runs = [{key for key, _partner in at(instant)["runs"] if "MGT8813" in key} for instant in (INSTANTS[0], INSTANTS[4])]
    assert runs == [{run_key("MGT8813", "2019"), run_key("MGT8813", "2024")}, {run_key("MGT8813", "2024")}]
    assert ways("2023-06-01T00:00:00Z")["Computational Data Analytics"][0] == ["CSE6040", "CSE6250", "CSE6242", "ISYE6740"]
    # One track closes when the other one begins, and is over two years later.
    assert next(iter(ways("2024-03-01T00:00:00Z"))) == "Analytical Tools"
    assert ways("2024-09-01T00:00:00Z")["Analytics in the Quantum Age"] == (
        ["ISYE6501", "PHYS7125"], [], [("Electives", 1, ["CSE7143", "CSE6242"], [])],
    )  # fmt: skip
    assert [sorted(ways(instant)) for instant in ("2024-09-01T00:00:00Z", "2026-10-01T00:00:00Z")] == [
        ["Analytics in the Quantum Age", "Business Analytics", "Computational Data Analytics"]
    ] * 2
    assert [("MGT8803" in at(instant)["courses"]) for instant in ("2026-10-01T00:00:00Z", "2027-09-01T00:00:00Z")] == [
        True,
        False,
    ]
    last = ways("2028-06-01T00:00:00Z")["Analytics in the Quantum Age"]
    assert last == (["ISYE6501", "PHYS7125"], NESTED, [("Electives", 2, ["CSE7143", "CSE6242"], [])])
    tuition = [_costs(at(instant))["Tuition"] for instant in INSTANTS]
    assert tuition == ["9900.00"] * 2 + ["10320.00"] * 7 + ["11280.00"] * 3
    deadlines = [[due for _semester, due in at(instant)["deadlines"]] for instant in INSTANTS]
    assert deadlines == [["2019-10-02T03:59:00Z"]] * 2 + [["2021-10-02T03:59:00Z"]] * 7 + [[]] * 3


@pytest.mark.parametrize("name", ["python", "rest", "admin"])
def test_nothing_of_the_past_is_changed_by_what_comes_later(played, played_out, name):
    teller, degree, recorded = PythonDoor(), played_out[name], played[1][name]
    now = {instant: teller.answers(degree, instant) for instant in {instant for _now, instant, _told in recorded}}
    assert len(recorded) > 50
    # What was so at the very instant of an act is told of the time after it.
    for after, instant, told in recorded:
        assert told == now[instant], (after, instant)


def test_two_instants_are_told_apart_the_same_way_by_each_door(client, doors, played_out):
    degree = played_out["rest"]
    told = {instant: doors["python"].answers(degree, instant) for instant in INSTANTS}
    for begin, end in combinations(INSTANTS, 2):
        found = api.diff_program(degree, from_=begin, to=end)
        over_http = client.get(f"{ROOT}/programs/{degree}/diff/", {"from": begin, "to": end}).json()
        for name in ("added", "removed", "changed"):
            assert over_http[name] == [
                {part: getattr(row, part) for part in ("kind", "key", "name", "curriculum", "before", "after")}
                for row in getattr(found, name)
            ], (begin, end, name)
        back = api.diff_program(degree, from_=end, to=begin)
        assert [row.key for row in back.added] == [row.key for row in found.removed]
        assert _applied(told[begin], found) == (_costs(told[end]), set(told[end]["courses"])), (begin, end)


def _applied(told, found):
    """The costs and the courses of an instant, of what was told of another one and of the difference."""
    costs, courses = _costs(told), set(told["courses"])
    for row in found.removed:
        if row.kind == "cost":
            del costs[row.name]
    for row in (*found.added, *found.changed):
        if row.kind == "cost":
            costs[row.name] = row.after["amount"]
    courses |= {row.key.rpartition(":")[2] for row in found.added if row.kind == "course"}
    gone = {row.key.rpartition(":")[2] for row in found.removed if row.kind == "course"}
    # It may stand in another curriculum still.
    standing = {course.course_code for course in api.program_courses(_degree(), at=found.to)}
    return costs, courses - (gone - standing)


def _degree():
    return api.get_programs().filter(title="MS Analytics").first()


def _costs(told):
    return {name: amount for name, amount, _version in told["costs"]}


def test_whoever_began_in_a_track_completes_it_though_it_has_closed(client, doors, played_out):
    degree = played_out["rest"]
    passed = [run_key(code, "2019") for code in ("ISYE6501", "CSE6040", "MGT8803")]

    def complete(**when):
        body = {"passed_course_keys": passed, **when}
        found = client.post(f"{ROOT}/programs/{degree}/evaluate/", body, format="json").json()
        assert found["is_complete"] == api.evaluate(degree, passed, **when).is_complete
        return found["is_complete"]

    assert complete(started_at="2019-08-01T00:00:00Z")
    assert complete(at="2025-10-01T00:00:00Z")
    assert not complete(started_at="2024-09-01T00:00:00Z")
    assert not complete(at="2027-09-01T00:00:00Z")
    # Its keys are still those of its runs.
    found = client.get(f"{ROOT}/programs/{degree}/resolve-run/", {"key": "mgt8803-fall2019"}).json()
    assert found["course_key"] == run_key("MGT8803", "2019")
