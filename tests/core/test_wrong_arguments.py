"""Whatever is passed for an argument of the API: it is refused by a typed error in words, or it means something."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

NOW = datetime(2027, 1, 31, tzinfo=UTC)
KEY, OTHER = "MITx+14.100x", "edX+Demo"
WRONG = {
    "None": None, "a number": 5, "a huge number": 10**30, "a fraction": 1.5, "yes": True, "bytes": b"x", "a text": "x",
    "an empty text": "", "NUL": "a\x00b", "half a character": "\ud800", "a long text": "x" * 5000, "a mapping": {"a": 1},
    "a list": [1], "nested": [[{}]], "an object": object(), "a uuid": uuid.UUID(int=1), "a class": dict,
    "a user-like text": "ada", "a naive date": datetime(2027, 1, 1), "an unsaved course": CatalogCourse(),
    "an unsaved organization": Organization(),
}  # fmt: skip
REASON = {"reason": "r"}
# Arguments with which each function does what it is for. What is called back is the caller's own affair.
CALLS = {
    "associate_course_run": {"course_key": RUN_KEY, "title": "T", "language_short": "en", "schedule": {}, "catalog_course": KEY,
                             "create_catalog_course": True, "observed_at": NOW},
    "associate_course_runs": {"records": [api.AssociationRecord(RUN_KEY)], "move": False, "dry_run": False, "batch_size": 10,
                              "create_catalog_course": True},
    "check_organization_rename": {"organization": "MITx", "short_name": "MITX"},
    "check_source_time": {"moment": NOW, "field": "at"},
    "complete_identities": {},
    "create_catalog_course": {"org_code": "New", "course_code": "x", "title": "T", "language": "en", "uuid": uuid.UUID(int=9)},
    "create_catalog_pathway": {"org_code": "MITx", "pathway_code": "new", "category": "kind", "title": "T", "description": "D"},
    "create_course_run": {"course_key": "course-v1:New+x+1", "title": "T", "language_short": "en", "schedule": {},
                          "catalog_course": KEY, "create_catalog_course": True},
    "create_course_run_for_modulestore_course_with": {"course_key": "course-v1:A+B+C", "title": "T", "language_short": "en"},
    "create_organization": {"short_name": "New", "name": "N", "description": "d", "active": True},
    "create_pathway_category": {"category_code": "new", "title": "T", "title_plural": "P"},
    "delete_catalog_course": {"catalog_course": OTHER},
    "delete_catalog_pathway": {"catalog_pathway": 1},
    "delete_course_run": {"course_key": RUN_KEY, "for_good": True},
    "delete_course_run_twin": {"pk": 1, **REASON},
    "delete_organization": {"organization": "edX"},
    "delete_pathway_category": {"category": "unused"},
    "delete_pathway_enrollment": {"enrollment": 1},
    "diagnose": {"quick": True},
    "forget_distinct": {"kind": "catalog_course", "first": KEY, "second": OTHER},
    "enroll_in_pathway": {"user_id": 1, "catalog_pathway": 1},
    "find_catalog_course": {"key_str": KEY},
    "find_catalog_course_for_run": {"course_key": RUN_KEY},
    "find_course_run": {"course_key": RUN_KEY},
    "find_organization_by_code": {"org_code": "MITx"},
    "follow_key": {"course_key": RUN_KEY, "dry_run": False},
    "follow_keys": {"course_keys": [RUN_KEY], "dry_run": False, "batch_size": 10},
    "get_catalog_course": {"key_str": KEY},
    "get_catalog_course_for_run": {"course_key": RUN_KEY},
    "get_catalog_courses": {"org_code": "MITx", "language": "en"},
    "get_catalog_courses_for_runs": {"course_keys": [RUN_KEY]},
    "get_catalog_merges": {"catalog_course": KEY},
    "get_catalog_overview": {},
    "get_catalog_today": {},
    "get_catalog_pathway": {"key_str": "catalog-pathway:MITx:path"},
    "get_catalog_pathways": {"org_code": "MITx", "category_code": "kind"},
    "get_course_run": {"course_key": RUN_KEY},
    "get_distinct_pairs": {"kind": "organization"},
    "get_doctor_report": {},
    "get_course_runs": {"catalog_course": KEY, "org_code": "MITx"},
    "get_deleted_run_key": {"course_key": "course-v1:MITx+14.100x+Gone"},
    "get_deleted_run_keys": {},
    "get_latest_change": {},
    "get_organizations": {"active": True},
    "get_pathway_categories": {},
    "get_pathway_category": {"category_code": "kind"},
    "get_pathway_enrollments": {"user_id": 1, "include_inactive": True},
    "give_course_code": {"catalog_course": OTHER, "code": "Old", "to": KEY, "org_code": "edX", "dry_run": False, **REASON},
    "history_of": {"subject": RUN_KEY, "kind": "course_run", "limit": 5, "offset": 0},
    "is_doctor_running": {},
    "is_enrolled_in_pathway": {"user_id": 1, "catalog_pathway": 1},
    "iter_associations": {"org_code": "MITx"},
    "import_catalog_courses": {"records": [api.CatalogCourseRecord(KEY)], "dry_run": False},
    "iter_catalog": {},
    "iter_changes": {"after": 0, "limit": 10},
    "mark_distinct": {"kind": "catalog_course", "first": KEY, "second": OTHER, **REASON},
    "mend_source_times": {},
    "merge_catalog_courses": {"catalog_course": KEY, "into": OTHER, "dry_run": False, **REASON},
    "move_all_course_runs": {"catalog_course": KEY, "to": OTHER, "dry_run": False, **REASON},
    "move_catalog_course": {"catalog_course": KEY, "org_code": "New", "course_code": "y", "dry_run": False, **REASON},
    "move_course_run": {"course_key": RUN_KEY, "to": OTHER, "dry_run": False, **REASON},
    "move_course_runs": {"records": [api.MoveRecord(RUN_KEY, OTHER)], "dry_run": False, "batch_size": 10, **REASON},
    "next_run_key": {"catalog_course": KEY, "start": NOW, "term": "Fall"},
    "parse_datetime": {"value": NOW, "field": "at"},
    "read_changes": {"after": 0, "limit": 10, "kind": "course_run", "kinds_seen": ["program"]},
    "refold_catalog_course": {"pk": 1},
    "refold_course_run": {"pk": 1},
    "release_course_code": {"catalog_course": OTHER, "code": "Old", "org_code": "edX", "dry_run": False, **REASON},
    "release_organization_name": {"name": "Before", **REASON},
    "rename_catalog_course": {"catalog_course": KEY, "course_code": "y", "dry_run": False, **REASON},
    "repair_findings": {},
    "search_catalog_courses": {"text": "MITx", "rows": CatalogCourse.objects.order_by("title")},
    "search_course_runs": {"text": "MITx", "rows": CourseRun.objects.order_by("title")},
    "search_organizations": {"text": "MITx", "rows": Organization.objects.order_by("name")},
    "resolve_course_runs": {"course_keys": [RUN_KEY]},
    "restore_course_run": {"course_key": RUN_KEY, "at": NOW},
    "restore_deleted_course_run": {"course_key": "course-v1:MITx+14.100x+Gone", "recreate": True, **REASON},
    "run_doctor": {"on_finding": print},
    "set_rerun_code": {"catalog_course": KEY, "code": "R", "dry_run": False, **REASON},
    "split_catalog_course": {"catalog_course": KEY, "course_keys": [RUN_KEY], "course_code": "y", "org_code": "edX",
                             "title": "T", "dry_run": False, **REASON},
    "suggest_repairs": {"kinds": ["runs_alike"]},
    "swap_course_codes": {"first": KEY, "second": OTHER, "dry_run": False, **REASON},
    "sync_course_run": {"course_key": RUN_KEY, "title": "T", "language_short": "en", "schedule": {}, "observed_at": NOW},
    "sync_course_run_details": {"course_key": RUN_KEY, "title": "T"},
    "sync_course_runs": {"records": [api.SyncRecord(RUN_KEY)], "dry_run": False, "batch_size": 10, "remember": True},
    "unenroll_from_pathway": {"user_id": 1, "catalog_pathway": 1},
    "unmerge_catalog_courses": {"merged": "edX+Merged", "into": OTHER, "course_code": "y", "dry_run": False, **REASON},
    "update_catalog_course": {"catalog_course": KEY, "title": "T", "language_short": "en", "language": "es"},
    "update_catalog_pathway": {"catalog_pathway": 1, "title": "T", "category": "kind", "description": "D"},
    "update_course_run": {"course_key": RUN_KEY, "title": "T", "schedule": {}},
    "update_organization": {"organization": "MITx", "short_name": "MITX", "name": "N", "description": "d", "active": True},
    "update_pathway_category": {"category": "kind", "title": "T", "title_plural": "P"},
    "withdraw_course_run": {"course_key": RUN_KEY, "at": NOW, "source": "s"},
}  # fmt: skip
ALSO = {"get_catalog_course": ("pk", "org_code", "uuid"), "get_catalog_pathway": ("pk", "org_code", "pathway_code"),
        "find_catalog_course": ("pk", "org_code", "uuid"), "get_course_runs": ("course_keys",),
        "create_course_run": ("next_for", "start", "term")}  # fmt: skip
ADJECTIVES = {
    "for_org": ("org_code",), "in_status": ("status", "at"), "enrollable": ("at",), "not_enrollable": ("at",),
    "with_status": ("at",), "by_key": ("key",),
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def catalog(module_db):
    api.associate_course_run(RUN_KEY)
    api.associate_course_run("course-v1:MITx+14.100x+Gone")
    api.delete_course_run("course-v1:MITx+14.100x+Gone", for_good=True)
    api.create_catalog_course(org_code="edX", course_code="Old")
    api.rename_catalog_course("edX+Old", course_code="Demo", **REASON)
    api.create_catalog_course(org_code="edX", course_code="Merged")
    api.merge_catalog_courses("edX+Merged", into=OTHER, reason="r")
    api.update_organization(api.create_organization(short_name="Before"), short_name="After")
    for code in ("kind", "unused"):
        api.create_pathway_category(category_code=code, title=code)
    api.create_catalog_pathway(org_code="MITx", pathway_code="path", category=api.get_pathway_category("kind"))


def attempt(call):
    """What comes of a call, in whatever way it is read: nothing, or the text of a typed error."""
    try:
        with transaction.atomic():
            found = call()
            if isinstance(found, QuerySet | Iterator | api.Timeline):
                list(found)
    except (CatalogError, ObjectDoesNotExist) as error:
        return str(error)


def arguments():
    for name, valid in CALLS.items():
        function = getattr(api, name)
        provenance = ("source", "reason", "user") if "provenance" in inspect.signature(function).parameters else ()
        for argument in dict.fromkeys([*valid, *ALSO.get(name, ()), *provenance]):
            yield name, argument


def test_every_function_is_tried():
    functions = {name for name in api.__all__ if inspect.isfunction(getattr(api, name))}
    # Of what is begun in a thread nothing comes back.
    assert functions == {*CALLS, "run_atomically", "start_doctor"}


@pytest.mark.parametrize("name", CALLS)
def test_the_right_arguments_are_right(name):
    found = attempt(lambda: getattr(api, name)(**CALLS[name]))
    if not {"pk", "catalog_pathway", "enrollment"} & {*CALLS[name]}:
        assert (found is None) is (name != "delete_organization")


@pytest.mark.parametrize(("name", "argument"), list(arguments()))
def test_a_wrong_argument_is_refused_in_words(name, argument):
    for kind, wrong in WRONG.items():
        given = {} if argument in ALSO.get(name, ()) else CALLS[name]
        try:
            attempt(lambda: getattr(api, name)(**{**given, argument: wrong}))  # noqa: B023
        except Exception as error:
            error.add_note(f"{argument} was {kind}")
            raise


@pytest.mark.parametrize("adjective", ADJECTIVES)
@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_adjective_is_refused_in_words(adjective, kind):
    for number, _argument in enumerate(ADJECTIVES[adjective]):
        given = [*("current", NOW)[:number], WRONG[kind]]
        attempt(lambda: getattr(CourseRun.objects.all(), adjective)(*given))  # noqa: B023
    if adjective == "for_org":
        attempt(lambda: CatalogCourse.objects.for_org(WRONG[kind]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: api.get_course_runs(RUN_KEY), "Expected a list as course_keys, got str"),
        (lambda: api.resolve_course_runs(RUN_KEY), "Expected a list as course_keys, got str"),
        (lambda: api.associate_course_runs(RUN_KEY), "Expected a list as records, got str"),
        (lambda: CourseRun.objects.in_status("running"), "no status 'running'.*archived, current, starting_soon, upcoming"),
        (lambda: api.update_organization(5, name="N"), "Expected an organization or its short_name, got int"),
        (lambda: api.get_course_runs(catalog_course=5), "Expected a catalog course, its uuid or its key, got int"),
        (lambda: api.associate_course_run(RUN_KEY, user="ada"), "Expected a user of the site, got str"),
    ],
)
def test_the_words_name_what_was_expected_and_what_came(call, words):
    with pytest.raises(InvalidRequest, match=words):
        call()


@pytest.mark.parametrize("record", [{"course_key": RUN_KEY}, None, RUN_KEY, (RUN_KEY,)], ids=repr)
def test_what_is_not_a_record_is_an_invalid_row(record):
    for name, many, key in (
        ("AssociationRecord", api.associate_course_runs, RUN_KEY),
        ("SyncRecord", api.sync_course_runs, RUN_KEY),
        ("CatalogCourseRecord", api.import_catalog_courses, KEY),
    ):
        report = many([record, getattr(api, name)(key)], source="test")
        assert (report.outcomes["invalid"], report.rows) == (1, 2)
        assert name in report.problems[0].reason
