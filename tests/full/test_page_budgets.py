"""Every page of the admin, over a catalog as large as the real one: as many queries as over a small one, ten at most."""

import itertools

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.contrib.course_types.models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseListingSubject, CourseRunListing, Subject
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.publishing import api as publishing
from openedx_catalog.contrib.publishing.models_api import (
    CourseComment,
    CourseEditor,
    CourseRestriction,
    CourseRunWorkingCopy,
    CourseWorkingCopy,
    Review,
    WorkingCopySubject,
)
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob, SyncOutcome
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing.pathways import LearnerPathwayFactory
from openedx_catalog.testing.tables import NOBODY
from openedx_catalog.transfer import open_catalog_file
from tests.admin_pages import CORE, COURSE_TYPES, LISTINGS, PATHWAYS, PROGRAMS, PUBLISHING, SEARCH, SKILLS, SUBSCRIPTIONS, SYNC
from tests.conftest import DATA, RUN_KEY

FILE = DATA / "course_runs.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(not FILE.exists(), reason="the real catalog is not here: CATALOG_DATA names its folder"),
]
BUDGET = 10
MORE = {
    # What every app that is installed knows of a row, or of the catalog. Publishing: what waits, beside what learners read.
    "catalogcourse_change": 40, "courserun_change": 36, "catalogcourse_overview": 28, "courseworkingcopy_change": 21,
    # Two or three for each kind of row that stands on it: eight of publishing, three of pathways, one of search.
    "catalogcourse_changes": 85,
    # Django asks every table that points there, and what goes along is named: two or three for each kind of row. Eight tables
    # of publishing point at a course or its working copy, one at a run.
    "courserun_delete": 45, "catalogcourse_delete": 65, "courselisting_delete": 11, "curriculum_delete": 20,
    # The histories of all that stands in it, one by one.
    "curriculum_history": 18, "learnerpathway_history": 18, "learnerpathway_delete": 20, "program_history": 18,
    "program_as_of": 15, "program_change": 17,
    "catalogcourse_history": 13, "courserun_history": 11, "source_change": 11, "subscriptionplan_organizations": 12,
    "syncjob_change": 11, "mode_history": 12, "seattype_history": 12, "coursetype_history": 13,
    # What a type can be made of, and what it is made of; all types, and how many have them.
    "coursetype_change": 12, "coursetype_matrix": 13, "coursetype_delete": 11,
}  # fmt: skip


def fill(runs, number_of_programs, number_of_jobs):
    """So many real runs, all with a type and a listing, programs of which each tenth has a curriculum, and jobs of a source."""
    with open_catalog_file(str(FILE)) as file:
        api.associate_course_runs(itertools.islice(file.records(), runs), source="backfill:real")
    course = api.associate_course_run(RUN_KEY, title="Microeconomics", source="backfill:real").run.catalog_course
    untyped = CatalogCourse.objects.filter(course_typing=None), CourseRun.objects.filter(course_run_typing=None)
    course_type, run_type = CourseType.objects.earliest("pk"), CourseRunType.objects.earliest("pk")
    CourseTyping.objects.bulk_create(CourseTyping(catalog_course=row, course_type=course_type) for row in untyped[0])
    CourseRunTyping.objects.bulk_create(CourseRunTyping(run=row, course_run_type=run_type) for row in untyped[1])
    listings.create_level(name=f"Level {runs}")
    subject = listings.create_subject(name=f"Subject {runs}")
    listed = CourseListing.objects.bulk_create(
        CourseListing(catalog_course=row, slug=f"course-{row.pk}", live=True)
        for row in CatalogCourse.objects.filter(listing=None)
    )
    CourseListingSubject.objects.bulk_create(CourseListingSubject(listing=row, subject=subject) for row in listed)
    CourseRunListing.objects.bulk_create(
        CourseRunListing(run=row, slug=f"run-{row.pk}") for row in CourseRun.objects.filter(listing=None)
    )
    fill_publishing(course)
    for _number in range(number_of_jobs):
        LearnerPathwayFactory(steps=[[course]] * 3)
    for number in range(number_of_programs):
        program = programs.create_program(title=f"Program {number}", type="masters", authoring_organizations=["MITx"])
        if number % 10 == 0:
            programs.create_curriculum(program, name="Core", courses=[course])
    source = sync.create_source(name=f"lms-{runs}", kind="file", create_missing=True)
    RunSource.objects.bulk_create(
        RunSource(source=source, run=run, external_id=str(run.course_key)) for run in CourseRun.objects.all()[:500]
    )
    for _number in range(number_of_jobs):
        job = SyncJob.objects.create(source=source, status="ok", counts={"updated": 40})
        SyncOutcome.objects.bulk_create(
            SyncOutcome(job=job, external_id=str(number), outcome="invalid", reason="why") for number in range(40)
        )


