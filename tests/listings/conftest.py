"""Courses with and without listings."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Where uploaded files go."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def course(db):
    """``course("14.100x", title="Microeconomics")``: a catalog course of MITx."""

    def make(code="14.100x", *, title="Microeconomics", org="MITx"):
        return catalog.create_catalog_course(org_code=org, course_code=code, title=title)

    return make


@pytest.fixture
def listed(course):
    """``listed("14.100x", title="Microeconomics", …)``: a course whose page is live, unless what follows says otherwise."""

    def make(code="14.100x", *, title="Microeconomics", org="MITx", **values):
        row = course(code, title=title, org=org)
        return api.set_course_listing(row, **{"live": True, **values})

    return make


@pytest.fixture
def run(db):
    """``run("course-v1:MITx+14.100x+2T2027", start=…)``: a run."""

    def make(key, **schedule):
        return catalog.create_course_run(key, schedule=schedule)

    return make


def picture(kind="PNG", size=(1200, 800), **options):
    """A file as somebody uploads it."""
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return ContentFile(written.getvalue(), f"picture.{kind.lower()}")
