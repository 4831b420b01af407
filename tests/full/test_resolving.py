"""Extensions that say where new runs belong: the same rows end in the same catalog, whatever the order and the batch size."""

import csv
import random
import re

import pytest

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
from test_project.satellite.apps import SatelliteConfig
from tests.thorough import sample

pytestmark = pytest.mark.django_db

# What real codes of reruns end in: 6.00.1_2x, 6.00.2x_4, BIO101r2.
RERUN = re.compile(r"(_\d+x?|[._-]?r\d+|\.\d+x?|x)$", re.IGNORECASE)


def base_of(code):
    return RERUN.sub("", code) or code


@pytest.fixture
def asked(monkeypatch):
    """A resolver that looks into the database: a run joins the course of its code without what reruns add, if there is one."""
    calls = []

    def resolve(self, run_keys):
        calls.append(len(run_keys))
        wanted = {
            key.key_ci: (key.org.casefold(), base_of(key.course).casefold())
            for key in run_keys
            if base_of(key.course) != key.course
        }
        found = {}
        for course in CatalogCourse.objects.with_org().filter(course_code_ci__in={code for _org, code in wanted.values()}):
            found[course.org_code.casefold(), course.course_code_ci] = course
        return {key_ci: found[pair] for key_ci, pair in wanted.items() if pair in found}

    monkeypatch.setattr(SatelliteConfig, "resolve_catalog_courses", resolve)
    return calls


def associate(keys, **kwargs):
    records = [
        key if isinstance(key, api.AssociationRecord) else api.AssociationRecord(key, line=n) for n, key in enumerate(keys)
    ]
    return api.associate_course_runs(records, source="test", **kwargs)


def mapping():
    rows = CourseRun.objects.values_list(
        "key_ci", "association", "catalog_course__org__short_name", "catalog_course__course_code_ci"
    )
    return sorted((key, association, org.casefold(), code) for key, association, org, code in rows)


def empty():
    CourseRun.objects.all().delete()
    CatalogCourse.objects.all().delete()


BASE, RERUN_KEY, CHAIN = "course-v1:MITx+6.00+1", "course-v1:MITx+6.00_2+1", "course-v1:MITx+6.00_2_3+1"


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("rows", [[BASE, RERUN_KEY], [RERUN_KEY, BASE]])
def test_a_rerun_joins_the_course_that_another_row_creates(asked, rows, size):
    report = associate(rows, batch_size=size)
    assert (report.outcomes["created"], report.catalog_courses_created) == (2, 1)
    assert mapping() == [
        (BASE.lower(), "implicit", "mitx", "6.00"),
        (RERUN_KEY.lower(), "explicit", "mitx", "6.00"),
    ]
    assert CatalogCourse.history.count() == 1
    assert OutboxMessage.objects.count() == 3
    assert list(api.diagnose()) == []


def test_nothing_of_the_trial_stays_and_a_dry_run_reports_the_same(asked):
    dry = associate([RERUN_KEY, BASE], dry_run=True)
    assert not CatalogCourse.objects.exists()
    assert not CatalogCourse.history.exists()
    assert not OutboxMessage.objects.exists()
    assert not api.get_organizations().exists()
    assert dry == associate([RERUN_KEY, BASE])


def test_a_course_that_a_row_names_is_found_too(asked):
    associate([RERUN_KEY, api.AssociationRecord("course-v1:Other+X+1", catalog_course="MITx+6.00")])
    assert {code for _key, _kind, _org, code in mapping()} == {"6.00"}


def test_an_answer_that_the_key_leads_to_anyway_is_none(monkeypatch):
    def own(self, run_keys):
        courses = {course.course_code_ci: course for course in CatalogCourse.objects.with_org()}
        return {key.key_ci: courses[key.course.lower()] for key in run_keys if key.course.lower() in courses}

    monkeypatch.setattr(SatelliteConfig, "resolve_catalog_courses", own)
    associate([BASE, "course-v1:MITx+6.00+2"], batch_size=1)
    associate(["course-v1:MITx+6.00+3"])
    assert {kind for _key, kind, _org, _code in mapping()} == {"implicit"}


def test_runs_that_are_stored_stay_where_they_are(asked):
    associate([RERUN_KEY])
    report = associate([RERUN_KEY, BASE])
    assert (report.outcomes["unchanged"], report.outcomes["created"]) == (1, 1)
    assert dict.fromkeys(code for _key, _kind, _org, code in mapping()) == {"6.00_2": None, "6.00": None}


def test_reruns_of_reruns_end_the_same_in_any_order(asked):
    found = set()
    rows = [BASE, RERUN_KEY, CHAIN]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]):
        associate([rows[n] for n in order], batch_size=1)
        found.add(tuple(mapping()))
        empty()
    assert len(found) == 1


def test_a_file_that_was_killed_is_finished_by_loading_it_again(asked):
    rows = [RERUN_KEY, "course-v1:MITx+6.00_5+1", BASE]
    report = associate(rows)
    whole = mapping()
    empty()

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        associate(rows, batch_size=1, on_progress=stop)
    assert 0 < CourseRun.objects.count() < 3
    associate(rows, batch_size=1)
    assert mapping() == whole
    assert report.outcomes["created"] == 3


def test_an_organization_that_may_not_be_created_refuses_its_row_as_ever(asked, settings):
    settings.ORGANIZATIONS_AUTOCREATE = False
    assert associate([RERUN_KEY, BASE]).outcomes["invalid"] == 2


@pytest.mark.newest
@pytest.mark.parametrize("seed", sample([1], [1, 2]))
def test_real_rows_end_in_the_same_catalog_whatever_the_batch_size_and_order(asked, real_data, seed):
    with (real_data / "course_runs.csv").open(newline="", encoding="utf-8") as file:
        every = [row["course_key"] for row in csv.DictReader(file)]
    chance = random.Random(seed)
    # Those of organizations as a whole, or few reruns would have their course with them; spelled once, since the first wins.
    orgs = set(chance.sample(sorted({key.split("+")[0].split("/")[0] for key in every}), sample(25, 60)))
    rows = list({key.casefold(): key for key in every if key.split("+")[0].split("/")[0] in orgs}.values())
    shuffled = chance.sample(rows, len(rows))
    found = []
    for some, size in ((rows, 500), (rows, 3000), (rows[::-1], 500), (shuffled, 7)):
        associate(some, batch_size=size)
        found.append(mapping())
        empty()
    assert found[0] == found[1] == found[2] == found[3]
    assert {kind for _key, kind, _org, _code in found[0]} == {"implicit", "explicit"}
