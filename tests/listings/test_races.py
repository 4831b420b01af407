"""Eight processes want the same slugs: each course has one of its own, and every one that was ever given leads somewhere."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseSlug
from tests.processes.conftest import racing_processes

from . import racing

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]

PROCESSES = 8


@pytest.fixture
def eight(transactional_db):
    """Processes that write."""
    for number in range(PROCESSES):
        for count in range(racing.COURSES):
            catalog.create_catalog_course(org_code="MITx", course_code=f"P{number}C{count}", title="Microeconomics")
    with racing_processes(PROCESSES) as found:
        yield found


def test_eight_want_the_same_title(eight):
    slugs = [slug for given in eight.run(racing.list_courses) for slug in given]
    # None is left out, since each took the smallest number that was free.
    numbered = [f"microeconomics-{number}" for number in range(2, PROCESSES * racing.COURSES + 1)]
    assert sorted(slugs) == sorted(["microeconomics", *numbered])
    assert all(api.find_course_by_slug(slug).is_current for slug in slugs)


def test_eight_want_what_the_others_have(eight):
    eight.run(racing.list_courses)
    assert sum(eight.run(racing.exchange)) >= racing.COURSES
    owners = dict(CourseListing.objects.values_list("catalog_course_id", "slug"))
    for row in CourseSlug.objects.all():
        now = owners[row.catalog_course_id]
        assert api.find_course_by_slug(row.slug) == (row.catalog_course_id, now, now == row.slug)
    assert not list(api.diagnose(quick=False))
