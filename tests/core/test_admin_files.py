"""Import and export in the admin: a report first, then the import; what is exported and imported again changes nothing."""

import io

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from openedx_catalog import api
from openedx_catalog.admin import importing
from openedx_catalog.lib.tables import Words, neutral, original
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

CSV = f'course_key,title,start\n{RUN_KEY},Microeconomics,2027-01-31T10:00:00Z\njunk,<script>,\ncourse-v1:A+B+C,"=1+1",soon\n'
IMPORT, EXPORT = reverse("admin:openedx_catalog_courserun_import"), reverse("admin:openedx_catalog_courserun_export")


def upload(text, name="runs.csv"):
    return {"file": SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode()), "source": "march"}


def exported(client, query=""):
    response = client.get(EXPORT + query)
    assert response["Content-Type"].startswith("text/csv")
    return b"".join(response.streaming_content).decode()


def test_a_report_first_then_the_import(admin_client, admin_user):
    page = admin_client.post(IMPORT, upload(CSV))
    assert page.context["report"].outcomes["created"] == 2
    assert [problem.code for problem in page.context["problems"]] == ["invalid_course_key", "invalid_date"]
    assert [row.outcome for row in page.context["rows"]] == ["created", "invalid", "created"]
    assert f"<td>2</td><td>{RUN_KEY}</td><td>created</td>" in page.content.decode()
    assert not CourseRun.objects.exists()
    done = admin_client.post(IMPORT, {"signed": page.context["signed"]})
    assert done.context["report"] == page.context["report"]
    assert "2 of 3 rows imported." in done.content.decode()
    row = api.get_course_run(RUN_KEY).history.get()
    assert (row.history_user, row.history_change_reason) == (admin_user, "admin:march")


@pytest.mark.parametrize(
    "content",
    [b"", b"title\nx\n", b"course_key\n\x00\n", b'course_key\n"a', b"course_key,title\na\n"],
)
def test_a_file_that_cannot_be_used(admin_client, content):
    page = admin_client.post(IMPORT, upload(content))
    assert list(page.context["form"].errors) == ["file"]
    assert not CourseRun.objects.exists()


def test_a_file_that_is_too_large_for_a_form(admin_client, monkeypatch):
    monkeypatch.setattr(importing, "MAX_CHARACTERS", 10)
    assert "backfill_catalog" in admin_client.post(IMPORT, upload(CSV)).content.decode()


@pytest.mark.parametrize("signed", ["junk", signing.dumps(["runs.csv", CSV, "x"], salt="another")])
def test_only_what_this_page_has_signed_is_imported(admin_client, signed):
    assert admin_client.post(IMPORT, {"signed": signed}).status_code == 302
    assert not CourseRun.objects.exists()


def test_json_lines(admin_client):
    page = admin_client.post(IMPORT, upload('{"course_key": "course-v1:A+B+C"}\n', "runs.jsonl"))
    assert page.context["report"].outcomes["created"] == 1


def test_half_a_surrogate_pair_in_a_key_is_a_bad_row(admin_client):
    page = admin_client.post(IMPORT, upload('{"course_key": "course-v1:A+\\ud800+1"}\n', "runs.jsonl"))
    assert (page.status_code, page.context["report"].outcomes["invalid"]) == (200, 1)
    assert r"A+\ud800+1" in page.content.decode()


def test_what_is_exported_and_imported_again_changes_nothing(admin_client):
    titles = ["=1+1", "'=1", "''-2", "@x", "+3", "'quoted", 'a "b", c', "–", "\u00e9"]
    rows = [api.AssociationRecord(f"course-v1:A+B{n}+{n}", title=title, pacing="self") for n, title in enumerate(titles)]
    rows.append(api.AssociationRecord(RUN_KEY, catalog_course="MITxT+14.100x", end="2027-01-31T10:00:00+02:00"))
    api.associate_course_runs(rows, source="test")
    text = exported(admin_client)
    cells = [line.split(",")[1] for line in text.splitlines()[1:6]]
    assert cells == ["'=1+1", "''=1", "'''-2", "'@x", "'+3"]
    with io.BytesIO(text.encode()) as stream:
        stream.name = "runs.csv"
        report = admin_client.post(IMPORT, {"file": stream, "source": "again"}).context["report"]
    assert report.outcomes["unchanged"] == len(rows)
    assert report.problems == []


