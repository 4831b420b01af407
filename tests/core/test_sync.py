"""What a source says of runs: absent is not null, older never wins, and the association is not its business."""

from datetime import UTC, datetime

import pytest

from openedx_catalog import api
from openedx_catalog.api import UNSET, ScheduleData, SyncRecord
from openedx_catalog.exceptions import InvalidTitle

pytestmark = pytest.mark.django_db

KEY = "course-v1:A+B+1"
JANUARY, JUNE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def test_a_missing_run_is_created_and_absent_values_are_left():
    assert (
        api.sync_course_run(KEY, title="T", schedule=ScheduleData(start=JANUARY, end=JUNE), observed_at=JANUARY).outcome
        == "created"
    )
    assert api.sync_course_run(KEY, observed_at=JUNE).outcome == "unchanged"
    assert api.sync_course_run(KEY, schedule=ScheduleData(end=None), observed_at=JUNE).outcome == "updated"
    run = api.get_course_run(KEY)
    assert (run.title, run.schedule.start, run.schedule.end, run.source_time) == ("T", JANUARY, None, JUNE)


def test_many_at_once_with_one_outcome_each():
    api.associate_course_run("course-v1:A+B+2", title="June", observed_at=JUNE)
    report = api.sync_course_runs(
        [
            SyncRecord(KEY, title="T", language_short="es", observed_at=JUNE, line=1),
            SyncRecord("course-v1:A+B+2", title="January", observed_at=JANUARY, line=2),
            SyncRecord("course-v1:A+B+2", title="Undated", schedule=ScheduleData(pacing="self"), line=3),
            SyncRecord("junk", line=4),
            SyncRecord("course-v1:A+B+3", title="", schedule=ScheduleData(start="mon", pacing="self"), line=5),
        ],
        source="sync:1",
    )
    assert {name: count for name, count in report.outcomes.items() if count} == {
        "created": 2,
        "updated": 1,
        "stale": 1,
        "invalid": 1,
    }
    assert [(p.line, p.outcome, p.code) for p in report.problems] == [
        (2, "stale", "stale"),
        (3, "updated", "stale"),
        (4, "invalid", "invalid_course_key"),
        (5, "created", "invalid_title"),
        (5, "created", "invalid_date"),
    ]
    assert api.get_course_run("course-v1:A+B+2").schedule.pacing == "self"
    assert api.get_course_run("course-v1:A+B+3").schedule.pacing == "self"


def test_a_title_cannot_be_emptied():
    with pytest.raises(InvalidTitle):
        api.update_course_run(api.associate_course_run(KEY, title="T").run.course_key, title=" ")
    assert api.sync_course_run(KEY, title=UNSET).run.title == "T"


def test_a_person_overrules_a_source():
    api.sync_course_run(KEY, title="Source", schedule={"start": JUNE}, observed_at=JUNE)
    run = api.update_course_run(KEY, title="Person", schedule={"start": None, "pacing": "self"})
    assert (run.title, api.get_course_run(KEY).schedule.start) == ("Person", None)
    modified = api.get_course_run(KEY).modified
    api.update_course_run(KEY, title="Person", schedule={"start": None})
    assert api.get_course_run(KEY).modified == modified
    assert api.get_course_run(KEY).schedule.history.count() == 2
    api.update_course_run(KEY, schedule={"end": JUNE})
    assert api.get_course_run(KEY).modified > modified


def test_an_empty_schedule_makes_no_row():
    api.associate_course_run(KEY)
    api.update_course_run(KEY, schedule={"start": None})
    api.sync_course_run("course-v1:A+B+2", schedule={"start": None})
    assert not any(hasattr(run, "schedule") for run in api.get_course_runs())


def test_a_run_takes_over_the_uuid_that_it_has_elsewhere_unless_another_one_has_it(db):
    uuids = [f"927093e3-46ba-4f44-a861-0f8c7aec4f7{number}" for number in range(2)]
    api.sync_course_runs([SyncRecord(f"course-v1:MITx+A+{run}", uuid=uuids[0], title=run) for run in ("R1", "R2")])
    first, second = (api.get_course_run(f"course-v1:MITx+A+{run}").uuid for run in ("R1", "R2"))
    assert str(first) == uuids[0] != str(second)
    # A run that is here keeps its own.
    report = api.sync_course_runs([SyncRecord("course-v1:MITx+A+R1", uuid=uuids[1])])
    assert (report.outcomes["created"], api.get_course_run("course-v1:MITx+A+R1").uuid) == (0, first)
    api.delete_course_run("course-v1:MITx+A+R1", for_good=True)
    report = api.sync_course_runs([
        SyncRecord("course-v1:MITx+A+R3", uuid=uuids[0]), SyncRecord("course-v1:MITx+A+R4", uuid="no uuid"),
    ])  # fmt: skip
    assert str(api.get_course_run("course-v1:MITx+A+R3").uuid) != uuids[0]
    assert [problem.line for problem in report.problems] == [0]
    assert report.outcomes["created"] == 2
