"""Courses with runs, and programs of them; what a plan includes of all that."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.subscriptions import api


@pytest.fixture
def course(db):
    """``course("A", R1="self", R2="instructor", R3="")``: a course of MITx, and its runs with their pacing."""

    def make(code, *, org="MITx", **runs):
        row = catalog.create_catalog_course(org_code=org, course_code=code, title=f"Course {code}")
        for name, pacing in runs.items():
            catalog.create_course_run(f"course-v1:{org}+{code}+{name}", schedule={"pacing": pacing or None})
        return row

    return make


@pytest.fixture
def program(db):
    """``program("Circuits", course, …, type="xseries")``: a program with these courses."""

    def make(title, *courses, type="xseries"):
        if not programs.get_program_types().filter(slug=type).exists():
            programs.create_program_type(name=type, slug=type)
        row = programs.create_program(title=title, type=type, status="active")
        curriculum = programs.create_curriculum(row, name="Plan")
        for each in courses:
            programs.add_course(curriculum, each)
        return row

    return make


@pytest.fixture
def included(db):
    """What a plan includes by now, everything computed: ``(codes of courses, names of runs, titles of programs)``."""

    def read(plan="default", *, refreshed=True):
        if refreshed:
            api.refresh_subscriptions()
        courses = api.get_included_courses(plan).order_by("course_code").values_list("course_code", flat=True)
        runs = api.get_included_runs(plan).order_by("key_ci").values_list("course_key__text", flat=True)
        titles = programs.get_programs().filter(uuid__in=api.get_included_programs(plan)).order_by("title")
        names = [key.partition("+")[2] for key in runs]
        return list(courses), names, list(titles.values_list("title", flat=True))

    return read