@pytest.mark.parametrize(
    "cell",
    ["=1", "x;=cmd|'/c calc'!A0", "x\t=1", "x|@y", "x;  +1", 'x;"=1"', ";-1", "a,=1", "＝1+1", "＋1", "－1", "＠x", "x;＝1",
     "﹦1", "\t=1", "\r=1", " =1", "x\r=1", "x\n=1"],
)  # fmt: skip
def test_no_spreadsheet_runs_any_part_of_a_cell(cell):
    """Whatever it takes for a delimiter: where a cell may begin stands no sign that begins a formula."""
    shown = neutral(cell)
    for delimiter in ",;|\t\r\n":
        for part in shown.replace('"', "").split(delimiter):
            assert not part.strip(" ").startswith(tuple("=+-@＝＋－＠﹦﹢﹣﹫")), (shown, part)
    assert original(shown) == cell


@settings(deadline=None)
@given(st.one_of(st.text(alphabet="=+-@\t\r\n',;| \"a＝", max_size=12), st.text(alphabet="'15.:/-e+ truMaA%", max_size=8)))
def test_what_was_made_harmless_is_read_as_it_was(cell):
    assert original(neutral(cell)) == original(neutral(Words(cell))) == cell


@pytest.mark.parametrize(
    "cell", ["6.00", "00123", "1/2", "1e5", "2027-01-31", "TRUE", "false", "MAR1", "Jan 5", "10:30 pm", "'5"]
)
def test_no_spreadsheet_takes_words_for_a_value(cell):
    """A number in a column of numbers stays one."""
    assert neutral(Words(cell)) == f"'{cell}"
    assert neutral(cell) == (f"'{cell}" if cell.startswith("'") else cell)


@pytest.mark.parametrize(
    "cell", ["C++ - an introduction", "a-b", "1 = 1", "me@example.org", "O'Neill", "x; y", "May", "7 habits", "MAR 101 x"]
)
def test_what_is_harmless_stays_as_it_is(cell):
    assert neutral(Words(cell)) == cell


def test_titles_with_signs_anywhere_come_back_unchanged(admin_client):
    titles = ["x;=cmd", "＝1", "a|@b;-c", "'=1;'=2", 'say "=1"']
    api.associate_course_runs(
        [api.AssociationRecord(f"course-v1:A+B{n}+{n}", title=title) for n, title in enumerate(titles)], source="test"
    )
    text = exported(admin_client)
    assert "x;'=cmd" in text
    report = admin_client.post(IMPORT, upload(text)).context["report"]
    assert (report.outcomes["unchanged"], report.problems) == (len(titles), [])


LINES = "OPENEDX_CATALOG_IMPORT_MAX_LINES"


@pytest.mark.parametrize(
    ("setting", "limit", "reason"),
    [
        ("OPENEDX_CATALOG_IMPORT_MAX_BYTES", 100, "it has 132 bytes, and this page takes at most 100"),
        (LINES, 3, "it has 4 lines, and this page takes at most 3"),
        ("OPENEDX_CATALOG_IMPORT_MAX_CELLS", 11, "it has 12 cells, and this page takes at most 11"),
    ],
)
def test_a_file_that_is_more_than_a_request_can_bear(admin_client, settings, monkeypatch, setting, limit, reason):
    setattr(settings, setting, limit)
    monkeypatch.setattr(importing, "open_catalog_file", lambda *args, **kwargs: pytest.fail("it was read"))
    page = admin_client.post(IMPORT, upload(CSV))
    assert page.context["form"].errors["file"] == [f"runs.csv cannot be read: {reason}; use manage.py backfill_catalog."]


