"""A title that is only the code counts as not set: the first real title of a run replaces it, of the course and of its runs."""

import csv
import random
from datetime import UTC, datetime

import pytest

from openedx_catalog import api
from openedx_catalog.keys import fold
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
from openedx_catalog.testing import CatalogCourseFactory
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

OTHER_KEY = "course-v1:MITx+14.100x+1T2018"
THIRD_KEY = "course-v1:MITx+14.100x+2T2018"


def titles():
    return {
        "course": CatalogCourse.objects.values_list("title", flat=True).get(),
        **dict(CourseRun.objects.values_list("run_code", "title")),
    }


def associate(*rows, **kwargs):
    records = [api.AssociationRecord(**row, line=line) for line, row in enumerate(rows, 2)]
    return api.associate_course_runs(records, source="test", **kwargs)


def everything():
    """What is stored, without ids and times."""
    return (
        sorted(CatalogCourse.objects.values_list("org__short_name", "course_code", "title", "language")),
        sorted(CourseRun.objects.values_list("key_ci", "title", "association", "catalog_course__course_code")),
    )


def test_the_first_real_title_reaches_the_course_and_the_runs_that_copied_its_code():
    api.associate_course_run(RUN_KEY)
    assert titles() == {"course": "14.100x", "3T2017": "14.100x"}
    api.associate_course_run(OTHER_KEY, title="Microeconomics", source="event:1")
    api.associate_course_run(THIRD_KEY, title="Microeconomics II")
    assert titles() == {
        "course": "Microeconomics",
        "3T2017": "Microeconomics",
        "1T2018": "Microeconomics",
        "2T2018": "Microeconomics II",
    }
    for row in (CatalogCourse.objects.get(), api.get_course_run(RUN_KEY)):
        assert [(h.history_type, h.title, h.history_change_reason) for h in row.history.all()] == [
            ("~", "Microeconomics", "event:1"), ("+", "14.100x", "api")
        ]  # fmt: skip


@pytest.mark.parametrize(
    "learn",
    [
        lambda: api.associate_course_run(RUN_KEY, title="Real"),
        lambda: api.sync_course_run(RUN_KEY, title="Real"),
        lambda: api.create_course_run(OTHER_KEY, title="Real"),
        lambda: associate({"course_key": OTHER_KEY, "title": "Real"}),
        lambda: api.sync_course_runs([api.SyncRecord(RUN_KEY, title="Real")], source="test"),
        lambda: api.create_course_run_for_modulestore_course_with(OTHER_KEY, title="Real"),
    ],
    ids=["associate", "sync", "create", "file", "sync of many", "openedx-core's"],
)
def test_through_every_door_that_takes_records(learn):
    api.associate_course_run(RUN_KEY, title="14.100X")
    learn()
    assert set(titles().values()) == {"Real"}


def test_consumers_hear_of_the_course_and_of_each_run():
    api.associate_course_runs(
        [api.AssociationRecord(RUN_KEY), api.AssociationRecord(OTHER_KEY, title="14.100X")], source="test"
    )
    before = OutboxMessage.objects.count()
    api.associate_course_run(THIRD_KEY, title="Real")
    heard = list(OutboxMessage.objects.order_by("id").values_list("event_type", "subject"))[before:]
    assert [(kind.split(".", 3)[3], subject) for kind, subject in heard] == [
        ("catalog_course.updated.v1", str(CatalogCourse.objects.get().uuid)),
        ("course_run.created.v1", THIRD_KEY),
        ("course_run.updated.v1", OTHER_KEY),
        ("course_run.updated.v1", RUN_KEY),
    ]


def test_a_title_that_somebody_gave_stays():
    api.create_catalog_course(org_code="MITx", course_code="14.100x", title="Given")
    api.associate_course_run(RUN_KEY, title="Real")
    assert titles() == {"course": "Given", "3T2017": "Real"}


