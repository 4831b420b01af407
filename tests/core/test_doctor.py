"""The doctor finds what breaks a rule, says how to mend it, and completes what is merely missing."""

import json
import os
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api, messages
from openedx_catalog.models_api import (
    CatalogCourse,
    CatalogCourseCode,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    DeletedRunKey,
    DoctorReport,
    FormerOrganizationName,
    InboxMessage,
    OutboxMessage,
)
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

AHEAD = datetime(2099, 1, 1, tzinfo=UTC)


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


# What is called fixable is mended


def saved(row, **values):
    """By a program that uses the ORM, and not the API."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def new_org():
    return api.create_organization(short_name="HarvardX")


BROKEN = {
    "a course without a folded code": lambda run, other: CatalogCourse.objects.update(course_code_ci=None),
    "a course without a uuid": lambda run, other: CatalogCourse.objects.update(uuid=None),
    "a course with a wrong folded code": lambda run, other: CatalogCourse.objects.update(course_code_ci=F("id")),
    "courses with each other's folded code": lambda run, other: [
        CatalogCourse.objects.update(course_code_ci=None),
        CatalogCourse.objects.filter(pk=other.pk).update(course_code_ci="14.100x"),
        CatalogCourse.objects.exclude(pk=other.pk).update(course_code_ci="demo"),
    ],
    "another code": lambda run, other: CatalogCourse.objects.filter(pk=other.pk).update(course_code="New"),
    "another code, saved": lambda run, other: saved(other, course_code="New"),
    "another organization": lambda run, other: CatalogCourse.objects.filter(pk=other.pk).update(org=new_org()),
    "another organization, saved": lambda run, other: saved(other, org=new_org()),
    "another organization and code": lambda run, other: CatalogCourse.objects.update(org=new_org()),
    "no slots": lambda run, other: CatalogCourseCode.objects.all().delete(),
    "slots of another code": lambda run, other: CatalogCourseCode.objects.update(code_ci=F("id")),
    "a run without a folded key": lambda run, other: CourseRun.objects.update(key_ci=None),
    "a run without a uuid": lambda run, other: CourseRun.objects.update(uuid=None),
    "a run with a wrong folded key": lambda run, other: CourseRun.objects.update(key_ci="x"),
    "another key": lambda run, other: CourseRun.objects.update(course_key=f"{RUN_KEY}b"),
    "another run code": lambda run, other: CourseRun.objects.update(run_code="3T"),
    "a source's time ahead": lambda run, other: CourseRun.objects.update(source_time=AHEAD),
    "a withdrawal ahead": lambda run, other: CourseRunWithdrawal.objects.create(run=run, at=AHEAD, source="test"),
    "a message ahead": lambda run, other: [
        messages.record("exists", RUN_KEY, source="test"), InboxMessage.objects.update(source_time=AHEAD, state="done")
    ],
    "a deleted key": lambda run, other: [
        DeletedRunKey.objects.create(course_key="course-v1:A+B+C", at=timezone.now()), DeletedRunKey.objects.update(key_ci="x")
    ],
    "a former name": lambda run, other: [
        FormerOrganizationName.objects.create(name="Old", org=other.org, at=timezone.now()),
        FormerOrganizationName.objects.update(name_ci="x"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_called_fixable_is_mended(run, other, name):
    BROKEN[name](run, other)
    before = list(api.diagnose())
    assert before
    assert all(finding.fixable for finding in before), before
    assert doctor("--fix")[0] == 0
    assert (found(), doctor("--fix")) == ([], (0, "0 rows completed.\n0 errors, 0 warnings.\n"))


def told_since(position):
    return [(change.kind, change.what, change.key) for change in api.iter_changes(after=position)]


def test_a_course_that_was_renamed_past_the_api_is_announced(run, other):
    runs_of_other = api.create_course_run("course-v1:edX+Demo+1")
    position = api.get_latest_change()
    CatalogCourse.objects.filter(pk=other.pk).update(course_code="New", org=new_org())
    doctor("--fix")
    told = [row for row in told_since(position) if row[0] != "organization"]
    assert told == [
        ("catalog_course", "renamed", "catalog-course:HarvardX:New"),
        ("course_run", "updated", str(runs_of_other.course_key)),
    ]
    event = OutboxMessage.objects.filter(event_type__contains="renamed").get()
    assert json.loads(event.payload)["previous_key"] == "catalog-course:edX:Demo"
    assert other.history.latest().history_change_reason == "doctor: changed past the API"
    # Both keys lead to it, and a second run has nothing to say.
    assert api.get_catalog_course(key_str="edX+Demo") == api.get_catalog_course(key_str="HarvardX+New") == other
    doctor("--fix")
    assert OutboxMessage.objects.filter(event_type__contains="renamed").count() == 1


def test_what_orm_has_announced_is_not_announced_again(run, other):
    saved(other, course_code="New")
    position = api.get_latest_change()
    assert doctor("--fix")[1].startswith("1 row completed.")
    assert told_since(position) == []
    assert CatalogCourseCode.history.latest().history_change_reason == "doctor: changed past the API"
    assert api.get_catalog_course(key_str="edX+New") == other


def test_a_run_that_was_changed_past_the_api_is_announced(run):
    position = api.get_latest_change()
    CourseRun.objects.update(course_key=f"{RUN_KEY}b")
    doctor("--fix")
    assert told_since(position) == [("course_run", "updated", f"{RUN_KEY}b")]
    assert run.history.latest().history_change_reason == "doctor: changed past the API"
    assert api.get_course_run(f"{RUN_KEY}b").run_code == "3T2017b"


def test_a_run_that_is_given_its_uuid_is_announced(run):
    CourseRun.objects.update(uuid=None)
    position = api.get_latest_change()
    doctor("--fix")
    assert told_since(position) == [("course_run", "created", RUN_KEY)]
    assert run.history.latest().history_change_reason == "doctor: identity completed"


def test_a_withdrawal_that_gets_another_time_is_announced(run):
    CourseRunWithdrawal.objects.create(run=run, at=AHEAD, source="test")
    position = api.get_latest_change()
    doctor("--fix")
    assert told_since(position) == [("course_run", "updated", RUN_KEY)]


def test_why_something_was_mended_stands_in_the_history(run):
    CatalogCourseCode.objects.all().delete()
    doctor("--fix", "--reason", "after the import of March")
    assert CatalogCourseCode.history.first().history_change_reason == (
        "doctor: changed past the API: after the import of March"
    )
    CatalogCourseCode.objects.all().delete()
    api.repair_findings(source="cleaning", reason="by hand")
    assert CatalogCourseCode.history.first().history_change_reason == "cleaning: changed past the API: by hand"


def test_the_run_of_a_twin_is_not_called_fixable(run):
    twin = CatalogCourse.objects.create(org=run.catalog_course.org, course_code="twin", title="T")
    twin.codes.all().delete()
    CatalogCourse.objects.filter(pk=twin.pk).update(course_code_ci=None, course_code="14.100X")
    CourseRun.objects.update(catalog_course=twin)
    findings = list(api.diagnose())
    assert [(finding.code, finding.fixable) for finding in findings] == [
        ("catalog_course_twin", False), ("implicit_mismatch", False)
    ]  # fmt: skip
    paste(findings[1].remedy)
    assert found() == []


def test_a_wrong_key_whose_identity_another_run_holds_is_a_twin(run):
    second = api.create_course_run(RUN_KEY.replace("3T", "4T"))
    CourseRun.objects.filter(pk=second.pk).update(course_key=RUN_KEY, run_code="3T2017")
    (finding,) = api.diagnose()
    assert (finding.code, finding.fixable) == ("course_run_twin", False)
    paste(finding.remedy)
    assert (found(), CourseRun.objects.get()) == ([], run)


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


@pytest.mark.parametrize("row", ["run", "course"])
def test_the_history_of_a_refold_says_who_did_it_and_why(run, row):
    found, column = (run, "key_ci") if row == "run" else (run.catalog_course, "course_code_ci")
    type(found).objects.filter(pk=found.pk).update(**{column: "odd"})
    paste(f"manage.py repair_catalog refold --{row}={found.pk} --reason='the key was mistyped'")
    why = found.history.first().history_change_reason
    assert why == "repair_catalog: identity recomputed: the key was mistyped"


DATED = {
    "a start that nobody entered": ({"start": "2030-01-01T00:00Z", "end": "2027-06-01T00:00Z"}, "start"),
    "the same in another zone": ({"start": "2030-01-01T05:00Z", "end": "2027-06-01T00:00Z"}, "start"),
    "a start a thousand years ahead": ({"start": "3017-02-01T00:00Z", "end": "2017-06-01T00:00Z"}, "start"),
    "an end of 1970": ({"start": "2027-02-01T00:00Z", "end": "1970-01-01T00:00Z"}, "end"),
    "neither is implausible": ({"start": "2027-02-01T00:00Z", "end": "2027-01-01T00:00Z"}, "end"),
    "both are": ({"start": "2030-01-01T00:00Z", "end": "1970-01-01T00:00Z"}, "end"),
    "an enrollment start that nobody entered": (
        {"enrollment_start": "2030-01-01T00:00Z", "enrollment_end": "2027-06-01T00:00Z"}, "enrollment_start"
    ),
    "an enrollment end of 1970": (
        {"enrollment_start": "2027-02-01T00:00Z", "enrollment_end": "1970-01-01T00:00Z"}, "enrollment_end"
    ),
    "enrollment that starts after the run": (
        {"enrollment_start": "2030-01-01T00:00Z", "end": "2027-06-01T00:00Z"}, "enrollment_start"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DATED)
def test_of_two_dates_that_contradict_each_other_the_implausible_one_is_named(run, name):
    dates, wrong = DATED[name]
    CourseSchedule.objects.update(**dates)
    (finding,) = api.diagnose()
    assert finding.severity == "warning"
    assert finding.remedy.endswith(f"--date={wrong}")
    assert wrong in finding.message
    paste(finding.remedy)
    assert (found(), getattr(CourseSchedule.objects.get(), wrong)) == ([], None)


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
    from openedx_catalog.lib import pages as module

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


# The doctor as a job


def test_a_run_is_stored(run, other):
    CourseRun.objects.update(catalog_course=other)
    assert api.get_doctor_report() is None
    seen = []
    report = api.run_doctor(on_finding=seen.append)
    assert [finding.code for finding in seen] == ["implicit_mismatch"]
    assert (report.errors, report.warnings, report.counts) == (1, 0, {"implicit_mismatch": 1})
    assert api.get_doctor_report() == report
    assert api.Finding(**api.get_doctor_report().findings[0]) == seen[0]
    assert (api.is_doctor_running(), report.error) == (False, "")


def test_the_command_stores_its_run_and_the_last_ten_are_kept(run):
    for _number in range(11):
        doctor()
    assert DoctorReport.objects.count() == 10


def test_only_the_first_findings_are_listed_and_all_are_counted(run, monkeypatch):
    monkeypatch.setattr("openedx_catalog.api.doctor.reports.LISTED", 2)
    for number in range(3):
        api.create_course_run(f"course-v1:A+B+{number}")
    CourseRun.objects.update(run_code=":")
    report = api.run_doctor()
    assert (report.errors, len(report.findings)) == (4, 2)


def test_why_a_run_ended_early(run, monkeypatch):
    def broken(self, quick):
        raise RuntimeError("no table")
        yield

    monkeypatch.setattr("openedx_catalog.api.doctor._times.schedules", lambda: broken(None, True))
    with pytest.raises(RuntimeError):
        api.run_doctor()
    assert api.get_doctor_report().error == "RuntimeError: no table"


def test_while_one_runs_no_other_is_started(run, monkeypatch):
    begun = []
    monkeypatch.setattr("openedx_catalog.lib.background.in_thread", lambda name, work: begun.append(work))
    assert api.start_doctor() is True
    DoctorReport.objects.create(started_at=timezone.now())
    assert (api.is_doctor_running(), api.start_doctor(), len(begun)) == (True, False, 1)
    # Unless its process has died.
    DoctorReport.objects.update(started_at=timezone.now() - timedelta(hours=2))
    assert (api.is_doctor_running(), api.start_doctor()) == (False, True)
    begun[0]()
    assert api.get_doctor_report().errors == 0


def test_it_runs_by_celery_where_a_setting_says_so(run, settings):
    celery = pytest.importorskip("celery")
    settings.OPENEDX_CATALOG_DOCTOR_RUNNER = "celery"
    monkey, celery.current_app.conf.task_always_eager = celery.current_app.conf.task_always_eager, True
    try:
        from openedx_catalog import tasks  # noqa: F401

        assert api.start_doctor() is True
    finally:
        celery.current_app.conf.task_always_eager = monkey
    assert api.get_doctor_report().errors == 0


def test_it_runs_by_itself(transactional_db):
    import threading

    api.associate_course_run(RUN_KEY)
    before = set(threading.enumerate())
    assert api.start_doctor() is True
    # The page that is shown next says that one runs.
    assert DoctorReport.objects.exists()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert api.get_doctor_report().errors == 0


def test_an_extension_has_its_rules_in_the_same_doctor(run, monkeypatch):
    class Extension:
        label = "openedx_catalog"
        mended = False

        def diagnose(self, quick):
            if not self.mended:
                yield api.Finding("own_rule", "error", "row", "broken", fixable=True)

        def repair(self, change):
            assert str(change) == "doctor: changed past the API"
            self.mended = True
            return 1

    extension = Extension()
    for module in ("api.doctor", "api.doctor.mending", "management.commands.catalog_doctor"):
        monkeypatch.setattr(f"openedx_catalog.{module}.installed_extensions", lambda: [extension])
    assert found() == [("error", "own_rule", "row")]
    assert doctor("--fix") == (0, "1 row completed.\n0 errors, 0 warnings.\n")


def test_what_nobody_reads_to_its_end_is_no_report(run):
    class Closed(StringIO):
        def write(self, text):
            raise BrokenPipeError

    CourseRun.objects.update(run_code="x")
    # On a terminal the command ends without a word of it: tests/full/test_terminal.py.
    with pytest.raises(BrokenPipeError):
        call_command("catalog_doctor", stdout=Closed())
    assert not DoctorReport.objects.exists()


def test_the_page_of_findings(admin_client, run, monkeypatch):
    page = reverse("admin:openedx_catalog_catalogcourse_doctor")
    assert "never been checked" in admin_client.get(page).content.decode()
    CourseRun.objects.update(run_code="x")
    CourseSchedule.objects.update(start="2027-02-01T00:00Z", end="2027-01-01T00:00Z")
    monkeypatch.setattr("openedx_catalog.lib.background.in_thread", lambda name, work: work(lambda: None))
    assert "has been started" in admin_client.post(page, follow=True).content.decode()
    rows = admin_client.get(page).context["rows"]
    assert [finding.code for finding, _url in rows] == ["run_code_mismatch", "end_before_start"]
    assert RUN_KEY in admin_client.get(rows[0][1]).content.decode()
    ((finding, _url),) = admin_client.get(page, {"code": "end_before_start"}).context["rows"]
    assert finding.code == "end_before_start"


def test_who_may_only_look_cannot_start_it(sign_in, run):
    from openedx_catalog.testing.users import admin_client

    client = admin_client("openedx_catalog.view_catalogcourse + openedx_catalog.view_courserun")
    page = reverse("admin:openedx_catalog_catalogcourse_doctor")
    assert "Run now" not in client.get(page).content.decode()
    assert (client.post(page).status_code, DoctorReport.objects.exists()) == (403, False)


def test_a_report_keeps_nobody_from_uninstalling(run):
    from django.apps import apps
    from django.db import connection

    from openedx_catalog import guards

    api.run_doctor()
    with connection.cursor() as cursor:
        filled = guards._filled(connection, cursor, list(apps.get_app_config("openedx_catalog").get_models()))
        assert DoctorReport not in {model for model, _count in filled}


def test_parked_messages_are_one_link_away(admin_client, run):
    messages.record_unknown("junk", source="course_published", error="no name", event_id="odd")
    api.run_doctor()
    ((finding, url),) = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_doctor")).context["rows"]
    assert (finding.code, "no name" in admin_client.get(url).content.decode()) == ("inbox_parked", True)
