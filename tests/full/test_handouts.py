"""The small optional app of docs/how-tos/optional-app.rst: every door, and no more code than the how-to says."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from rest_framework.test import APIClient

from openedx_catalog.exceptions import DuplicateValue, InvalidValue
from openedx_catalog.models_api import OutboxMessage
from openedx_catalog.testing import CatalogCourseFactory
from test_project import handouts
from test_project.handouts import api
from test_project.handouts.factories import HandoutFactory
from test_project.handouts.models import Handout

pytestmark = pytest.mark.django_db

MAX_LINES, MAX_LINES_OF_CONTRACTS = 150, 30
URL = "openedx_catalog:handouts:handout"


def lines_of_code(path: Path) -> int:
    """Lines with something on them besides comments and docstrings."""
    found: set[int] = set()
    at_start = True
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            at_start = True
        elif token.type == tokenize.STRING and at_start:
            at_start = False
        elif token.type not in (tokenize.COMMENT, tokenize.ENDMARKER):
            found.update(range(token.start[0], token.end[0] + 1))
            at_start = False
    return len(found)


def test_it_is_small():
    assert sum(map(lines_of_code, Path(handouts.__file__).parent.glob("*.py"))) <= MAX_LINES
    assert lines_of_code(Path(__file__).with_name("test_handouts_contracts.py")) <= MAX_LINES_OF_CONTRACTS


@pytest.fixture
def client():
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("root"))
    return client


def test_the_api_writes_history_and_events_and_refuses_by_name():
    course = CatalogCourseFactory()
    handout = api.create_handout(slug="one", catalog_course=course.key_str, text=" Read me ", source="test", reason="first")
    assert (handout.text, handout.history.get().history_change_reason) == ("Read me", "test: first")
    api.update_handout(handout, text="Read me")
    assert handout.history.count() == 1
    with pytest.raises(DuplicateValue, match="slug 'one' is already used by handout one"):
        api.create_handout(slug="one", catalog_course=course)
    with pytest.raises(InvalidValue, match="expected lowercase letters"):
        api.create_handout(slug="Two!", catalog_course=course)
    api.delete_handout(handout)
    kinds = [kind.split(".")[-2] for kind in OutboxMessage.objects.order_by("pk").values_list("event_type", flat=True)]
    assert kinds == ["created", "changed", "deleted"]


def test_rest_has_it_whole(client):
    course = CatalogCourseFactory()
    body = {"slug": "one", "catalog_course": course.key_str}
    made = client.post(reverse(f"{URL}-list"), body, format="json")
    assert (made.status_code, made.json()["catalog_course"]["key"]) == (201, course.key_str)
    assert client.post(reverse(f"{URL}-list"), body, format="json").status_code == 409
    lost = client.post(reverse(f"{URL}-list"), body | {"slug": "two", "catalog_course": "No+Such"}, format="json")
    assert (lost.status_code, list(lost.json()["errors"])) == (400, ["catalog_course"])
    changed = client.patch(made["Location"], {"text": "New"}, format="json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["text"]) == (200, "New")
    assert client.patch(made["Location"], {"text": "Old"}, format="json", headers={"If-Match": made["ETag"]}).status_code == 412
    assert client.get(reverse(f"{URL}-list")).json()["count"] == 1
    assert (client.delete(made["Location"]).status_code, Handout.objects.exists()) == (204, False)


def test_the_admin_creates_changes_and_deletes(admin_client):
    course = CatalogCourseFactory()
    add = reverse("admin:handouts_handout_add")
    assert admin_client.post(add, {"slug": "one", "text": "", "catalog_course": course.pk}).status_code == 302
    handout = Handout.objects.get()
    refused = admin_client.post(add, {"slug": "one", "text": "", "catalog_course": course.pk})
    assert "already used" in refused.context["adminform"].form.errors["slug"][0]
    change = reverse("admin:handouts_handout_change", args=[handout.pk])
    assert admin_client.post(change, {"text": "New", "catalog_course": course.pk}).status_code == 302
    assert handout.history.first().history_change_reason == "admin"
    assert b"New" in admin_client.get(reverse("admin:handouts_handout_history", args=[handout.pk])).content
    delete = reverse("admin:handouts_handout_delete", args=[handout.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert not Handout.objects.exists()


def test_the_factory_makes_one():
    assert HandoutFactory().catalog_course.handouts.count() == 1