def test_a_person_who_retitles_a_run_retitles_nothing_else():
    api.associate_course_run(RUN_KEY)
    api.update_course_run(RUN_KEY, title="Mine")
    assert titles() == {"course": "14.100x", "3T2017": "Mine"}
    api.associate_course_run(OTHER_KEY, title="Real")
    assert titles() == {"course": "Real", "3T2017": "Mine", "1T2018": "Real"}


def test_a_source_that_has_the_code_for_a_title_takes_no_title_away():
    rows = [{"course_key": RUN_KEY, "title": "14.100X"}, {"course_key": OTHER_KEY, "title": "Real"}]
    associate(*rows)
    assert titles() == {"course": "Real", "3T2017": "Real", "1T2018": "Real"}
    assert associate(*rows).outcomes["unchanged"] == 2
    assert set(titles().values()) == {"Real"}


@pytest.mark.parametrize(
    "row",
    [
        {"course_key": RUN_KEY.lower(), "title": "Other spelling"},
        {"course_key": RUN_KEY, "title": "Other course", "catalog_course": "MITx+Other"},
    ],
)
def test_a_row_that_is_not_taken_teaches_nothing(row):
    api.associate_course_run(RUN_KEY)
    assert associate(row).outcomes["conflict"] == 1
    assert set(titles().values()) == {"14.100x"}


def test_a_title_that_is_stale_is_taken_for_nothing():
    api.associate_course_run(RUN_KEY)
    api.sync_course_runs([api.SyncRecord(RUN_KEY, observed_at=api.get_course_run(RUN_KEY).created)], source="test")
    report = api.sync_course_runs([api.SyncRecord(RUN_KEY, title="Old")], source="test")
    assert report.outcomes["stale"] == 1
    assert set(titles().values()) == {"14.100x"}


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("seen", [datetime(2024, 1, 1, tzinfo=UTC), None])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_a_title_that_is_older_than_what_its_batch_says_before_is_taken_for_nothing(stored, seen, batch_size):
    if stored:
        api.associate_course_run(RUN_KEY)
    rows = [
        api.SyncRecord(RUN_KEY, observed_at=datetime(2024, 3, 1, tzinfo=UTC)),
        api.SyncRecord(RUN_KEY, title="Old", observed_at=seen),
    ]
    assert api.sync_course_runs(rows, batch_size=batch_size).outcomes["stale"] == 1
    assert titles() == {"course": "14.100x", "3T2017": "14.100x"}


def test_the_code_of_a_rerun_is_no_title_for_the_course_it_joins():
    api.associate_course_run("course-v1:MITx+14.100x_2+1", title="14.100x_2", catalog_course="MITx+14.100x")
    assert titles() == {"course": "14.100x", "1": "14.100x_2"}
    api.associate_course_run(RUN_KEY, title="Real")
    assert set(titles().values()) == {"Real"}


def rows_of(seed):
    chance = random.Random(seed)
    runs = [f"course-v1:A+C{chance.randrange(6)}+{chance.randrange(8)}" for _ in range(60)]
    given = ["", "", "c1", "C2", "One", "Two", "Three"]
    languages = ["", "", "es", "fil", "none at all"]
    return [{"course_key": key, "title": chance.choice(given), "language": chance.choice(languages)} for key in runs]


@pytest.mark.newest
@pytest.mark.any_database
@pytest.mark.parametrize("seed", range(8))
def test_the_batch_size_does_not_matter_and_a_dry_run_reports_what_a_real_one_does(seed):
    found = []
    for size in (1, 7, 500):
        CourseRun.objects.all().delete()
        CatalogCourse.objects.all().delete()
        for part in (rows_of(seed), rows_of(seed + 100)):
            dry = associate(*part, batch_size=size, dry_run=True)
            assert dry == associate(*part, batch_size=size)
        found.append(everything())
    assert found[0] == found[1] == found[2]
    assert list(api.diagnose()) == []


