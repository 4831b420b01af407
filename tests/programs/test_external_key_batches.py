"""Many external keys at once: set together, then held against the rule; what is wrong is an outcome, and the rest is taken."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.api import ExternalKeyRecord
from openedx_catalog.contrib.programs.models_api import ExternalCourseKey, ExternalKeySlot
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogChange, OutboxMessage

from .conftest import FUTURE, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

A1, A2, B1, C1 = (f"course-v1:GTx+{name}" for name in ("A+1", "A+2", "B+1", "C+1"))
RUNS = (A1, A2, B1, C1)


@pytest.fixture
def keyed(courses, curriculum):
    """GTx A with two runs, B and C with one, in one curriculum; each run has its own name as its external key."""
    run_of("A", "2")
    for code in "ABC":
        api.add_course(curriculum, f"GTx+{code}")
    api.set_external_course_keys(dict(zip(RUNS, ("a1", "a2", "b1", "c1"), strict=True)))
    return curriculum


def stored():
    return api.get_external_course_keys(RUNS)


def told(report):
    return [(row.course_key, row.outcome, row.code) for row in report.rows]


@pytest.fixture(autouse=True)
def sound():
    """Whatever was asked for, the rule holds afterwards, slots included."""
    yield
    assert api.audit_external_keys() == []


def test_two_runs_swap_their_keys_and_a_ring_passes_them_on(keyed):
    report = api.set_external_course_keys({A1: "a2", A2: "A1"}, reason="swapped by the registrar")
    assert told(report) == [(A1, "updated", ""), (A2, "updated", "")]
    assert stored() == {A1: "a2", A2: "A1", B1: "b1", C1: "c1"}
    row = ExternalCourseKey.objects.get(run__course_key__text=A1)
    assert [(entry.key, entry.history_change_reason) for entry in row.history.all()] == [
        ("a2", "api: swapped by the registrar"), ("a1", "api"),
    ]  # fmt: skip
    api.set_external_course_keys({A1: "b1", B1: "c1", C1: "a2"})
    assert stored() == {A1: "b1", A2: "A1", B1: "c1", C1: "a2"}
    assert str(api.resolve_run(keyed.program, "c1").course_key) == B1


def test_one_takes_what_another_gives_up(keyed):
    report = api.set_external_course_keys({A1: "b1", B1: None, C1: ""})
    assert [row.outcome for row in report.rows] == ["updated", "removed", "removed"]
    assert stored() == {A1: "b1", A2: "a2"}
    assert report.outcomes == {"created": 0, "updated": 1, "removed": 2, "unchanged": 0, "conflict": 0, "invalid": 0}


def test_what_conflicts_is_left_out_with_whatever_waited_for_it(keyed):
    """C cannot have A2's key; so C keeps its own, which B wanted; so B keeps its own, which A1 wanted."""
    report = api.set_external_course_keys({A1: "b1", B1: "c1", C1: "a2"})
    assert told(report) == [(key, "conflict", "external_key_conflict") for key in (A1, B1, C1)]
    assert stored() == dict(zip(RUNS, ("a1", "a2", "b1", "c1"), strict=True))
    for row, other in zip(report.rows, (B1, C1, A2), strict=True):
        assert row.course_key in row.reason
        assert other in row.reason
    assert told(api.set_external_course_keys({A1: "new", C1: "a2"})) == [
        (A1, "updated", ""), (C1, "conflict", "external_key_conflict"),
    ]  # fmt: skip


def test_a_long_row_of_runs_that_wait_for_each_other_is_given_back(courses):
    """Each wants the key of the next one, and the last one that of a run which is not asked to give it up."""
    runs = [str(run_of("A", f"w{n}").course_key) for n in range(60)]
    api.set_external_course_keys({run: f"w{n}" for n, run in enumerate(runs)})
    api.set_external_course_key(A1, "kept")
    report = api.set_external_course_keys({run: f"w{n + 1}" if n < 59 else "kept" for n, run in enumerate(runs)})
    assert report.outcomes["conflict"] == 60
    assert api.get_external_course_keys(runs) == {run: f"w{n}" for n, run in enumerate(runs)}
    # Without that one they all pass.
    assert api.set_external_course_keys({run: f"w{n + 1}" for n, run in enumerate(runs)}).outcomes["updated"] == 60


