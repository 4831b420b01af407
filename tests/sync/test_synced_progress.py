"""A program that a discovery service said is completed, by the platform's own rule, as one made by hand."""

import pytest

from openedx_catalog.contrib.programs import lms
from openedx_catalog.contrib.sync import api
from tests.lms_progress import Learner, earned, progress

from .test_losses import list_others, program

pytestmark = pytest.mark.django_db

RUNS = ["course-v1:MITx+A+1", "course-v1:MITx+B+1"]


@pytest.fixture
def synced(sync, remote):
    also = ["organizations", "courses", "programs"]
    api.create_source(name="discovery", kind="discovery", also=also, base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows = [{"key": key, "title": key} for key in RUNS]
    courses = [{"key": "MITx+A", "title": "Algebra"}, {"key": "MITx+B", "title": "Botany"}]
    list_others(remote, organizations=[{"key": "MITx", "name": "MIT"}], courses=courses)
    list_others(remote, programs=[program(courses=[{"key": "MITx+A"}, {"key": "MITx+B"}])])
    sync("discovery")
    return lms.get_programs(organization="MITx")


@pytest.fixture(autouse=True)
def verified(settings):
    settings.OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE = "verified"


def test_a_synced_program_is_completed_with_all_its_courses(synced):
    half = Learner(enrollments={RUNS[1]: "verified"}, certificates={RUNS[0]: ("verified", "downloadable")})
    assert progress(synced[0], half) == {"completed": ["Algebra"], "in progress": ["Botany"], "not started": []}
    assert earned(synced, half) == []
    whole = Learner(certificates=dict.fromkeys(RUNS, ("verified", "downloadable")))
    assert earned(synced, whole) == ["Program 0"]
    assert earned(synced, Learner(certificates=dict.fromkeys(RUNS, ("honor", "downloadable")))) == []
