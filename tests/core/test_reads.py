"""Which course is this run of? One by one, by the thousand, and for the whole catalog."""

import pytest
from opaque_keys.edx.keys import CourseKey
from opaque_keys.edx.locator import CourseLocator
from organizations.models import Organization

from openedx_catalog import api, keys
from openedx_catalog.api import AssociationRecord
from openedx_catalog.exceptions import InvalidCatalogKey, InvalidCourseKey, InvalidRequest
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun

pytestmark = pytest.mark.django_db

ONE, TWO, SLASH = "course-v1:MITx+14.100x+3T2017", "course-v1:edX+Demo+2027", "MITx/14.73x/2013_Spring"


@pytest.fixture(autouse=True)
def catalog(db):
    api.associate_course_runs([AssociationRecord(key, title=f"T {key}") for key in (ONE, TWO, SLASH)], source="test")


def test_a_run_is_found_by_key_in_any_case_with_one_query(django_assert_num_queries):
    for key in (ONE, CourseKey.from_string(ONE), ONE.upper().replace("COURSE-V1", "course-v1"), f" {ONE} "):
        with django_assert_num_queries(1):
            assert str(api.get_course_run(key).course_key) == ONE
    assert api.get_course_run(CourseLocator("MITx", "14.100x", "3T2017", branch="published-branch")).run_code == "3T2017"


def test_what_is_not_there():
    for key in ("course-v1:No+such+run", "course-v1:MITx+14.100x+4"):
        with pytest.raises(CourseRun.DoesNotExist):
            api.get_course_run(key)
        with pytest.raises(CourseRun.DoesNotExist):
            api.get_catalog_course_for_run(key)
        assert api.find_course_run(key) is None
        assert api.find_catalog_course_for_run(key) is None
    with pytest.raises(InvalidCourseKey):
        api.get_course_run("garbage")
    assert api.find_course_run("garbage") is None


def test_the_course_of_a_run_comes_with_its_organization_in_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.get_catalog_course_for_run(ONE).key_str == "catalog-course:MITx:14.100x"


def test_many_runs_by_key_as_given(django_assert_num_queries):
    asked = [ONE, CourseKey.from_string(TWO), SLASH.lower(), "garbage", "course-v1:No+such+run", None, 5]
    with django_assert_num_queries(1):
        runs = api.get_course_runs(asked)
        assert {given: run.catalog_course.key_str for given, run in runs.items()} == {
            ONE: "catalog-course:MITx:14.100x",
            CourseKey.from_string(TWO): "catalog-course:edX:Demo",
            SLASH.lower(): "catalog-course:MITx:14.73x",
        }
    with django_assert_num_queries(1):
        courses = api.get_catalog_courses_for_runs(asked)
        assert {given: course.key_str for given, course in courses.items()} == {
            given: run.catalog_course.key_str for given, run in runs.items()
        }
    with django_assert_num_queries(0):
        assert api.get_course_runs([]) == api.resolve_course_runs(["\x00", "\ud800"]) == {}


def test_one_query_per_thousand_keys(django_assert_num_queries):
    many = [f"course-v1:A+B+{n}" for n in range(2500)]
    for read in (api.get_course_runs, api.get_catalog_courses_for_runs, api.resolve_course_runs):
        with django_assert_num_queries(3):
            assert read([*many, ONE]).keys() == {ONE}


def test_resolving_gives_flat_texts(django_assert_num_queries):
    course = api.get_catalog_course_for_run(ONE)
    with django_assert_num_queries(1):
        found = api.resolve_course_runs([ONE.lower(), CourseKey.from_string(TWO), "garbage", "course-v1:No+such+run"])
    assert found.keys() == {ONE.lower(), CourseKey.from_string(TWO)}
    assert found[ONE.lower()] == (
        ONE,
        f"T {ONE}",
        "implicit",
        str(course.uuid),
        "catalog-course:MITx:14.100x",
        "MITx",
        "14.100x",
        f"T {ONE}",
    )


def test_rows_of_other_programs_are_read_too(django_assert_num_queries):
    CourseRun.objects.filter(key_ci=keys.fold(ONE)).update(key_ci=None, uuid=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None)
    CatalogCourseCode.objects.all().delete()
    assert str(api.get_course_run(ONE).course_key) == ONE
    for read in (api.get_course_runs, api.get_catalog_courses_for_runs, api.resolve_course_runs):
        with django_assert_num_queries(1):
            assert read([ONE, TWO]).keys() == {ONE, TWO}
    assert api.get_catalog_course(key_str="catalog-course:mitx:14.100X").course_code == "14.100x"
    assert [row.course_key for row in api.iter_associations()] == [TWO, ONE, SLASH]


