"""The catalog that ``make demo`` loads: always the same, and dirty in every way that real ones are."""

import hashlib

import pytest

from openedx_catalog import api
from openedx_catalog.data import OUTCOMES
from openedx_catalog.transfer import open_catalog_file
from test_project import sample_catalog


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.csv"
    sample_catalog.write(path, sample_catalog.rows())
    return path


def test_sample_is_the_same_on_every_python(sample):
    digest = hashlib.sha256(sample.read_bytes()).hexdigest()
    assert digest == "8db7a88ec094f70c48a54746ef2f09e87a58d7ef1f01da118adf6fb36329f0a8"


@pytest.mark.django_db
def test_sample_has_the_dirt_of_real_catalogs(sample):
    with open_catalog_file(str(sample)) as catalog_file:
        report = api.associate_course_runs(catalog_file.records(), source="test")

    assert report.outcomes == {**dict.fromkeys(OUTCOMES, 0), "created": 1927, "unchanged": 19, "conflict": 14, "invalid": 16}
    assert (report.catalog_courses_created, report.organizations_created) == (586, 20)
    assert {problem.code for problem in report.problems} == {
        "invalid_catalog_key",
        "invalid_course_key",
        "invalid_date",
        "invalid_language",
        "invalid_pacing",
        "other_catalog_course",
        "other_spelling",
    }
    assert {finding.code for finding in api.diagnose()} == {"end_before_start"}