def test_of_two_that_want_one_key_none_gets_it_and_both_are_named(keyed):
    report = api.set_external_course_keys({A1: "new", B1: "NEW", C1: "c2"})
    assert [row.outcome for row in report.rows] == ["conflict", "conflict", "updated"]
    for row in report.problems:
        assert A1 in row.reason
        assert B1 in row.reason
    assert stored()[A1] == "a1"


def test_records_that_are_wrong_are_named_and_the_others_taken(keyed):
    records = [
        ExternalKeyRecord(A1, "good", line=7),
        ExternalKeyRecord("nonsense", "x", line=8),
        ExternalKeyRecord("course-v1:No+such+run", "x", line=9),
        ExternalKeyRecord(A2, "x" * 256, line=10),
        ExternalKeyRecord(B1, line=11),
        ExternalKeyRecord(C1, "one", line=12),
        ExternalKeyRecord(C1.replace("GTx", "gtx"), "two", line=13),
        ExternalKeyRecord(A1, " good ", line=14),
        ExternalKeyRecord(A2, "x", key_source="\x00", line=15),
    ]
    report = api.set_external_course_keys(records)
    assert [(row.line, row.outcome, row.code) for row in report.rows] == [
        (7, "updated", ""), (8, "invalid", "invalid_course_key"), (9, "invalid", "course_run_not_found"),
        (10, "invalid", "invalid_value"), (11, "invalid", "invalid_value"), (12, "conflict", "named_twice"),
        (13, "conflict", "named_twice"), (14, "updated", ""), (15, "invalid", "invalid_value"),
    ]  # fmt: skip
    assert "12, 13" in report.rows[5].reason
    assert stored() == {A1: "good", A2: "a2", B1: "b1", C1: "c1"}
    for wrong in (["x"], [7], [(A1, "x")]):
        with pytest.raises(InvalidRequest):
            api.set_external_course_keys(wrong)


def test_a_second_call_writes_nothing_and_a_source_of_their_own_goes_first(keyed):
    wanted = [ExternalKeyRecord(A1, "n1", "registrar"), ExternalKeyRecord(B1, "n2")]
    api.set_external_course_keys(wanted, key_source="file")
    assert dict(ExternalCourseKey.objects.filter(key__in=["n1", "n2"]).values_list("key", "source")) == {
        "n1": "registrar", "n2": "file",
    }  # fmt: skip
    counts = [model.objects.count() for model in (ExternalCourseKey.history.model, CatalogChange, OutboxMessage)]
    report = api.set_external_course_keys(wanted, key_source="file")
    assert report.outcomes["unchanged"] == 2
    assert counts == [model.objects.count() for model in (ExternalCourseKey.history.model, CatalogChange, OutboxMessage)]


def test_a_dry_run_says_the_same_and_writes_nothing(keyed):
    wanted = {A1: "a2", A2: "a1", B1: "c1"}
    foreseen = api.set_external_course_keys(wanted, dry_run=True)
    assert stored()[A1] == "a1"
    assert api.set_external_course_keys(wanted) == foreseen


def test_a_successor_gets_the_key_from_the_day_on_that_the_course_leaves(keyed):
    program = api.create_program(title="Other", type="masters")
    old = api.create_curriculum(program, name="Old", retired_at=FUTURE)
    for code in "XY":
        run_of(code)
    api.add_course(old, "GTx+X")
    new = api.create_curriculum(program, name="New", effective_at=FUTURE)
    api.add_course(new, "GTx+Y")
    x, y = "course-v1:GTx+X+1", "course-v1:GTx+Y+1"
    assert api.set_external_course_keys({x: "same", y: "same"}).problems == []
    assert api.get_external_course_keys([x, y]) == {x: "same", y: "same"}


def test_each_that_changed_is_dated_in_the_feed_and_in_an_event(keyed):
    before = {run: catalog.get_course_run(run).modified for run in RUNS}
    CatalogChange.objects.all().delete()
    OutboxMessage.objects.all().delete()
    api.set_external_course_keys({A1: "a2", A2: "a1", B1: "b1"}, reason="r")
    after = {run: catalog.get_course_run(run).modified for run in RUNS}
    assert {run for run in RUNS if after[run] > before[run]} == {A1, A2}
    assert sorted(CatalogChange.objects.values_list("kind", "key", "what")) == [
        ("course_run", A1, "updated"), ("course_run", A2, "updated"),
    ]  # fmt: skip
    assert set(OutboxMessage.objects.values_list("event_type", "subject")) == {
        ("org.openedx.catalog.course_run.updated.v1", A1), ("org.openedx.catalog.course_run.updated.v1", A2),
    }  # fmt: skip
    assert all('"reason":"r"' in message.payload for message in OutboxMessage.objects.all())


