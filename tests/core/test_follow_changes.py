"""The consumer of the how-to: what it has is what the catalog has, after whatever happened."""

from __future__ import annotations

import importlib.util
import json
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from openedx_catalog import api
from openedx_catalog.testing.tokens import token
from tests.conftest import RUN_KEY

SCRIPT = Path(__file__).parents[2] / "docs" / "how-tos" / "follow_catalog.py"


def load_consumer():
    """The module of the how-to."""
    spec = importlib.util.spec_from_file_location("follow_catalog", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def consumer():
    return load_consumer()


@pytest.fixture
def copy(consumer, tmp_path):
    with closing(consumer.open_copy(tmp_path / "copy.sqlite3")) as copy:
        yield copy


def rows(catalog, copy, consumer):
    """What the copy has, and what the catalog has, by kind and uuid."""
    stored = {(kind, uuid): json.loads(row) for kind, uuid, row in copy.execute("SELECT kind, uuid, row FROM copy")}
    found = {
        (kind, row["uuid"]): row
        for kind, resource in consumer.RESOURCES.items()
        for page in consumer.pages(catalog, resource)
        for row in page
    }
    return stored, found


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_consumer_of_the_how_to_has_what_the_catalog_has(live_server, consumer, copy):
    user = get_user_model().objects.create_user("reader")
    catalog = consumer.Catalog(live_server.url, token(user))
    records = [api.AssociationRecord(f"course-v1:MITx+C{n}+1", title=f"T{n}") for n in range(30)]
    api.associate_course_runs(records, source="test")
    consumer.PAGE = 7
    consumer.copy_everything(catalog, copy)
    stored, found = rows(catalog, copy, consumer)
    assert (stored, len(stored)) == (found, 60)
    assert consumer.follow(catalog, copy) == 0

    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    api.associate_course_run(RUN_KEY, title="New")
    api.move_course_run(RUN_KEY, other, reason="elsewhere")
    api.merge_catalog_courses("MITx+C1", into="MITx+C2", reason="one course")
    api.delete_course_run("course-v1:MITx+C3+1")
    api.delete_catalog_course("MITx+C3")
    api.rename_catalog_course("MITx+C4", course_code="C4a", reason="renumbered")
    api.update_organization("MITx", short_name="mitX")
    assert consumer.follow(catalog, copy) > 10
    stored, found = rows(catalog, copy, consumer)
    assert stored == found
    assert {row["key"] for (kind, _uuid), row in stored.items() if kind == "catalog_course"} >= {"catalog-course:mitX:C4a"}
    assert consumer.follow(catalog, copy) == 0
