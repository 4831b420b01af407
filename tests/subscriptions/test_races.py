"""A large organization goes out and in while four processes change what the rules read: what is included ends right."""

import itertools

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import CourseChoice, IncludedCourseRun, SubscriptionPlan
from openedx_catalog.data import ScheduleData
from openedx_catalog.models_api import CourseRun
from tests.processes.conftest import racing_processes

from . import racing

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def five(transactional_db):
    """Four processes that write, and one that toggles."""
    with racing_processes(5) as found:
        yield found


@pytest.fixture
def large(transactional_db):
    """An organization with 3,875 runs, half of them self-paced, which takes part."""
    if not SubscriptionPlan.objects.exists():
        # A test with transactions has taken it away.
        api.create_subscription_plan(name="Subscription", slug="default")
    pacing = ("self", "instructor")
    catalog.sync_course_runs(
        catalog.SyncRecord(racing.key_of(number), schedule=ScheduleData(pacing=pacing[number % 2]))
        for number in range(racing.RUNS)
    )
    api.set_organization_subscription("Large", True)


def included():
    return set(api.get_included_runs().values_list("course_key__text", flat=True))


def by_the_rules():
    """What the tables of decisions and schedules say, read in another way than the app does."""
    left_out = CourseChoice.objects.filter(catalog_course=OuterRef("catalog_course"), included=False)
    rows = CourseRun.objects.filter(~Exists(left_out), schedule__pacing="self")
    return set(rows.values_list("course_key__text", flat=True))


def test_an_organization_goes_out_and_in_while_others_write(large, five):
    assert included() == by_the_rules()
    assert sum(five.run(racing.change_at_once)) > 0
    assert included() == by_the_rules()
    assert api.refresh_subscriptions().changed == 0
    before = included()
    api.set_organization_subscription("Large", False)
    assert included() == set()
    api.set_organization_subscription("Large", True)
    assert included() == before
    assert api.refresh_subscriptions().changed == 0


def transactions(queries):
    """The statements of each transaction."""
    found = []
    for sql in (query["sql"] for query in queries):
        if sql.startswith("BEGIN"):
            found.append([])
        elif found:
            found[-1].append(sql)
    return [[*itertools.takewhile(lambda sql: sql != "COMMIT", each)] for each in found]


@pytest.mark.parametrize("included", [False, True])
def test_what_follows_a_decision_is_one_transaction_of_at_most_20_statements(large, included):
    api.set_organization_subscription("Large", not included)
    with CaptureQueriesContext(connection) as queries:
        assert api.set_organization_subscription("Large", included)
    assert IncludedCourseRun.objects.count() == 1938 * included
    following = [each for each in transactions(queries) if any("includedcourserun" in sql for sql in each)]
    assert [len(each) <= 20 for each in following] == [True], following
