"""Courses that take so many hours, programs of them, and pathways."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.api import NodeRecord
from openedx_catalog.contrib.programs import api as programs
from tests.listings.conftest import media  # noqa: F401


@pytest.fixture
def course(db):
    """``course("A", 8)``: MITx+A, whose only run takes eight hours, or nobody knows how many."""

    def make(code, hours=None):
        row = catalog.create_catalog_course(org_code="MITx", course_code=code, title=f"Course {code}")
        catalog.create_course_run(f"course-v1:MITx+{code}+R1")
        listings.set_course_listing(row, live=True)
        if hours is not None:
            listings.set_course_run_listing(f"course-v1:MITx+{code}+R1", min_effort=hours, max_effort=hours, weeks=1)
        return row

    return make


@pytest.fixture
def program(db):
    """``program("Circuits", course, …, within=…)``: an active program with these courses, which another one contains."""

    def make(title, *courses, within=None):
        row = programs.create_program(title=title, type="micromasters", status="active")
        curriculum = programs.create_curriculum(row, name="Plan")
        for each in courses:
            programs.add_course(curriculum, each)
        if within is not None:
            programs.add_program(programs.create_curriculum(within, name="Programs"), row)
        return row

    return make


@pytest.fixture
def pathway(db):
    """An active pathway without steps."""
    return api.create_learner_pathway(title="Become a data analyst", status="active")


def nodes(*targets):
    """Records of courses, programs and usage keys."""
    return [node(each) for each in targets]


def node(target, **values):
    """One such record."""
    kind = (
        "program"
        if hasattr(target, "marketing_slug")
        else "usage_key"
        if str(target).startswith("block-v1")
        else "catalog_course"
    )
    return NodeRecord(**{kind: target}, **values)
