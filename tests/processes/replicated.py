"""
What a process does whose reads are routed to a replica that is late: every function that writes, each on rows of its own.

Each step says what it expects of the tables of the primary. The replica has none of these rows, and never gets them.
Imported by the test as well, whose settings have no programs.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

# First, because it sets up Django.
from . import racing  # isort: skip

from django.db import connections, router
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api, messages
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    DuplicateCourseRun,
    DuplicateOrganization,
    HasDependents,
)
from openedx_catalog.models_api import (
    CatalogCourse,
    CatalogCourseCode,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    InboxMessage,
)

from . import invariants, stressing

START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


def walk(number: int) -> list[str]:
    """Take every step, in the first process; what went wrong, by step."""
    racing.meet()
    if number:
        return []
    assert router.db_for_read(CourseRun) == "replica"
    wrong = []
    for step in STEPS:
        try:
            step(f"Late{step.__name__}")
        except Exception:
            wrong.append(f"{step.__name__}: {traceback.format_exc()}")
    return wrong


def prepare(number: int) -> None:
    """What `stressing` takes for granted; for a process whose reads go to the primary."""
    racing.meet()
    if number == 0:
        stressing.prepare()


def rows_on_the_replica(number: int) -> int:
    """How many runs the replica has: it is late if these are none."""
    racing.meet()
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM openedx_catalog_courserun")
        return cursor.fetchone()[0]


def broken(number: int) -> list[str]:
    """What does not hold of the tables; for a process whose reads go to the primary."""
    racing.meet()
    if number:
        return []
    from openedx_catalog.contrib.programs import api as programs

    unaudited = [str(finding) for finding in programs.audit_external_keys() if finding.severity == "error"]
    return [*invariants.broken(), *unaudited]


def _refused(error: type[Exception], call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    try:
        call(*args, **kwargs)
    except error:
        return
    raise AssertionError(f"{call.__name__} was not refused as {error.__name__}")


def _run(key: str) -> CourseRun:
    return CourseRun.objects.using("default").get(key_ci=key.casefold())


def _course_of(org: str, code: str = "C") -> CatalogCourse:
    return CatalogCourse.objects.using("default").get(org__short_name=org, course_code=code)


def _key(org: str, code: str = "C", run: str = "R") -> str:
    return f"course-v1:{org}+{code}+{run}"


def creates_courses(org: str) -> None:
    course = api.create_catalog_course(org_code=org, course_code="C", title="Title")
    assert (course.key_str, course.title) == (f"catalog-course:{org}:C", "Title")
    _refused(DuplicateCatalogCourse, api.create_catalog_course, org_code=org.upper(), course_code="c")
    assert CatalogCourseCode.objects.using("default").get(org__short_name=org).catalog_course_id == course.pk
    assert Organization.objects.using("default").filter(short_name__iexact=org).count() == 1


def updates_courses(org: str) -> None:
    course = api.create_catalog_course(org_code=org, course_code="C")
    api.update_catalog_course(course, title="Title")
    api.update_catalog_course(course.pk, language="fr")
    stored = _course_of(org)
    assert (stored.title, stored.language) == ("Title", "fr")


def renames_courses(org: str) -> None:
    course = api.create_catalog_course(org_code=org, course_code="C")
    api.create_catalog_course(org_code=org, course_code="Other")
    _refused(DuplicateCatalogCourse, api.rename_catalog_course, course, course_code="other", reason="late")
    api.rename_catalog_course(course, course_code="D", reason="late")
    assert api.associate_course_run(_key(org)).run.catalog_course_id == course.pk


def merges_courses(org: str) -> None:
    api.associate_course_run(_key(org))
    into = api.create_catalog_course(org_code=org, course_code="Into")
    api.merge_catalog_courses(_course_of(org), into=into, reason="late")
    assert _run(_key(org)).catalog_course_id == into.pk
    assert api.associate_course_run(_key(org, run="Next")).run.catalog_course_id == into.pk


def deletes_courses(org: str) -> None:
    run = api.associate_course_run(_key(org)).run
    _refused(HasDependents, api.delete_catalog_course, run.catalog_course_id)
    api.delete_course_run(_key(org))
    api.delete_catalog_course(run.catalog_course_id)
    assert not CatalogCourse.objects.using("default").filter(org__short_name=org).exists()


def associates_runs(org: str) -> None:
    first = api.associate_course_run(_key(org), title="Title", schedule={"start": START})
    second = api.associate_course_run(_key(org), title="Title", schedule={"start": START})
    assert (first.outcome, second.outcome, first.run.pk) == ("created", "unchanged", second.run.pk)
    assert api.associate_course_run(_key(org).replace("+R", "+r")).outcome == "conflict"
    assert api.create_course_run_for_modulestore_course_with(_key(org), title="Other").title == "Title"
    _refused(DuplicateCourseRun, api.create_course_run, _key(org))


def associates_files(org: str) -> None:
    records = [api.AssociationRecord(_key(org, run=f"R{n}"), title="Title", line=n) for n in range(3)]
    assert api.associate_course_runs(records, source="late").outcomes["created"] == 3
    assert api.associate_course_runs(records, source="late").outcomes["unchanged"] == 3


def updates_runs(org: str) -> None:
    api.associate_course_run(_key(org), title="Before")
    api.update_course_run(_key(org), schedule={"start": START})
    api.update_course_run(_key(org), schedule={"end": END})
    api.update_course_run(_key(org), title="After")
    schedule = CourseSchedule.objects.using("default").get(run=_run(_key(org)))
    assert (_run(_key(org)).title, schedule.start, schedule.end) == ("After", START, END)


def syncs_runs(org: str) -> None:
    records = [api.SyncRecord(_key(org, run=f"R{n}"), "One", observed_at=timezone.now()) for n in range(3)]
    assert api.sync_course_runs(records, source="late").outcomes["created"] == 3
    records = [api.SyncRecord(_key(org, run=f"R{n}"), "Two", observed_at=timezone.now()) for n in range(3)]
    assert api.sync_course_runs(records, source="late").outcomes["updated"] == 3
    result = api.sync_course_run(_key(org, run="R0"), title="Old", observed_at=timezone.now() - timedelta(days=1))
    assert (result.outcome, _run(_key(org, run="R0")).title) == ("stale", "Two")
    api.sync_course_run_details(_key(org, run="R0"), title="Three")
    assert _run(_key(org, run="R0")).title == "Three"


def moves_runs(org: str) -> None:
    api.associate_course_run(_key(org))
    to = api.create_catalog_course(org_code=org, course_code="To")
    api.move_course_run(_key(org), f"catalog-course:{org}:To", reason="late")
    run = _run(_key(org))
    assert (run.catalog_course_id, run.association) == (to.pk, "explicit")
    assert api.associate_course_run(_key(org)).run.catalog_course_id == to.pk


def withdraws_and_restores(org: str) -> None:
    api.associate_course_run(_key(org))
    assert api.withdraw_course_run(_key(org), at=timezone.now())
    assert not api.withdraw_course_run(_key(org), at=timezone.now())
    assert api.restore_course_run(_key(org), at=timezone.now())
    assert not CourseRunWithdrawal.objects.using("default").filter(run__key_ci=_key(org).casefold()).exists()


def applies_messages(org: str) -> None:
    payload = messages.payload_of(api.SyncRecord(_key(org), "Told"))
    # Applied after the commit, in this process.
    reported = messages.record("observed", _key(org), source="late", payload=payload)
    assert _run(_key(org)).title == "Told"
    gone = messages.record("deleted", _key(org), source="late")
    about = InboxMessage.objects.using("default").filter(event_id__in=[reported, gone])
    assert list(about.values_list("state", flat=True)) == ["done", "done"]
    assert CourseRunWithdrawal.objects.using("default").filter(run__key_ci=_key(org).casefold()).exists()


def writes_organizations(org: str) -> None:
    organization = api.create_organization(short_name=org, name="One")
    _refused(DuplicateOrganization, api.create_organization, short_name=org.upper())
    api.create_catalog_course(org_code=org, course_code="C")
    api.update_organization(organization, name="Two")
    api.update_organization(organization, active=False)
    stored = Organization.objects.using("default").get(short_name=org)
    assert (stored.pk, stored.name, stored.active) == (organization.pk, "Two", False)
    _refused(HasDependents, api.delete_organization, organization)
    api.update_organization(organization, short_name=f"{org}2")
    api.delete_catalog_course(_course_of(f"{org}2").pk)
    api.delete_organization(organization)
    assert not Organization.objects.using("default").filter(pk=organization.pk).exists()


def repeats_what_was_rolled_back(org: str) -> None:
    runs = api.run_atomically(lambda: [api.associate_course_run(_key(org, run=f"R{n}")).run for n in range(2)])
    assert len({run.catalog_course_id for run in runs}) == 1


def completes_identities(org: str) -> None:
    api.associate_course_run(_key(org))
    CourseRun.objects.using("default").filter(key_ci=_key(org).casefold()).update(key_ci=None)
    assert api.update_course_run(_key(org), title="Found").title == "Found"
    assert _run(_key(org)).title == "Found"


def holds_external_keys(org: str) -> None:
    from openedx_catalog.contrib.programs import api as programs
    from openedx_catalog.contrib.programs.exceptions import ExternalKeyConflict
    from openedx_catalog.contrib.programs.models_api import ExternalCourseKey

    for run in ("R1", "R2"):
        api.associate_course_run(_key(org, run=run))
    programs.set_external_course_key(_key(org, run="R1"), "Math")
    _refused(ExternalKeyConflict, programs.set_external_course_key, _key(org, run="R2"), "MATH")
    assert ExternalCourseKey.objects.using("default").filter(run__catalog_course=_course_of(org)).count() == 1


def writes_programs(org: str) -> None:
    from openedx_catalog.contrib.programs import api as programs
    from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership
    from openedx_catalog.exceptions import DatesOverlap

    course = api.create_catalog_course(org_code=org, course_code="C")
    program = programs.create_program(title=org, type="masters", status="active")
    curriculum = programs.create_curriculum(program, name="Core")
    row = programs.add_course(curriculum, course)
    _refused(DatesOverlap, programs.add_course, curriculum, course)
    programs.update_curriculum(curriculum, name="Main")
    programs.retire(row)
    stored = CurriculumCourseMembership.objects.using("default").get(pk=row.pk)
    assert stored.retired_at is not None
    assert Curriculum.objects.using("default").get(pk=curriculum.pk).name == "Main"


STEPS = (
    creates_courses, updates_courses, renames_courses, merges_courses, deletes_courses, associates_runs, associates_files,
    updates_runs, syncs_runs, moves_runs, withdraws_and_restores, applies_messages, writes_organizations,
    repeats_what_was_rolled_back, completes_identities, holds_external_keys, writes_programs,
)  # fmt: skip
