"""One row of everything, in a host that is shaped like a real service."""

import pytest
from django.contrib.auth import get_user_model
from organizations.models import OrganizationCourse

from openedx_catalog import api, messages
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api as syncs
from openedx_catalog.contrib.sync.models_api import RunSource, SourceRecord, SyncJob
from openedx_catalog.testing import CatalogPathwayFactory
from openedx_catalog.testing.factories import DeletedRunKeyFactory
from tests.conftest import RUN_KEY


@pytest.fixture
def everything(db, monkeypatch):
    """One row, at least, of every model that has a page."""
    monkeypatch.setattr(syncs, "start_sync", lambda *args, **kwargs: None)
    run = api.associate_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z"}, source="test").run
    api.create_catalog_course(org_code="MITx", course_code="Other")
    api.create_catalog_course(org_code="MITx", course_code="Merged")
    api.merge_catalog_courses("MITx+Merged", into="MITx+14.100x", reason="twice the same")
    DeletedRunKeyFactory(course_key="course-v1:MITx+14.100x+Gone")
    learner = get_user_model().objects.create_user("learner")
    api.enroll_in_pathway(learner.pk, CatalogPathwayFactory(org=run.catalog_course.org))
    OrganizationCourse.objects.create(organization=run.catalog_course.org, course_id=RUN_KEY)
    messages.record_unknown("junk", source="course_published", error="no name", event_id="odd")
    programs.set_external_course_key(RUN_KEY, "MATH 1", source="test")
    program = programs.create_program(title="P", type="masters", status="active", authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(program, name="Core", courses=["MITx+14.100x"], source="test")
    nested = programs.create_program(title="Nested", type="masters", status="active", authoring_organizations=["MITx"])
    programs.add_program(curriculum, nested, source="test")
    programs.add_group(curriculum, name="Electives", minimum=1, source="test")
    degree = programs.create_degree(program, source="test")
    programs.add_cost(degree, description="Tuition", amount="9900", currency="USD", source="test")
    programs.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z", source="test")
    source = syncs.create_source(name="lms", kind="file", create_missing=True, source="test")
    RunSource.objects.create(source=source, run=run, external_id=RUN_KEY)
    SyncJob.objects.create(source=source, status="ok", counts={"created": 1})
    syncs.pin_field(RUN_KEY, "title", reason="The registrar's")
    course = run.catalog_course
    SourceRecord.objects.create(source=source, kind="course", external_id="MITx+14.100x", record=str(course.uuid))
    syncs.pin_record_field("course", str(course.uuid), "title", reason="The registrar's")
