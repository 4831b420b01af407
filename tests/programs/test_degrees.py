"""Degrees: programs with costs and deadlines, which are known for any instant."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.models_api import Degree, DegreeCost
from openedx_catalog.exceptions import DatesOverlap, InvalidDate, InvalidDates, InvalidValue

from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

CHANGE = "2027-01-01T00:00:00Z"
BEFORE, AFTER = datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def degree(program):
    return api.create_degree(program, apply_url="https://example.org/apply")


def test_a_degree_is_a_program_and_is_listed_once(degree, program):
    assert (str(degree), api.get_degree(program), api.get_degree(str(program.uuid))) == ("Analytics", degree, degree)
    assert list(api.get_programs()) == [program]
    (found,) = lms.get_programs(site=1)
    assert found["degree"] == {"apply_url": "https://example.org/apply"}
    before = len(events())
    assert api.create_degree(program).apply_url == "https://example.org/apply"
    assert len(events()) == before
    with pytest.raises(Degree.DoesNotExist):
        api.get_degree(api.create_program(title="Other", type="xseries"))


def test_what_a_degree_costs_is_known_for_any_instant(degree):
    old = api.add_cost(degree, description="Tuition", amount=Decimal("9900"), currency="USD")
    with pytest.raises(DatesOverlap):
        api.add_cost(degree, description="TUITION", amount="1", currency="USD", effective_at=CHANGE)
    api.retire(old, at=CHANGE)
    api.reschedule(old, retired_at=CHANGE)
    new = api.reintroduce(old, at=CHANGE, amount=Decimal("10500.50"))
    assert [(cost.amount, cost.version) for cost in api.get_costs(degree, at=BEFORE)] == [(Decimal("9900.00"), "1")]
    assert [(cost.amount, cost.version) for cost in api.get_costs(degree, at=AFTER)] == [(Decimal("10500.50"), "2")]
    assert [cost.is_current(AFTER) for cost in (DegreeCost.objects.get(pk=old.pk), new)] == [False, True]


def test_deadlines_are_instants_with_a_zone(degree):
    due = {"semester": "Spring 2027", "name": "Application", "due_at": "2027-03-01T23:59:00-05:00", "zone": "America/New_York"}
    first = api.add_deadline(degree, **due)
    early = api.add_deadline(degree, **{**due, "name": "Early application", "due_at": "2027-01-15T12:00:00Z"})
    assert [row.due_at.isoformat() for row in api.get_deadlines(degree)] == [
        "2027-01-15T12:00:00+00:00",
        "2027-03-02T04:59:00+00:00",
    ]
    api.remove(early, reason="a slip")
    assert (list(api.get_deadlines(degree)), first.zone) == ([first], "America/New_York")


def test_which_deadlines_there_are_is_known_for_any_instant(degree):
    due = {"semester": "Spring 2027", "name": "Application", "due_at": "2027-03-01T00:00:00Z"}
    old = api.add_deadline(degree, **due)
    api.retire(old, at=CHANGE)
    new = api.reintroduce(old, at=CHANGE, due_at="2027-04-01T00:00:00Z")
    assert [list(api.get_deadlines(degree, at=at)) for at in (BEFORE, AFTER)] == [[old], [new]]
    before = new.history.count()
    api.reschedule(new, effective_at=CHANGE)
    assert new.history.count() == before


def test_every_change_is_in_the_history_and_an_unchanged_one_is_not(degree):
    user = get_user_model().objects.create_user("registrar")
    cost = api.add_cost(degree, description="Tuition", amount="9900", currency="USD", user=user)
    api.retire(cost, at=CHANGE, user=user, reason="new budget")
    before = cost.history.count()
    api.reschedule(cost, retired_at=CHANGE, user=user)
    new, old = cost.history.all()
    assert (before, cost.history.count()) == (2, 2)
    assert (old.retired_at, new.retired_at, new.history_user.username) == (None, AFTER, "registrar")
    assert (new.history_change_reason, new.history_date is not None) == ("api: new budget", True)
    assert events().count("program.updated.v1") == 3


@pytest.mark.parametrize("amount", ["1.001", "-1", "x", "", "NaN", "Infinity", "1e12", 1.5, True, None, [], "9" * 5000])
def test_amounts_are_exact(degree, amount):
    with pytest.raises(InvalidValue, match="amount"):
        api.add_cost(degree, description="Tuition", amount=amount, currency="USD")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"currency": "usd"}, InvalidValue),
        ({"currency": None}, InvalidValue),
        ({"description": ""}, InvalidValue),
        ({"description": "\x00"}, InvalidValue),
        ({"effective_at": datetime(2027, 1, 1)}, InvalidDate),
        ({"effective_at": AFTER, "retired_at": BEFORE}, InvalidDates),
        ({"version": "x" * 33}, InvalidValue),
    ],
)
def test_bad_values_of_a_cost(degree, changes, error):
    with pytest.raises(error):
        api.add_cost(degree, **{"description": "Tuition", "amount": "1", "currency": "USD", **changes})
    assert not DegreeCost.objects.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org", "example", 7, "https://" + "x" * 300])
def test_only_web_addresses(degree, url):
    with pytest.raises(InvalidValue, match="apply_url"):
        api.update_degree(degree, apply_url=url)
    assert api.update_degree(degree, apply_url="").apply_url == ""


@pytest.mark.parametrize(
    "changes", [{"zone": "Mars/Base"}, {"zone": None}, {"due_at": None}, {"semester": ""}, {"name": "x" * 101}]
)
def test_bad_values_of_a_deadline(degree, changes):
    due = {"semester": "Spring 2027", "name": "Application", "due_at": CHANGE, **changes}
    with pytest.raises(InvalidValue):
        api.add_deadline(degree, **due)
