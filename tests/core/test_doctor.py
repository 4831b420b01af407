"""The doctor finds what breaks a rule, says how to mend it, and completes what is merely missing."""

import json
import os
import shlex
import subprocess
from io import StringIO

import pytest
from django.core.management import call_command
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


def doctor(*args):
    """Exit code and output of ``catalog_doctor``."""
    out = StringIO()
    try:
        call_command("catalog_doctor", *args, stdout=out)
    except SystemExit as error:
        return error.code, out.getvalue()
    return 0, out.getvalue()


def found():
    return [(finding.severity, finding.code, finding.subject) for finding in api.diagnose()]


def paste(remedy):
    """What happens when an operator pastes it."""
    program, *arguments = shlex.split(remedy)
    assert program == "manage.py"
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def run(db):
    return api.associate_course_run(RUN_KEY, schedule={"pacing": "self"}).run


@pytest.fixture
def other(db):
    return api.create_catalog_course(org_code="edX", course_code="Demo")


def test_a_sound_catalog(run, other):
    assert found() == []
    assert doctor() == (0, "0 errors, 0 warnings.\n")


def test_an_implicit_run_under_a_course_its_key_does_not_name(run, other):
    CourseRun.objects.update(catalog_course=other)
    assert found() == [("error", "implicit_mismatch", RUN_KEY)]
    code, out = doctor()
    assert code == 1
    assert f"manage.py repair_catalog move --run={run.pk} --into={other.pk} '--reason=it belongs here'" in out
    code, out = doctor("--fix")
    assert (code, CourseRun.objects.get().association) == (1, "implicit")


def test_a_remedy_can_be_run(run, other):
    CourseRun.objects.update(catalog_course=other)
    [finding] = api.diagnose()
    paste(finding.remedy)
    assert found() == []


