"""What becomes of a row of a bulk call, and all that is stored, does not depend on how the rows are cut into batches."""

import json
import random
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from django.db import transaction
from openedx_filters import PipelineStep
from organizations.models import Organization

from openedx_catalog import api, filters
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule, OutboxMessage
from tests.thorough import sample

pytestmark = pytest.mark.django_db

SIZES = (1, 2, 3, 100)
OLD, NEW = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
# A key, and what a row says of it.
RUN, OTHER, THIRD = "course-v1:edX+A1+1t", "course-v1:edX+A1+2t", "course-v1:edX+A1+3t"
SPELLED = "course-v1:edX+a1+1t"


class Picky(PipelineStep):
    """No runs called One; the titles of others in capitals."""

    def run_filter(self, kind, key, title, language):
        if title == "One" and kind == "course_run":
            raise filters.CatalogCreationRequested.PreventCreation("Not this one.")
        return {"title": title.upper()}


def associate(rows, **given):
    given.setdefault("source", "test")
    return api.associate_course_runs([api.AssociationRecord(**row, line=n) for n, row in enumerate(rows, 2)], **given)


def move(rows, **given):
    return associate(rows, move=True, reason="why", **given)


def join(rows, **given):
    """Nothing is created that a row names."""
    return associate(rows, create_catalog_course=False, **given)


def sync(rows, **given):
    records = []
    for line, row in enumerate(rows, 2):
        said = {name: row[name] for name in ("title", "observed_at") if row.get(name)}
        said |= {"language_short": row["language"]} if row.get("language") else {}
        said |= {"schedule": {"start": row["start"]}} if row.get("start") else {}
        records.append(api.SyncRecord(row["course_key"], catalog_course=row.get("catalog_course", ""), line=line, **said))
    return api.sync_course_runs(records, **given)


def in_order(rows):
    """``{name: [what happened to it, …]}``: what is told of one row comes in the order in which it happened."""
    told = defaultdict(list)
    for name, *what in rows:
        told[name].append(what)
    return dict(told)


def event_of(event_type, payload):
    values = {name: value for name, value in json.loads(payload).items() if not name.endswith("uuid")}
    return values.get("course_key") or values.get("key"), event_type, values


def everything():
    """What is stored, without ids, uuids and times of writing."""
    course = "catalog_course__org__short_name", "catalog_course__course_code"
    return {
        "organizations": sorted(Organization.objects.values_list("short_name", flat=True)),
        "courses": sorted(CatalogCourse.objects.values_list("org__short_name", "course_code", "title", "language")),
        "codes": sorted(CatalogCourseCode.objects.values_list("org__short_name", "code", *course)),
        "runs": sorted(
            map(str, CourseRun.objects.values_list("course_key__text", "title", "association", *course, "source_time"))
        ),
        "schedules": sorted(map(str, CourseSchedule.objects.values_list("run__key_ci", "start", "end"))),
        "history of courses": in_order(
            (f"{org}:{code}", *what)
            for org, code, *what in CatalogCourse.history.order_by("history_id").values_list(
                "org__short_name", "course_code", "history_type", "title", "language"
            )
        ),
        "history of runs": in_order(
            CourseRun.history.order_by("history_id").values_list("course_key__text", "history_type", "title", "association")
        ),
        "history of schedules": sorted(map(str, CourseSchedule.history.values_list("start", "history_type"))),
        "events": in_order(event_of(*row) for row in OutboxMessage.objects.order_by("id").values_list("event_type", "payload")),
        "feed": in_order(CatalogChange.objects.order_by("id").values_list("key", "kind", "what")),
    }


def played(play, stored, rows, size, *, dry_run=False):
    """What becomes of each row, and what is stored then, in a catalog that begins with `stored`; it goes afterwards."""
    with transaction.atomic():
        associate(stored)
        outcomes = []
        report = play(rows, source="test", batch_size=size, dry_run=dry_run, on_row=outcomes.append)
        found = everything()
        transaction.set_rollback(True)
    return outcomes, report, found


def row(course_key, title="", **given):
    return {"course_key": course_key, "title": title, **given}


def assert_the_same_for_every_size(play, stored, rows):
    expected = played(play, stored, rows, SIZES[0])
    for size in SIZES[1:]:
        outcomes, report, found = played(play, stored, rows, size)
        assert outcomes == expected[0], size
        for name, there in found.items():
            assert there == expected[2][name], (size, name)
        assert report == expected[1], size
    assert played(play, stored, rows, 3, dry_run=True)[:2] == expected[:2]
    return [outcome.outcome for outcome in expected[0]], expected[2]


