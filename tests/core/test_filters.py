"""An operator's rule, without a fork: steps of openedx-filters are asked before something is created or moved."""

import pytest
from django.contrib.auth import get_user_model
from openedx_filters import PipelineStep

from openedx_catalog import api, filters
from openedx_catalog.exceptions import CreationRefused, InvalidTitle, MoveRefused
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

CREATION, MOVE = filters.CatalogCreationRequested.filter_type, filters.AssociationMoveRequested.filter_type
ASKED = []


class Shout(PipelineStep):
    """Titles in capitals, and courses in Spanish."""

    def run_filter(self, kind, key, title, language):
        ASKED.append((kind, key, title, language))
        return {"title": title.upper(), "language": "es" if kind == "catalog_course" else language}


class NoTrials(PipelineStep):
    """No trial courses, and no runs called Trial."""

    def run_filter(self, kind, key, title, language):
        if "Trial" in key or title == "Trial":
            raise filters.CatalogCreationRequested.PreventCreation("Trials belong elsewhere.")


class OddTitle(PipelineStep):
    """A step with a bug."""

    def run_filter(self, kind, key, title, language):
        return {"title": "x" * 300}


class Blank(PipelineStep):
    """A step that takes the title away."""

    def run_filter(self, kind, key, title, language):
        return {"title": " "}


class StayAtMIT(PipelineStep):
    """Nothing leaves MIT."""

    def run_filter(self, course_key, from_key, to_key, reason):
        ASKED.append((course_key, from_key, to_key, reason))
        if ":MIT:" in from_key and ":MIT:" not in to_key:
            raise filters.AssociationMoveRequested.PreventMove("Nothing leaves MIT.")


@pytest.fixture
def steps(settings):
    """``steps(filter_type, step, …)`` configures steps of this module."""
    ASKED.clear()

    def configure(filter_type, *found):
        pipeline = [f"{step.__module__}.{step.__name__}" for step in found]
        settings.OPEN_EDX_FILTERS_CONFIG = {filter_type: {"pipeline": pipeline, "fail_silently": False}}

    return configure


def test_a_step_may_change_title_and_language(steps):
    steps(CREATION, Shout)
    run = api.associate_course_run(RUN_KEY, title="Microeconomics", language_short="en").run
    course = run.catalog_course
    assert (run.title, course.title, course.language) == ("MICROECONOMICS", "MICROECONOMICS", "es")
    assert ASKED == [
        ("catalog_course", "catalog-course:MITx:14.100x", "Microeconomics", "en"),
        ("course_run", RUN_KEY, "Microeconomics", ""),
    ]
    created = api.create_catalog_course(org_code="MITx", course_code="Other", title="Other")
    assert (created.title, created.language) == ("OTHER", "es")


def test_what_exists_is_not_asked_about(steps):
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    steps(CREATION, Shout)
    assert api.associate_course_run(RUN_KEY, title="New").run.title == "New"
    assert ASKED == []
    # A new run of the course that is there.
    assert api.associate_course_run("course-v1:MITx+14.100x+2").run.title == "MICROECONOMICS"
    assert [kind for kind, *_rest in ASKED] == ["course_run"]


@pytest.mark.parametrize(
    "create",
    [
        lambda: api.associate_course_run("course-v1:New+Trial+1"),
        lambda: api.sync_course_run("course-v1:New+Trial+1"),
        lambda: api.create_course_run("course-v1:New+B+1", title="Trial"),
        lambda: api.create_catalog_course(org_code="New", course_code="Trial"),
    ],
    ids=["associate", "sync", "run", "course"],
)
def test_a_step_may_refuse_with_a_reason_and_nothing_is_left(steps, create):
    steps(CREATION, NoTrials)
    with pytest.raises(CreationRefused, match=r"was not created: Trials belong elsewhere\."):
        create()
    assert (CourseRun.objects.count(), CatalogCourse.objects.count(), OutboxMessage.objects.count()) == (0, 0, 0)


def test_a_batch_goes_on_without_what_is_refused(steps):
    steps(CREATION, NoTrials)
    records = [
        api.AssociationRecord("course-v1:A+B+1", title="Trial", line=1),
        api.AssociationRecord("course-v1:A+B+2", title="Real", line=2),
        api.AssociationRecord("course-v1:A+Trial+1", line=3),
        api.AssociationRecord("course-v1:A+B+3", line=4),
    ]
    for dry_run in (True, False):
        report = api.associate_course_runs(records, source="test", dry_run=dry_run)
        assert (report.outcomes["created"], report.outcomes["invalid"], report.catalog_courses_created) == (2, 2, 1)
        assert [(problem.line, problem.code) for problem in report.problems] == [
            (1, "creation_refused"), (3, "creation_refused"),
        ]  # fmt: skip
    # The course comes from the first row that passed.
    assert CatalogCourse.objects.get().title == "Real"


def test_what_a_step_makes_up_is_checked(steps):
    steps(CREATION, OddTitle)
    with pytest.raises(InvalidTitle):
        api.associate_course_run(RUN_KEY)
    report = api.associate_course_runs([api.AssociationRecord(RUN_KEY)], source="test")
    assert [problem.code for problem in report.problems] == ["invalid_title"]


def test_a_move_and_a_merge_may_be_refused(steps):
    run_key = "course-v1:MIT+14.100x+1"
    api.associate_course_run(run_key)
    other = api.create_catalog_course(org_code="MITx", course_code="14.100x")
    sibling = api.create_catalog_course(org_code="MIT", course_code="14.101x")
    steps(MOVE, StayAtMIT)
    with pytest.raises(MoveRefused, match=r"was not moved: Nothing leaves MIT\."):
        api.move_course_run(run_key, other, reason="online")
    with pytest.raises(MoveRefused):
        api.merge_catalog_courses("MIT+14.100x", into=other, reason="online")
    assert api.get_catalog_course_for_run(run_key).key_str == "catalog-course:MIT:14.100x"
    assert ASKED[0] == (run_key, "catalog-course:MIT:14.100x", "catalog-course:MITx:14.100x", "online")
    api.move_course_run(run_key, sibling, reason="new number")
    assert api.get_catalog_course_for_run(run_key) == sibling


def test_the_doors_report_the_reason(steps, client):
    steps(CREATION, NoTrials)
    client.force_login(get_user_model().objects.create_superuser("root"))
    answer = client.post("/api/catalog/v1/course-runs/", {"course_key": "course-v1:New+Trial+1"}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "creation_refused")
    assert "Trials belong elsewhere." in answer.json()["detail"]


def test_a_step_that_leaves_no_title_is_refused_everywhere(steps):
    steps(CREATION, Blank)
    with pytest.raises(InvalidTitle):
        api.associate_course_run(RUN_KEY)
    with pytest.raises(InvalidTitle):
        api.create_catalog_course(org_code="MITx", course_code="14.100x")


def test_confirming_the_course_of_a_run_asks_nobody(steps):
    api.associate_course_run(RUN_KEY)
    steps(MOVE, StayAtMIT)
    api.move_course_run(RUN_KEY, "MITx+14.100x", reason="it is theirs")
    assert ASKED == []


def test_a_batch_looks_once_whether_a_step_is_configured(monkeypatch):
    looks = []
    configured = filters.CatalogCreationRequested.is_configured
    monkeypatch.setattr(filters.CatalogCreationRequested, "is_configured", lambda: looks.append(1) or configured())
    api.associate_course_runs((api.AssociationRecord(f"course-v1:A+B+{n}") for n in range(50)), source="test")
    assert len(looks) == 1
