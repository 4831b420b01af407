"""Languages: tags of BCP 47, the platform's own codes, and courses of which nobody knows it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.exceptions import InvalidLanguage
from openedx_catalog.models_api import CatalogCourse, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

COURSES, RUNS = "/api/catalog/v1/catalog-courses/", "/api/catalog/v1/course-runs/"
OTHER_KEY = "course-v1:MITx+14.100x+1T2018"


@pytest.fixture
def course():
    api.associate_course_run(RUN_KEY)
    return CatalogCourse.objects.get()


@pytest.mark.parametrize(
    ("given", "stored", "short"),
    [
        ("en", "en", "en"),
        ("pt_BR", "pt-br", "pt"),
        ("fil", "fil", "fil"),
        ("HAW", "haw", "haw"),
        ("ckb_IQ", "ckb-iq", "ckb"),
        ("gsw-CH", "gsw-ch", "gsw"),
        ("es-419", "es-419", "es"),
        ("sr-Latn-RS", "sr-latn-rs", "sr"),
        ("zh-yue-Hant-HK", "zh-yue-hant-hk", "zh"),
        ("de-CH-1996", "de-ch-1996", "de"),
        ("sl-rozaj-biske-1994", "sl-rozaj-biske-1994", "sl"),
        ("de-u-co-phonebk", "de-u-co-phonebk", "de"),
        ("en-x-simple", "en-x-simple", "en"),
        ("ca@valencia", "ca-es-valencia", "ca"),
        ("zh_HANS", "zh-cn", "zh_HANS"),
        ("zh-Hant", "zh-hk", "zh_HANT"),
        (" fr ", "fr", "fr"),
        ("", "", ""),
        ("  ", "", ""),
    ],
)
def test_tags_are_stored_in_one_form(course, given, stored, short):
    api.update_catalog_course(course, language=given)
    course.refresh_from_db()
    assert (course.language, course.language_short) == (stored, short)


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "english",
        "Spanish",
        "e1",
        "en-",
        "-en",
        "en--us",
        "en-u",
        "en-x",
        "en-abcdefghi",
        "en us",
        "en-ü",
        "en\nx",
        "en-us-ca",
        5,
    ],
)
def test_what_is_no_tag_is_refused(course, given):
    with pytest.raises(InvalidLanguage):
        api.update_catalog_course(course, language=given)
    assert CatalogCourse.objects.get().language == ""


@pytest.mark.parametrize("language", ["EN", "english", "e", "en_us", "-", "en-"])
def test_the_database_refuses_what_nobody_stores(course, language):
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCourse.objects.update(language=language)


def test_what_openedx_core_stored_stays_when_something_else_is_changed(course):
    CatalogCourse.objects.update(language="en-abcdefghi")
    api.update_catalog_course("MITx+14.100x", title="T")
    assert CatalogCourse.objects.get().language == "en-abcdefghi"
    with pytest.raises(InvalidLanguage):
        api.update_catalog_course("MITx+14.100x", language="en-abcdefghi")


@pytest.mark.parametrize(
    "create",
    [
        lambda: api.associate_course_run(RUN_KEY),
        lambda: api.sync_course_run(RUN_KEY, title="T"),
        lambda: api.create_course_run(RUN_KEY, language_short=""),
        lambda: api.associate_course_runs([api.AssociationRecord(RUN_KEY, language="Spanish")], source="test"),
        lambda: api.sync_course_runs([api.SyncRecord(RUN_KEY, language_short="Spanish")], source="test"),
        lambda: api.create_catalog_course(org_code="MITx", course_code="14.100x", language=""),
    ],
)
def test_a_language_that_nobody_says_is_not_set(create, settings):
    settings.LANGUAGE_CODE = "fr"
    create()
    assert CatalogCourse.objects.get().language == ""
    event = OutboxMessage.objects.get(event_type__contains="catalog_course.created")
    assert '"language":""' in event.payload.replace(": ", ":")


def test_what_a_person_or_openedx_core_creates_has_that_of_the_site(settings):
    settings.LANGUAGE_CODE = "pt-BR"
    assert api.create_course_run_for_modulestore_course_with(RUN_KEY, title="T").catalog_course.language == "pt-br"
    assert api.create_catalog_course(org_code="A", course_code="x").language == CatalogCourse().language == "pt-br"


def test_the_first_row_that_knows_it_sets_it(course):
    api.associate_course_run(OTHER_KEY, language_short="fil", source="event:1")
    api.sync_course_run(RUN_KEY, language_short="es")
    assert [(h.history_type, h.language, h.history_change_reason) for h in course.history.all()] == [
        ("~", "fil", "event:1"),
        ("+", "", "api"),
    ]
    assert OutboxMessage.objects.filter(event_type__contains="catalog_course.updated").count() == 1


def test_a_row_that_is_not_taken_sets_none(course):
    report = api.associate_course_runs([api.AssociationRecord(RUN_KEY.lower(), language="fil")], source="test")
    assert report.outcomes["conflict"] == 1
    assert CatalogCourse.objects.get().language == ""


def test_courses_without_one_are_found(course):
    other = api.create_catalog_course(org_code="A", course_code="x", language="fil")
    assert list(api.get_catalog_courses(language="")) == [course]
    assert list(api.get_catalog_courses(language="FIL")) == [other]


def test_rest_sets_and_clears_it(admin_client, course):
    detail, kwargs = f"{COURSES}{course.uuid}/", {"content_type": "application/json"}
    assert admin_client.get(detail).json()["language"] == ""
    for given, stored in (("fil", "fil"), (None, ""), ("gsw-CH", "gsw-ch"), ("", "")):
        assert admin_client.patch(detail, {"language": given}, **kwargs).json()["language"] == stored
    assert admin_client.patch(detail, {"language": "english"}, **kwargs).json()["code"] == "invalid_language"
    body = {"org_code": "B", "course_code": "y", "language": None}
    assert admin_client.post(COURSES, body, **kwargs).json()["language"] == ""
    body = {"course_key": OTHER_KEY, "language": None}
    assert admin_client.post(RUNS, body, **kwargs).json()["catalog_course"]["language"] == ""


def test_rest_finds_those_without_one(admin_client, course):
    api.create_catalog_course(org_code="A", course_code="x", language="fil")
    for value, codes in (("unset", ["14.100x"]), ("FIL", ["x"]), ("es", [])):
        found = admin_client.get(COURSES, {"language": value}).json()["results"]
        assert [row["course_code"] for row in found] == codes
    assert [row["course_key"] for row in admin_client.get(RUNS, {"language": "unset"}).json()["results"]] == [RUN_KEY]
    assert admin_client.get(RUNS, {"language": "english"}).status_code == 400


def test_the_admin_shows_filters_and_clears_it(admin_client, course):
    page = admin_client.get(reverse("admin:openedx_catalog_catalogcourse_changelist")).content.decode()
    assert '<td class="field-language_code">–</td>' in page
    assert "not set" in page
    change = reverse("admin:openedx_catalog_catalogcourse_change", args=[course.pk])
    for given, stored in (("fil", "fil"), ("", "")):
        shown = CatalogCourse.objects.get()
        form = {"title": shown.title, "initial-title": shown.title, "language": given, "initial-language": shown.language}
        assert admin_client.post(change, form).status_code == 302
        assert CatalogCourse.objects.get().language == stored
    add = reverse("admin:openedx_catalog_catalogcourse_add")
    admin_client.post(add, {"org": course.org_id, "course_code": "new", "title": "", "language": ""})
    assert CatalogCourse.objects.get(course_code="new").language == ""