def test_null_identities_are_completed(run, other):
    CourseRun.objects.update(key_ci=None, uuid=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourseCode.objects.all().delete()
    assert {code for _severity, code, _subject in found()} == {
        "catalog_course_identity_missing",
        "course_run_identity_missing",
        "implicit_mismatch",
    }
    code, out = doctor("--fix")
    assert (code, out) == (0, "3 rows completed.\n0 errors, 0 warnings.\n")
    assert CatalogCourseCode.objects.count() == 2
    assert api.complete_identities() == 0


def test_twins_keep_their_null_and_are_listed(run):
    course = run.catalog_course
    twin = api.create_catalog_course(org_code="MITx", course_code="twin")
    twin.codes.all().delete()
    CatalogCourse.objects.filter(pk=twin.pk).update(course_code_ci=None, course_code="14.100X")
    CourseRun.objects.create(course_key=RUN_KEY.replace("3T", "4T"), catalog_course=course)
    second = CourseRun.objects.get(run_code="4T2017")
    CourseRun.objects.filter(pk=second.pk).update(key_ci=None, course_key=RUN_KEY.lower(), run_code="3t2017")
    assert [(code, subject) for _severity, code, subject in found()] == [
        ("catalog_course_twin", "catalog-course:MITx:14.100X"),
        ("course_run_twin", RUN_KEY.lower()),
    ]
    assert doctor("--fix")[0] == 1
    assert CourseRun.objects.filter(key_ci=None).count() == CatalogCourse.objects.filter(course_code_ci=None).count() == 1
    for finding in list(api.diagnose()):
        paste(finding.remedy)
    assert found() == []


def test_what_other_programs_changed(run, other):
    CourseRun.objects.filter(pk=run.pk).update(key_ci="x")
    CatalogCourse.objects.filter(pk=other.pk).update(course_code_ci="x")
    assert found() == [
        ("error", "catalog_course_identity_wrong", other.key_str),
        ("error", "course_run_identity_wrong", RUN_KEY),
    ]
    for finding in list(api.diagnose()):
        paste(finding.remedy)
    assert found() == []


def test_keys_and_codes_that_cannot_be(run, other):
    CourseRun.objects.filter(pk=run.pk).update(course_key="course-v1:MITx+14.100x+3T2017")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("openedx_catalog.fields.CourseKeyField.get_prep_value", lambda self, value: value)
        CourseRun.objects.filter(pk=run.pk).update(course_key="slashes:MITx+14.100x+3T2017")
    CatalogCourse.objects.filter(pk=other.pk).update(course_code="a b")
    assert found() == [
        ("error", "invalid_catalog_course_code", "catalog-course:edX:a b"),
        ("error", "invalid_course_key", "slashes:MITx+14.100x+3T2017"),
    ]


def test_the_run_code_of_another_run(run):
    CourseRun.objects.update(run_code="3T")
    assert found() == [("error", "run_code_mismatch", RUN_KEY)]


def test_organizations_that_differ_by_case(run):
    from django.db import connection

    if connection.vendor == "mysql":
        pytest.skip("the collation of MariaDB keeps such organizations out")
    Organization.objects.create(name="twin", short_name="mitX")
    assert found() == [("error", "organizations_differ_by_case", "MITx")]


PLANTED = [
    'x"; touch planted; "',
    "x'; touch planted; '",
    "$(touch planted)",
    "`touch planted`",
    "x\ntouch planted\n",
    "x\r\n        touch planted",
    "';touch planted;#",
    "--help",
]


@pytest.mark.parametrize("name", PLANTED)
def test_a_name_is_never_code_of_the_shell(run, name, tmp_path):
    """Every line that the doctor prints is pasted into a real shell: names that anybody may have given do nothing there."""
    from django.db import connection

    if connection.vendor == "mysql":
        pytest.skip("the collation of MariaDB keeps such organizations out")
    for short_name in (f"{name}org", f"{name}ORG"):
        org = Organization.objects.create(name=short_name, short_name=short_name)
        CatalogCourse.objects.create(org=org, course_code="Code", title=name)
    manage = tmp_path / "manage.py"
    manage.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >>reported\n')
    manage.chmod(0o755)
    code, out = doctor()
    commands = [line.strip() for line in out.splitlines() if line.startswith("        ")]
    subprocess.run(
        ["/bin/sh"], input="\n".join(commands), text=True, cwd=tmp_path, check=True,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert code == 1
    assert not (tmp_path / "planted").exists()
    assert (tmp_path / "reported").read_text().startswith("repair_catalog\nlist\n")
    # Nor does a line break in a name make a line of its own.
    assert all(line.startswith(("ERROR ", "        manage.py ")) for line in out.splitlines()[:-1])


def test_organizations_are_listed_with_their_courses(run, other):
    orgs = Organization.objects.order_by("pk").values_list("pk", flat=True)
    assert paste(f"manage.py repair_catalog list --org={orgs[0]} --org={orgs[1]}").splitlines() == [
        f"{run.catalog_course_id}  catalog-course:MITx:14.100x  1 run",
        f"{other.pk}  catalog-course:edX:Demo  0 runs",
    ]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("merge --course={course} --into={course} --reason=x", "into itself"),
        ("merge --course={course} --into=999999999 --reason=x", "no catalog course 999999999"),
        ("delete-twin --run={run} --reason=x", "is not a twin"),
        ("refold --run=999999999", "matching"),
        ("move --run={run} --into={course} --reason=", "reason"),
    ],
)
def test_a_repair_that_is_refused_says_why(run, command, reason):
    err = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command(*shlex.split(f"repair_catalog {command.format(run=run.pk, course=run.catalog_course_id)}"), stderr=err)
    assert exit_.value.code == 1
    assert reason in err.getvalue()


def test_inverted_dates_are_warnings(run):
    CourseSchedule.objects.update(start="2027-02-01T00:00Z", end="2027-01-01T00:00Z")
    CourseSchedule.objects.update(enrollment_start="2027-02-01T00:00Z", enrollment_end="2027-01-01T00:00Z")
    assert found() == [
        ("warning", "end_before_start", RUN_KEY),
        ("warning", "enrollment_end_before_start", RUN_KEY),
    ]
    code, out = doctor("--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert lines[0]["remedy"] == f"manage.py repair_catalog clear-date --run={run.pk} --date=end"
    assert lines[-1] == {
        "errors": 0,
        "warnings": 2,
        "fixed": 0,
        "codes": {"end_before_start": 1, "enrollment_end_before_start": 1},
    }


def test_pages_change_nothing(run, other, monkeypatch):
    from openedx_catalog import identity
    from openedx_catalog.api import doctor as module

    for number in range(5):
        api.associate_course_run(f"course-v1:A+B+{number}")
    CourseRun.objects.update(key_ci=None)
    expected = found()
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(identity, "BATCH", 2)
    assert found() == expected
    reported = []
    assert api.complete_identities(on_progress=reported.append) == 6
    assert reported == [2, 2, 2]
    assert found() == []
