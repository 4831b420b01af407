"""schemathesis sends what the OpenAPI document allows, and what it does not: thousands of requests, and no answer is a 5xx."""

import time

import jwt
import pytest
import schemathesis
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from test_project import sample_catalog
from test_project.wsgi import application
from tests.conftest import ROOT, RUN_KEY
from tests.thorough import sample

REQUESTS = 2000
# A program, a degree and a curriculum of one uuid.
UUID = "7d3a1a3c-6f6b-4d8c-8d55-0a4a9c1fd0b2"
THERE = {
    "course_key": RUN_KEY, "key": "catalog-course:MITx:14.100x", "short_name": "MITx", "slug": "masters",
    "uuid": UUID, "program": UUID,
}  # fmt: skip
# That of all our apps, the core's routes among them.
schema = schemathesis.openapi.from_path(ROOT / "docs" / "references" / "openapi-programs.yml")
schema.app = application
# The built-in checks that hold whatever is sent: no 5xx, and what comes back is as the document says.
HOLD = CHECKS.get_by_names(["not_a_server_error", "response_schema_conformance", "content_type_conformance"])


@pytest.fixture(scope="session")
def headers(django_test_environment, django_db_blocker):
    """Those of a superuser with a token, on a site with a catalog; the database is a real one, and each request commits."""
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
        user = get_user_model().objects.create_superuser("operator")
        records = [api.AssociationRecord(RUN_KEY, title="Microeconomics")]
        records += [api.AssociationRecord(row["course_key"], title=row["title"]) for row in sample_catalog.rows()[:200]]
        api.associate_course_runs(records, source="fuzz")
        program = programs.create_program(title="Economics", type="masters", uuid=UUID)
        programs.create_curriculum(program, name="Core", courses=["MITx+14.100x"], uuid=UUID)
        programs.create_degree(program)
        claims = {"preferred_username": user.username, "iss": "test_project", "aud": "test_project", "exp": time.time() + 3600}
        token = jwt.encode(claims, django_settings.JWT_AUTH["JWT_SECRET_KEY"], algorithm="HS256")
        yield {"Authorization": f"JWT {token}"}
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def counted():
    """How many requests were sent, by status."""
    statuses = {}
    yield statuses
    print(statuses)
    assert sum(statuses.values()) >= REQUESTS


# The values at the edges of every schema are five thousand requests more: for a night.
schema.config.phases.coverage.enabled = sample(False, True)


@schema.parametrize()
@settings(max_examples=sample(18, 100), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_server(case, headers, counted):
    # Left to itself it hardly ever finds a row that is there.
    if sum(counted.values()) % 2:
        case.path_parameters = {name: value for name, value in THERE.items() if name in (case.path_parameters or {})}
    response = case.call(headers=headers)
    counted[response.status_code] = counted.get(response.status_code, 0) + 1
    case.validate_response(response, checks=HOLD)
