"""What a discovery service has renamed is the same here, under the new name; what somebody here has named otherwise stays."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, ProgramType
from openedx_catalog.contrib.sync import api

from .conftest import by_outcome, counts
from .discovery import curriculum, uuid_of
from .test_authority import other_remote  # noqa: F401 - a fixture
from .test_follows import codes, follow, program, service  # noqa: F401 - the fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]


@pytest.fixture
def renamed(service, follow):  # noqa: F811 - they are used here
    """A course of a program that has another key by now. Its runs keep theirs."""

    def rename(old, new):
        service.uuids[new] = service.uuids.pop(old, uuid_of(old))
        service.titles[new] = f"Course {old}"
        service.courses[new] = service.courses.pop(old)
        for each in service.programs.values():
            each["courses"] = [new if key == old else key for key in each["courses"]]

    service.program("Both", "MITx+A", "MITx+B")
    assert follow().status == "ok"
    return rename


@pytest.mark.parametrize("key", ["MITx+ALG.1", "NewX+A", "NewX+ALG.1"])
def test_a_course_that_has_another_key_at_a_source_that_places_runs_has_it_here(service, follow, renamed, key):  # noqa: F811
    api.update_source("discovery", places_runs=True)
    before = catalog.get_catalog_course(key_str="MITx+A")
    renamed("MITx+A", key)
    service.organizations["NewX"] = "New"
    (told,) = (outcome for outcome in follow().outcomes if outcome.external_id.startswith("course:") and outcome.code)
    assert (told.external_id, told.outcome, told.code) == (f"course:{key}", "updated", "renamed")
    after = catalog.get_catalog_course(key_str=key)
    assert (after.uuid, f"{after.org.short_name}+{after.course_code}") == (before.uuid, key)
    assert catalog.get_catalog_course(key_str="MITx+A").uuid == before.uuid
    assert sorted(str(run.course_key) for run in after.runs.all()) == ["course-v1:MITx+A+R1", "course-v1:MITx+A+R2"]
    assert [course.uuid for course in program().courses] == [before.uuid, catalog.get_catalog_course(key_str="MITx+B").uuid]
    assert (follow().status, program().modified) == ("ok", program().modified)


def test_where_the_source_does_not_place_runs_somebody_is_told_and_programs_keep_the_course(follow, renamed):  # noqa: F811
    renamed("MITx+A", "MITx+ALG.1")
    found = by_outcome(follow())["conflict"]
    (told,) = (outcome for outcome in found if outcome.external_id == "course:MITx+ALG.1")
    assert (told.code, "MITx:A here" in told.reason) == ("renamed_there", True)
    assert codes() == ["A", "B"]
    catalog.rename_catalog_course(catalog.get_catalog_course(key_str="MITx+A"), course_code="ALG.1", reason="As there")
    assert (follow().status, codes()) == ("ok", ["ALG.1", "B"])


def test_a_course_that_somebody_here_has_renamed_stays_so(follow, renamed):  # noqa: F811
    api.update_source("discovery", places_runs=True)
    catalog.rename_catalog_course(catalog.get_catalog_course(key_str="MITx+A"), course_code="OURS", reason="Ours")
    assert (follow().status, codes()) == ("ok", ["OURS", "B"])


def test_a_revert_says_that_the_key_stays(follow, renamed):  # noqa: F811
    api.update_source("discovery", places_runs=True)
    renamed("MITx+A", "MITx+ALG.1")
    report = api.revert_sync(follow().job, reason="Wrong")
    assert ("course:MITx+ALG.1", "course_code") in [(record, field) for record, field, _why in report.left]
    assert codes() == ["ALG.1", "B"]


@pytest.mark.parametrize(("edited", "expected"), [(False, "XSeries Program"), (True, "Ours")])
def test_a_type_that_the_source_renames_is_renamed_unless_somebody_here_has(service, follow, edited, expected):  # noqa: F811
    service.program("Both", "MITx+A")
    follow()
    kind = program().type
    if edited:
        programs.update_program_type(kind, name="Ours")
    service.programs["Both"] |= {"type": "XSeries Program", "type_uuid": uuid_of("xseries")}
    report = follow()
    assert (report.status, ProgramType.objects.get(pk=kind.pk).name) == ("ok", expected)
    (outcome,) = (each for each in report.outcomes if each.external_id.startswith("program:"))
    assert outcome.code == ("kept_as_edited" if edited else "")
    assert follow().status == "ok"
    assert ProgramType.objects.get(pk=kind.pk).name == expected


def test_a_type_is_called_as_the_source_of_the_higher_rank_says(service, follow, other_remote, sync):  # noqa: F811
    service.program("Both", "MITx+A")
    follow()
    other = {"base_url": other_remote.url, "create_missing": True, "per_minute": 6000, "also": ["programs"]}
    api.create_source(name="other", kind="discovery", rank=1, **other)
    for path, answer in service.remote.pages.items():
        other_remote.pages[path] = answer
    sync("other")
    service.programs["Both"] |= {"type": "XSeries Program", "type_uuid": uuid_of("xseries")}
    api.update_source("discovery", rank=2)
    (outcome,) = (each for each in follow().outcomes if each.external_id.startswith("program:"))
    assert (outcome.code, program().type.name) == ("set_by_another_source", "XSeries")


def test_curricula_that_exchange_their_names_do(service, follow):  # noqa: F811
    tracks = [curriculum("One", "MITx+A"), curriculum("Two", "MITx+B"), curriculum("Three", "MITx+C")]
    service.program("Both", curricula=tracks)
    follow()
    before = {row.name: row.pk for row in Curriculum.objects.not_over()}
    for track, name in zip(tracks, ["Two", "Three", "One"], strict=True):
        track["name"] = name
    assert follow().status == "ok"
    after = {row.name: row.pk for row in Curriculum.objects.not_over()}
    assert after == {"Two": before["One"], "Three": before["Two"], "One": before["Three"]}
    assert counts(follow()).keys() == {"unchanged"}


def test_names_that_cannot_be_exchanged_stay_and_are_told(service, follow):  # noqa: F811
    tracks = [curriculum("One", "MITx+A"), curriculum("Two", "MITx+B")]
    service.program("Both", curricula=tracks)
    follow()
    api.pin_record_field("curriculum", Curriculum.objects.get(name="One").uuid, "name", reason="Ours")
    tracks[0]["name"], tracks[1]["name"] = "Two", "One"
    (outcome,) = by_outcome(follow())["conflict"]
    assert outcome.code == "partly_taken"
    assert {row.name for row in Curriculum.objects.not_over()} == {"One", "Two"}
