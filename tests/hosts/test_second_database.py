"""A database that the router keeps us out of, as the LMS has one for its student modules."""

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connections

ELSEWHERE = "student_module_history"
OURS = ("openedx_catalog", "openedx_catalog_programs", "openedx_catalog_sync")

pytestmark = [
    pytest.mark.skipif(ELSEWHERE not in settings.DATABASES, reason="a host with one database"),
    pytest.mark.django_db(transaction=True, databases=["default", ELSEWHERE]),
]


def tables():
    return {name for name in connections[ELSEWHERE].introspection.table_names() if name != "django_migrations"}


def test_it_is_migrated_as_often_as_one_likes():
    for arguments in ((), (), *((label, "zero") for label in reversed(OURS)), ()):
        call_command("migrate", *arguments, database=ELSEWHERE, verbosity=0, interactive=False)
        assert tables() == set(), arguments


def test_no_check_complains_of_it():
    assert [found for found in run_checks(databases=[ELSEWHERE]) if found.id.startswith("openedx_catalog")] == []
