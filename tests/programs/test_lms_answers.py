"""What `get_programs(site=…)` keeps: whatever it depends on is seen at once, and callers never share what they get."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, lms, lms_answers
from openedx_catalog.contrib.programs.apps import ProgramsConfig
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    Degree,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)
from openedx_catalog.data import RunMode
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from openedx_catalog.policies import DateWindow
from tests.processes.conftest import child_environment

from .conftest import FUTURE, PAST, course_of, run_of

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.newest, pytest.mark.any_database]

SITE = object()
A, B = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture(autouse=True)
def forgotten():
    lms_answers.forget()
    yield
    lms_answers.forget()


@pytest.fixture
def program():
    """A degree of GTx A and B, with a curriculum that is over, another program in it, and an excluded run."""
    for code in "ABC":
        run_of(code, title=f"Course {code}")
        observe(f"course-v1:GTx+{code}+1", start="2020-01-01T00:00:00Z", end=FUTURE)
    run_of("A", "2")
    if not ProgramType.objects.filter(slug="masters").exists():
        api.create_program_type(name="Masters", slug="masters")
    inner = api.create_program(title="Inner", type="masters", status="active")
    api.create_curriculum(inner, name="Inside", courses=["GTx+C"])
    program = api.create_program(title="Analytics", type="masters", status="active", authoring_organizations=["GTx"])
    curriculum = api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"], effective_at=None)
    api.add_program(curriculum, inner)
    api.create_degree(program, apply_url="https://example.org/apply")
    api.exclude_course_run(program, "course-v1:GTx+A+2")
    api.create_curriculum(program, name="Former", effective_at=None, retired_at=PAST)
    return program


def observe(key, **schedule):
    catalog.sync_course_run(key, observed_at=timezone.now(), schedule=schedule)


def anew():
    """What the tables say, which is never kept."""
    return lms.get_programs(site=SITE, at=timezone.now())


def queries():
    with CaptureQueriesContext(connection) as log:
        lms.get_programs(site=SITE)
    return len(log)


def core():
    return Curriculum.objects.get(name="Core")


BY_API = {
    "title of a program": lambda p: api.update_program(p, title="Other"),
    "hidden program": lambda p: api.update_program(p, hidden=True),
    "organizations of a program": lambda p: api.update_program(p, credit_organizations=["GTx"]),
    "type of a program": lambda p: api.update_program(p, type=api.create_program_type(name="Another")),
    "status of a program": lambda p: api.change_program_status(p, "unpublished"),
    "deleted program": lambda p: api.delete_program(p),
    "new program": lambda p: api.create_program(title="New", type="masters", status="active"),
    "name of a type": lambda p: api.update_program_type("masters", name="Master's"),
    "slug of a type": lambda p: api.update_program_type("masters", slug="master"),
    "degree": lambda p: api.update_degree(p.degree, apply_url="https://example.org/other"),
    "new curriculum": lambda p: api.create_curriculum(p, name="Second"),
    "name of a curriculum": lambda p: api.update_curriculum(core(), name="Kernel"),
    "course in a curriculum": lambda p: api.add_course(core(), "GTx+C"),
    "order of a curriculum": lambda p: api.reorder(core(), ["GTx+B", "GTx+A"]),
    "retired membership": lambda p: api.retire(core().course_memberships.first()),
    "dates of a membership": lambda p: api.reschedule(core().course_memberships.first(), effective_at=FUTURE),
    "removed membership": lambda p: api.remove(core().program_memberships.get()),
    "retired curriculum": lambda p: api.retire(core()),
    "excluded run": lambda p: api.exclude_course_run(p, A),
    "run that counts again": lambda p: api.include_course_run(p, "course-v1:GTx+A+2"),
    "run excluded in a curriculum": lambda p: api.exclude_course_run(core().course_memberships.first(), A),
    "external key": lambda p: api.set_external_course_key(A, "MATH1"),
    "title of a run": lambda p: catalog.update_course_run(A, title="Other"),
    "dates of a run": lambda p: observe(A, end=PAST),
    "deleted run": lambda p: catalog.delete_course_run(A),
    "new run": lambda p: run_of("A", "3"),
    "moved run": lambda p: catalog.move_course_run(A, course_of("B"), reason="taught there"),
    "withdrawn run": lambda p: catalog.withdraw_course_run(A, at=timezone.now()),
    "title of a course": lambda p: catalog.update_catalog_course(course_of("A"), title="Other"),
    "code of a course": lambda p: catalog.rename_catalog_course(course_of("A"), course_code="A2", reason="renamed"),
    "merged courses": lambda p: catalog.merge_catalog_courses(course_of("A"), into=course_of("B"), reason="one"),
}
PAST_THE_API = {
    "title of a program": lambda p: save(p, title="Other"),
    "name of a type": lambda p: save(p.type, name="Other"),
    "degree": lambda p: save(p.degree, apply_url="https://example.org/other"),
    "deleted degree": lambda p: p.degree.delete(),
    "name of a curriculum": lambda p: save(core(), name="Other"),
    "new membership": lambda p: CurriculumCourseMembership.objects.create(curriculum=core(), catalog_course=course_of("C")),
    "deleted membership": lambda p: core().course_memberships.first().delete(),
    "deleted memberships": lambda p: core().course_memberships.all().delete(),
    "deleted exclusions": lambda p: ProgramCourseRunExclusion.objects.all().delete(),
    "new organization of a program": lambda p: ProgramOrganization.objects.create(
        program=p, organization=Organization.objects.get(), role="credit"
    ),
    "external key": lambda p: ExternalCourseKey.objects.create(run=CourseRun.objects.get(course_key=A), key="K"),
    "title of a run": lambda p: save(CourseRun.objects.get(course_key=A), title="Other"),
    "schedule": lambda p: save(CourseSchedule.objects.get(run__course_key=A), end=PAST),
    "title of a course": lambda p: save(course_of("A"), title="Other"),
    "organization": lambda p: save(Organization.objects.get(), name="Other"),
    "logo of an organization": lambda p: save(Organization.objects.get(), logo="organization_logos/other.png"),
    "organization, by SQL": lambda p: Organization.objects.update(name="Other"),
    "type, by SQL": lambda p: ProgramType.objects.update(name="Other"),
}


def save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


# What the API has written is noticed by the same entries of the feed on every database.
CHANGES = [
    *(pytest.param(work, id=f"{name} by the API", marks=pytest.mark.any_database) for name, work in BY_API.items()),
    *(pytest.param(work, id=f"{name} past it") for name, work in PAST_THE_API.items()),
]


def test_nothing_changed_takes_three_queries_and_gives_the_same(program):
    first = lms.get_programs(site=SITE)

    assert queries() == 3
    assert lms.get_programs(site=SITE) == first == anew()


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_seen_at_once_in_its_transaction_after_its_rollback_and_after_its_commit(program, change):
    before = lms.get_programs(site=SITE)
    with transaction.atomic():
        change(Program.objects.get(pk=program.pk))
        assert lms.get_programs(site=SITE) == anew() != before
        transaction.set_rollback(True)
    assert lms.get_programs(site=SITE) == before == anew()

    change(Program.objects.get(pk=program.pk))
    assert lms.get_programs(site=SITE) == anew() != before


def test_a_transaction_that_reads_alone_has_what_is_kept(program):
    with transaction.atomic():
        first = lms.get_programs(site=SITE)
        assert queries() == 3
    assert lms.get_programs(site=SITE) == first


def test_what_was_rolled_back_to_a_savepoint_is_not_pending(program):
    before = lms.get_programs(site=SITE)
    with transaction.atomic():
        with transaction.atomic():
            api.update_program(program, title="Other")
            transaction.set_rollback(True)
        assert queries() == 3
        assert lms.get_programs(site=SITE) == before


def test_another_process_is_noticed(program):
    before = lms.get_programs(site=SITE)
    script = "import django; django.setup()\nfrom openedx_catalog.contrib.programs import api\n"
    script += f"api.update_program({str(program.uuid)!r}, title='Other')"
    subprocess.run([sys.executable, "-c", script], env=child_environment(), check=True)

    assert lms.get_programs(site=SITE) == anew() != before


def test_a_change_between_two_reads_of_an_answer_is_not_kept_under_what_was_before(program, monkeypatch):
    build = lms_answers._build

    def raced(at):
        found = build(at)
        api.update_program(program, title="Other")
        return found

    monkeypatch.setattr(lms_answers, "_build", raced)
    lms.get_programs(site=SITE)
    monkeypatch.undo()

    assert lms.get_programs(site=SITE) == anew()


def test_callers_may_change_what_they_get(program):
    def spoil(found):
        values = found.values() if isinstance(found, dict) else found
        for value in list(values):
            if isinstance(value, dict | list):
                spoil(value)
        found.clear()

    before = lms.get_programs(site=SITE)
    spoil(lms.get_programs(site=SITE))

    assert lms.get_programs(site=SITE) == before


def test_no_two_places_of_an_answer_are_one_object(program):
    seen = []

    def collect(found):
        if isinstance(found, dict | list):
            seen.append(id(found))
            for value in found.values() if isinstance(found, dict) else found:
                collect(value)

    answers = [lms.get_programs(site=SITE), lms.get_programs(site=SITE)]
    collect(answers)

    assert len(seen) == len(set(seen))


@pytest.fixture
def clock(monkeypatch):
    """Set the time at which the programs are asked for."""

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


DATES = {
    "start of a run": lambda p, day: observe(B, start=day, end=None),
    "end of a run": lambda p, day: observe(A, end=day),
    "end of a curriculum": lambda p, day: api.retire(core(), at=day),
    "start of a curriculum": lambda p, day: api.create_curriculum(p, name="Later", courses=["GTx+C"], effective_at=day),
    "end of a membership": lambda p, day: api.retire(core().course_memberships.first(), at=day),
    "start of a membership": lambda p, day: api.add_course(core(), "GTx+C", effective_at=day),
    "end of a program's membership": lambda p, day: api.retire(core().program_memberships.get(), at=day),
}


@pytest.mark.any_database
@pytest.mark.parametrize("date", DATES.values(), ids=DATES)
def test_a_date_that_passes_is_seen_from_its_very_instant_on(program, clock, date):
    day = datetime(2099, 1, 1, tzinfo=UTC)
    date(program, day)
    found = []
    for early in (timedelta(seconds=2), timedelta(microseconds=1), timedelta(0)):
        clock(day - early)
        found.append(lms.get_programs(site=SITE))
        assert found[-1] == anew()

    assert found[0] == found[1] != found[2]


def test_a_run_starts_soon_in_time(program, clock):
    day = datetime(2099, 1, 1, tzinfo=UTC)
    observe(A, start=day, end=None)
    for moment in (day - DateWindow.soon - timedelta(microseconds=1), day - DateWindow.soon):
        clock(moment)
        assert lms.get_programs(site=SITE) == anew()
    assert "Starting Soon" in str(anew())


def test_a_clock_that_is_set_back_is_obeyed(program, clock):
    day = datetime(2099, 1, 1, tzinfo=UTC)
    api.retire(core(), at=day)
    for moment in (day, day - timedelta(days=1)):
        clock(moment)
        assert lms.get_programs(site=SITE) == anew()


class Sooner(DateWindow):
    """Another policy, told by its conditions."""

    soon = timedelta(days=36500)


class OwnSQL(DateWindow):
    """A policy whose SQL nobody can see the dates of."""

    answers: list[str] = []

    def status_expression(self, at, prefix="schedule__"):
        from django.db.models import CharField, Value

        return Value(self.answers[0], output_field=CharField())


def test_another_policy_is_seen(program, settings):
    observe(A, start=datetime(2099, 1, 1, tzinfo=UTC), end=None)
    before = lms.get_programs(site=SITE)
    settings.OPENEDX_CATALOG_DATE_WINDOW = f"{__name__}.Sooner"

    assert lms.get_programs(site=SITE) == anew() != before


def test_with_a_policy_of_its_own_sql_nothing_is_kept(program, settings):
    settings.OPENEDX_CATALOG_DATE_WINDOW = f"{__name__}.OwnSQL"
    OwnSQL.answers[:] = ["archived"]
    before = lms.get_programs(site=SITE)
    OwnSQL.answers[:] = ["current"]

    assert lms.get_programs(site=SITE) == anew() != before


def test_other_modes_of_an_extension_are_seen(program, monkeypatch):
    before = lms.get_programs(site=SITE)
    for price in ("49.00", "50.00"):
        monkeypatch.setattr(ProgramsConfig, "course_run_modes", lambda self, keys, p=price: {A: [RunMode("verified", p)]})
        assert lms.get_programs(site=SITE) == anew() != before
        before = anew()


def test_another_default_mode_is_seen(program, settings):
    before = lms.get_programs(site=SITE)
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"

    assert lms.get_programs(site=SITE) == anew() != before


def test_another_address_of_the_logos_is_seen(program, settings):
    Organization.objects.update(logo="organization_logos/gtx.png")
    before = lms.get_programs(site=SITE)
    settings.MEDIA_URL = "https://cdn.example.org/"

    assert lms.get_programs(site=SITE) == anew() != before


def test_programs_with_type_are_of_the_same_answer(program):
    api.update_program(program, hidden=True)
    lms.get_programs(site=SITE)

    assert [found["title"] for found in lms.get_programs_with_type(SITE, include_hidden=False)] == ["Inner"]
    assert {found["type"]["slug"] for found in lms.get_programs_with_type(SITE)} == {"masters"}


def test_the_feed_names_whatever_shows_a_change(program):
    position = catalog.get_latest_change()
    api.update_program_type("masters", name="Other")
    api.set_external_course_key(A, "K")
    Degree.objects.get().delete()
    found = [(row.kind, row.what) for row in catalog.iter_changes(after=position)]

    assert found == [
        ("program_type", "updated"), ("program", "updated"), ("program", "updated"), ("course_run", "updated"),
        ("program", "updated"),
    ]  # fmt: skip


def test_the_feed_keeps_programs_from_those_who_may_not_know_of_them():
    position = catalog.get_latest_change()
    program = api.create_program(title="Secret", type=api.create_program_type(name="Kind"))
    api.update_program(program, title="Still secret")
    api.change_program_status(program, "active")
    api.update_program(program, hidden=True)
    api.update_program(program, hidden=False)
    api.delete_program(program)
    found = [row.audience for row in catalog.iter_changes(after=position) if row.kind == "program"]

    assert found == ["viewers", "viewers", "everybody", "gone", "everybody", "gone"]


def test_courses_of_a_catalog_without_programs_cost_nothing():
    assert CatalogCourse.objects.count() == 0
    assert lms.get_programs(site=SITE) == []
