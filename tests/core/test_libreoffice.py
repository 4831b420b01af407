"""What the admin exports goes through LibreOffice, as a workbook, a sheet of its own and a CSV, and comes back unchanged."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openedx_catalog import api

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here: install Debian's package libreoffice-calc"),
]

ADMIN = "admin:openedx_catalog_courserun_"
TITLES = (
    "Économie, « introduction »",
    "=1+1",
    "00123",
    "1/2",
    '"quoted"; with, all',
    "日本語",
    "+1 @home",
    "1e5",
    "2027-01-31",
    "TRUE",
)


@pytest.fixture
def runs(db):
    for number, title in enumerate(TITLES):
        dates = {"start": f"2027-0{number % 9 + 1}-01T09:30:15Z", "pacing": "self"} if number % 2 else {}
        api.associate_course_run(f"course-v1:A+B{number}+1", title=title, schedule=dates, language_short="en", source="test")


def converted(path, kind):
    """The file as LibreOffice saves it; CSV in UTF-8, as its dialog proposes, which does not come up here."""
    read = ["--infilter=CSV:44,34,76,1"] if path.suffix == ".csv" else []
    how = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76,1"}.get(kind, kind)
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{path.parent}/profile", "--headless", *read, "--convert-to", how, "--outdir",
         path.parent / kind, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path.parent / kind / f"{path.stem}.{kind}"


def exported(client, form, folder):
    content = b"".join(client.get(reverse(ADMIN + "export"), {"_format": form}).streaming_content)
    path = Path(folder, f"runs.{form}")
    path.write_bytes(content)
    return path


def report(client, path):
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    page = client.post(reverse(ADMIN + "import"), {"file": upload, "source": "office"})
    assert not page.context["form"].errors
    return page.context["report"], page


@pytest.mark.parametrize(
    "way", [("xlsx", "ods", "xlsx"), ("xlsx", "csv"), ("csv", "xlsx"), ("csv", "ods", "csv")], ids="-".join
)
def test_unchanged(admin_client, runs, tmp_path, way):
    path = exported(admin_client, way[0], tmp_path)
    for kind in way[1:]:
        path = converted(path, kind)
    found, page = report(admin_client, path)
    assert found.problems == []
    assert found.outcomes["unchanged"] == found.rows == len(TITLES), page.context["rows"]


def test_what_is_edited_on_the_way_is_what_changes(admin_client, runs, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    path = converted(converted(exported(admin_client, "xlsx", tmp_path), "ods"), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book.active
    columns = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[columns.index("course_key")].value == "course-v1:A+B2+1")
    row[columns.index("title")].value = "Edited"
    book.save(path)
    _found, page = report(admin_client, converted(path, "xlsx"))
    changes = [(row.course_key, change.field, change.after) for row in page.context["rows"] for change in row.changes]
    assert changes == [("course-v1:A+B2+1", "title", "Edited")]