def test_statements_do_not_grow_with_the_rows(data_statements):
    counts = []
    # More than a hundred Django 5.2 splits on SQLite, which takes 999 values there.
    for size in (10, 100):
        associate(*[{"course_key": f"course-v1:A+{size}_{n}+1"} for n in range(size)], batch_size=1000)
        with data_statements() as log:
            associate(*[{"course_key": f"course-v1:A+{size}_{n}+2", "title": f"T{n}"} for n in range(size)], batch_size=1000)
        counts.append(len(log))
    assert counts[0] == counts[1]


def test_a_course_of_another_program_gets_its_uuid_first():
    course = CatalogCourseFactory(org__short_name="MITx", course_code="14.100x", title="14.100x")
    api.associate_course_run(RUN_KEY)
    CatalogCourse.objects.filter(pk=course.pk).update(uuid=None)
    api.sync_course_run(RUN_KEY, title="Real")
    stored = CatalogCourse.objects.get()
    assert stored.title == "Real"
    assert OutboxMessage.objects.filter(subject=str(stored.uuid), event_type__contains="updated").count() == 1


def rows_with(real_data):
    with (real_data / "course_runs.csv").open(newline="", encoding="utf-8") as file:
        return [
            {"course_key": row["course_key"], "title": row["title"], "language": row["language"]}
            for row in csv.DictReader(file)
        ]


def titled_by_code_though_a_run_has_a_title():
    runs = CourseRun.objects.values_list("catalog_course__course_code", "catalog_course__title", "title", "key_ci")
    return [key for code, course, title, key in runs if fold(course) == fold(code) and fold(title) != fold(code)]


@pytest.mark.newest
@pytest.mark.any_database
@pytest.mark.parametrize(("order", "size"), [("as it is", 1000), ("reversed", 3000), ("shuffled", 40)])
def test_no_real_course_is_titled_by_its_code_while_a_run_has_a_title(real_data, order, size):
    rows = rows_with(real_data)
    if order == "reversed":
        rows.reverse()
    if order == "shuffled":
        random.Random(3).shuffle(rows)
    associate(*rows, batch_size=size)
    assert titled_by_code_though_a_run_has_a_title() == []
    assert CatalogCourse.objects.filter(language="").count() > 3500


@pytest.mark.parametrize(
    "rename",
    [
        lambda course: api.rename_catalog_course(course, course_code="14.101x", reason="r"),
        lambda course: api.move_catalog_course(course, org_code="MITxT", course_code="14.101x", reason="r"),
        lambda course: api.swap_course_codes(
            course, api.create_catalog_course(org_code="MITx", course_code="14.101x"), reason="r"
        ),
    ],
    ids=["renamed", "moved", "swapped"],
)
def test_a_former_code_is_no_title_either(rename):
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    rename(course)
    course.refresh_from_db()
    assert course.title == course.history.first().title == "14.101x"
    api.associate_course_run(RUN_KEY, title="Real")
    course.refresh_from_db()
    assert course.title == "Real"


def test_a_course_that_comes_back_with_another_code_is_titled_by_that_one():
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    other = api.create_catalog_course(org_code="MITx", course_code="other")
    api.merge_catalog_courses(course, into=other, reason="r")
    restored = api.unmerge_catalog_courses(course.uuid, course_code="14.101x", reason="r").course
    assert restored.title == "14.101x"


def course_titled_otherwise():
    return api.create_catalog_course(org_code="MITx", course_code="ABC", title="abc")


def test_a_course_that_keeps_its_code_keeps_its_title_in_another_case():
    course = course_titled_otherwise()
    begun = api.get_latest_change()
    api.rename_catalog_course(course, course_code="ABC", reason="r")
    assert list(api.iter_changes(begun)) == []
    api.move_catalog_course(course, org_code="MITxT", reason="r")
    course.refresh_from_db()
    assert course.title == "abc"


def test_a_course_split_off_one_whose_title_is_its_code_in_another_case_is_titled_by_its_own():
    course = course_titled_otherwise()
    api.associate_course_run("course-v1:MITx+ABC+1")
    split = api.split_catalog_course(course, ["course-v1:MITx+ABC+1"], course_code="DEF", reason="r")
    assert split.title == "DEF"
