"""By the platform's own rule learners complete programs, are in progress, and get certificates: also of synced data."""

import pytest

from openedx_catalog.contrib.programs import api, lms
from openedx_catalog.contrib.programs.apps import ProgramsConfig
from openedx_catalog.data import RunMode
from tests.lms_progress import Learner, earned, progress

from .conftest import FUTURE, PAST, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

RUN, OTHER = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


@pytest.fixture
def offer(monkeypatch):
    """``offer("audit", "verified")``: an extension that says so of every run."""

    def say(*modes, only=None):
        modes = [mode if isinstance(mode, RunMode) else RunMode(mode) for mode in modes]
        answer = lambda self, course_keys: dict.fromkeys(only or course_keys, modes)  # noqa: E731
        monkeypatch.setattr(ProgramsConfig, "course_run_modes", answer)

    return say


@pytest.fixture
def xseries(courses):
    program = api.create_program(title="XSeries", type="xseries", status="active")
    api.create_curriculum(program, name="Core", courses=["GTx+A"])
    return program


@pytest.fixture
def masters(courses, program, curriculum):
    api.create_degree(program)
    api.add_course(curriculum, "GTx+A")
    return program


def dict_of(program):
    return lms.get_programs(uuid=program.uuid)


def certified(mode, *keys, status="downloadable"):
    return Learner(certificates=dict.fromkeys(keys or [RUN], (mode, status)))


# offered, mode of the certificate, whether it completes the course
CERTIFICATES = [
    pytest.param(["honor"], "honor", True, id="✅ honor"),
    pytest.param(["audit", "honor"], "honor", True, id="✅ honor beside audit"),
    pytest.param(["audit", "verified"], "verified", True, id="✅ verified"),
    pytest.param(["audit", "verified"], "audit", False, id="❌ audit where verified counts"),
    pytest.param(["honor", "verified"], "honor", False, id="❌ honor where verified counts"),
    pytest.param(["audit"], "audit", True, id="✅ audit where there is nothing else"),
    pytest.param(["professional"], "professional", True, id="✅ professional"),
    pytest.param(["no-id-professional"], "no-id-professional", True, id="✅ no-id-professional"),
    pytest.param(["professional"], "no-id-professional", True, id="✅ no-id-professional for professional"),
    pytest.param(["audit", "verified", "credit"], "verified", True, id="✅ credit, whose certificate is verified"),
    pytest.param(["audit", "verified", "masters"], "verified", True, id="✅ verified beside masters"),
    pytest.param(["masters"], "masters", True, id="✅ masters alone"),
    pytest.param(["audit", "executive-education"], "executive-education", True, id="✅ a mode of no rule here"),
]


@pytest.mark.parametrize(("modes", "mode", "completes"), CERTIFICATES)
def test_the_certificate_that_counts_completes_a_course_and_the_program(xseries, offer, modes, mode, completes):
    offer(*modes)
    found, learner = dict_of(xseries), certified(mode)
    assert progress(found, learner)["completed"] == (["Course A"] if completes else [])
    assert earned([found], learner) == (["XSeries"] if completes else [])
    assert earned([found], certified(mode, status="notpassing")) == []


ENROLLMENTS = [
    pytest.param(["audit", "verified"], "verified", True, id="✅ verified"),
    pytest.param(
        ["audit", RunMode("verified", upgrade_deadline=FUTURE)], "audit", True, id="✅ audit, while it can be upgraded"
    ),
    pytest.param(["audit", RunMode("verified", upgrade_deadline=PAST)], "audit", False, id="❌ audit, when that is over"),
    pytest.param(["honor"], "honor", True, id="✅ honor"),
    pytest.param(["audit"], "audit", True, id="✅ audit where there is nothing else"),
    pytest.param(["professional"], "professional", True, id="✅ professional"),
    pytest.param(["no-id-professional"], "no-id-professional", True, id="✅ no-id-professional"),
    pytest.param(["audit", "verified", "credit"], "credit", True, id="✅ credit"),
    pytest.param(["audit", "verified", "credit"], "verified", True, id="✅ verified, which may become credit"),
    pytest.param(["masters"], "masters", True, id="✅ masters"),
    pytest.param(["audit", "masters"], "audit", False, id="❌ audit, since nobody buys masters"),
]