def test_it_costs_as_much_for_many_as_for_few(keyed, django_assert_max_num_queries):
    for n in range(60):
        run_of("A", f"n{n}")
    wanted = {f"course-v1:GTx+A+n{n}": f"k{n}" for n in range(60)}
    with django_assert_max_num_queries(30):
        assert api.set_external_course_keys(wanted).outcomes["created"] == 60
    ring = {run: f"k{(n + 1) % 60}" for n, run in enumerate(wanted)}
    with django_assert_max_num_queries(30):
        assert api.set_external_course_keys(ring).outcomes["updated"] == 60
    with django_assert_max_num_queries(30):
        assert api.set_external_course_keys(dict.fromkeys(wanted)).outcomes["removed"] == 60
    assert ExternalKeySlot.objects.count() == 8


# By file


def by_file(tmp_path, text, *options, name="keys.csv"):
    """The exit code of the command, and what it printed."""
    path, out, err = tmp_path / name, StringIO(), StringIO()
    path.write_text(text, encoding="utf-8")
    try:
        call_command("set_external_course_keys", str(path), *options, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue() + err.getvalue()
    return 0, out.getvalue() + err.getvalue()


CSV = f"""course_key,external_course_key,key_source,note
{A1},a2,registrar,swapped
{A2},a1,,
nonsense,x,,
course-v1:No+such+run,x,,
{C1},B1,,
"""


def test_a_file_is_taken_row_by_row_and_each_bad_row_is_named(keyed, tmp_path):
    foreseen = by_file(tmp_path, CSV, "--dry-run")
    assert stored()[A1] == "a1"
    code, said = by_file(tmp_path, CSV, "--reason", "from the registrar", "--report", str(tmp_path / "report.json"))
    assert (code, foreseen) == (1, (1, f"Dry run: nothing was written.\n{said}"))
    assert "created: 0, updated: 2, removed: 0, unchanged: 0, conflict: 1, invalid: 2" in said
    assert "Ignored columns: note" in said
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(row["line"], row["code"]) for row in report["problems"]] == [
        (4, "invalid_course_key"), (5, "course_run_not_found"), (6, "external_key_conflict"),
    ]  # fmt: skip
    assert report["rows"] == 5
    assert stored() == {A1: "a2", A2: "a1", B1: "b1", C1: "c1"}


def test_a_file_that_is_taken_whole_exits_0_twice(keyed, tmp_path):
    text = "".join(
        json.dumps({"course_key": key, "external_course_key": wanted}) + "\n"
        for key, wanted in ((A1, "a2"), (A2, "a1"), (B1, None))
    )
    assert by_file(tmp_path, text, "--key-source", "registrar", name="keys.jsonl")[0] == 0
    assert stored() == {A1: "a2", A2: "a1", C1: "c1"}
    code, said = by_file(tmp_path, text, "--key-source", "registrar", name="keys.jsonl")
    assert (code, "unchanged: 3" in said) == (0, True)
    row = ExternalCourseKey.objects.get(run__course_key__text=A1)
    assert (row.source, row.history.latest().history_change_reason) == ("registrar", "set_external_course_keys")


def test_a_row_of_json_that_does_not_name_the_key_takes_none_away(keyed, tmp_path):
    text = json.dumps({"course_key": A1}) + "\n" + json.dumps({"course_key": A2, "external_course_key": "new"}) + "\n"
    code, said = by_file(tmp_path, text, name="keys.jsonl")
    assert (code, "invalid_value" in said, stored()[A1], stored()[A2]) == (1, True, "a1", "new")


@pytest.mark.parametrize("text", ["", "course_key\nx\n", "external_course_key\nx\n", f"course_key,external_course_key\n{A1}\n"])
def test_a_file_that_cannot_be_used_changes_nothing(keyed, tmp_path, text):
    with pytest.raises(CommandError) as refused:
        by_file(tmp_path, text)
    assert (refused.value.returncode, stored()[A1]) == (2, "a1")
