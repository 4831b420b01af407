"""What edx-platform reads: the functions of its catalog utilities, and its cache entries, from our tables."""

import csv
import json
import uuid
from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, lms, lms_cache
from openedx_catalog.contrib.programs.apps import ProgramsConfig
from openedx_catalog.contrib.programs.models_api import CurriculumProgramMembership, Program
from openedx_catalog.data import RunMode
from openedx_catalog.models_api import OutboxMessage
from openedx_catalog.transfer import open_catalog_file
from tests.thorough import sample

from .conftest import run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

SITE = lms_cache.Site(7, "lms.example.org")
# When the stored answers of discovery were written.
THEN = datetime(2024, 8, 28, 8, tzinfo=UTC)
# reference: the keys that the platform reads of a program, a curriculum, a course and a run, and their types.
PROGRAM = {
    "uuid": str, "title": str, "type": str, "type_attrs": dict, "status": str, "hidden": bool, "authoring_organizations": list,
    "courses": list, "curricula": list, "pathway_ids": list, "applicable_seat_types": list,
    "is_program_eligible_for_one_click_purchase": bool, "instructor_ordering": list,
}  # fmt: skip
CURRICULUM = {"is_active": bool, "courses": list, "programs": list}
COURSE = {"uuid": str, "key": str, "title": str, "owners": list, "entitlements": list, "course_runs": list}
RUN = {"key": str, "title": str, "type": str, "status": str, "start": (str, type(None)), "seats": list}
READ_OF_RUNS = ("title", "status", "start", "end", "enrollment_start", "enrollment_end", "pacing_type", "availability")


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def discovery(real_data):
    """The stored answers of discovery's programs API."""
    return json.loads((real_data / "api/discovery_v1_real/programs_mitx.json").read_text(encoding="utf-8"))


