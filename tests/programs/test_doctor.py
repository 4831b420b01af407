"""The rules of programs are in the catalog's doctor: what is forced past the API is found there, and what is fixable mended."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
)
from openedx_catalog.models_api import CourseRun, OutboxMessage

from .conftest import FUTURE, PAST, codes_of, course_of, run_of
from .test_images import picture

pytestmark = [pytest.mark.django_db, pytest.mark.newest]


def found():
    return [finding.code for finding in catalog.diagnose()]


def again(row, **changes):
    """Another row as this one, past the API."""
    row.pk, row.uuid, row.version = None, uuid4(), changes.pop("version", "2")
    for name, value in changes.items():
        setattr(row, name, value)
    type(row).objects.bulk_create([row])


def contain(outer, inner):
    """Put a program into another one past the API."""
    (curriculum,) = Curriculum.objects.bulk_create([Curriculum(program=outer, name=inner.title)])
    CurriculumProgramMembership.objects.bulk_create(
        [CurriculumProgramMembership(curriculum=Curriculum.objects.get(uuid=curriculum.uuid), program=inner)]
    )


def programs(*titles):
    return [api.create_program(title=title, type="masters") for title in titles]


@pytest.fixture
def program(db):
    """Not published, so nothing is asked of it."""
    return api.create_program(title="Analytics", type="masters")


def test_a_sound_catalog(courses, curriculum):
    api.add_course(curriculum, "GTx+A")
    assert found() == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_circle_of_programs(db, size):
    ring = programs(*"ABC"[:size])
    for number, program in enumerate(ring):
        contain(program, ring[(number + 1) % size])
    # What contains a circle, or stands in it, is in none itself.
    outer, inner = programs("Outer", "Inner")
    contain(outer, ring[0])
    contain(ring[0], inner)
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.severity, finding.subject) == ("program_cycle", "error", "A")
    assert finding.message.count("(id ") == size
    # As the message says: one of the memberships is taken out.
    api.remove(CurriculumProgramMembership.objects.filter(curriculum__program=ring[-1]).first())
    assert found() == []


def test_two_circles_are_two_findings(db):
    for names in ("AB", "CD"):
        one, other = programs(*names)
        contain(one, other)
        contain(other, one)
    assert found() == ["program_cycle"] * 2


def test_a_circle_of_the_past_is_none(db):
    one, other = programs("A", "B")
    contain(one, other)
    contain(other, one)
    CurriculumProgramMembership.objects.update(retired_at=PAST)
    assert found() == []


def _group_of_one(curriculum):
    api.add_course(curriculum, "GTx+A", group="Electives")
    return api.add_group(curriculum, name="Electives", minimum=1)


DATED = {
    "curricula": (lambda program, row: row, Curriculum),
    "courses": (lambda program, row: api.add_course(row, "GTx+A"), CurriculumCourseMembership),
    "programs": (lambda program, row: api.add_program(row, programs("Inner")[0]), CurriculumProgramMembership),
    "groups": (lambda program, row: _group_of_one(row), CurriculumGroup),
    "costs": (
        lambda program, row: api.add_cost(api.create_degree(program), description="Fee", amount=1, currency="USD"), DegreeCost
    ),
    "deadlines": (
        lambda program, row: api.add_deadline(
            api.create_degree(program), semester="Spring", name="Apply", due_at="2027-01-01T00:00:00Z", zone="UTC"
        ),
        DegreeDeadline,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DATED)
def test_two_rows_of_one_thing_in_effect_at_one_time(courses, program, curriculum, name):
    make, model = DATED[name]
    row = make(program, curriculum)
    again(row, **({"position": 1} if hasattr(row, "position") else {}))
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.severity) == ("versions_overlap", "error")
    assert finding.subject.startswith("Analytics: ")
    assert (finding.model, finding.pk) == (model._meta.label_lower, model.objects.latest("pk").pk)
    # As the message says: one of the two is retired before the other one begins.
    model.objects.filter(pk=finding.pk).update(effective_at=FUTURE)
    api.reschedule(model.objects.earliest("pk"), retired_at=FUTURE)
    assert found() == []


def test_names_that_differ_only_in_case_are_one_thing(courses, program):
    tuition = {"description": "Tuition", "amount": 1, "currency": "USD"}
    cost = api.add_cost(api.create_degree(program), **tuition, effective_at=None, retired_at=PAST)
    again(cost, description="TUITION", effective_at=FUTURE, retired_at=None, version="1")
    assert found() == ["version_twice"]


def test_an_exclusion_of_a_run_of_another_course(courses, curriculum):
    member = api.add_course(curriculum, "GTx+A")
    CurriculumCourseRunExclusion.objects.bulk_create([CurriculumCourseRunExclusion(membership=member, run=run_of("B"))])
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.subject) == ("exclusion_of_other_course", "course-v1:GTx+B+1")


def test_a_conflict_of_external_keys(courses):
    api.set_external_course_key("course-v1:GTx+A+1", "KEY")
    second = run_of("A", "2")
    QuerySet(ExternalCourseKey).bulk_create([ExternalCourseKey(run=second, key="key", key_ci="key")])
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.severity, finding.fixable, finding.remedy) == ("external_key_conflict", "error", False, "")


BROKEN = {
    "no slots": lambda: ExternalKeySlot.objects.all().delete(),
    "a key that is not folded": lambda: ExternalCourseKey.objects.update(key_ci="x"),
    "another key": lambda: ExternalCourseKey.objects.update(key="Other"),
    "a slot that is not needed": lambda: ExternalKeySlot.objects.create(
        scope="course:1", key_ci="x", run=CourseRun.objects.first()
    ),
    "a slug that is not folded": lambda: Program.objects.update(marketing_slug_ci="x"),
    "another slug": lambda: Program.objects.update(marketing_slug="Other"),
    "another readable id": lambda: Program.objects.update(readable_id="program-v1:GTx+Other"),
    "a slug without its fold": lambda: Program.objects.update(marketing_slug_ci=None),
    "a fold without its slug": lambda: Program.objects.update(marketing_slug=None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_called_fixable_is_mended(courses, program, name):
    api.update_program(program, marketing_slug="Analytics", readable_id="program-v1:GTx+Analytics")
    api.set_external_course_key("course-v1:GTx+A+1", "KEY")
    BROKEN[name]()
    before = list(catalog.diagnose())
    assert before
    assert all(finding.fixable for finding in before), before
    call_command("catalog_doctor", "--fix", stdout=StringIO())
    assert found() == []
    assert catalog.repair_findings() == 0


def tie(curriculum):
    api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    for inner in programs("One", "Two"):
        api.add_program(curriculum, inner)
    for model in (CurriculumCourseMembership, CurriculumProgramMembership):
        model.objects.update(position=1)


def close_late(curriculum):
    Curriculum.objects.update(retired_at=PAST, closed_at=FUTURE)


def leave_out(curriculum):
    ProgramCourseRunExclusion.objects.bulk_create([ProgramCourseRunExclusion(program=curriculum.program, run=run_of("C"))])


@pytest.mark.parametrize(
    ("breaks", "codes"),
    [(tie, ["positions_tied"] * 2), (close_late, ["closed_after_retired"]), (leave_out, ["exclusion_outlived"])],
)
def test_what_is_mended_where_people_see_it_is_told(courses, curriculum, breaks, codes):
    breaks(curriculum)
    assert found() == codes
    before = OutboxMessage.objects.filter(subject=str(curriculum.program.uuid)).count()
    assert catalog.repair_findings() == len(codes)
    assert found() == []
    assert OutboxMessage.objects.filter(subject=str(curriculum.program.uuid)).count() == before + len(codes)
    assert codes_of(api.program_courses(curriculum.program)) == (["A", "B"] if breaks is tie else [])


def close_early(curriculum):
    Curriculum.objects.update(effective_at=FUTURE, closed_at=PAST)


def ask_too_much(curriculum):
    api.add_course(curriculum, "GTx+A", group="ELECTIVES")
    api.add_group(curriculum, name="Electives", minimum=2)


def ask_of_nothing(curriculum):
    api.add_group(curriculum, name="Electives", minimum=1)


def name_no_group(curriculum):
    api.add_course(curriculum, "GTx+A", group="Electives")


def lose_the_date(curriculum):
    Program.objects.update(status="retired")


def keep_the_date(curriculum):
    Program.objects.update(retired_at=PAST)


def publish_nothing(curriculum):
    api.change_program_status(curriculum.program, "active")


def lose_the_words(curriculum):
    api.update_program(curriculum.program, image=picture(), image_alt="A table")
    Program.objects.update(image_alt="")


def lose_the_file(curriculum):
    default_storage.delete(api.update_program(curriculum.program, image=picture(), image_alt="A table").image.name)


BY_HAND = {
    "closed_before_begun": (close_early, "error"),
    "group_too_small": (ask_too_much, "warning"),
    "group_missing": (name_no_group, "warning"),
    "retired_at_wrong": (lose_the_date, "error"),
    "program_without_courses": (publish_nothing, "warning"),
    "image_without_alt": (lose_the_words, "error"),
    "image_missing": (lose_the_file, "error"),
}


@pytest.mark.parametrize("code", BY_HAND)
def test_what_a_person_has_to_decide(courses, curriculum, code):
    breaks, severity = BY_HAND[code]
    breaks(curriculum)
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.severity, finding.fixable, finding.remedy) == (code, severity, False, "")
    assert finding.subject.startswith("Analytics")
    assert catalog.repair_findings() == 0
    assert found() == [code]


def test_more_that_a_person_has_to_decide(courses, curriculum):
    keep_the_date(curriculum)
    assert found() == ["retired_at_wrong"]
    Program.objects.update(retired_at=None)
    ask_of_nothing(curriculum)
    assert found() == ["group_too_small"]
    # What is over, or not begun, asks nothing of anybody.
    api.retire(curriculum)
    assert found() == []


def test_what_another_row_has_cannot_be_mended(db):
    one, other = programs("A", "B")
    api.update_program(one, marketing_slug="same")
    Program.objects.filter(pk=other.pk).update(marketing_slug="SAME")
    (finding,) = catalog.diagnose()
    assert (finding.code, finding.fixable, catalog.repair_findings()) == ("folded_text_wrong", False, 0)


def test_quick_reads_no_table_of_programs(courses, program, data_statements):
    with data_statements() as log:
        list(catalog.diagnose(quick=True))
    assert not [statement for statement in log if "openedx_catalog_programs" in statement]


def test_as_many_queries_whatever_there_is(courses, django_assert_num_queries, data_statements):
    def cost():
        with data_statements() as log:
            assert found() == []
        return len(log)

    def fill(count):
        for number in range(count):
            (program,) = programs(f"P{number} {count}")
            row = api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"])
            api.add_cost(api.create_degree(program), description="Tuition", amount=1, currency="USD")
            api.exclude_course_run(row.course_memberships.first(), "course-v1:GTx+A+1")

    fill(2)
    before = cost()
    fill(20)
    assert cost() == before


def test_findings_lead_to_their_rows(courses, curriculum, admin_client):
    again(api.add_course(curriculum, "GTx+A"))
    again(curriculum)
    catalog.run_doctor()
    rows = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_doctor")).context["rows"]
    urls = {finding.model: url for finding, url in rows}
    assert admin_client.get(urls["openedx_catalog_programs.curriculum"]).status_code == 200


def test_what_is_late_is_not_wrong(courses, curriculum):
    api.add_course(curriculum, "GTx+A", effective_at=timezone.now() + timedelta(days=1))
    assert (found(), course_of("A").course_code) == ([], "A")