AWKWARD = {
    "a title that a row of another spelling has": ([row(RUN)], [row(SPELLED, "Two"), row(RUN, "One")]),
    "a title that another run brings": ([row(RUN)], [row(OTHER, "One"), row(RUN, "One")]),
    "a title that comes after the run": ([], [row(RUN), row(OTHER, "One"), row(THIRD)]),
    "a title of the run itself": ([], [row(RUN), row(RUN, "One"), row(RUN, "One")]),
    "a language that comes after the run": ([], [row(RUN, "One"), row(OTHER, language="en"), row(THIRD, language="fr")]),
    "title and language of two rows": ([row(RUN)], [row(OTHER, "One"), row(THIRD, language="en"), row(RUN, "One")]),
    "the code for a title": ([row(RUN)], [row(OTHER, "a1"), row(RUN, "A1"), row(THIRD, "One"), row(OTHER, "A1")]),
    "a course that a row names": ([], [row(RUN, catalog_course="edX+B2"), row("course-v1:edX+B2+1", "One"), row(RUN, "One")]),
    "a course that is there twice": ([], [row(RUN, catalog_course="edX+B2"), row(RUN, "One"), row(OTHER, "Two")]),
    "an organization in two spellings": (
        [], [row(RUN), row(RUN, catalog_course="MITx+A1"), row("course-v1:mitX+B2+1"), row("course-v1:MITX+B2+2")],
    ),
    "a time that is older": (
        [row(RUN)], [row(RUN, observed_at=NEW), row(RUN, "Old", observed_at=OLD), row(OTHER), row(RUN, "New", observed_at=NEW)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("play", [associate, move, join, sync])
@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_rows(play, case):
    assert_the_same_for_every_size(play, *(list(map(dict, without_times(rows, play))) for rows in AWKWARD[case]))


def without_times(rows, play):
    """Only a source says when it has seen it."""
    return [{name: value for name, value in row.items() if name != "observed_at" or play is sync} for row in rows]


def test_a_row_of_another_spelling_says_nothing_of_the_title():
    outcomes, stored = assert_the_same_for_every_size(associate, *AWKWARD["a title that a row of another spelling has"])
    assert outcomes == ["conflict", "updated"]
    assert [(title, code) for _org, code, title, _language in stored["courses"]] == [("One", "A1")]


def test_a_run_that_is_titled_by_another_row_is_unchanged_by_its_own():
    outcomes, stored = assert_the_same_for_every_size(associate, *AWKWARD["a title that another run brings"])
    assert outcomes == ["created", "unchanged"]
    assert stored["history of runs"][RUN] == [["+", "A1", "implicit"], ["~", "One", "implicit"]]


def test_a_run_that_is_created_untitled_is_titled_as_the_history_says():
    outcomes, stored = assert_the_same_for_every_size(associate, *AWKWARD["a title that comes after the run"])
    assert outcomes == ["created"] * 3
    assert stored["history of courses"]["edX:A1"] == [["+", "A1", ""], ["~", "One", ""]]
    assert stored["history of runs"][THIRD] == [["+", "One", "implicit"]]


def random_rows(seed, count):
    """Few names, so that they meet: of two organizations, and courses that are named in several ways."""
    chance = random.Random(seed)
    found = []
    for _row in range(count):
        org, code = chance.choice(("edX", "edX", "edx", "UPV")), chance.choice(("A1", "A1", "a1", "B2"))
        key = f"course-v1:{org}+{code}+{chance.choice('123')}"
        found.append(
            row(
                chance.choice((key, key, key, key, key.swapcase().replace("COURSE-V1", "course-v1"), "junk")),
                chance.choice(("", "", "One", "Two", "A1", "b2")),
                language=chance.choice(("", "", "", "en", "fr")),
                catalog_course=chance.choice(("", "", "", "", "edX+A1", "upv+B2", "New+C3", "new+c3")),
                start=chance.choice(("", "", "2027-01-31T10:00:00Z")),
                observed_at=chance.choice((None, OLD, NEW)),
            )
        )
    return found


@pytest.mark.newest
@pytest.mark.parametrize("play", [associate, move, join, sync])
@pytest.mark.parametrize("seed", range(sample(3, 400)))
def test_random_rows(play, seed):
    stored, rows = random_rows(f"stored {seed}", seed % 4), random_rows(seed, 10)
    assert_the_same_for_every_size(play, without_times(stored, associate), without_times(rows, play))


@pytest.mark.newest
@pytest.mark.parametrize("play", [associate, move, join, sync])
@pytest.mark.parametrize("seed", range(sample(2, 200)))
def test_random_rows_that_a_filter_changes_and_refuses(play, seed, settings):
    name = filters.CatalogCreationRequested.filter_type
    settings.OPEN_EDX_FILTERS_CONFIG = {name: {"pipeline": [f"{__name__}.Picky"], "fail_silently": False}}
    rows = random_rows(f"filtered {seed}", 8)
    assert_the_same_for_every_size(play, [], without_times(rows, play))


def test_statements_do_not_grow_with_the_courses_that_get_their_title_late(data_statements):
    """Two rounds: the runs without a title, then those that bring it and what comes after them."""
    associate([row("course-v1:A+Known+1")])
    counts = []
    for size in (10, 100):
        with data_statements() as log:
            associate(
                [
                    row(f"course-v1:A+{size}_{n}+{run}", title)
                    for run, title in ((1, ""), (2, "T"), (3, ""))
                    for n in range(size)
                ],
                batch_size=1000,
            )
        counts.append(len(log))
    assert counts[0] == counts[1] <= 35, "\n".join(sql[:120] for sql in log)
