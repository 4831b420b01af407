"""What a new database has: the table of seed 003, with `Empty` and `Verified Only`; an operator's edits stay."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.migrations._defaults import add_missing
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseType, Mode, SeatType, Track

pytestmark = pytest.mark.django_db

AUDIT, VERIFIED, HONOR, CREDIT = (f"{name}/{name}" for name in ("audit", "verified", "honor", "credit"))
RUN_TYPES = {
    "audit": ("Audit Only", [AUDIT]),
    "professional": ("Professional Only", ["professional/professional"]),
    "verified-audit": ("Verified and Audit", [AUDIT, VERIFIED]),
    "credit-verified-audit": ("Credit", [AUDIT, VERIFIED, CREDIT]),
    "honor": ("Honor Only", [HONOR]),
    "verified-honor": ("Verified and Honor", [HONOR, VERIFIED]),
    "credit-verified-honor": ("Credit with Honor", [HONOR, VERIFIED, CREDIT]),
    "verified": ("Verified Only", [VERIFIED]),
    "empty": ("Empty", []),
}
GOLDEN = {
    "audit": ("Audit Only", ["audit"], []),
    "professional": ("Professional Only", ["professional"], ["professional"]),
    "verified-audit": ("Verified and Audit", ["audit", "verified-audit"], ["verified"]),
    "credit-verified-audit": ("Credit", ["audit", "verified-audit", "credit-verified-audit"], ["verified"]),
    "honor": ("Honor Only", ["honor"], []),
    "verified-honor": ("Verified and Honor", ["honor", "verified-honor"], ["verified"]),
    "credit-verified-honor": ("Credit with Honor", ["honor", "verified-honor", "credit-verified-honor"], ["verified"]),
    "verified": ("Verified Only", ["verified"], ["verified"]),
    "empty": ("Empty", ["empty"], []),
}


def migrate_again():
    """As the migration calls it: with the models of its time."""
    add_missing(MigrationExecutor(connection).loader.project_state().apps, "default")


def table():
    """The whole table, as it is stored."""
    run_types = {
        row.slug: (row.name, sorted(f"{link.track.mode.slug}/{link.track.seat_type.slug}" for link in row.track_rows.all()))
        for row in api.get_course_run_types()
    }
    course_types = {
        row.slug: (
            row.name,
            [link.course_run_type.slug for link in row.run_type_rows.all()],
            [link.seat_type.slug for link in row.entitlement_rows.all()],
        )
        for row in api.get_course_types()
    }
    return course_types, run_types


def test_a_new_database_has_the_golden_table():
    course_types, run_types = table()
    assert (list(course_types), course_types) == (list(GOLDEN), GOLDEN)
    assert run_types == {slug: (name, sorted(tracks)) for slug, (name, tracks) in RUN_TYPES.items()}
    assert [mode.slug for mode in api.get_modes()] == ["audit", "professional", "verified", "credit", "honor"]
    assert [seat.slug for seat in api.get_seat_types()] == ["audit", "professional", "verified", "credit", "honor"]
    assert {row.slug for row in CourseRunType.objects.filter(is_marketable=False)} == {"empty"}
    assert {row.slug for row in Mode.objects.filter(is_id_verified=True)} == {"professional", "verified", "credit"}
    assert {row.slug for row in Mode.objects.filter(is_credit_eligible=True)} == {"credit"}


def test_all_of_it_has_a_history():
    for model in (Mode, SeatType, Track, CourseRunType, CourseType):
        assert model.history.count() == model.objects.count() > 0
        assert set(model.history.values_list("history_change_reason", flat=True)) == {"migration: defaults"}


def test_the_migration_run_again_changes_nothing_of_an_operators():
    api.update_course_type(
        "verified-audit", name="Certificate or not", course_run_types=["verified-audit"], entitlement_types=[]
    )
    api.update_course_run_type("credit-verified-audit", tracks=[("credit", "credit")])
    api.update_mode("honor", slug="honour")
    api.delete_course_type("empty")
    api.delete_course_run_type("empty")
    before, counts = table(), [model.objects.count() for model in (Mode, SeatType, Track, CourseRunType, CourseType)]
    migrate_again()
    assert table() == before
    assert [model.objects.count() for model in (Mode, SeatType, Track, CourseRunType, CourseType)] == counts


def test_what_an_operator_had_first_keeps_its_slug():
    for slug in ("audit", "verified-audit", "credit-verified-audit"):
        api.update_course_type(slug, course_run_types=[])
    api.delete_course_type("audit")
    api.delete_course_run_type("audit")
    CourseRunType.history.filter(slug="audit").delete()
    own = api.create_course_run_type(name="Ours", slug="audit", tracks=[("honor", None)])
    CourseType.history.filter(slug="audit").delete()
    migrate_again()
    assert CourseRunType.objects.get(slug="audit").pk == own.pk
    assert [link.course_run_type.pk for link in api.get_course_types().get(slug="audit").run_type_rows.all()] == [own.pk]
