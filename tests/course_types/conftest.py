"""Courses with runs, of which services have said modes, seats and entitlements."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api


@pytest.fixture
def course(db):
    """``course("A", R1={"modes": ["audit"]}, R2={}, entitlements=["verified"])``: a course of MITx, and its runs."""

    def make(code, *, org="MITx", entitlements=None, **runs):
        row = catalog.create_catalog_course(org_code=org, course_code=code, title=f"Course {code}")
        for name, said in runs.items():
            run = catalog.create_course_run(f"course-v1:{org}+{code}+{name}")
            if said:
                api.set_course_run_products(run.course_key, **said)
        if entitlements is not None:
            api.set_course_entitlements(row, entitlements)
        return row

    return make


@pytest.fixture
def types(db):
    """What a course and its runs are of: ``types(course)`` is ``("verified-audit", {"R1": "audit"})``."""

    def find(row):
        found = api.find_course_type_of(row)
        keys = [run.course_key for run in row.runs.order_by("key_ci")]
        runs = {key.rpartition("+")[2]: slug for key, slug in api.get_course_run_types_of(keys).items()}
        return found and found.slug, runs

    return find
