"""A small catalog, and what is easy to say of programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api

NOW = datetime(2027, 1, 1, tzinfo=UTC)
PAST, FUTURE = timezone.now() - timedelta(days=30), timezone.now() + timedelta(days=30)


def run_of(code, run="1", org="GTx", **kwargs):
    """A run, and its catalog course where that is new."""
    return catalog.associate_course_run(f"course-v1:{org}+{code}+{run}", **kwargs).run


def course_of(code, org="GTx"):
    return catalog.get_catalog_course(org_code=org, course_code=code)


@pytest.fixture(autouse=True)
def media(settings):
    """Files that are uploaded stay in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}


@pytest.fixture
def courses(db):
    return three_courses()


def three_courses():
    """GTx A, B and C with one run each."""
    for code in "ABC":
        run_of(code, title=f"Course {code}")
    return {code: course_of(code) for code in "ABC"}


@pytest.fixture
def program(db):
    return api.create_program(title="Analytics", type="masters", status="active")


@pytest.fixture
def curriculum(program):
    return api.create_curriculum(program, name="Core", effective_at=None)


def keys_of(runs):
    return [str(run.course_key) for run in runs]


def codes_of(courses):
    return [course.course_code for course in courses]


def url(view, *args):
    """The address of a page of the admin of programs."""
    return reverse(f"admin:openedx_catalog_programs_{view}", args=args)


@pytest.fixture
def admin(client):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.fixture
def press(admin, curriculum):
    """``press("up:12")``: push a button of the builder; the page that follows."""

    def post(do, **values):
        return admin.post(url("curriculum_build", curriculum.pk), {"_do": do, **values}, follow=True)

    return post


@pytest.fixture
def leave(admin, curriculum):
    """``leave("retire", member, retired_at="…")``: read what is lost, and confirm; the preview, and the page that follows."""

    def ask(verb, member, **values):
        kind = "course" if hasattr(member, "catalog_course") else "program"
        page, body = url(f"curriculum_{verb}", curriculum.pk), {"member": f"{kind}:{member.pk}", "reason": "a slip", **values}
        preview = admin.post(page, body)
        return preview, admin.post(page, {**body, "_confirm": "1", "_shown": preview.context["shown"]}, follow=True)

    return ask
