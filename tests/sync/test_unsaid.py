"""What a source does not say is not that there is none; what somebody here has decided stays with what comes after it."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, DegreeCost
from openedx_catalog.contrib.sync import api

from .conftest import FakeClock, by_outcome, counts
from .discovery import curriculum, degree, uuid_of
from .test_follows import codes, follow, four_courses, member, program, runs, written  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]


@pytest.fixture(scope="module")
def taken_over(module_db, remote_of_module):
    service = four_courses(remote_of_module)
    tracks = [curriculum("Core", "MITx+C", "MITx+A", programs=["Nested"], excluded=["course-v1:MITx+C+R2"])]
    service.program("Nested", "MITx+D")
    service.program(
        "Both", "MITx+B", curricula=tracks, degree=degree(), subtitle="A degree", excluded=["course-v1:MITx+B+R2"], hidden=True
    )
    service.serve()
    assert api.sync_source("discovery", clock=FakeClock()).status == "ok"
    return service


@pytest.fixture
def remote(remote_of_module):
    return remote_of_module


@pytest.fixture
def service(taken_over):
    return taken_over.again()


@pytest.fixture
def followed(service):
    """A program with all that it may have, taken over."""
    return service


UNSAID = {
    "curricula": {"unsaid": ("curricula",)},
    "courses": {"unsaid": ("courses",)},
    "course_runs": {"unsaid": ("course_runs",)},
    "organizations": {"unsaid": ("authoring_organizations",)},
    "values": {"unsaid": ("subtitle", "hidden", "marketing_slug", "type_attrs")},
    "courses of a curriculum": {"curricula": ("courses", "programs")},
    "runs of a curriculum": {"curricula": ("course_runs",)},
    "name of a curriculum": {"curricula": ("name", "is_active")},
    "costs": {"degree": ("costs", "deadlines", "apply_url")},
    "the degree": {"unsaid": ("degree",)},
}


@pytest.mark.parametrize("what", UNSAID)
def test_what_is_not_said_stays(followed, follow, what):  # noqa: F811
    stored, said = followed.programs["Both"], UNSAID[what]
    before = written()
    if "curricula" in said:
        stored["curricula"][0]["unsaid"] = said["curricula"]
    elif "degree" in said:
        stored["degree"] = {name: value for name, value in stored["degree"].items() if name not in said["degree"]}
    else:
        stored["unsaid"] = said["unsaid"]
    report = follow()
    assert (report.status, counts(report).get("updated", 0)) == ("ok", 0)
    after = written()
    assert (after[0], after[1], after[3]) == (before[0], before[1], before[3])
    assert codes() == ["B", "C", "A"]


def test_an_empty_list_says_that_there_is_none(followed, follow):  # noqa: F811
    followed.programs["Both"]["degree"] |= {"costs": []}
    followed.programs["Both"]["curricula"][0] |= {"courses": [], "programs": []}
    follow(allow_mass_missing=True)
    assert codes() == ["B"]
    assert not DegreeCost.objects.not_over().exists()


def test_a_run_that_its_source_drops_is_left_out_still(followed, follow):  # noqa: F811
    del followed.courses["MITx+C"]["course-v1:MITx+C+R2"]
    follow(allow_mass_missing=True)
    assert "C+R2" not in runs()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 7), ("title", "a\x00"), ("type", None), ("type_attrs", {"uuid": 7}), ("status", "flying"), ("status", {}),
        ("hidden", "false"), ("authoring_organizations", [{"key": 1}]), ("credit_backing_organizations", "MITx"),
        ("courses", [{"key": "MITx+A"}, {}]), ("courses", "MITx+A"), ("excluded_course_runs", "course-v1:MITx+A+R1"),
        ("curricula", {}), ("curricula", [{"uuid": "nonsense"}]), ("degree", "yes"), ("marketing_slug", ["x"]), ("overview", 7),
    ],
)  # fmt: skip
def test_one_value_that_cannot_be_meant_costs_no_other_and_takes_nothing_away(followed, follow, remote, field, value):  # noqa: F811
    before, parts = written(), codes()
    followed.programs["Both"] |= {"subtitle": "Anew"}
    followed.serve()
    listed = remote.pages["/api/v1/programs/"]["results"]
    next(each for each in listed if each["title"] == "Both")[field] = value
    report = api.sync_source("discovery")
    (wrong,) = (outcome for outcome in report.outcomes if outcome.external_id.startswith("program:") and outcome.code)
    assert (wrong.outcome, wrong.code, report.status) == ("conflict", "partly_taken", "partial")
    # By the name of the service, or by ours.
    assert field in wrong.reason or field in ("overview", "type_attrs")
    assert (program().subtitle, codes()) == ("Anew", parts)
    assert (follow().status, program().title, program().status) == ("ok", "Both", "active")
    # The one change that was taken.
    assert written()[0] == before[0] | {"Program": before[0]["Program"] + 1}


@pytest.mark.parametrize("field", ["courses", "programs", "is_active"])
def test_a_curriculum_with_an_odd_part_keeps_it_and_follows_in_the_rest(followed, follow, remote, field):  # noqa: F811
    parts = codes()
    followed.serve()
    listed = next(each for each in remote.pages["/api/v1/programs/"]["results"] if each["title"] == "Both")
    listed["curricula"][0] |= {field: "nonsense", "name": "Renamed"}
    (wrong,) = by_outcome(api.sync_source("discovery"))["conflict"]
    assert f"{listed['curricula'][0]['uuid']} {field}" in wrong.reason
    assert Curriculum.objects.not_over().filter(name="Renamed").exists()
    assert codes() == parts


def test_a_program_without_an_id_is_invalid_and_nothing_counts_as_missing(followed, follow, remote):  # noqa: F811
    before = written()
    followed.serve()
    listed = remote.pages["/api/v1/programs/"]["results"]
    next(each for each in listed if each["title"] == "Both")["uuid"] = "nonsense"
    report = api.sync_source("discovery")
    assert [outcome.code for outcome in by_outcome(report)["invalid"]] == ["invalid_row"]
    assert "missing" not in by_outcome(report)
    assert written()[0] == before[0]


@pytest.mark.parametrize("field", ["title", "type"])
def test_a_new_program_needs_a_title_and_a_type(followed, follow, remote, field):  # noqa: F811
    followed.program("New", "MITx+A")
    followed.serve()
    listed = remote.pages["/api/v1/programs/"]["results"]
    next(each for each in listed if each["title"] == "New")[field] = 7
    (wrong,) = by_outcome(api.sync_source("discovery"))["invalid"]
    assert (wrong.code, wrong.reason.startswith(f"{field} ")) == ("invalid_row", True)
    assert "expected a text, got int" in wrong.reason
    follow()
    assert program("New").status == "active"


@pytest.mark.parametrize("what", ["courses", "organizations"])
def test_an_odd_value_of_a_course_or_an_organization_costs_no_other(followed, follow, remote, what):  # noqa: F811
    followed.courses["MITx+NEW"], followed.organizations["NewX"] = {}, "New"
    followed.serve()
    field = "title" if what == "courses" else "name"
    for each in remote.pages[f"/api/v1/{what}/"]["results"]:
        each[field] = "a\x00"
    report = api.sync_source("discovery")
    found = {outcome.external_id: (outcome.outcome, outcome.code) for outcome in report.outcomes if outcome.code}
    name = "course:MITx+NEW" if what == "courses" else "organization:NewX"
    assert found.pop(name) == ("created", "partly_taken")
    assert set(found.values()) == {("invalid", "invalid_value")}


def test_pins_go_over_to_what_comes_next(followed, follow):  # noqa: F811
    cost = DegreeCost.objects.get(description="Tuition")
    track = followed.programs["Both"]["curricula"][0]
    own = Curriculum.objects.get(name="Core")
    api.pin_record_field("curriculum", own.uuid, "name", reason="ours")
    api.pin_record_field("cost", cost.uuid, "currency", reason="ours")
    followed.programs["Both"]["degree"]["costs"][0]["amount"] = "$10,000"
    track["is_active"] = False
    follow(allow_mass_missing=True)
    track |= {"is_active": True, "name": "Other"}
    followed.programs["Both"]["degree"]["costs"][0]["amount"] = "10000 EUR"
    report = follow()
    assert DegreeCost.objects.not_over().get(description="Tuition").currency == "USD"
    assert Curriculum.objects.not_over().get(program=program(), name="Core").pk != own.pk
    assert "pinned" in {outcome.code for outcome in report.outcomes}


def test_a_curriculum_that_an_editor_offers_again_is_followed_again(followed, follow):  # noqa: F811
    own = Curriculum.objects.get(name="Core")
    new = programs.reintroduce(programs.retire(own))
    followed.programs["Both"]["curricula"][0]["courses"] = ["MITx+C", "MITx+D"]
    assert follow(allow_mass_missing=True).status == "ok"
    assert [row.catalog_course.course_code for row in new.course_memberships.not_over().order_by("position")] == ["C", "D"]
    assert member("A").is_over()
    before = written()
    assert follow().status == "ok"
    assert written() == before


def test_a_curriculum_is_called_as_the_source_says_whose_word_counts(followed, follow, remote):  # noqa: F811
    api.create_source(
        name="second", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000, also=["programs"], rank=5
    )
    followed.serve()
    api.sync_source("second")
    api.update_source("discovery", rank=50)
    followed.programs["Both"]["curricula"][0] |= {"name": "Renamed", "is_active": False}
    report = follow(allow_mass_missing=True)
    own = Curriculum.objects.get(uuid=uuid_of("curriculum Core"))
    assert (own.name, own.is_over()) == ("Core", False)
    assert "set_by_another_source" in {outcome.code for outcome in report.outcomes}
    api.sync_source("second", allow_mass_missing=True)
    own.refresh_from_db()
    assert (own.name, own.is_over()) == ("Renamed", True)


def test_what_a_degree_costs_is_as_the_source_says_whose_word_counts(followed, follow, remote):  # noqa: F811
    api.create_source(
        name="second", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000, also=["programs"], rank=500
    )
    followed.programs["Both"]["degree"]["costs"][0]["amount"] = "$10,000"
    followed.serve()
    (outcome,) = by_outcome(api.sync_source("second"))["outranked"]
    assert outcome.code == "set_by_another_source"
    assert DegreeCost.objects.not_over().get(description="Tuition").amount == 9900
    api.update_source("second", rank=1)
    api.sync_source("second")
    assert DegreeCost.objects.not_over().get(description="Tuition").amount == 10_000
    followed.programs["Both"]["degree"]["costs"][0]["amount"] = "$11,000"
    assert "set_by_another_source" in {outcome.code for outcome in follow().outcomes}
    assert DegreeCost.objects.not_over().get(description="Tuition").amount == 10_000


def test_a_name_that_an_editor_gave_a_curriculum_is_told(followed, follow):  # noqa: F811
    programs.update_curriculum(Curriculum.objects.get(name="Core"), name="Ours")
    report = follow()
    assert [(outcome.code, outcome.reason) for outcome in report.outcomes] == [("kept_as_edited", "Ours")]


def test_a_type_that_is_unknown_is_told_beside_what_else_is_left_out(followed, follow):  # noqa: F811
    api.update_source("discovery", create_missing=False)
    followed.programs["Both"] |= {"type": "Unheard of", "organizations": ["MITx", "Nowhere"]}
    (outcome,) = by_outcome(follow())["conflict"]
    assert "type_unknown" in outcome.reason
    assert "organization_unknown" in outcome.reason
    assert catalog.find_organization_by_code("Nowhere") is None


def test_a_curriculum_that_an_editor_made_is_theirs(followed, follow):  # noqa: F811
    track = followed.programs["Both"]["curricula"][0]
    track["is_active"] = False
    follow(allow_mass_missing=True)
    programs.create_curriculum(program(), name="Core", courses=["MITx+A", "MITx+C"])
    follow(allow_mass_missing=True)
    track["courses"] = ["MITx+C", "MITx+D"]
    follow(allow_mass_missing=True)
    assert codes() == ["B", "A", "C"]


@pytest.mark.parametrize("how", ["inactive", "gone"])
def test_a_run_counts_that_the_source_leaves_out_no_longer_when_its_course_comes_back(followed, follow, how):  # noqa: F811
    api.update_source("discovery", retire_missing=True)
    followed.serve()
    listed = followed.remote.pages["/api/v1/programs/"]["results"]
    found = next(each for each in listed if each["title"] == "Both")
    found["excluded_course_runs"] = ["course-v1:MITx+A+R2"]
    api.sync_source("discovery")
    assert "A+R2" not in runs()
    tracks = found["curricula"]
    if how == "gone":
        found["curricula"] = []
    else:
        tracks[0]["is_active"] = False
    api.sync_source("discovery", allow_mass_missing=True)
    assert "A" not in codes()
    found["curricula"] = tracks
    tracks[0]["is_active"], found["excluded_course_runs"] = True, []
    api.sync_source("discovery", allow_mass_missing=True)
    assert "A" in codes()
    assert "A+R2" in runs()


def test_what_an_editor_corrected_stays_whichever_source_put_it_in(followed, follow, remote):  # noqa: F811
    programs.update_cost(DegreeCost.objects.get(description="Tuition"), amount="5")
    api.create_source(
        name="second", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000, also=["programs"], rank=1
    )
    followed.serve()
    api.sync_source("second")
    assert DegreeCost.objects.not_over().get(description="Tuition").amount == 5
