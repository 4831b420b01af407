"""Files as people make them are read: what a spreadsheet saves, under whatever name, and what is none is called by its name."""

import csv
import datetime as dt
import gzip
import io
import sys
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from openedx_catalog import api
from openedx_catalog.lib import tables
from openedx_catalog.models_api import CourseRun
from openedx_catalog.transfer import UnreadableFile, open_catalog_file

pytestmark = pytest.mark.any_database

IMPORT = reverse("admin:openedx_catalog_courserun_import")
KEY = "course-v1:MITx+14.100x+3T2017"
TITLE = "Économie; à bas prix"


def read(content, format=None):
    with open_catalog_file("-", format=format, stdin=io.BytesIO(content)) as file:
        return list(file.records()), file


def workbook(*rows):
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(delimiter=",", header=("course_key", "title"), end="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([header, (KEY, TITLE)])
    return text.getvalue()


FILES = {
    "Excel's CSV UTF-8": table().encode("utf-8-sig"),
    "Excel's CSV where a comma is a decimal point": table(";").encode("cp1252"),
    "Excel's Unicode Text": table("\t").encode("utf-16"),
    "UTF-16 of the other order": b"\xfe\xff" + table("\t").encode("utf-16-be"),
    "UTF-16 without a mark": table(";").encode("utf-16-le"),
    "UTF-16 of the other order without a mark": table(";").encode("utf-16-be"),
    "bars": table("|").encode(),
    "a line that names the separator": b"sep=;\r\n" + table(";").encode(),
    "old line ends": table(end="\r").encode(),
    "headers for people": table(header=("Course Key", " TITLE ")).encode(),
    "headers with hyphens": table(header=("course-key", "Title")).encode(),
    "blank rows": b"\r\n \r\n" + table(";").encode() + b";\r\n\r\n ; \r\n",
    "cells beyond the header": table().replace("\r\n", ",,\r\n").encode(),
    "a workbook": workbook(("Course Key", "Title"), (None, None), (KEY, TITLE), (None,)),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_spreadsheet_writes_is_read(name):
    [record], file = read(FILES[name])
    assert (record.course_key, record.title) == (KEY, TITLE)
    assert (file.rows, file.ignored_columns) == (1, ())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.django_db
def test_it_is_read_in_the_admin_too(admin_client, name):
    file = SimpleUploadedFile("runs.csv", FILES[name])
    page = admin_client.post(IMPORT, {"file": file, "source": "march"})
    assert page.context["report"].outcomes["created"] == 1, page.context["form"].errors
    admin_client.post(IMPORT, {"signed": page.context["signed"]})
    assert api.get_course_run(KEY).title == TITLE


def test_the_line_of_a_row_is_that_of_the_file():
    content = b"sep=;\r\n\r\nCourse Key;title\r\n\r\na;1\r\nb;'2\r\n"
    assert [(record.course_key, record.line) for record in read(content)[0]] == [("a", 5), ("b", 6)]


def test_a_guess_is_said():
    assert read(table(";").encode("cp1252"))[1].remarks == [
        "Not UTF-8: read as Windows-1252. If letters are wrong, save the file as CSV UTF-8."
    ]
    assert read(table(";").encode())[1].remarks == []


NO_FILES = {
    "a UTF-8 file with a broken place": ("course_key,title\na,é\nb,".encode() + b"\xe9\n", "line 3 is not UTF-8"),
    "a letter that is cut off": ("course_key,title\na,é\nb,ü".encode()[:-1], "line 3 is not UTF-8"),
    "letters of no Windows": (b"course_key\n\x81\n", "line 2 is not UTF-8"),
    "UTF-16 that is cut off": (table("\t").encode("utf-16")[:-1], "it is not UTF-16"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"an old Excel \(.xls\)"),
    "an archive": (gzip.compress(table().encode()), "compressed by gzip"),
    "a document": (b"%PDF-1.7\n", "a PDF document"),
    "another table": (b"Kurs;Titel\na;b\n", "none of 'Kurs;Titel' is one of course_key, title"),
    "no key": (b"Title;Start\na;b\n", "no course_key column"),
    "a column twice": (b"course_key;Course Key\na;b\n", "two columns course_key"),
    "a damaged workbook": (workbook(("course_key",))[:-30], "ZIP archive|damaged workbook"),
    "a workbook without a table": (workbook(("course_key",)), "it has no rows"),
    "an empty workbook": (workbook(), "it has no"),
}


def zipped(name, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


NO_FILES["what LibreOffice saves by itself"] = (zipped("content.xml", "<a/>"), r"an OpenDocument spreadsheet \(\.ods\)")
NO_FILES["an archive of files"] = (zipped("runs.csv", table()), "a ZIP archive")
NO_FILES["a workbook that holds too much"] = (zipped("xl/workbook.xml", bytes(200_000_001)), "unpacks to more than 200,000,000")


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_none_is_called_by_its_name(name):
    content, reason = NO_FILES[name]
    with pytest.raises(UnreadableFile, match=reason):
        read(content)


def test_a_workbook_where_nothing_reads_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UnreadableFile, match=r"Install openedx-catalog\[xlsx\], or save it as CSV UTF-8"):
        read(FILES["a workbook"])
    assert list(tables.formats()) == ["csv", "jsonl"]


def test_numbers_and_dates_of_a_workbook():
    [record], _file = read(workbook(("course_key", "title", "start"), (KEY, 2017, dt.datetime(2026, 5, 1, 12, 30))))
    assert (record.title, record.start) == ("2017", "2026-05-01T12:30:00")


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
@pytest.mark.parametrize("format", tables.FORMATS)
def test_what_is_written_is_read_as_it_was(format, rows):
    rows = [(f"k{first}", second) for first, second in rows]
    content = b"".join(tables.FORMATS[format].write(("course_key", "title"), rows))
    records, _file = read(content, "jsonl" if format == "jsonl" else "csv")
    assert [(record.course_key, record.title or "") for record in records] == rows


@pytest.mark.parametrize("format", tables.FORMATS)
@pytest.mark.django_db
def test_a_list_is_exported_and_comes_back_unchanged(admin_client, format):
    titles = ["=1+1", "007", "1E5", "a\x0bb", "_x000B_", "–é", 'say "no"; or, not']
    api.associate_course_runs(
        [api.AssociationRecord(f"course-v1:A+B{n}+{n}", title=title) for n, title in enumerate(titles)], source="test"
    )
    stored = list(CourseRun.objects.order_by("pk").values_list("course_key", "title"))
    response = admin_client.get(f"{reverse('admin:openedx_catalog_courserun_export')}?_format={format}")
    content = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == f'attachment; filename="course-runs.{format}"'
    if format == "csv":
        assert content.startswith(b"\xef\xbb\xbfcourse_key,")
    page = admin_client.post(IMPORT, {"file": SimpleUploadedFile(f"runs.{format}", content), "source": "again"})
    assert {name for name, count in page.context["report"].outcomes.items() if count} == {"unchanged"}
    CourseRun.objects.all().delete()
    page = admin_client.post(IMPORT, {"file": SimpleUploadedFile(f"runs.{format}", content), "source": "again"})
    admin_client.post(IMPORT, {"signed": page.context["signed"]})
    assert list(CourseRun.objects.order_by("pk").values_list("course_key", "title")) == stored


@pytest.mark.django_db
def test_every_list_is_exported_as_it_is_filtered(admin_client):
    api.associate_course_run(KEY, title="One")
    api.associate_course_run("course-v1:A+B+1", title="Two")
    page = reverse("admin:openedx_catalog_catalogcourse_export")
    text = b"".join(admin_client.get(f"{page}?q=14.100x").streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["catalog_course"], row["title"]) == ("catalog-course:MITx:14.100x", "One")
    list_page = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_changelist") + "?q=x").content.decode()
    assert f"{page}?q=x&amp;_format=csv" in list_page
    assert admin_client.get(f"{page}?_format=pdf").status_code == 404


@pytest.mark.django_db
def test_a_workbook_that_grows_when_it_is_unpacked_is_read_no_further_than_a_page_may(admin_client, settings):
    rows = [(f"course-v1:A+B+{n}", "The same title " * 20) for n in range(2000)]
    content = workbook(("course_key", "title"), *rows)
    settings.OPENEDX_CATALOG_IMPORT_MAX_BYTES = len(content)
    page = admin_client.post(IMPORT, {"file": SimpleUploadedFile("runs.xlsx", content), "source": "march"})
    assert f"and this page takes at most {len(content):,}" in page.context["form"].errors["file"][0]
