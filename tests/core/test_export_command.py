"""``manage.py export_catalog``: what is written is read again, and changes nothing."""

import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api
from openedx_catalog.models_api import CourseRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEYS = ["course-v1:MITx+A+1", "course-v1:MITx+A+2", "course-v1:GTx+B+1"]


@pytest.fixture
def catalog(db):
    for key in KEYS:
        api.associate_course_run(key, title=f"=Title, of {key[-1]}", schedule={"start": "2026-01-01T00:00:00Z"}, source="t")
    api.move_course_run(KEYS[1], "GTx+B", reason="there")


def exported(capsys, *arguments):
    call_command("export_catalog", *arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["runs.csv", "runs.jsonl", "runs.xlsx"])
def test_what_is_written_gives_the_same_catalog(catalog, tmp_path, name):
    path = str(tmp_path / name)
    call_command("export_catalog", path)
    stored = list(CourseRun.objects.order_by("key_ci").values_list("course_key", "title", "association", "schedule__start"))
    places = [str(run.catalog_course.key_str) for run in CourseRun.objects.order_by("key_ci")]
    CourseRun.objects.all().delete()
    call_command("backfill_catalog", path, "-v0")
    again = list(CourseRun.objects.order_by("key_ci").values_list("course_key", "title", "association", "schedule__start"))
    assert again == stored
    assert [str(run.catalog_course.key_str) for run in CourseRun.objects.order_by("key_ci")] == places


def test_a_part_of_it_goes_to_standard_output(catalog, capsys):
    rows = [json.loads(line) for line in exported(capsys, "--format", "jsonl", "--org", "gtx").splitlines()]
    assert [row["course_key"] for row in rows] == KEYS[1:]
    assert rows[0]["catalog_course"] == "catalog-course:GTx:B"
    lines = exported(capsys, "--catalog-course", "MITx+A").splitlines()
    assert (len(lines), lines[0].split(",")[0]) == (2, "course_key")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--org", "Nobody"], "There is no organization 'Nobody'"),
        (["--catalog-course", "MITx+No"], "MITx"),
        (["--catalog-course", "nonsense"], "nonsense"),
        (["nowhere/runs.csv"], "nowhere/runs.csv cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_said(catalog, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=said) as refused:
        call_command("export_catalog", *arguments)
    assert refused.value.returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_broken_off_stays_as_it_was(catalog, tmp_path, monkeypatch):
    path = tmp_path / "runs.csv"
    path.write_text("before", encoding="utf-8")
    monkeypatch.setattr("openedx_catalog.management.commands.export_catalog.table_of_runs", broken)
    with pytest.raises(KeyboardInterrupt):
        call_command("export_catalog", str(path))
    assert [each.name for each in tmp_path.iterdir()] == ["runs.csv"]
    assert path.read_text(encoding="utf-8") == "before"


def broken(runs):
    yield ["course_key"] * 10
    raise KeyboardInterrupt