def test_forty_megabytes_of_equal_lines_are_not_worked_through(admin_client, monkeypatch):
    """Compressed they are a small form."""
    monkeypatch.setattr(api, "associate_course_runs", lambda *args, **kwargs: pytest.fail("it was imported"))
    line = f"{RUN_KEY}\n"
    text = "course_key\n" + line * (4_000_000 // len(line))
    for name in ("runs.csv", "runs.jsonl"):
        page = admin_client.post(IMPORT, upload(text, name))
        assert "use manage.py backfill_catalog" in page.context["form"].errors["file"][0]


def test_what_was_signed_before_a_limit_is_held_against_it(admin_client, settings):
    signed = admin_client.post(IMPORT, upload(CSV)).context["signed"]
    setattr(settings, LINES, 3)
    response = admin_client.post(IMPORT, {"signed": signed}, follow=True)
    assert "at most 3" in response.content.decode()
    assert not CourseRun.objects.exists()


def test_the_filtered_list_is_what_is_exported(admin_client):
    api.associate_course_run(RUN_KEY)
    api.associate_course_run("course-v1:A+B+C", catalog_course="A+Other")
    assert len(exported(admin_client).splitlines()) == 3
    assert [line.split(",")[0] for line in exported(admin_client, "?association__exact=explicit").splitlines()[1:]] == [
        "course-v1:A+B+C"
    ]
    assert RUN_KEY in exported(admin_client, "?q=14.100x")


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(admin_client):
    assert "courserun/?color=blue" in admin_client.get(EXPORT + "?color=blue")["Location"]


MOVING = "course_key,catalog_course\ncourse-v1:A+B+1,X+Y\ncourse-v1:A+B+2,A+B\n"


def test_runs_are_moved_where_that_is_chosen_and_the_report_says_so_first(admin_client, admin_user):
    for number in (1, 2):
        api.associate_course_run(f"course-v1:A+B+{number}")
    page = admin_client.post(IMPORT, upload(MOVING))
    assert (page.context["report"].outcomes["conflict"], page.context["report"].outcomes["moved"]) == (1, 0)
    page = admin_client.post(IMPORT, {**upload(MOVING), "move": "on"})
    assert list(page.context["form"].errors) == ["reason"]
    page = admin_client.post(IMPORT, {**upload(MOVING), "move": "on", "reason": "reorganized"})
    assert (page.context["report"].outcomes["moved"], page.context["report"].outcomes["confirmed"]) == (1, 1)
    assert {run.association for run in CourseRun.objects.all()} == {"implicit"}
    admin_client.post(IMPORT, {"signed": page.context["signed"]})
    run = api.get_course_run("course-v1:A+B+1")
    assert (run.catalog_course.key_str, run.association) == ("catalog-course:X:Y", "explicit")
    assert run.history.latest().history_change_reason == "admin:march: reorganized"
    assert run.history.latest().history_user == admin_user


def catalog_as_it_is():
    rows = CourseRun.objects.with_course()
    return {str(run.course_key): (run.catalog_course.key_str, run.association, run.title) for run in rows}


def test_an_export_gives_the_same_catalog_in_an_empty_one(admin_client):
    """Implicit, explicit, moved, and implicit through an alias: which comes back where it stood, by somebody's word."""
    old, new, spelled = "course-v1:A+Old+1", "course-v1:A+B+1", "course-v1:a+b+2"
    for key in (spelled, old, new):
        api.associate_course_run(key, title=key[-1])
    api.associate_course_run("course-v1:A+B+3", title="E", catalog_course="A+B")
    api.associate_course_run("course-v1:M+Merged+1", title="M")
    api.merge_catalog_courses("M+Merged", into="A+B", reason="r")
    api.associate_course_run("course-v1:M+Merged+2", title="N")
    api.rename_catalog_course("A+Old", course_code="New", reason="r")
    before, courses, text = catalog_as_it_is(), CatalogCourse.objects.count(), exported(admin_client)
    for move in ({}, {"move": "on", "reason": "r"}):
        page = admin_client.post(IMPORT, {**upload(text), **move})
        assert {name for name, count in page.context["report"].outcomes.items() if count} == {"unchanged"}
    for model in (CourseRun, CatalogCourse):
        model.objects.all().delete()
    page = admin_client.post(IMPORT, {**upload(text), "move": "on", "reason": "r"})
    admin_client.post(IMPORT, {"signed": page.context["signed"]})
    through_alias = {old, "course-v1:M+Merged+2"}
    assert {key for key in before if before[key][1] == "implicit"} == {new, spelled, *through_alias}
    assert catalog_as_it_is() == {
        key: (course, "explicit" if key in through_alias else how, title) for key, (course, how, title) in before.items()
    }
    assert CatalogCourse.objects.count() == courses
    assert not [finding for finding in api.diagnose() if finding.severity == "error"]


def test_a_row_that_says_implicit_moves_a_run_back_to_its_key(admin_client):
    api.associate_course_run("course-v1:A+B+1")
    text = exported(admin_client)
    api.move_course_run("course-v1:A+B+1", api.create_catalog_course(org_code="X", course_code="Y"), reason="r")
    rows = "".join(text)
    page = admin_client.post(IMPORT, {**upload(rows), "move": "on", "reason": "back"})
    admin_client.post(IMPORT, {"signed": page.context["signed"]})
    assert catalog_as_it_is()["course-v1:A+B+1"][:2] == ("catalog-course:A:B", "implicit")


def test_an_association_that_is_none_is_named(admin_client):
    page = admin_client.post(IMPORT, upload("course_key,catalog_course,association\ncourse-v1:A+B+1,X+Y,maybe\n"))
    assert [(p.outcome, p.code) for p in page.context["problems"]] == [("created", "invalid_value")]
