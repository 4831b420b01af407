"""E-mail on the way of a course to learners: who gets it, what it says, and that nothing stops where it fails."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from openedx_catalog.contrib.publishing import api
from openedx_catalog.testing.users import granted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CHANGE = "openedx_catalog_publishing.change_courseworkingcopy"


@pytest.fixture(autouse=True)
def sending(settings):
    settings.OPENEDX_CATALOG_PUBLISHING_MAIL = True
    settings.OPENEDX_CATALOG_PAGES_ROOT = ""


@pytest.fixture
def user(django_user_model):
    """``user("ann")``: somebody with an address."""

    def make(name, *names, **values):
        given = {"email": f"{name}@example.org", **values}
        return granted(django_user_model.objects.create_user(name, **given), *names)

    return make


@pytest.fixture
def people(user, course):
    """A course, its editors ann and ben, a legal reviewer, staff that may change copies, and a superuser."""
    found = {"course": course()}
    for name in ("ann", "ben", "cat"):
        found[name] = user(name)
        api.add_member("MITx", name)
    api.add_editor(found["course"], "ann"), api.add_editor(found["course"], "ben")
    found["lee"] = user("lee")
    found["lee"].groups.add(Group.objects.create(name="Legal"))
    found["kim"] = user("kim", CHANGE)
    found["root"] = user("root", is_superuser=True)
    api.set_working_copy(found["course"], title_override="Micro", user=found["ann"])
    return found


@pytest.fixture
def told(people, django_capture_on_commit_callbacks):
    """``told("submit", "ann")``: who gets a message where she takes this step; the messages stay in ``mail.outbox``."""

    def take(action, name=None, **given):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            api.perform(people["course"], action, user=people.get(name), **given)
        assert all(len(message.to) == 1 for message in mail.outbox)
        return [message.to[0].partition("@")[0] for message in mail.outbox]

    return take


def test_each_step_is_told_to_those_whom_it_concerns(told):
    assert told("submit", "ann") == ["lee"]
    assert told("approve", "lee") == ["kim"]
    assert told("reject", "kim", reason="Name the prerequisites.") == ["ann", "ben"]
    for action in ("submit", "withdraw", "submit"):
        told(action)
    assert told("approve", "lee") == ["kim"]
    assert told("approve", "kim") == ["ann", "ben"]
    assert told("schedule", "ann", go_live_at="2031-09-01T08:00:00Z") == []
    assert told("publish", "ann") == ["ben"]
    assert told("unpublish", "kim") == ["ann", "ben"]
    assert told("discard", "ann") == []


def test_a_message_says_what_became_of_it_who_did_it_and_why(told, people):
    told("submit", "ann", reason="For spring.")
    [message] = mail.outbox
    assert message.subject == "“Micro” (catalog-course:MITx:14.100x) waits for legal review."
    assert message.body.split("\n\n")[:2] == [f"{message.subject} By ann.", "For spring."]
    told("reject", "lee", reason="Name the law.")
    assert mail.outbox[0].subject == "The changes of “Micro” (catalog-course:MITx:14.100x) were rejected."
    assert "By lee.\n\nName the law." in mail.outbox[0].body
    for action in ("submit", "approve"):
        told(action)
    told("approve")
    assert mail.outbox[0].body.startswith("The changes of “Micro” (catalog-course:MITx:14.100x) are reviewed, and can be")
    told("publish")
    assert mail.outbox[0].subject == "“Microeconomics” (catalog-course:MITx:14.100x) was published."
    told("unpublish")
    assert mail.outbox[0].subject == "The page of “Microeconomics” (catalog-course:MITx:14.100x) was taken from learners."


def test_a_message_leads_to_the_page_for_editors(told, people, settings):
    path = f"/catalog/edit/{people['course'].uuid}/"
    told("submit", "ann")
    assert mail.outbox[0].body.endswith(f"By ann.\n\n{path}\n")
    settings.OPENEDX_CATALOG_PAGES_ROOT = "https://courses.example.org"
    told("approve", "lee")
    assert mail.outbox[0].body.endswith(f"\n\nhttps://courses.example.org{path}\n")


def test_superusers_are_told_where_nobody_else_is(told, people, settings):
    settings.OPENEDX_CATALOG_LEGAL_GROUP = ""
    assert told("submit", "ann") == ["root"]
    people["kim"].user_permissions.clear()
    assert told("approve", "root") == []
    people["root"].is_superuser = False
    assert told("withdraw") == []


def test_a_policy_says_who_reviews_for_staff(told, people, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.contrib.publishing.permission_policies.PublisherEditors"
    kim = people["kim"]
    kim.is_staff = True
    kim.save()
    told("submit", "ann")
    assert told("approve", "lee") == ["root"]
    told("withdraw"), told("submit")
    api.grant_publisher_editor(kim, reason="Spring.")
    assert told("approve", "lee") == ["kim"]


def test_who_left_or_is_inactive_or_has_no_address_gets_none(told, people):
    people["lee"].email = ""
    people["lee"].save()
    assert told("submit", "ann") == ["root"]
    people["kim"].is_active = False
    people["kim"].save()
    assert told("approve", "lee") == ["root"]
    api.remove_member("MITx", "ben")
    assert told("reject", "kim", reason="No.") == ["ann"]
    api.remove_member("MITx", "ann")
    told("submit")
    # No editor is left: every member edits it.
    assert told("reject", "lee", reason="No.") == ["cat"]


def test_one_message_tells_of_several_steps_of_a_commit(told, people, settings):
    for action in ("submit", "approve"):
        told(action)
    told("schedule", go_live_at="2020-09-01T08:00:00Z")
    assert told("approve", "kim") == ["ann", "ben"]
    assert api.get_reviews(people["course"]).last().action == "publish"
    assert [message.subject.rpartition(") ")[2] for message in mail.outbox] == ["was published."] * 2


def test_a_message_that_fails_is_logged_and_stops_nothing(told, people, monkeypatch, caplog):
    send = EmailMessage.send

    def refuse(message, *args, **kwargs):
        if message.to == ["ann@example.org"]:
            raise OSError("no route to host")
        return send(message, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    told("submit")
    assert told("reject", "lee", reason="No.") == ["ben"]
    assert "ann was not told by e-mail" in caplog.text
    caplog.clear()
    monkeypatch.setattr("openedx_catalog.contrib.publishing.doors.editing_address", lambda course: 1 / 0)
    assert told("submit") == []
    assert "Nobody was told by e-mail what became of catalog-course:MITx:14.100x" in caplog.text
    assert api.state_of(people["course"]) == "legal_review"


def test_nothing_is_sent_of_what_is_rolled_back_nor_where_the_site_does_not_want_it(
    told, people, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        api.perform(people["course"], "submit")
        transaction.set_rollback(True)
    assert mail.outbox == []
    settings.OPENEDX_CATALOG_PUBLISHING_MAIL = False
    assert told("submit") == []


def test_messages_are_in_the_language_of_the_site(told, settings):
    settings.LANGUAGE_CODE = "eo"
    with translation.override("es"):
        assert told("submit") == ["lee"]
    assert mail.outbox[0].subject.endswith("waits for legal review.")