def test_a_catalog_course_by_any_of_its_names(django_assert_num_queries):
    course = api.get_catalog_course_for_run(ONE)
    for name in (
        {"pk": course.pk},
        {"uuid": course.uuid},
        {"uuid": str(course.uuid)},
        {"key_str": "catalog-course:MITx:14.100x"},
        {"key_str": "MITx+14.100x"},
        {"org_code": "MITx", "course_code": "14.100X"},
    ):
        with django_assert_num_queries(1):
            assert api.get_catalog_course(**name).key_str == course.key_str
    assert api.get_catalog_course(course.pk) == api.get_catalog_course(key_str="catalog-course:mitX:14.100X") == course
    assert api.find_catalog_course(key_str="MITx+9") is api.find_catalog_course(key_str="Nowhere+9") is None
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.get_catalog_course(key_str="MITx+9")


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ({}, InvalidRequest),
        ({"pk": 1, "key_str": "A+B"}, InvalidRequest),
        ({"org_code": "A"}, InvalidRequest),
        ({"course_code": "A"}, InvalidRequest),
        ({"uuid": "x"}, InvalidRequest),
        ({"key_str": "catalog-course:x"}, InvalidCatalogKey),
        ({"key_str": "evil"}, InvalidCatalogKey),
    ],
)
def test_names_that_do_not_fit_are_refused(names, error):
    with pytest.raises(error):
        api.get_catalog_course(**names)


def test_lists_are_lazy_and_joined(django_assert_num_queries):
    # Which organization it is, and its courses.
    with django_assert_num_queries(2):
        assert {course.key_str for course in api.get_catalog_courses(org_code="MITx")} == {
            "catalog-course:MITx:14.100x",
            "catalog-course:MITx:14.73x",
        }
    course = api.get_catalog_course_for_run(TWO)
    with django_assert_num_queries(1):
        assert [run.catalog_course.key_str for run in api.get_course_runs(catalog_course=course)] == [course.key_str]
    assert api.get_course_runs().count() == 3
    for org in ("MITx", "mitX", api.find_organization_by_code("MITx")):
        assert api.get_course_runs(org_code=org).count() == api.get_catalog_courses(org_code=org).count() == 2
    assert api.get_course_runs(org_code="Nowhere").count() == api.get_catalog_courses(org_code="Nowhere").count() == 0
    for name in (course.uuid, str(course.uuid), course.key_str, "EDX+demo"):
        assert [str(run.course_key) for run in api.get_course_runs(catalog_course=name)] == [TWO]
    assert api.get_catalog_courses(language="").count() == 3


def test_the_whole_mapping_is_ordered_by_folded_names_whatever_the_database(monkeypatch):
    from openedx_catalog.api import resolution

    Organization.objects.create(name="É", short_name="École")
    Organization.objects.create(name="~", short_name="ß")
    more = ["course-v1:zZ+a+1", "course-v1:Zz+B+1", "course-v1:École+Ö+1", "course-v1:ß+_+1", "course-v1:a_b+c+1", "A-B/c/1"]
    more += [f"course-v1:MITx+{code}+{run}" for code in "bAcÄ" for run in ("2", "10", "a", "B")]
    api.associate_course_runs([AssociationRecord(key) for key in more], source="test")
    expected = sorted(
        api.resolve_course_runs([ONE, TWO, SLASH, *more]).values(),
        key=lambda r: (keys.fold(r.org_code), keys.fold(r.course_code), keys.fold(r.course_key)),
    )
    for page in (5000, 7, 1):
        monkeypatch.setattr(resolution, "PAGE", page)
        rows = list(api.iter_associations())
        assert [row.course_key for row in rows] == [r.course_key for r in expected]
    assert rows[0]._asdict() == {
        "org_code": "A-B",
        "course_code": "c",
        "catalog_course_uuid": str(api.get_catalog_course(key_str="A-B+c").uuid),
        "catalog_course_title": "c",
        "course_key": "A-B/c/1",
        "run_title": "c",
        "association": "implicit",
    }
    assert {row.org_code for row in api.iter_associations(org_code="mitX")} == {"MITx"}
    assert list(api.iter_associations(org_code="Nowhere")) == []


