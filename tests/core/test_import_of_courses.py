"""Files of catalog courses: previewed value by value, each row by itself, and what is exported changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADMIN = "admin:openedx_catalog_catalogcourse_"
FILE = """catalog_course,title,language
catalog-course:MITx:14.100x,Microeconomics,
MITx+New,A new one,es
MITx+Other,,none
junk,No key,
MITx+14.100x,,xx-nowhere-at-all-that-is-longer
"""


@pytest.fixture
def courses():
    api.create_catalog_course(org_code="MITx", course_code="14.100x", title="14.100x", language="en")
    api.create_catalog_course(org_code="MITx", course_code="Other", title="Other", language="fr")


def records(text=FILE):
    _header, *lines = text.splitlines()
    return [api.CatalogCourseRecord(*line.split(","), line=number) for number, line in enumerate(lines, 2)]


def stored():
    return {course.course_code: (course.title, course.language) for course in CatalogCourse.objects.all()}


def test_each_row_is_written_by_itself(courses):
    rows, changes = [], []
    report = api.import_catalog_courses(records(), on_row=rows.append, on_change=changes.append, source="test", reason="r")
    assert [row.outcome for row in rows] == ["updated", "created", "updated", "invalid", "invalid"]
    assert [(problem.line, problem.code) for problem in report.problems] == [
        (5, "invalid_catalog_key"),
        (6, "invalid_language"),
    ]
    assert [tuple(change) for change in changes] == [
        (2, "catalog-course:MITx:14.100x", "title", "14.100x", "Microeconomics"),
        (4, "catalog-course:MITx:Other", "language", "fr", ""),
    ]
    assert stored() == {"14.100x": ("Microeconomics", "en"), "New": ("A new one", "es"), "Other": ("Other", "")}
    assert CatalogCourse.objects.get(course_code="New").history.get().history_change_reason == "test: r"


def test_a_dry_run_says_the_same_and_writes_nothing(courses):
    before, told = stored(), OutboxMessage.objects.count()
    tried = api.import_catalog_courses(records(), dry_run=True, source="test")
    assert (stored(), OutboxMessage.objects.count()) == (before, told)
    assert api.import_catalog_courses(records(), source="test") == tried


def test_a_former_key_leads_to_the_course(courses):
    api.rename_catalog_course("MITx+Other", course_code="Renamed", reason="r")
    api.import_catalog_courses([api.CatalogCourseRecord("MITx+Other", title="Still that one")], source="test")
    assert stored()["Renamed"] == ("Still that one", "fr")


def test_in_the_admin_a_preview_first(admin_client, admin_user, courses):
    url = reverse(ADMIN + "import")
    assert 'href="import/"' in admin_client.get(reverse(ADMIN + "changelist")).content.decode()
    page = admin_client.post(url, {"file": SimpleUploadedFile("c.csv", FILE.encode()), "source": "march", "reason": "x"})
    assert "<strong>title:</strong> <del>14.100x</del> → <ins>Microeconomics</ins>" in page.content.decode()
    assert "New" not in stored()
    mended = admin_client.post(url, {"signed": page.context["signed"], "_rejected": "1"}).content.decode()
    assert [line.split(",")[0] for line in mended.splitlines()] == ["\ufeffcatalog_course", "junk", "MITx+14.100x"]
    done = admin_client.post(url, {"signed": page.context["signed"]})
    assert "3 of 5 rows imported." in done.content.decode()
    row = CatalogCourse.objects.get(course_code="New").history.get()
    assert (row.history_user, row.history_change_reason) == (admin_user, "admin:march: x")


def test_what_was_signed_for_runs_is_not_imported_as_courses(admin_client, courses):
    runs = reverse("admin:openedx_catalog_courserun_import")
    file = SimpleUploadedFile("runs.csv", b"course_key,catalog_course\ncourse-v1:A+B+1,\n")
    page = admin_client.post(runs, {"file": file, "source": "march"})
    assert admin_client.post(reverse(ADMIN + "import"), {"signed": page.context["signed"]}).status_code == 302
    assert len(stored()) == 2


def test_what_is_exported_and_imported_again_changes_nothing(admin_client, courses):
    text = b"".join(admin_client.get(reverse(ADMIN + "export")).streaming_content)
    page = admin_client.post(reverse(ADMIN + "import"), {"file": SimpleUploadedFile("c.csv", text), "source": "again"})
    assert page.context["report"].outcomes["unchanged"] == page.context["report"].rows == 2


@pytest.mark.parametrize("kind", ["courserun", "catalogcourse"])
def test_the_sample_is_a_file_that_is_taken(admin_client, kind):
    """With a column for each that the page describes."""
    url = reverse(f"admin:openedx_catalog_{kind}_import")
    sample = admin_client.get(url, {"sample": ""})
    described = [column.name for column in admin_client.get(url).context["columns"]]
    assert sample.content.decode("utf-8-sig").splitlines()[0] == ",".join(described)
    page = admin_client.post(url, {"file": SimpleUploadedFile("sample.csv", sample.content), "source": "sample"})
    assert (page.context["report"].outcomes["created"], page.context["problems"]) == (1, [])
