"""What becomes of a request for a stored run: decided by values alone, and changing none of them."""

import copy
from datetime import UTC, datetime

import pytest
from django.db import connection

from openedx_catalog import api, keys
from openedx_catalog.api._decisions import decide
from openedx_catalog.api._requests import Request
from openedx_catalog.api._store import RunState
from openedx_catalog.models_api import CourseRun
from tests.conftest import RUN_KEY

EARLY, LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
KEY = keys.parse_course_key(RUN_KEY)


def stored(**values):
    fields = {"text": RUN_KEY, "title": "June", "source_time": LATE, "schedule": {"start": LATE}, "association": "implicit"}
    return RunState(id=1, key=KEY, course_id=7, **{**fields, **values})


def request(**values):
    return Request(0, RUN_KEY, KEY, **values)


@pytest.mark.parametrize(
    ("given", "state", "pins", "asked", "outcome", "code"),
    [
        ({}, {}, (), {}, "unchanged", None),
        ({"title": "July", "observed_at": LATE}, {}, (), {}, "updated", None),
        ({"title": "May", "observed_at": EARLY}, {}, (), {}, "stale", "stale"),
        ({"title": "Undated"}, {}, (), {}, "stale", "stale"),
        ({"title": "Undated"}, {"source_time": None}, (), {}, "updated", None),
        ({"schedule": {"end": LATE}}, {}, (), {}, "updated", None),
        ({"title": "July", "observed_at": LATE}, {}, {"title"}, {}, "unchanged", None),
        ({"create_only": True}, {}, (), {}, "conflict", "duplicate_course_run"),
        ({}, {"text": RUN_KEY.lower()}, (), {}, "conflict", "other_spelling"),
        ({"course_id": 8}, {}, (), {KEY.key_ci: 8}, "conflict", "other_catalog_course"),
        ({"course_id": 8}, {}, (), {KEY.key_ci: None}, "conflict", "other_catalog_course"),
        ({"course_id": 8, "synced": True}, {"association": "explicit"}, (), {KEY.key_ci: 8}, "unchanged", None),
    ],
)
def test_the_same_values_always_lead_to_the_same_decision_and_stay_as_they_are(given, state, pins, asked, outcome, code):
    run, wanted = stored(**state), request(**given)
    before = copy.deepcopy((run, wanted, pins, asked))
    decisions = [decide(wanted, run, pins, asked) for _ in range(2)]
    assert decisions[0] == decisions[1]
    assert (decisions[0].outcome, decisions[0].problem and decisions[0].problem[0]) == (outcome, code)
    assert decisions[0].writes == (outcome == "updated")
    assert (run, wanted, pins, asked) == before


def test_what_is_taken_and_what_is_kept_are_listed_apart():
    wanted = request(title="July", schedule={"start": EARLY, "end": LATE}, observed_at=LATE)
    decision = decide(wanted, stored(), {"start"}, {})
    assert decision.values == {"title": "July", "end": LATE}
    assert decision.value_problems == (("pinned", "Pinned, and kept: start."),)
    undated = decide(request(title="July", schedule={"end": LATE}), stored(), (), {})
    assert dict(undated.values) == {"end": LATE}
    assert undated.value_problems == (("stale", "Kept what a source set at 2025-06-01 00:00:00 UTC: title."),)


@pytest.mark.parametrize(("given", "confirms"), [({"observed_at": LATE}, True), ({"observed_at": EARLY}, False), ({}, False)])
def test_a_later_observation_of_the_same_is_remembered(given, confirms):
    run = stored(source_time=datetime(2025, 3, 1, tzinfo=UTC))
    assert decide(request(title="June", **given), run, (), {}).confirms is confirms
    assert not decide(request(title="June", remembered=False, **given), run, (), {}).confirms


def test_an_older_observation_says_what_it_lost_to():
    decision = decide(request(title="May", observed_at=EARLY), stored(), (), {})
    reason = "Kept what a source set at 2025-06-01 00:00:00 UTC, later than 2025-01-01 00:00:00 UTC: title."
    assert decision.problem == ("stale", reason)


@pytest.mark.django_db
def test_what_an_update_answers_with_is_what_is_stored(data_statements):
    api.associate_course_run(RUN_KEY, title="June", schedule={"start": EARLY}, observed_at=EARLY)
    with data_statements() as log:
        run = api.associate_course_run(RUN_KEY, title="July", observed_at=LATE).run
    again = CourseRun.objects.get()
    for field in CourseRun._meta.concrete_fields:
        assert getattr(run, field.attname) == getattr(again, field.attname), field.name
    table = connection.ops.quote_name(CourseRun._meta.db_table)
    # The look, the lock, and what the event says: the run is not read again after it was written. PostgreSQL locks first.
    assert len([sql for sql in log if sql.startswith("SELECT") and f"FROM {table}" in sql]) == 3 + (
        connection.vendor == "postgresql"
    )


@pytest.mark.django_db
def test_a_conflict_says_what_is_kept_and_what_is_refused():
    other = "course-v1:MITx+14.100X+3t2017"
    rows = [
        api.AssociationRecord(
            RUN_KEY, title="Microeconomics", start="2017-09-05T14:00:00Z", end="2017-12-20T23:00:00Z", line=2
        ),
        api.AssociationRecord(other, title="Macroeconomics", start="2018-01-05T14:00:00Z", line=3),
        api.AssociationRecord(RUN_KEY, catalog_course="MITx+Other", line=4),
    ]
    kept = f'{RUN_KEY}, "Microeconomics", 2017-09-05 – 2017-12-20, under catalog-course:MITx:14.100x'
    for size, again in ((1, False), (1000, True)):
        report = api.associate_course_runs(rows, source="test", batch_size=size, dry_run=again)
        assert [(problem.line, problem.code, problem.reason) for problem in report.problems] == [
            (3, "other_spelling", f"The run exists as {RUN_KEY}, which is kept. Kept (line 2): {kept}. "
             f'Refused: {other}, "Macroeconomics", 2018-01-05 – ….'),
            (4, "other_catalog_course", "The run is under another catalog course than catalog-course:MITx:Other. "
             f"Kept (line 2): {kept}. Refused: {RUN_KEY}, no title, no dates."),
        ]  # fmt: skip
    ((_spelling), (_course)) = api.associate_course_runs(rows[1:], source="test").problems
    assert f"Kept: {kept}. Refused: {other}" in _spelling.reason