@pytest.fixture
def loaded(real_data, discovery):
    """These programs in our tables: through the flat list, and with discovery's uuids, slugs, dates and organizations."""
    for program in discovery:
        for course in program["courses"]:
            (owner,) = course["owners"]
            if catalog.find_organization_by_code(owner["key"]) is None:
                catalog.create_organization(short_name=owner["key"], name=owner["name"])
            code = course["key"].partition("+")[2]
            catalog.create_catalog_course(org_code=owner["key"], course_code=code, title=course["title"], uuid=course["uuid"])
            for run in course["course_runs"]:
                schedule = {name: run[name] for name in ("start", "end", "enrollment_start", "enrollment_end")}
                pacing = run["pacing_type"].removesuffix("_paced")
                catalog.create_course_run(run["key"], title=run["title"], schedule={**schedule, "pacing": pacing})
    with (real_data / "program_courses.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "discovery programs API"]
    listed = StringIO()
    writer = csv.DictWriter(listed, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    listed.seek(0)
    report = api.migrate_program_courses(list(api.read_program_courses(listed)))
    assert (report.rows, report.programs, report.curricula, report.courses, report.problems) == (20, 3, 3, 5, [])
    for program in discovery:
        api.update_program(
            program["uuid"], subtitle=program["subtitle"], marketing_slug=program["marketing_slug"], hidden=program["hidden"],
            authoring_organizations=[org["key"] for org in program["authoring_organizations"]],
        )  # fmt: skip
    return {program["uuid"]: program for program in discovery}


def check(value, shape):
    for name, kind in shape.items():
        assert isinstance(value[name], kind), (name, value[name])


def check_program(program):
    check(program, PROGRAM)
    assert isinstance(program["type_attrs"]["slug"], str)
    assert all(isinstance(org["key"], str) for org in program["authoring_organizations"])
    for curriculum in program["curricula"]:
        check(curriculum, CURRICULUM)
    for course in [*program["courses"], *(course for part in program["curricula"] for course in part["courses"])]:
        check(course, COURSE)
        for run in course["course_runs"]:
            check(run, RUN)
            assert run["status"] in ("published", "unpublished")
            assert run["seats"] == []


def read(program):
    """What the platform reads of a program, without what no table here holds yet; keys of courses compare folded."""
    return {
        **{name: program[name] for name in ("uuid", "title", "subtitle", "type", "status", "marketing_slug", "hidden")},
        "curricula": program["curricula"],
        "type_slug": program["type_attrs"]["slug"],
        "organizations": [(org["key"], org["name"]) for org in program["authoring_organizations"]],
        "courses": {
            course["uuid"]: (
                course["key"].casefold(), course["title"], [(owner["key"], owner["name"]) for owner in course["owners"]],
                {
                    run["key"]: tuple(run[name] for name in READ_OF_RUNS)
                    for run in course["course_runs"]
                },
            )
            for course in program["courses"]
        },
    }  # fmt: skip


def test_what_is_sold_is_as_discovery_has_it(loaded, monkeypatch):
    """Its own entitlements and seats, and which programs are bought at once: of those that may be, by its own rule."""
    courses = {UUID(course["uuid"]): course for program in loaded.values() for course in program["courses"]}
    seats = {run["key"]: run["seats"] for course in courses.values() for run in course["course_runs"]}

    def entitlements(_self, pks):
        rows = catalog.get_catalog_courses().filter(pk__in=pks).values_list("pk", "uuid")
        return {pk: [mode(each["mode"], each, each["expires"]) for each in courses[uuid]["entitlements"]] for pk, uuid in rows}

    def mode(slug, said, until):
        return RunMode(slug, said["price"], said["currency"], until and datetime.fromisoformat(until), said["sku"])

    def modes(_self, keys):
        return {key: [mode(seat["type"], seat, seat["upgrade_deadline"]) for seat in seats[key]] for key in keys}

    monkeypatch.setattr(ProgramsConfig, "course_entitlements", entitlements)
    monkeypatch.setattr(ProgramsConfig, "course_run_modes", modes)
    for slug in ("xseries", "micromasters"):
        api.update_program_type(slug, applicable_seat_types=["verified", "professional"])
    wanted = [uuid for uuid, program in loaded.items() if program["is_program_eligible_for_one_click_purchase"]]
    assert len(wanted) == 1
    for each in wanted:
        api.update_program(each, one_click_purchase_enabled=True)

    for program in lms.get_programs(uuids=list(loaded), at=THEN):
        theirs = loaded[program["uuid"]]
        eligible = "is_program_eligible_for_one_click_purchase"
        assert program[eligible] is theirs[eligible]
        sold = {course["uuid"]: course["entitlements"] for course in theirs["courses"]}
        assert {course["uuid"]: course["entitlements"] for course in program["courses"]} == sold


def entries_of(programs, site):
    """Which lists discovery's own answers would have given: {key: {uuid}}."""
    lists = {}
    for program in programs:
        keys = [f"program-uuids-{site.domain}", f"programs-by-type-{site.id}-{program['type'].lower()}"]
        keys.append(f"programs-by-type-slug-{site.id}-{program['type_attrs']['slug']}")
        keys += [f"organization-programs-{org['key']}" for org in program["authoring_organizations"]]
        for course in program["courses"]:
            keys.append(f"catalog-course-programs-{course['uuid']}")
            keys += [f"course-programs-{run['key']}" for run in course["course_runs"]]
        for key in keys:
            lists.setdefault(key, set()).add(program["uuid"])
    return lists


def test_real_programs_are_reported_as_discovery_reported_them(loaded):
    found = lms.get_programs(uuids=list(loaded), at=THEN)
    assert [program["uuid"] for program in found] == list(loaded)
    for program in found:
        check_program(program)
        assert read(program) == read(loaded[program["uuid"]])


def test_runs_have_the_type_that_discovery_gave_them(loaded, monkeypatch):
    """Of the seats that it had."""
    runs = [run for program in loaded.values() for course in program["courses"] for run in course["course_runs"]]
    modes = {
        run["key"]: [
            RunMode(
                slug=seat["type"], price=seat["price"], currency=seat["currency"], sku=seat["sku"], bulk_sku=seat["bulk_sku"],
                upgrade_deadline=seat["upgrade_deadline"] and datetime.fromisoformat(seat["upgrade_deadline"]),
            )
            for seat in run["seats"]
        ]
        for run in runs
    }  # fmt: skip
    monkeypatch.setattr(ProgramsConfig, "course_run_modes", lambda self, course_keys: modes)
    beyond = {"upgrade_deadline_override", "credit_provider", "credit_hours"}
    for run in runs:
        seats = [{name: seat[name] for name in seat.keys() - beyond} for seat in run["seats"]]
        assert lms.get_course_run_data(run["key"], ["type", "seats"]) == {"type": run["type"], "seats": seats}


def test_the_cache_has_what_discoverys_answers_would_have_given(loaded, monkeypatch):
    monkeypatch.setattr(lms_cache.timezone, "now", lambda: THEN)
    lms_cache.fill([SITE])
    for key, uuids in entries_of(loaded.values(), SITE).items():
        assert set(cache.get(key)) == uuids, key
    for key, program in loaded.items():
        stored = cache.get(f"program-{key}")
        check_program(stored)
        assert (read(stored), stored["pathway_ids"]) == (read(program), [])
    assert cache.get(f"pathway-ids-{SITE.domain}") == []


def test_the_whole_list_of_real_programs_goes_in_and_out_again(real_data, tmp_path):
    with open_catalog_file(str(real_data / "course_runs.csv")) as file:
        catalog.associate_course_runs(file.records(), source="backfill:real")
    path = str(real_data / "program_courses.csv")

    def migrate(*arguments):
        out = StringIO()
        try:
            call_command("migrate_program_courses", path, "--create-types", *arguments, stdout=out)
        except SystemExit as ended:
            return ended.code, out.getvalue().splitlines()[-1]
        return 0, out.getvalue().splitlines()[-1]

    dry = migrate("--dry-run")
    assert not Program.objects.exists()
    assert migrate("--report", str(tmp_path / "report.json"), "--reason", "the list of 2017") == dry
    reasons = Program.history.values_list("history_change_reason", flat=True)
    assert {reason.rpartition(": ")[2] for reason in reasons} == {"the list of 2017"}
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["rows"], report["programs"], report["curricula"]) == (204, 7, 7)
    assert all(problem["code"] and problem["reason"] for problem in report["problems"])
    before = {program.title: len(api.program_courses(program)) for program in Program.objects.all()}
    code, again = migrate()
    assert "programs: 0, curricula: 0, courses: 0" in again
    migrate("--reverse")
    assert {program.title: len(api.program_courses(program)) for program in Program.objects.all()} == dict.fromkeys(before, 0)
    migrate("--reverse")
    # Retired programs too get back what they had.
    migrate()
    assert {program.title: len(api.program_courses(program)) for program in Program.objects.all()} == before
    assert api.audit_external_keys() == []
    assert code == dry[0]


# The functions


@pytest.fixture
def degree(courses, program, curriculum):
    """A degree with a course of its own and a MicroMasters in it."""
    catalog.update_course_run("course-v1:GTx+A+1", schedule={"start": "2027-01-01T00:00:00Z"})
    api.update_program(program, authoring_organizations=["GTx"])
    api.create_degree(program)
    api.add_course(curriculum, "GTx+A")
    child = api.create_program(title="Child", type="micromasters", status="active", authoring_organizations=["GTx"])
    api.create_curriculum(child, name="Core", courses=["GTx+B"])
    api.add_program(curriculum, child)
    return program


def titles(programs):
    return [program["title"] for program in programs]


def test_programs_are_asked_for_in_exactly_one_way(degree, courses):
    assert titles(lms.get_programs(site=object())) == ["Analytics", "Child"]
    assert lms.get_programs(uuid=str(degree.uuid))["title"] == "Analytics"
    assert titles(lms.get_programs(uuids=[uuid.uuid4(), degree.uuid, "nonsense"])) == ["Analytics"]
    assert titles(lms.get_programs(course="course-v1:GTx+B+1")) == ["Analytics", "Child"]
    assert titles(lms.get_programs(catalog_course_uuid=courses["A"].uuid)) == ["Analytics"]
    assert titles(lms.get_programs(organization="GTx")) == ["Analytics", "Child"]
    assert lms.get_programs(uuid=uuid.uuid4()) is lms.get_programs(uuid="nonsense") is None
    for nothing in (
        {"course": "nonsense"},
        {"course": "course-v1:No+No+No"},
        {"catalog_course_uuid": "x"},
        {"organization": "x"},
    ):
        assert lms.get_programs(**nothing) == []
    for wrong in ({}, {"site": 1, "uuid": degree.uuid}):
        with pytest.raises(TypeError):
            lms.get_programs(**wrong)


def test_only_what_learners_may_be_in_is_reported(degree):
    api.retire_program(degree)
    assert titles(lms.get_programs(site=1)) == ["Analytics", "Child"]
    api.delete_program(degree)
    assert titles(lms.get_programs(site=1)) == ["Child"]
    assert lms.get_programs(uuid=degree.uuid) is None


def test_a_degree_has_curricula_with_courses_and_programs(degree):
    program = lms.get_programs(uuid=degree.uuid)
    check_program(program)
    (curriculum,) = program["curricula"]
    assert (curriculum["is_active"], titles(curriculum["courses"]), titles(curriculum["programs"])) == (
        True,
        ["Course A"],
        ["Child"],
    )
    assert titles(program["courses"]) == ["Course A"]
    assert program["courses"][0]["course_runs"][0]["start"] == "2027-01-01T00:00:00Z"
    assert titles(lms.child_programs(program)) == ["Child"]
    assert lms.course_run_keys_for_program(program) == {"course-v1:GTx+A+1", "course-v1:GTx+B+1"}
    assert len(lms.course_uuids_for_program(program)) == 2
    assert lms.is_course_run_in_program("course-v1:GTx+B+1", program)
    assert not lms.is_course_run_in_program("course-v1:GTx+C+1", program)
    assert (curriculum["programs"][0]["curricula"], lms.child_programs(curriculum["programs"][0])) == ([], [])


def test_every_call_builds_fresh_dicts(degree):
    first = lms.get_programs(uuid=degree.uuid)
    first["courses"][0]["course_runs"][0]["seats"].append("x")
    first["applicable_seat_types"].append("no-id-professional")
    first["authoring_organizations"][0]["key"] = "x"
    assert first["curricula"][0]["courses"][0]["course_runs"][0]["seats"] == []
    again = lms.get_programs(uuid=degree.uuid)
    assert (again["applicable_seat_types"], again["authoring_organizations"][0]["key"]) == ([], "GTx")


def test_programs_that_contain_each_other_end_the_reader_too(degree, curriculum):
    child = api.get_programs(type="micromasters").get()
    CurriculumProgramMembership.objects.bulk_create(
        [CurriculumProgramMembership(curriculum=child.curricula.get(), program=degree)]
    )
    assert titles(lms.child_programs(lms.get_programs(uuid=degree.uuid))) == ["Child"]
    assert lms.course_run_keys_for_program(lms.get_programs(uuid=child.uuid)) == {"course-v1:GTx+A+1", "course-v1:GTx+B+1"}


def test_types_owners_runs_and_courses(degree, courses):
    assert "Masters" in [row["name"] for row in lms.get_program_types()]
    assert lms.get_program_types("Masters")["slug"] == "masters"
    assert lms.get_program_types("None") is None
    assert titles(lms.get_programs_by_type(1, "mASTERS")) == ["Analytics"]
    assert titles(lms.get_programs_by_type_slug(1, "micromasters")) == ["Child"]
    api.update_program(degree, hidden=True)
    assert titles(lms.get_programs_with_type(1)) == ["Analytics", "Child"]
    (listed,) = lms.get_programs_with_type(1, include_hidden=False)
    assert listed["type"]["slug"] == "micromasters"
    assert titles(lms.get_programs_by_uuids([degree.uuid])) == ["Analytics"]
    assert (lms.get_pathways(1), lms.get_pathways(1, pathway_id=3), lms.get_currency_data()) == ([], None, [])
    course = courses["A"]
    assert [owner["key"] for owner in lms.get_owners_for_course(course.uuid)] == ["GTx"]
    assert [run["key"] for run in lms.get_course_runs_for_course(str(course.uuid))] == ["course-v1:GTx+A+1"]
    assert lms.get_course_runs_for_course(uuid.uuid4()) == lms.get_owners_for_course("nonsense") == []
    assert lms.get_course_uuid_for_course("course-v1:gtx+a+1") == course.uuid
    assert lms.get_course_uuid_for_course("course-v1:No+No+No") is lms.get_course_uuid_for_course("nonsense") is None
    assert len(lms.get_course_runs()) == 3
    assert lms.get_course_run_details("course-v1:GTx+A+1", ["title"]) == {"title": "Course A"}
    assert lms.get_course_run_data("course-v1:GTx+A+1", ["key"]) == {"key": "course-v1:GTx+A+1"}
    assert lms.get_course_data("GTx+A", ["key", "uuid"]) == {"key": "GTx+A", "uuid": str(course.uuid)}
    assert lms.get_course_run_details("nonsense", []) == {}
    for nothing in (
        lms.get_course_data("GTx+None", []),
        lms.get_course_data("x", []),
        lms.get_course_data("GTx+A", ["none"]),
        lms.get_course_run_data("nonsense", []),
        lms.get_programs_for_organization("None"),
    ):
        assert nothing is None
    assert lms.get_programs_for_organization("GTx") == [program["uuid"] for program in lms.get_programs(organization="GTx")]


def test_a_withdrawn_or_ended_run_is_unpublished(degree):
    catalog.withdraw_course_run("course-v1:GTx+A+1", at=THEN)
    run_of("A", "2", schedule={"start": "2001-01-01T00:00:00Z", "end": "2002-01-01T00:00:00Z"})
    run_of("A", "3")
    (course,) = lms.get_programs(uuid=degree.uuid)["courses"]
    assert [run["status"] for run in course["course_runs"]] == ["unpublished", "unpublished", "published"]


def test_many_programs_cost_twelve_queries(degree, django_assert_max_num_queries):
    made = [degree.uuid]
    count = sample(25, 99)
    for n in range(count):
        run_of(f"N{n}")
        program = api.create_program(title=f"P{n}", type="xseries", status="active", authoring_organizations=["GTx"])
        api.create_curriculum(program, name="Core", courses=[f"GTx+N{n}", "GTx+C"])
        made.append(program.uuid)
    with django_assert_max_num_queries(12):
        assert len(lms.get_programs(uuids=made)) == count + 1


def child_of(degree):
    return api.get_programs(type="micromasters").get()


@pytest.mark.parametrize(
    ("change", "holders"),
    [
        (lambda degree: None, ["Analytics", "Child"]),
        (lambda degree: api.retire_program(child_of(degree)), ["Analytics", "Child"]),
        (lambda degree: api.update_program(child_of(degree), status="unpublished"), []),
        (lambda degree: api.delete_program(degree), ["Child"]),
        (lambda degree: api.exclude_course_run(child_of(degree), "course-v1:GTx+B+1"), []),
        (lambda degree: api.retire(degree.curricula.get()), ["Child"]),
        # A second track, into which the platform does not look.
        (
            lambda degree: (
                api.remove(degree.curricula.get().program_memberships.get()),
                api.add_program(api.create_curriculum(degree, name="Track"), child_of(degree)),
            ),
            ["Child"],
        ),
    ],
    ids=["as it is", "retired", "unpublished", "parent deleted", "run excluded", "curriculum retired", "second track"],
)
def test_every_answer_has_a_run_in_the_same_programs(degree, courses, change, holders):
    """Those of the platform's own reading: a parent is listed under the runs of what it contains."""
    change(degree)
    lms_cache.fill([SITE])
    programs, run, course = lms.get_programs(site=1), "course-v1:GTx+B+1", courses["B"].uuid
    assert titles(each for each in programs if lms.is_course_run_in_program(run, each)) == holders
    assert titles(lms.get_programs(course=run)) == holders
    assert [lms.get_programs(uuid=uuid)["title"] for uuid in cache.get(f"course-programs-{run}", [])] == holders
    held = [each for each in programs if str(course) in lms.course_uuids_for_program(each)]
    assert lms.get_programs(catalog_course_uuid=course) == held
    assert cache.get(f"catalog-course-programs-{course}", []) == [each["uuid"] for each in held]


def test_a_program_is_found_where_the_platform_looks_for_it_first(degree, curriculum):
    """In the curriculum itself, though it is also in a track of what stands before it."""
    child, inner = child_of(degree), api.create_program(title="Inner", type="xseries", status="active")
    api.create_curriculum(inner, name="Core", courses=["GTx+C"])
    api.add_program(api.create_curriculum(child, name="Track"), inner)
    api.add_program(curriculum, inner)
    assert titles(lms.child_programs(lms.get_programs(uuid=degree.uuid))) == ["Child", "Inner"]


# The cache


def cached():
    """Every list in the cache that names a program."""
    names = [key.split(":", 2)[2] for key in cache._cache]
    return {name: cache.get(name) for name in names}


def test_a_flushed_cache_is_filled_again_and_what_is_no_longer_goes(degree, courses, curriculum):
    call_command("fill_lms_programs_cache", "--site", "7=lms.example.org", stdout=(out := StringIO()))
    assert out.getvalue().startswith("Programs: 2, ")
    assert cache.get(f"program-{degree.uuid}") == lms.get_programs(uuid=degree.uuid)
    first = cached()
    cache.clear()
    lms_cache.fill([SITE])
    assert cached() == first
    api.remove(curriculum.course_memberships.get())
    api.delete_program(api.get_programs(type="micromasters").get())
    lms_cache.fill([SITE])
    for gone in (
        "course-programs-course-v1:GTx+A+1",
        f"catalog-course-programs-{courses['A'].uuid}",
        "programs-by-type-7-micromasters",
    ):
        assert cache.get(gone) is None
    assert cache.get("program-uuids-lms.example.org") == [str(degree.uuid)]
    call_command("fill_lms_programs_cache", "--site", "7=lms.example.org", verbosity=0)
    for wrong in ((), ("--site", "x"), ("--site", "7=")):
        with pytest.raises(CommandError) as refused:
            call_command("fill_lms_programs_cache", *wrong)
        assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda degree, curriculum: api.update_program(degree, title="Renamed", type="xseries", authoring_organizations=[]),
        lambda degree, curriculum: api.add_course(curriculum, "GTx+B"),
        lambda degree, curriculum: api.remove(curriculum.course_memberships.get()),
        lambda degree, curriculum: api.exclude_course_run(degree, "course-v1:GTx+A+1"),
        lambda degree, curriculum: api.delete_program(degree),
        lambda degree, curriculum: api.delete_program(api.get_programs(type="micromasters").get()),
        lambda degree, curriculum: api.update_program(api.get_programs(type="micromasters").get(), title="Inner"),
        lambda degree, curriculum: api.retire(curriculum),
    ],
)
def test_a_refresh_leaves_what_a_fill_would_write(degree, curriculum, change):
    lms_cache.fill([SITE])
    before = OutboxMessage.objects.latest("pk").pk
    change(degree, curriculum)
    recorded = OutboxMessage.objects.filter(pk__gt=before)
    lms_cache.refresh(recorded.values_list("subject", flat=True), [SITE])
    refreshed = cached()
    cache.clear()
    lms_cache.fill([SITE])
    wanted = cached()
    wanted.pop("pathway-ids-lms.example.org")
    refreshed.pop("pathway-ids-lms.example.org")
    assert refreshed == wanted
