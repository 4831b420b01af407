"""Courses, programs and pathways that everybody may know of, as the documents of them need them; and engines of edx-search."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.data import RunMode
from openedx_catalog.models_api import CourseRun

from .servers import Elasticsearch, Meilisearch, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def uuid(number: int) -> UUID:
    return UUID(int=number)


@pytest.fixture
def make_course(db):
    """``make_course("14.100x", live=False, …)``: a course of MITx with a listing, for everybody unless told otherwise."""

    def make(code, org="MITx", *, own_uuid=None, title="", **listing):
        row = catalog.create_catalog_course(org_code=org, course_code=code, title=title or f"Course {code}", uuid=own_uuid)
        listings.set_course_listing(row, **{"live": True, "short_description": f"About {code}.", **listing})
        return row

    return make


@pytest.fixture
def make_run(db):
    """``make_run(course, "1T2026", start="2026-…", modes=[…])``."""

    def make(course, code="1T2026", *, own_uuid=None, modes=None, title="", **schedule):
        key = f"course-v1:{course.org_code}+{course.course_code}+{code}"
        run = catalog.create_course_run(key, title=title, schedule=schedule or None)
        if own_uuid is not None:
            CourseRun.objects.filter(pk=run.pk).update(uuid=own_uuid)
            run.refresh_from_db()
        if modes is not None:
            course_types.set_course_run_products(key, modes=modes)
        return run

    return make


@pytest.fixture
def make_program(db):
    """``make_program("Economics", course, …)``: a MicroMasters on offer with these courses or programs."""

    def make(title, *members, status="active", own_uuid=None, **values):
        if not programs.get_program_types().filter(slug="micromasters").exists():
            programs.create_program_type(name="MicroMasters", slug="micromasters")
        row = programs.create_program(title=title, type="micromasters", status=status, uuid=own_uuid, **values)
        since = {"effective_at": "2020-01-01T00:00:00Z"}
        curriculum = programs.create_curriculum(row, name="Plan", **since)
        for member in members:
            (programs.add_program if hasattr(member, "status") else programs.add_course)(curriculum, member, **since)
        return row

    return make


@pytest.fixture
def make_pathway(db):
    """``make_pathway("Economist", course, program, …)``: a pathway for everybody, of one step with these."""

    def make(title, *members, own_uuid=None, **values):
        row = pathways.create_learner_pathway(**{"title": title, "status": "active", "uuid": own_uuid, **values})
        named = [{"program": each} if hasattr(each, "status") else {"catalog_course": each} for each in members]
        pathways.add_step(row, [pathways.NodeRecord(**each) for each in named])
        return row

    return make


@pytest.fixture
def everything(make_course, make_run, make_program, make_pathway):
    """One of each kind, with all that a document may say."""
    listings.create_subject(name="Economics")
    listings.create_level(name="Introductory")
    catalog.create_organization(short_name="MITx", name="Massachusetts Institute of Technology")
    course = make_course(
        "14.100x", title="Microeconomics", own_uuid=uuid(1), subjects=["economics"], level="introductory",
        languages=["en", "es"],
        full_description="<p>Prices &amp; <b>markets</b>.</p><p>Choice.</p>",
    )  # fmt: skip
    dates = {"start": "2026-02-01T00:00:00Z", "end": "2026-09-01T02:00:00+02:00", "enrollment_end": "2026-06-01T00:00:00Z"}
    run = make_run(course, own_uuid=uuid(2), title="Microeconomics, spring", modes=[RunMode("verified", "49.00")], **dates)
    make_run(course, "3T2026", own_uuid=uuid(3), start="2026-09-20T00:00:00Z")
    course_types.set_course_type(course, "verified-audit")
    skills.set_course_skill(course, "Price theory", confidence=0.9)
    skills.set_course_skill(course, "Cooking", blocked=True)
    program = make_program(
        "Data, Economics", course, own_uuid=uuid(4), description="For policy.", readable_id="program-v1:MITx+DEDP",
        authoring_organizations=["MITx"],
    )  # fmt: skip
    pathway = make_pathway("Economist", course, program, own_uuid=uuid(5), overview="From prices to policy.")
    return SimpleNamespace(course=course, course_run=run, program=program, pathway=pathway)


# The engines of edx-search, each on a server of its own

INDEX = "catalog_1"


@pytest.fixture
def meilisearch_server(settings, monkeypatch):
    module = edx_search("meilisearch", monkeypatch)
    settings.SEARCH_ENGINE = "search.meilisearch.MeilisearchEngine"
    with serving(Meilisearch) as server:
        monkeypatch.setattr(module, "MEILISEARCH_URL", f"http://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def elasticsearch_server(settings, monkeypatch):
    edx_search("elastic", monkeypatch)
    settings.SEARCH_ENGINE = "search.elastic.ElasticSearchEngine"
    with serving(Elasticsearch) as server:
        settings.ELASTIC_SEARCH_CONFIG = [{"host": "127.0.0.1", "port": server.port, "max_retries": 0}]
        yield server


@pytest.fixture
def meilisearch(db, meilisearch_server):
    return empty_engine()


@pytest.fixture
def elasticsearch(db, elasticsearch_server):
    return empty_engine()


def edx_search(module, monkeypatch):
    """A module of edx-search; the switch that it asks for is in no database here."""
    pytest.importorskip("search.search_engine_base", reason="edx-search is not installed")
    monkeypatch.setattr("search.search_engine_base.switch_is_active", lambda name: False)
    return pytest.importorskip(f"search.{module}")


def empty_engine():
    from openedx_catalog.contrib.search.engines.edx_search import EdxSearchEngine

    engine = EdxSearchEngine()
    engine.create(INDEX)
    return engine
