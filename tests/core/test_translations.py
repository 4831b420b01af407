"""Spanish stands for every language: nothing that an operator or a client reads is left in English."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from openedx_catalog import api
from openedx_catalog.exceptions import InvalidLanguage
from openedx_catalog.models_api import InboxMessage, OutboxMessage
from tests.conftest import RUN_KEY
from tests.spanish import SPANISH, by_the_reader, left_in_english, untranslated
from tests.translations import COMPLETE, catalog, entries, incomplete

from .test_rest import url

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def languages():
    with by_the_reader():
        yield


@pytest.fixture
def rows(db):
    """A run under a course that its key does not name, one whose content is gone, and what waits and what failed."""
    run = api.associate_course_run(RUN_KEY, title="Micro").run
    api.update_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z", "pacing": "self"}, source="test")
    api.create_catalog_course(org_code="MITxT", course_code="Micro")
    api.move_course_run(RUN_KEY, "MITxT+Micro", reason="test", source="test")
    api.withdraw_course_run(RUN_KEY, at=run.created)
    InboxMessage.objects.create(event_id="1", source="test", kind="observed", course_key=RUN_KEY, source_time=run.created)
    course = api.get_catalog_course(org_code="MITx", course_code="14.100x")
    admin = "admin:openedx_catalog_"
    return {
        **{f"{name}s": reverse(f"{admin}{name}_changelist") for name in ("catalogcourse", "courserun")},
        "inbox": reverse(f"{admin}inboxmessage_changelist"),
        "outbox": reverse(f"{admin}outboxmessage_changelist"),
        "inbox message": reverse(f"{admin}inboxmessage_change", args=[InboxMessage.objects.get().pk]),
        "outbox message": reverse(f"{admin}outboxmessage_change", args=[OutboxMessage.objects.first().pk]),
        "course": reverse(f"{admin}catalogcourse_change", args=[run.catalog_course_id]),
        "course, new": reverse(f"{admin}catalogcourse_add"),
        "course, history": reverse(f"{admin}catalogcourse_history", args=[course.pk]),
        "course, merge": reverse(f"{admin}catalogcourse_merge", args=[course.pk]),
        "course, rename": reverse(f"{admin}catalogcourse_rename", args=[course.pk]),
        "run": reverse(f"{admin}courserun_change", args=[run.pk]),
        "run, new": reverse(f"{admin}courserun_add"),
        "run, history": reverse(f"{admin}courserun_history", args=[run.pk]),
        "run, move": reverse(f"{admin}courserun_move", args=[run.pk]),
        "import": reverse(f"{admin}courserun_import"),
        "overview": reverse(f"{admin}catalogcourse_overview"),
    }


def test_every_admin_page_is_translated(admin_client, rows):
    assert left_in_english(admin_client, rows) == {}


def test_previews_and_reports_are_translated(admin_client, rows):
    file = b"course_key,start\ncourse-v1:RunX+RunX+1,yesterday\njunk,\n"
    course = api.get_catalog_course(org_code="MITx", course_code="14.100x")
    target = api.get_catalog_course(org_code="MITxT", course_code="Micro")
    posts = {
        "run, move": lambda: {"catalog_course": course.pk, "reason": "test", "_preview": "1"},
        "course, merge": lambda: {"catalog_course": target.pk, "reason": "test", "_preview": "1"},
        "course, rename": lambda: {"course_code": "a b", "reason": "", "_preview": "1"},
        "import": lambda: {"file": SimpleUploadedFile("test.csv", file), "source": "test"},
        "run, new": lambda: {"key": "course-v1:RunX+RunX+1", "start": "0001-01-01T00:00:00"},
    }
    for name, values in posts.items():
        pages = [admin_client.post(rows[name], values(), headers={"Accept-Language": code}) for code in ("en", "es")]
        assert [page.status_code for page in pages] == [200, 200], name
        assert untranslated(*(page.content.decode() for page in pages)) == set(), name


def test_dates_are_written_as_the_language_writes_them(admin_client, rows):
    assert "31 de enero de 2027, 10:00:00 UTC" in admin_client.get(rows["courseruns"], headers=SPANISH).content.decode()
    assert "Jan. 31, 2027, 10:00:00 UTC" in admin_client.get(rows["courseruns"]).content.decode()


def test_rest_explains_its_errors_in_the_language_of_the_client(admin_client):
    unknown = admin_client.get(f"{url('course-runs')}?nonsense=1", headers=SPANISH).json()
    assert unknown["errors"] == {"nonsense": ["No existe ese parámetro. Revise cómo está escrito."]}
    refused = admin_client.post(
        url("course-runs"), {"course_key": "junk"}, content_type="application/json", headers=SPANISH
    ).json()
    assert refused["code"] == "invalid_course_key"
    assert refused["errors"]["course_key"][0].startswith("'junk' no es una clave de edición de curso: ")


def test_an_error_speaks_the_language_of_whoever_reads_it():
    error = InvalidLanguage(value="Spanish")
    with translation.override("es"):
        assert str(error) == "'Spanish' no es un código de idioma. Se esperaba un código como «en», «fr-ca» o «fil», o nada."
    assert str(error).startswith("'Spanish' is not a language code.")


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("word", ["Filter", "Go", "Run"])
def test_words_of_djangos_buttons_are_left_to_django(language, word):
    """A word of ours that stands on such a button would be translated as ours is, on every page of a host."""
    assert f'\n\nmsgid "{word}"\n' not in catalog(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", COMPLETE)
def test_every_message_is_translated_with_its_placeholders(language):
    assert [entry.texts for entry in entries(catalog(language))] == [entry.texts for entry in entries(catalog("en"))]
    assert list(incomplete(catalog(language))) == []
