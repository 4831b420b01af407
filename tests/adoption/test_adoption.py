"""A database that openedx-core's app made and filled is ours after ``migrate``, with every row and no twin."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from openedx_catalog import api, keys
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.databases import new_database, on_database

from . import filling
from .conftest import Peer, migrate

pytestmark = pytest.mark.slow


@attrs.frozen
class Adopted:
    """What the peer had written, and the twins that its database let in."""

    rows: dict[str, list[list[str]]]
    twins: set[str] = attrs.field(converter=set)

    @property
    def run_twins(self) -> set[str]:
        """Those that are the same run as another one."""
        return self.twins - {filling.COURSE_TWIN}

    @property
    def course_twins(self) -> set[str]:
        """Those that brought a catalog course that was there already."""
        return self.twins - {filling.RUN_TWIN}


@pytest.fixture(scope="module")
def adopted_database(peer: Peer, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adopted]:
    """Made and filled by the peer, with both its migrations; then migrated by us."""
    with django_db_blocker.unblock(), new_database("adopted", tmp_path_factory.mktemp("adopted")) as name:
        peer.run(name, "migrate")
        filled = peer.run_script(name, "filling.py")
        with on_database(name):
            migrate()
            yield Adopted(**filled)


@pytest.fixture
def adopted(adopted_database: Adopted) -> Iterator[Adopted]:
    """The adopted database; what a test writes into it is rolled back."""
    with transaction.atomic():
        yield adopted_database
        transaction.set_rollback(True)


def all_keys() -> list[str]:
    return list(CourseRun.objects.order_by("pk").values_list("course_key__text", flat=True))


def doctor(*options: str) -> tuple[int, str]:
    """The exit code of catalog_doctor, and what it says."""
    said = StringIO()
    try:
        call_command("catalog_doctor", *options, stdout=said, stderr=StringIO())
    except SystemExit as done:
        return int(done.code or 0), said.getvalue()
    return 0, said.getvalue()


def as_peer_leaves_it(table: str, **values: object) -> None:
    """Insert a row that has the peer's columns only, as a program of the peer does on our tables."""
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))


def forget_identities() -> None:
    """Bring all rows into the state in which a migration that was killed, or another program, left them."""
    CourseRun.objects.update(key_ci=None, uuid=None)
    CatalogCourse.codes.rel.related_model.objects.all().delete()
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)


def test_every_row_of_the_peer_is_there_as_it_was(adopted: Adopted):
    assert filling.dump() == adopted.rows
    assert len(all_keys()) == filling.MANY + len(filling.KEYS) + 4 + len(adopted.twins)


def test_pathways_of_the_peer_are_ours(adopted: Adopted):
    pathway = api.get_catalog_pathway(key_str="catalog-pathway:MITx:Path")
    assert (pathway.title, pathway.category.category_code) == ("A pathway", "pathway")
    api.update_catalog_pathway(pathway, title="Ours")
    assert [found.title for found in api.get_catalog_pathways(category_code="pathway")] == ["Ours"]


def test_a_database_from_before_there_were_pathways_gets_them(peer: Peer, django_db_blocker: Any, tmp_path: Path):
    """As openedx-core 1.1.0 leaves it, which has one migration."""
    with django_db_blocker.unblock(), new_database("before_pathways", tmp_path) as name:
        peer.run(name, "migrate", "openedx_catalog", "0001_initial")
        with on_database(name):
            migrate()
            assert [category.title for category in api.get_pathway_categories()] == ["Pathway"]
            assert list(api.diagnose()) == []


def test_every_row_has_a_uuid_of_its_own(adopted: Adopted):
    for model in (CatalogCourse, CourseRun):
        uuids = model.objects.values_list("uuid", flat=True)
        assert None not in uuids
        assert len(set(uuids)) == model.objects.count()


def test_identity_is_folded_except_where_it_is_taken(adopted: Adopted):
    runs = CourseRun.objects.values_list("course_key__text", "key_ci")
    courses = CatalogCourse.objects.values_list("course_code", "course_code_ci")
    assert [(text, ci) for text, ci in runs if ci not in (keys.fold(text), None)] == []
    assert [(code, ci) for code, ci in courses if ci not in (keys.fold(code), None)] == []
    assert {text for text, ci in runs if ci is None} == adopted.run_twins
    assert {code for code, ci in courses if ci is None} == {keys.parse_course_key(twin).course for twin in adopted.course_twins}


def test_every_course_that_has_its_identity_has_one_slot(adopted: Adopted):
    slots = CatalogCourse.codes.rel.related_model.objects.values_list("org_id", "code", "code_ci", "catalog_course_id")
    complete = CatalogCourse.objects.exclude(course_code_ci=None)
    assert sorted(slots) == sorted(complete.values_list("org_id", "course_code", "course_code_ci", "id"))


def test_the_doctor_lists_the_twins_that_the_peer_let_in(adopted: Adopted):
    # MariaDB creates none of the constraints by which the peer would refuse twins, and SQLite folds no É.
    expected = {"mysql": set(filling.TWINS), "sqlite": {filling.TWIN_OF_BOTH}}
    assert adopted.twins == expected.get(connection.vendor, adopted.twins)
    code, said = doctor()
    assert code == (1 if adopted.twins else 0), said
    assert {twin for twin in filling.TWINS if f"course_run_twin: {twin}" in said} == adopted.run_twins
    assert said.count("catalog_course_twin: ") == len(adopted.course_twins)


def test_the_doctor_leaves_twins_to_people(adopted: Adopted):
    before = filling.dump()
    assert "0 rows completed." in doctor("--fix")[1]
    assert filling.dump() == before