@pytest.mark.parametrize(("modes", "mode", "runs"), ENROLLMENTS)
def test_the_enrollment_that_counts_is_in_progress(xseries, offer, modes, mode, runs):
    offer(*modes)
    found = progress(dict_of(xseries), Learner(enrollments={RUN: mode}))
    assert found["in progress" if runs else "not started"] == ["Course A"]


def test_within_a_masters_degree_its_own_mode_counts(masters, xseries, offer):
    offer("audit", "verified", "masters")
    found = [dict_of(masters), dict_of(xseries)]
    assert earned(found, certified("masters")) == ["Analytics"]
    assert earned(found, certified("verified")) == ["XSeries"]
    assert progress(found[0], Learner(enrollments={RUN: "masters"}))["in progress"] == ["Course A"]
    assert [seat["type"] for seat in found[0]["courses"][0]["course_runs"][0]["seats"]] == ["audit", "verified"]


def test_without_modes_nothing_is_complete_until_the_settings_name_one(xseries, settings):
    """Whatever an extension says of other runs."""
    assert earned([dict_of(xseries)], certified("verified")) == []
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"
    assert earned([dict_of(xseries)], certified("verified")) == ["XSeries"]
    assert lms.get_course_run_data(RUN, ["type"]) == {"type": "verified"}


def test_an_extension_comes_before_the_default(xseries, offer, settings):
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"
    api.add_course(xseries.curricula.get(), "GTx+B")
    offer("professional", only=[RUN])
    types = [run["type"] for course in dict_of(xseries)["courses"] for run in course["course_runs"]]
    assert types == ["professional", "verified"]


def test_a_program_is_complete_with_any_run_of_every_course(xseries, offer):
    api.add_course(xseries.curricula.get(), "GTx+B")
    run_of("A", "2")
    offer("verified")
    found = dict_of(xseries)
    assert earned([found], certified("verified", RUN)) == []
    assert earned([found], certified("verified", "course-v1:GTx+A+2", OTHER)) == ["XSeries"]


def test_one_track_completes_a_degree(masters, offer):
    """The first one that is current and has courses: the platform looks into the first active curriculum, too."""
    offer("verified")
    track = api.create_curriculum(masters, name="Track", courses=["GTx+B"])
    found = dict_of(masters)
    assert [course["title"] for course in found["courses"]] == ["Course A"]
    assert [each["name"] for each in found["curricula"] if each["is_active"]] == ["Core", "Track"]
    assert earned([found], certified("verified", RUN)) == ["Analytics"]
    assert lms.course_run_keys_for_program(found) == {RUN}
    api.retire(masters.curricula.get(name="Core"))
    found = dict_of(masters)
    assert earned([found], certified("verified", RUN)) == []
    assert earned([found], certified("verified", OTHER)) == ["Analytics"]
    assert lms.course_run_keys_for_program(found) == {OTHER}
    api.retire(track)
    assert earned([dict_of(masters)], certified("verified", RUN, OTHER)) == []


def test_seats_are_what_the_platform_reads_of_them(xseries, offer):
    offer("audit", RunMode("verified", "49.00", "USD", FUTURE, "SKU", "BULK"))
    (run,) = dict_of(xseries)["courses"][0]["course_runs"]
    audit, verified = run["seats"]
    assert (audit["type"], audit["price"], audit["upgrade_deadline"], audit["sku"]) == ("audit", "0.00", None, None)
    assert verified == {
        "type": "verified", "price": "49.00", "currency": "USD", "sku": "SKU", "bulk_sku": "BULK",
        "upgrade_deadline": FUTURE.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    verified["price"] = "0.00"
    assert dict_of(xseries)["courses"][0]["course_runs"][0]["seats"][1]["price"] == "49.00"
