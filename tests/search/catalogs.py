"""Courses of some organizations, and course catalogs of them."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.search import api

RUN = "course-v1:{}+{}+R1"


@pytest.fixture
def course(db):
    """``course("MITx", "A", ends="2020-01-01T00:00:00Z")``: a course, and its run R1, unless ``run=False``."""

    def make(org, code, *, ends=None, run=True, **values):
        row = catalog.create_catalog_course(org_code=org, course_code=code, title=f"Course {code}", **values)
        if run:
            catalog.create_course_run(RUN.format(org, code), schedule={"end": ends} if ends else None)
        return row

    return make


@pytest.fixture
def courses(course):
    """MITx+A and MITx+B, HarvardX+A; MITx+Old is over, MITx+Bare has no run."""
    for org, code, said in (
        ("MITx", "A", {}),
        ("MITx", "B", {"ends": "2999-01-01T00:00:00Z"}),
        ("MITx", "Old", {"ends": "2020-01-01T00:00:00Z"}),
        ("MITx", "Bare", {"run": False}),
        ("HarvardX", "A", {}),
    ):
        course(org, code, **said)


def stored(query="*", name="All", **values):
    """A course catalog."""
    return api.create_course_catalog(name=name, query=query, **values)


def codes(rows):
    """``{"MITx+A", …}`` of catalog courses."""
    return {f"{row.org_code}+{row.course_code}" for row in rows}