@pytest.mark.parametrize("key", filling.KEYS)
def test_a_run_of_the_peer_is_read_in_any_case(adopted: Adopted, key: str):
    scheme, colon, parts = key.rpartition(":")
    for spelling in (key, f"{scheme}{colon}{parts.swapcase()}"):
        if "ccx" not in key or spelling == key:
            assert str(api.get_course_run(spelling).course_key) == key
            assert api.resolve_course_runs([spelling])[spelling].course_key == key


@pytest.mark.parametrize("key", filling.KEYS)
def test_a_run_of_the_peer_is_not_associated_twice(adopted: Adopted, key: str):
    before = filling.dump()
    assert api.associate_course_run(key).outcome == "unchanged"
    assert filling.dump() == before
    assert api.associate_course_run(key, title="New", schedule={"pacing": "self"}).outcome == "updated"
    assert api.get_course_run(key).title == "New"
    assert len(all_keys()) == len(adopted.rows["openedx_catalog_courserun"])


def test_a_backfill_of_the_whole_catalog_changes_nothing(adopted: Adopted):
    before = filling.dump()
    report = api.associate_course_runs([api.AssociationRecord(key) for key in all_keys()], source="again")
    losers = CourseRun.objects.filter(key_ci=None).count()
    assert report.outcomes["unchanged"] == len(all_keys()) - losers
    assert report.outcomes["conflict"] == losers
    assert filling.dump() == before


def test_new_runs_join_the_courses_of_the_peer(adopted: Adopted):
    run = api.create_course_run("course-v1:mitx+14.100X+9T2030")
    assert run.catalog_course.pk == api.get_catalog_course(org_code="MITx", course_code="14.100x").pk
    assert CatalogCourse.objects.count() == len(adopted.rows["openedx_catalog_catalogcourse"])


def test_a_run_of_the_peer_is_moved_for_good(adopted: Adopted):
    api.move_course_run("course-v1:MITx+14.100x+1T2018", "Oldx+Empty", reason="It was theirs.")
    assert api.associate_course_run("course-v1:MITx+14.100x+1T2018").outcome == "unchanged"
    assert api.get_catalog_course_for_run("course-v1:MITx+14.100x+1T2018").key_str == "catalog-course:Oldx:Empty"


def test_courses_of_the_peer_are_merged_and_renamed(adopted: Adopted):
    api.merge_catalog_courses("MITx+Many", into="MITx+14.100x", reason="One course.")
    api.rename_catalog_course("MITx+14.100x", course_code="14.100", reason="A shorter code.")
    assert api.get_catalog_course_for_run("course-v1:MITx+Many+R7").key_str == "catalog-course:MITx:14.100"
    assert api.create_course_run("course-v1:MITx+Many+New").catalog_course.course_code == "14.100"
    assert len(all_keys()) == len(adopted.rows["openedx_catalog_courserun"]) + 1


def test_twins_are_merged_as_the_doctor_says(adopted: Adopted):
    twins = CatalogCourse.objects.filter(course_code_ci=None)
    assert twins.count() == len(adopted.course_twins)
    for twin in twins:
        owner = api.get_catalog_course(org_code=twin.org_code, course_code=twin.course_code)
        api.merge_catalog_courses(twin, into=owner, reason="twin")
    CourseRun.objects.filter(key_ci=None).delete()
    code, said = doctor()
    assert code == 0, said


def test_a_run_without_identity_is_completed_and_not_doubled(adopted: Adopted):
    course = api.get_catalog_course(org_code="MITx", course_code="14.100x")
    key = "course-v1:MITx+14.100x+Later"
    as_peer_leaves_it(
        "openedx_catalog_courserun",
        catalog_course_id=course.pk, course_key=key, run_code="Later", created="2026-01-31 10:00:00", title="Later",
    )  # fmt: skip
    assert api.get_course_run(key).key_ci is None
    assert api.associate_course_run(key).outcome == "unchanged"
    run = CourseRun.objects.get(course_key__text=key)
    assert run.key_ci == keys.fold(key)
    assert run.uuid is not None
    assert api.associate_course_run("course-v1:MITx+14.100x+LATER").outcome == "conflict"


def test_a_course_without_identity_is_completed_and_not_doubled(adopted: Adopted):
    org = api.find_organization_by_code("MITx")
    as_peer_leaves_it(
        "openedx_catalog_catalogcourse",
        org_id=org.pk, course_code="Later", created="2026-01-31 10:00:00", title="Later", language="en",
    )  # fmt: skip
    run = api.associate_course_run("course-v1:mitx+LATER+1").run
    course = CatalogCourse.objects.get(course_code="Later")
    assert run.catalog_course_id == course.pk
    assert (course.course_code_ci, course.codes.get().code) == ("later", "Later")
    assert course.uuid is not None


@pytest.mark.parametrize("batch_size", [1, 100, 3000])
def test_nothing_is_doubled_while_no_row_has_its_identity(adopted: Adopted, batch_size: int):
    forget_identities()
    before = filling.dump()
    wanted = all_keys()[:60]
    report = api.associate_course_runs([api.AssociationRecord(k) for k in wanted], batch_size=batch_size, source="again")
    assert report.outcomes["created"] == 0
    assert filling.dump() == before
    done = CourseRun.objects.filter(course_key__text__in=wanted).exclude(uuid=None)
    assert done.count() == len(wanted)


def test_the_doctor_completes_what_a_killed_migration_left(adopted: Adopted):
    expected = sorted(CourseRun.objects.exclude(key_ci=None).values_list("pk", "key_ci"))
    forget_identities()
    before = filling.dump()
    assert doctor()[0] == 1
    assert doctor("--fix")[0] == (1 if adopted.twins else 0)
    assert sorted(CourseRun.objects.exclude(key_ci=None).values_list("pk", "key_ci")) == expected
    assert filling.dump() == before
