"""Courses with skills, programs of them, and what is told when they are published."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.skills import api
from openedx_catalog.contrib.skills.signals import PROGRAM_SKILLS_REQUESTED


@pytest.fixture
def course(db):
    """``course("A", "Circuits", ("Physics", 0.5), …)``: a course of MITx, and its skills."""

    def make(code, *skills, blocked=()):
        row = catalog.create_catalog_course(org_code="MITx", course_code=code, title=f"Course {code}")
        give(api.set_course_skills, row, skills)
        for name in blocked:
            api.set_course_skill(row, name, blocked=True)
        return row

    return make


@pytest.fixture
def program(db):
    """``program("Electronics", course, program, …, skills=[…], blocked=[…])``: a program with these in its curriculum."""

    def make(title, *members, skills=(), blocked=(), status="active", **values):
        if not programs.get_program_types().filter(slug="xseries").exists():
            programs.create_program_type(name="XSeries", slug="xseries")
        row = programs.create_program(title=title, type="xseries", status=status, **values)
        curriculum = programs.create_curriculum(row, name="Plan")
        for member in members:
            (programs.add_program if hasattr(member, "status") else programs.add_course)(curriculum, member)
        give(api.set_program_skills, row, skills)
        for name in blocked:
            api.set_program_skill(row, name, blocked=True)
        return row

    return make


@pytest.fixture
def told(db):
    """What receivers hear: ``[(title, overview), …]``."""
    found = []

    def hear(program=None, **kwargs):
        found.append((program.title, program.overview))

    PROGRAM_SKILLS_REQUESTED.connect(hear)
    yield found
    PROGRAM_SKILLS_REQUESTED.disconnect(hear)


def give(store, row, skills):
    store(row, [api.SkillTag(*((each,) if isinstance(each, str) else each)) for each in skills])


def names(skills):
    return [skill.name for skill in skills]
