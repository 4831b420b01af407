"""Files of programs: previewed value by value, each row by itself, and what is exported changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Program

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADMIN = "admin:openedx_catalog_programs_program_"


@pytest.fixture
def program():
    for code in ("GTx", "MITx"):
        catalog.create_organization(short_name=code)
    return api.create_program(
        title="Analytics", type="masters", status="active", authoring_organizations=["GTx"], marketing_slug="analytics",
        readable_id="program-v1:GTx+Analytics",
    )  # fmt: skip


def record(line=0, **values):
    return api.ProgramRecord(line=line, **values)


def test_each_row_is_written_by_itself(program):
    rows, changes = [], []
    report = api.import_programs(
        [
            record(1, uuid=str(program.uuid), title="Analytics, master's", authoring_organizations="MITx, GTx", hidden="yes"),
            record(2, title="New", type="masters", authoring_organizations="MITx", marketing_slug="new"),
            record(3, readable_id="program-v1:GTx+Analytics", subtitle="By its readable ID"),
            record(4, marketing_slug="analytics", readable_id="", subtitle="none"),
            record(5, title="Taken", type="masters", uuid="", marketing_slug="", readable_id="x y"),
            record(6, title="No such type", type="nothing"),
            record(7, title="No type"),
            record(8, uuid=str(program.uuid), authoring_organizations="Nobody"),
            record(9, uuid=str(program.uuid), hidden="perhaps"),
            record(10, title="Twice", type="masters", uuid="00000000-0000-4000-8000-000000000001", marketing_slug="new"),
        ],
        on_row=rows.append, on_change=changes.append, source="test",
    )  # fmt: skip
    assert [row.outcome for row in rows] == [
        "updated", "created", "updated", "updated", "invalid", "invalid", "invalid", "invalid", "invalid", "conflict",
    ]  # fmt: skip
    assert [(problem.line, problem.code) for problem in report.problems] == [
        (5, "invalid_value"), (6, "not_found"), (7, "invalid_request"), (8, "organization_not_found"), (9, "invalid_value"),
        (10, "duplicate_value"),
    ]  # fmt: skip
    assert [change[2:] for change in changes if change.line == 1] == [
        ("hidden", "no", "yes"), ("authoring_organizations", "GTx", "MITx GTx"), ("title", "Analytics", "Analytics, master's"),
    ]  # fmt: skip
    assert [change[2:] for change in changes if change.line == 4] == [("subtitle", "By its readable ID", "")]
    assert Program.objects.count() == 2


def test_in_the_admin_a_preview_first_and_what_is_exported_changes_nothing(admin_client, program):
    text = b"".join(admin_client.get(reverse(ADMIN + "export")).streaming_content)
    url = reverse(ADMIN + "import")

    def check(content):
        return admin_client.post(url, {"file": SimpleUploadedFile("p.csv", content), "source": "again"})

    page = check(text)
    assert page.context["report"].outcomes["unchanged"] == page.context["report"].rows == 1
    page = check(text.replace(b"Analytics,", b"Statistics,", 1))
    assert "<strong>title:</strong> <del>Analytics</del> → <ins>Statistics</ins>" in page.content.decode()
    assert Program.objects.get().title == "Analytics"
    admin_client.post(url, {"signed": page.context["signed"]})
    assert Program.objects.get().title == "Statistics"


def test_the_sample_is_a_file_that_is_taken(admin_client, db):
    url = reverse(ADMIN + "import")
    sample = admin_client.get(url, {"sample": ""}).content
    page = admin_client.post(url, {"file": SimpleUploadedFile("sample.csv", sample), "source": "sample"})
    assert (page.context["report"].outcomes["created"], page.context["problems"]) == (1, [])