def fill_publishing(course):
    """Each fifth course has a working copy, an editor, a step and a comment; each organization has a member, as has a role."""
    courses = CatalogCourse.objects.filter(working_copy=None).order_by("pk")
    said = {"at": timezone.now(), "user_name": "ann"}
    chosen = [row for row in courses if row.pk % 5 == 0 or row == course]
    CourseWorkingCopy.objects.bulk_create(
        CourseWorkingCopy(catalog_course=row, title=f"Better {row.pk}", slug=f"course-{row.pk}") for row in chosen
    )
    WorkingCopySubject.objects.bulk_create(
        WorkingCopySubject(copy=copy, subject=subject, position=position)
        for copy in CourseWorkingCopy.objects.filter(subject_rows=None)
        for position, subject in enumerate(Subject.objects.all()[:3])
    )
    Review.objects.bulk_create(
        Review(catalog_course=row, action="edit", from_state="published", to_state="unpublished", **said) for row in chosen
    )
    CourseComment.objects.bulk_create(CourseComment(catalog_course=row, body="Fine.", state="parked", **said) for row in chosen)
    CourseRestriction.objects.bulk_create(CourseRestriction(catalog_course=row, restricted_countries=["CU"]) for row in chosen)
    CourseRunWorkingCopy.objects.bulk_create(
        CourseRunWorkingCopy(run=run, title=f"Run {run.pk}", slug=f"run-{run.pk}")
        for run in CourseRun.objects.filter(catalog_course__working_copy__isnull=False, working_copy=None)
    )
    user = get_user_model().objects.get_or_create(username="ann")[0]
    publishing.grant_publisher_editor(user, reason="Helps out.")
    for organization in Organization.objects.filter(catalog_editors=None):
        publishing.add_member(organization, user)
    CourseEditor.objects.bulk_create(CourseEditor(catalog_course=row, user=user) for row in chosen)


def pages():
    """Every page that a GET opens, for a row that is there: ``{name: path}``."""
    models = {model._meta.label_lower: model for model in admin.site._registry}
    run = api.get_course_run(RUN_KEY)
    for page in (*CORE, *PROGRAMS, *SYNC, *COURSE_TYPES, *SUBSCRIPTIONS, *SKILLS, *LISTINGS, *PUBLISHING, *PATHWAYS, *SEARCH):
        model = models[page.model]
        row = {CourseRun: run, CatalogCourse: run.catalog_course}.get(model) or model._default_manager.order_by("pk").last()
        if row is None or ":" in page.name or page.see == NOBODY:
            continue
        name = f"{model._meta.app_label}_{model._meta.model_name}_{page.name}"
        routes = {pattern.name: str(pattern.pattern) for pattern in admin.site._registry[model].get_urls()}
        path = reverse(f"admin:{name}", args=[row.pk] if "<" in routes[name] else [])
        query = {
            "of_course": f"?id={run.catalog_course_id}",
            "of_run": f"?id={run.pk}",
            "choose": f"?included=1&organization={run.catalog_course.org_id}",
        }.get(page.name, "")
        yield f"{model._meta.model_name}_{page.name}", path + (f"?ids={row.pk}" if page.name.endswith("_many") else query)


def costs(client):
    found = {}
    for name, path in pages():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        assert response.status_code == 200, name
        if not response.streaming:
            found[name] = len(captured)
    return found


def test_no_page_costs_more_than_its_queries_however_much_there_is(admin_client):
    fill(100, 20, 2)
    small = costs(admin_client) | {"catalogcourse_changes": MORE["catalogcourse_changes"]}
    fill(12_404, 580, 48)
    large = costs(admin_client)
    assert CourseRun.objects.count() > 12_000
    assert len(large) > 60
    assert {name: found for name, found in large.items() if found > MORE.get(name, BUDGET)} == {}
    # The rest of a list is counted where it has more pages than one.
    assert {name: (small[name], found) for name, found in large.items() if found > small[name] + 2} == {}
