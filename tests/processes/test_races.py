"""
Several writers at once: one organization, one course and one run per key, and everybody gets the object.

Four processes, 100 new keys a round, half of the callers in another letter case.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, OutboxMessage
from tests.thorough import sample

from . import racing
from .conftest import Racers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = sample(4, 20)
CURATED_ROUNDS = sample(2, 8)


def folded(key: str) -> str:
    return key.casefold()


def all_keys(rounds: int = ROUNDS) -> list[str]:
    return [key for round_ in range(rounds) for key in racing.race_keys(round_)]


def parts(key: str) -> list[str]:
    return folded(key).partition(":")[2].split("+")


def assert_one_row_each(keys: list[str]) -> None:
    """One organization, course, slot, run and schedule for what these keys name, each with one "+" of history."""
    runs = sorted(map(folded, keys))
    courses = {tuple(parts(key)[:2]) for key in keys}
    assert sorted(CourseRun.objects.values_list("key_ci", flat=True)) == runs
    assert sorted(map(folded, CourseRun.objects.values_list("course_key__text", flat=True))) == runs
    assert Counter(map(folded, Organization.objects.values_list("short_name", flat=True))) == Counter(
        {org for org, _code in courses}
    )
    assert course_codes(CatalogCourse.objects, "course_code") == Counter(courses)
    assert course_codes(CatalogCourse.codes.rel.related_model.objects, "code") == Counter(courses)
    assert every_row_has_one_beginning(CourseRun)
    assert every_row_has_one_beginning(CatalogCourse)
    assert every_row_has_one_beginning(CourseRun.schedule.related.related_model)
    assert list(api.diagnose()) == []


def course_codes(rows, name: str) -> Counter:
    return Counter((folded(org), folded(code)) for org, code in rows.values_list("org__short_name", name))


def every_row_has_one_beginning(model) -> bool:
    beginnings = Counter(model.history.filter(history_type="+").values_list("id", flat=True))
    return beginnings == Counter(model.objects.values_list("id", flat=True)) and model.history.count() == len(beginnings)


def assert_everybody_got_the_object(answers: list[racing.Answer], keys: list[str], callers: int = 4) -> None:
    stored = dict(CourseRun.objects.values_list("key_ci", "pk"))
    wrong = [answer for answer in answers if answer.key_ci != folded(answer.asked) or stored[answer.key_ci] != answer.pk]
    assert wrong == []
    assert [answer for answer in answers if folded(answer.got) != answer.key_ci] == []
    assert Counter(answer.key_ci for answer in answers) == Counter(dict.fromkeys(map(folded, keys), callers))
    assert {answer.outcome for answer in answers} <= {"created", "conflict", "unchanged"}
    # "conflict" is what a caller receives whose spelling is not the one that is kept, and only such a caller.
    assert [a for a in answers if (a.outcome == "conflict") != (a.asked != a.got)] == []
    assert Counter(answer.outcome for answer in answers)["created"] == len(keys)


@pytest.mark.parametrize("in_own_transaction", [False, True], ids=["transaction-of-the-api", "transaction-of-the-caller"])
def test_a_key_in_a_transaction_of_its_own_never_fails(racers: Racers, in_own_transaction: bool):
    answers = racers.run(racing.associate_each, ROUNDS, in_own_transaction)

    assert_everybody_got_the_object([answer for own in answers for answer in own], all_keys())
    assert_one_row_each(all_keys())


def test_several_keys_in_one_transaction_succeed_when_the_caller_repeats_it(racers: Racers):
    results = racers.run(racing.associate_tens, ROUNDS)

    assert_everybody_got_the_object([answer for answers, _retries in results for answer in answers], all_keys())
    assert_one_row_each(all_keys())


def test_two_bulk_calls_over_the_same_shuffled_file_make_no_twin(racers: Racers):
    keys = [f"course-v1:Bulk{i % 30}+Code{i % 400}+Run{i}" for i in range(2000)]
    records = [api.AssociationRecord(racing.as_asked(i // 2000, keys[i % 2000]), line=i) for i in range(3000)]

    first, second, *_idle = racers.run(racing.associate_file, records, 200)

    assert first.rows == second.rows == len(records)
    assert first.outcomes["created"] + second.outcomes["created"] == len(keys)
    assert first.catalog_courses_created + second.catalog_courses_created == CatalogCourse.objects.count()
    assert first.organizations_created + second.organizations_created == 30
    assert {problem.code for report in (first, second) for problem in report.problems} == {"other_spelling"}
    assert_one_row_each(keys)


def test_a_name_in_two_cases_is_one_organization_whatever_the_collation(case_sensitive_names, racers: Racers):
    assert racers.run(racing.name_in_two_cases, 20) == [20] * 4
    assert Organization.objects.count() == CatalogCourse.objects.count() == 20
    assert list(api.diagnose()) == []


@pytest.mark.parametrize("with_tag", [False, True], ids=["", "If-Match"])
def test_two_writers_of_different_fields_lose_nothing(racers: Racers, with_tag: bool):
    """Without If-Match both changes stand in every round; with it, whoever is refused has been reported so."""
    get_user_model().objects.create_superuser("root")
    api.associate_course_run("course-v1:A+B+C", title="Before")

    schedule, title, *_idle = racers.run(racing.patch_at_once, 20, with_tag)

    if with_tag:
        assert {tuple(sorted(pair)) for pair in zip(schedule, title, strict=True)} == {(200, 412)}
    else:
        assert set(schedule + title) == {200}
    run = api.get_course_run("course-v1:A+B+C")
    newest = [max((round_ for round_, status in enumerate(own) if status == 200), default=None) for own in (schedule, title)]
    assert [run.schedule.start.second if newest[0] is not None else None, run.title] == [
        newest[0],
        "Before" if newest[1] is None else f"Title {newest[1]}",
    ]


def test_two_parts_of_a_schedule_that_change_at_once_both_stand(racers: Racers):
    api.associate_course_run("course-v1:A+B+C", schedule={"start": "2020-01-01T00:00:00Z", "end": "2030-01-01T00:00:00Z"})
    found, *_others = racers.run(racing.change_two_parts_at_once, 40)
    assert found == [(round_, round_) for round_ in range(40)]


def test_a_run_is_there_for_everybody_while_it_is_moved(racers: Racers):
    api.associate_course_run("course-v1:A+B+C")
    api.create_catalog_course(org_code="A", course_code="Other")
    assert racers.run(racing.change_while_moved, 40) == [40] * 4
    assert api.get_catalog_course_for_run("course-v1:A+B+C").key_str == "catalog-course:A:B"


def test_identities_are_completed_beside_writers(racers: Racers):
    """Every uuid that an event reported is the one that the row has, whoever was faster to give it."""
    keys = [f"course-v1:Adopted+Code{i}+Run" for i in range(150)]
    api.associate_course_runs([api.AssociationRecord(key) for key in keys], source="another")
    # As another program writes them.
    CourseRun.objects.update(key_ci=None, uuid=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourseCode.objects.all().delete()
    OutboxMessage.objects.all().delete()

    racers.run(racing.complete_beside_writers, keys)

    reported = {json.loads(payload)["uuid"] for payload in OutboxMessage.objects.values_list("payload", flat=True)}
    stored = {str(uuid) for model in (CourseRun, CatalogCourse) for uuid in model.objects.values_list("uuid", flat=True)}
    assert reported == stored
    assert len(stored) == 2 * len(keys)
    assert list(api.diagnose()) == []


def test_runs_created_during_a_merge_and_a_rename_end_under_the_surviving_course(racers: Racers):
    results = racers.run(racing.create_while_curated, CURATED_ROUNDS)

    created = [key for result in results for key in result.keys]
    homes = {folded(str(key)): course.course_code for key, course in api.get_catalog_courses_for_runs(created).items()}
    expected = {folded(key): "Into" if "merged" in folded(key) else "Other" for key in created}
    assert len(expected) == CURATED_ROUNDS * 4 * 40 * 2
    assert homes == expected
    assert CourseRun.objects.count() == len(expected)
    assert list(api.diagnose()) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM openedx_catalog_courserun r "
            "LEFT JOIN openedx_catalog_catalogcourse c ON c.id = r.catalog_course_id WHERE c.id IS NULL"
        )
        assert cursor.fetchone() == (0,)