def test_the_whole_catalog_for_an_index(django_assert_num_queries):
    schedule = {
        "start": "2027-01-31T10:00:00+00:00", "end": "2027-06-30T10:00:00+00:00", "pacing": "self",
        "enrollment_start": "2026-11-30T10:00:00+00:00", "enrollment_end": "2027-02-28T10:00:00+00:00",
    }  # fmt: skip
    empty = api.create_catalog_course(org_code="MITx", course_code="Empty", title="No run yet", language="fr")
    run = api.create_course_run("course-v1:HarvardX+CS50+2027", catalog_course="edX+Demo", title="R", schedule=schedule)
    api.withdraw_course_run(run.course_key, at=api.parse_datetime("2026-05-01T00:00:00Z", "at"))
    with django_assert_num_queries(3):
        courses = list(api.iter_catalog())
    assert [course.key_str for course in courses] == [course.key_str for course in CatalogCourse.objects.order_by("pk")]
    by_code = {course.course_code: course for course in courses}
    assert by_code["Empty"]._asdict() == {
        "org_code": "MITx", "course_code": "Empty", "key_str": empty.key_str, "uuid": str(empty.uuid), "title": "No run yet",
        "language": "fr", "created": empty.created, "modified": empty.modified, "course_runs": (),
    }  # fmt: skip
    own, moved = by_code["Demo"].course_runs
    assert (own.course_key, moved.course_key) == (TWO, "course-v1:HarvardX+CS50+2027")
    run = api.get_course_run(run.course_key)
    dates = {name: api.parse_datetime(value, name) for name, value in schedule.items() if name != "pacing"}
    assert moved._asdict() == {
        "course_key": str(run.course_key), "uuid": str(run.uuid), "title": "R", "association": "explicit", **dates,
        "pacing": "self", "withdrawn_at": api.parse_datetime("2026-05-01T00:00:00Z", "at"), "created": run.created,
        "modified": run.modified,
    }  # fmt: skip
    assert (own.start, own.enrollment_end, own.pacing, own.withdrawn_at) == (None, None, "", None)


@pytest.mark.parametrize(("rows", "queries"), [(7, 3), (997, 3), (1997, 5)])
def test_the_whole_catalog_costs_two_queries_per_thousand_courses(data_statements, rows, queries):
    api.associate_course_runs(
        [AssociationRecord(f"course-v1:A+C{n}+{m}") for n in range(rows) for m in range(2)], source="test"
    )
    with data_statements() as log:
        courses = list(api.iter_catalog())
    # The last one finds nothing more.
    assert (len(courses), len(log)) == (rows + 3, queries)
    assert [len(course.course_runs) for course in courses] == [1, 1, 1, *[2] * rows]


def test_the_whole_catalog_is_read_a_page_at_a_time_and_skips_nothing_that_stays(monkeypatch):
    monkeypatch.setattr("openedx_catalog.api.indexing.PAGE", 2)
    for number in range(5):
        api.create_course_run(f"course-v1:A+C{number}+1")
    expected = list(api.iter_catalog())
    reading = api.iter_catalog()
    seen = [next(reading)]
    api.delete_course_run(ONE)
    api.delete_catalog_course("MITx+14.100x")
    seen += reading
    assert seen == expected


def test_rows_of_other_programs_are_read_whole_too():
    CourseRun.objects.update(key_ci=None, uuid=None, modified=None)
    CatalogCourse.objects.update(course_code_ci=None, uuid=None, modified=None)
    courses = list(api.iter_catalog())
    assert {course.course_runs[0].course_key for course in courses} == {ONE, TWO, SLASH}
    assert {(course.uuid, course.course_runs[0].uuid) for course in courses} == {("", "")}


KEYS = (
    ONE, "MITx/14.100x/3T2017", "ccx-v1:MITx+14.100x+3T2017+ccx@7", "ccx-v1:MITx+14.100x+3T2017+ccx@8",
    "course-v1:MITx+14.100x+3T2018", "course-v1:edX+14.100x+3T2017",
)  # fmt: skip


def test_no_two_runs_read_alike(admin_client, django_assert_num_queries):
    """A CCX run has organization, code and run in common with the one that it is made of, and a title often too."""
    for key in KEYS[1:]:
        api.associate_course_run(key, catalog_course="MITx+14.100x", title=f"T {ONE}")
    runs = list(CourseRun.objects.filter(catalog_course__course_code="14.100x"))
    with django_assert_num_queries(0):
        texts = {str(run.course_key): str(run) for run in runs}
    assert len(set(texts.values())) == len(texts) == len(KEYS)
    assert texts[ONE] == f"T {ONE} (MITx 14.100x 3T2017)"
    assert texts[KEYS[1]] == f"T {ONE} (MITx/14.100x/3T2017)"
    assert texts[KEYS[2]] == f"T {ONE} (ccx-v1:MITx+14.100x+3T2017+ccx@7)"
    page = admin_client.get("/admin/openedx_catalog/courserun/").content.decode()
    assert all(key in page for key in KEYS)
    assert str(CourseRun(title="T")) == "T"


def test_organizations_are_named_in_any_case():
    assert {row.org_code for row in api.iter_associations(org_code="MITX")} == {"MITx"}
    for name in ("MITX", "mitx", api.find_organization_by_code("MITx")):
        assert api.get_catalog_courses(org_code=name).count() == CatalogCourse.objects.for_org(name).count() == 2
        assert api.get_course_runs(org_code=name).count() == CourseRun.objects.for_org(name).count() == 2
    assert api.get_catalog_course(org_code="mitX", course_code="14.100X").course_code == "14.100x"
