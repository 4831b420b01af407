"""``refresh_subscriptions`` and ``set_course_subscriptions``: what they say, what they write, how they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import IncludedCourse

pytestmark = pytest.mark.django_db

FILE = """catalog_course,included
MITx+A,no
catalog-course:MITx:B,yes
MITx+C,
MITx+D,perhaps
MITx+None,no
nonsense,no
"""


@pytest.fixture
def file(course, tmp_path):
    for code in "ABCD":
        course(code, R="self")
    api.set_course_subscription("MITx+C", False)
    path = tmp_path / "left out.csv"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def run(name, *args, **kwargs):
    """``(exit code, what it printed)``."""
    out = io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=io.StringIO(), **kwargs)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def choices():
    """``{course: included}``"""
    rows = api.get_course_choices(list(api.get_included_courses().model.objects.values_list("pk", flat=True)))
    return [each["default"] for each in rows.values()]


def test_a_file_leaves_courses_out_and_takes_them_back(file, tmp_path):
    before = choices()
    code, out = run("set_course_subscriptions", file, dry_run=True)
    assert (code, out.splitlines()[:2]) == (
        1,
        [
            "Dry run: nothing was written.",
            "updated: 3, unchanged: 0, conflict: 0, invalid: 3",
        ],
    )
    assert choices() == before == [False]
    real = run("set_course_subscriptions", file, reason="not sold", report=str(tmp_path / "report.json"))
    assert real == (1, out.partition("\n")[2])
    assert sorted(choices()) == [False, True]
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(each["line"], each["code"]) for each in report["problems"]] == [
        (5, "invalid_value"), (6, "not_found"), (7, "invalid_catalog_key"),
    ]  # fmt: skip
    assert report["rows"] == 6
    assert run("set_course_subscriptions", file)[1].startswith("updated: 0, unchanged: 3")


def test_an_unknown_plan_is_said_in_words(file):
    with pytest.raises(CommandError, match=r"There is no Subscription Plan 'b2b'\."):
        run("set_course_subscriptions", file, plan="b2b")


def test_a_refresh_says_how_much_it_mended(file):
    api.set_organization_subscription("MITx", True)
    assert run("refresh_subscriptions") == (0, "Came in: 6, went out: 0.\n")
    assert run("refresh_subscriptions") == (0, "Came in: 0, went out: 0.\n")
    IncludedCourse.objects.all().delete()
    assert run("refresh_subscriptions") == (0, "Came in: 3, went out: 0.\n")
