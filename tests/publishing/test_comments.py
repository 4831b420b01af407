"""Comments on courses: what is kept here, and its way to Salesforce, which is real HTTPS to a server on loopback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.publishing import api, comments, tasks
from openedx_catalog.contrib.publishing.api.comments import TASK
from openedx_catalog.contrib.publishing.data import SendReport
from openedx_catalog.contrib.publishing.models_api import CommentThread, CourseComment
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Change
from openedx_catalog.models_api import CatalogCourse
from tests.processes.conftest import racing_processes
from tests.sync.remote import answer, reset, status, text, truncated

from . import racing_comments
from .salesforce import Salesforce, certificate, instead, lost, refusal, silent

pytestmark = pytest.mark.django_db

COURSE, RUN = "MITx+14.100x", "course-v1:MITx+14.100x+3T2017"
BACKEND = "openedx_catalog.contrib.publishing.comments.SalesforceComments"
MALFORMED = (400, "REQUIRED_FIELD_MISSING")


@pytest.fixture
def course(db):
    catalog.create_course_run(RUN, title="Microeconomics")
    return catalog.get_catalog_course(key_str=f"catalog-course:{COURSE.replace('+', ':')}")


@pytest.fixture
def ada(db):
    return get_user_model().objects.create_user("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")


@pytest.fixture
def say(course, ada):
    """``say("Looks good.")``: a comment of Ada on the course."""
    return lambda body, on=COURSE, **values: api.add_comment(on, body, **{"user": ada, **values})


@pytest.fixture(scope="session")
def pem(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("salesforce"))


@pytest.fixture
def salesforce(settings, monkeypatch, pem):
    """Comments have copies in this Salesforce; nothing is sent by itself."""
    server = Salesforce(pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    monkeypatch.setenv("NO_PROXY", "*")
    settings.OPENEDX_CATALOG_COMMENTS = BACKEND
    settings.OPENEDX_CATALOG_SALESFORCE = {"session_id": "00D", "instance_url": server.url, "case": {"Origin": "Publisher"}}
    settings.OPENEDX_CATALOG_COMMENTS_RUNNER = "command"
    yield server
    if client := vars(comments._clients).pop("client", None):
        client.session.close()
    vars(comments._clients).clear()
    server.close()


def send(limit=None):
    """As if all pauses were over."""
    CourseComment.objects.filter(state="pending").update(due_at=timezone.now())
    return api.send_comments(limit)


def bodies(course=COURSE):
    return [comment.body for comment in api.get_comments(course).comments]


def states():
    return dict(CourseComment.objects.values_list("body", "state"))


# What is kept here


def test_a_comment_says_who_wrote_what_when_and_about_which_run(say, ada):
    before = timezone.now()
    say("  Looks good.\n\nPublish it.  ", course_key=RUN)
    (comment,), is_complete = api.get_comments(COURSE)
    assert comment[:4] == ("ada", "Ada Lovelace", RUN, "Looks good.\n\nPublish it.")
    assert before <= comment.created <= timezone.now()
    assert (comment.state, is_complete) == ("", True)


def test_comments_are_in_their_order_each_at_its_course(say, course):
    other = catalog.create_catalog_course(org_code="MITx", course_code="6.00x")
    for body in ("one", "two", "three"):
        say(body)
    say("elsewhere", on=other)
    assert (bodies(), bodies(course), bodies(other.uuid)) == (["one", "two", "three"],) * 2 + (["elsewhere"],)


def test_the_name_of_who_wrote_it_outlives_the_user(say, ada):
    say("Looks good.")
    ada.delete()
    (comment,), _ = api.get_comments(COURSE)
    assert comment[:2] == ("ada", "")


def test_comments_go_with_their_course(say, course):
    catalog.delete_course_run(RUN)
    say("Looks good.")
    catalog.delete_catalog_course(COURSE)
    assert not CourseComment.objects.exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty"), (" \n\t", "empty"), ("x" * 10_001, "10000"), ("a\x00b", "NUL"), ("a\ud800b", "surrogate"),
        (None, "missing"), (7, "string"), (b"x", "string"),
    ],
    ids=["empty", "blank", "long", "NUL", "surrogate", "None", "number", "bytes"],
)  # fmt: skip
def test_what_cannot_be_a_comment_is_refused(say, body, reason):
    with pytest.raises(CatalogError, match=reason) as refused:
        say(body)
    assert (refused.value.code, refused.value.field) == ("invalid_value", "body")
    assert not CourseComment.objects.exists()


def test_ten_thousand_characters_of_any_script_are_kept(say):
    say("🎓ñ" * 5_000)
    assert bodies() == ["🎓ñ" * 5_000]


@pytest.mark.parametrize("key", ["course-v1:MITx+6.00x+2026", "course-v1:MITx+14.100x+None"])
def test_a_run_must_be_one_of_the_course(say, key):
    catalog.create_course_run("course-v1:MITx+6.00x+2026")
    with pytest.raises(CatalogError, match="no such run") as refused:
        say("x", course_key=key)
    assert refused.value.field == "course_key"


def test_a_run_is_named_as_it_is_spelled(say):
    say("x", course_key=RUN.replace("MITx", "mitX"))
    say("y", course_key="")
    assert [comment.course_key for comment in api.get_comments(COURSE).comments] == [RUN, ""]


@pytest.mark.parametrize("key", ["nonsense", 7])
def test_what_is_no_key_is_refused_as_everywhere(say, key):
    with pytest.raises(CatalogError) as refused:
        say("x", course_key=key)
    assert refused.value.code == "invalid_course_key"


@pytest.mark.parametrize("user", [None, AnonymousUser(), "ada"])
def test_somebody_must_have_written_it(say, user):
    with pytest.raises(CatalogError) as refused:
        say("x", user=user)
    assert (refused.value.code, refused.value.field) == ("invalid_request", "user")


def test_an_unknown_course_is_said_to_be_so(say):
    with pytest.raises(CatalogCourse.DoesNotExist):
        say("x", on="MITx+None")
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.get_comments("MITx+None")


@pytest.mark.parametrize("value", ["", None])
def test_without_the_setting_there_are_no_comments(say, settings, value):
    settings.OPENEDX_CATALOG_COMMENTS = value
    assert not api.takes_comments()
    for call in (lambda: say("x"), lambda: api.get_comments(COURSE), api.send_comments):
        with pytest.raises(CatalogError, match="OPENEDX_CATALOG_COMMENTS"):
            call()


def test_nothing_of_comments_is_public():
    assert {model.kept_with for model in (CourseComment, CommentThread)} == {"openedx_catalog_publishing.CourseWorkingCopy"}
    assert CommentThread.objects.public().query.is_empty()
    assert CourseComment.objects.public().query.is_empty()


def test_a_hundred_comments_are_one_query(say, course, data_statements):
    for number in range(100):
        say(str(number))
    with data_statements() as log:
        assert len(api.get_comments(course).comments) == 100
    assert len(log) == 1


def test_the_course_that_stays_has_the_comments_of_both(say, course):
    other = catalog.create_catalog_course(org_code="MITx", course_code="14.101x")
    say("one")
    say("two", on=other)
    CommentThread.objects.create(catalog_course=course, external_id="500")
    with transaction.atomic():
        api.follow_merged_courses(course, other, Change(source="test"))
    assert (bodies(other), bodies()) == (["one", "two"], [])
    assert CommentThread.objects.get().catalog_course == other


def test_with_our_table_alone_nothing_is_sent(say, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        say("one")
    assert (waiting, api.send_comments(), api.comments_waiting()) == ([], SendReport(), 0)


# Salesforce


def test_a_comment_has_a_copy_in_the_case_of_its_course(salesforce, say, course):
    say("Looks good.", course_key=RUN)
    assert salesforce.asked == []
    assert send() == SendReport(sent=1)
    ((case, fields),) = salesforce.cases.items()
    assert fields == {
        "Subject": f"Microeconomics (catalog-course:MITx:14.100x) {course.uuid}",
        "Description": "Comments on Microeconomics (catalog-course:MITx:14.100x)",
        "Origin": "Publisher",
    }
    assert salesforce.texts(case) == [f"[User]\nAda Lovelace (ada)\n\n[Course Run]\n{RUN}\n\n[Body]\nLooks good."]
    (comment,), _ = api.get_comments(COURSE)
    assert (comment.state, comment.external_id) == ("sent", salesforce.items[0]["Id"])


def test_there_is_one_case_for_a_course_and_comments_keep_their_order(salesforce, say):
    other = catalog.create_catalog_course(org_code="MITx", course_code="6.00x")
    for body in ("one", "two", "three"):
        say(body)
        say(f"other {body}", on=other)
    assert send().sent == 6
    first, second = salesforce.cases
    read = [[text.rpartition("\n")[2] for text in salesforce.texts(case)] for case in (first, second)]
    assert read == [["one", "two", "three"], ["other one", "other two", "other three"]]
    assert api.send_comments() == SendReport()


def test_what_is_written_in_salesforce_is_read(salesforce, say):
    say("Looks good.")
    send()
    (case,) = salesforce.cases
    salesforce.make("FeedItem", {"ParentId": case, "Body": "Please call me."}, author="grace@example.org")
    salesforce.make("FeedItem", {"ParentId": case, "Body": "[User]\nmary (old)\n\n[Body]\nFrom discovery."})
    salesforce.make("FeedItem", {"ParentId": case, "Body": None})
    say("Thank you.")
    found = api.get_comments(COURSE).comments
    assert [(each.user_name, each.name, each.body, each.state) for each in found] == [
        ("ada", "Ada Lovelace", "Looks good.", "sent"),
        ("grace@example.org", "Grace", "Please call me.", ""),
        ("old", "mary", "From discovery.", ""),
        ("ada", "Ada Lovelace", "Thank you.", "pending"),
    ]
    assert [each.id is None for each in found] == [False, True, True, False]


def test_before_the_first_comment_salesforce_is_not_asked(salesforce, course):
    assert api.get_comments(COURSE) == ([], True)
    assert salesforce.asked == []


def test_a_case_that_was_there_before_is_read_and_written_to(salesforce, say, course):
    case = salesforce.make("Case", {"Subject": "Microeconomics Comments"})
    salesforce.make("FeedItem", {"ParentId": case, "Body": "Of old."})
    CommentThread.objects.create(catalog_course=course, external_id=case)
    say("New.")
    assert (send().sent, bodies()) == (1, ["Of old.", "New."])
    assert list(salesforce.cases) == [case]


def test_after_a_merge_both_cases_are_read(salesforce, say, course):
    other = catalog.create_catalog_course(org_code="MITx", course_code="14.101x")
    say("one")
    say("two", on=other)
    send()
    for case in salesforce.cases:
        salesforce.make("FeedItem", {"ParentId": case, "Body": f"in {list(salesforce.cases).index(case)}"})
    api.follow_merged_courses(course, other, Change(source="test"))
    assert sorted(bodies(other)) == ["in 0", "in 1", "one", "two"]


def test_the_longest_comment_is_cut_in_salesforce_and_whole_here(salesforce, say):
    say("x" * 10_000)
    send()
    (item,) = salesforce.items
    assert (len(item["Body"]), item["Body"][-2:]) == (10_000, "x…")
    assert bodies() == ["x" * 10_000]


def test_a_title_of_any_length_leaves_room_for_what_the_case_is_found_by(salesforce, say, course):
    catalog.update_catalog_course(COURSE, title="T" * 255)
    say("x")
    send()
    (case,) = salesforce.cases.values()
    assert len(case["Subject"]) <= 255
    assert case["Subject"].endswith(f" {course.uuid}")


DOWN = {
    "500": instead(status(500)),
    "503": instead(status(503)),
    "401": refusal(401, "INVALID_SESSION_ID"),
    "403": refusal(403, "REQUEST_LIMIT_EXCEEDED"),
    "no JSON": instead(text("<html>Sign in</html>")),
    "another shape": instead(answer(["a list"])),
    "reset": instead(reset),
    "truncated": instead(truncated),
    "silent": silent,
}


@pytest.mark.once
@pytest.mark.parametrize("fault", DOWN.values(), ids=DOWN)
@pytest.mark.parametrize("call", [("GET", "Case"), ("POST", "Case"), ("POST", "FeedItem")], ids=" ".join)
def test_what_fails_waits_and_arrives_once_with_a_later_try(salesforce, say, monkeypatch, call, fault):
    monkeypatch.setattr(comments, "_TIMEOUT", 0.2 if fault is silent else 10)
    say("one")
    salesforce.faults[call] = [fault]
    begun = timezone.now()
    report = api.send_comments()
    assert (report.sent, report.failed, report.parked, bool(report.error)) == (0, 1, 0, True)
    row = CourseComment.objects.get()
    assert (row.state, row.attempts, row.error) == ("pending", 1, report.error)
    assert row.due_at >= begun + timedelta(seconds=30)
    assert api.send_comments() == SendReport()
    assert send() == SendReport(sent=1)
    assert (len(salesforce.cases), len(salesforce.items), states()) == (1, 1, {"one": "sent"})


@pytest.mark.once
@pytest.mark.parametrize("fault", [status(500), reset, truncated, text("<html>"), answer({})], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("kind", ["Case", "FeedItem"])
def test_what_arrived_though_the_answer_was_lost_is_not_sent_again(salesforce, say, kind, fault):
    say("one", course_key=RUN)
    salesforce.faults["POST", kind] = [lost(fault)]
    assert api.send_comments().failed == 1
    assert bodies() == ["one"]
    assert send().sent == 1
    assert (len(salesforce.cases), len(salesforce.items), bodies()) == (1, 1, ["one"])
    assert CourseComment.objects.get().external_id == salesforce.items[0]["Id"]


def test_the_same_words_twice_are_two_comments_whatever_got_lost(salesforce, say):
    for _ in range(3):
        say("Any news?")
    salesforce.faults["POST", "FeedItem"] = [lost(reset), instead(status(500)), lost(status(500))]
    while send().failed:
        pass
    assert len(salesforce.items) == 3
    assert len(set(CourseComment.objects.values_list("external_id", flat=True))) == 3
    assert bodies() == ["Any news?"] * 3


def test_a_user_who_is_renamed_or_deleted_meanwhile_is_no_second_comment(salesforce, say, ada):
    say("one")
    salesforce.faults["POST", "FeedItem"] = [lost(reset)]
    send()
    ada.delete()
    assert (send().sent, len(salesforce.items)) == (1, 1)


def test_where_nobody_listens_ours_are_there_and_it_is_said_that_others_are_missing(salesforce, say, settings):
    say("one")
    send()
    settings.OPENEDX_CATALOG_SALESFORCE = {"session_id": "00D", "instance_url": "https://127.0.0.1:9"}
    say("two")
    found = api.get_comments(COURSE)
    assert ([each.body for each in found.comments], found.is_complete) == (["one", "two"], False)
    report = api.send_comments()
    assert (report.failed, "127.0.0.1" in report.error) == (1, True)


@pytest.mark.once
@pytest.mark.parametrize("fault", DOWN.values(), ids=DOWN)
def test_a_salesforce_that_does_not_answer_costs_none_of_ours(salesforce, say, monkeypatch, fault):
    monkeypatch.setattr(comments, "_TIMEOUT", 0.2 if fault is silent else 10)
    say("one")
    send()
    salesforce.make("FeedItem", {"ParentId": next(iter(salesforce.cases)), "Body": "theirs"})
    vars(comments._clients).pop("client").session.close()
    vars(comments._clients).clear()
    salesforce.faults["GET", "FeedItem"] = [fault]
    found = api.get_comments(COURSE)
    assert ([each.body for each in found.comments], found.is_complete) == (["one"], False)
    assert api.get_comments(COURSE).is_complete
    assert bodies() == ["one", "theirs"]


def test_reading_is_two_queries_and_one_request(salesforce, say, course, data_statements):
    for number in range(20):
        say(str(number))
    send()
    salesforce.asked.clear()
    with data_statements() as log:
        assert len(api.get_comments(course).comments) == 20
    assert (len(log), salesforce.asked) == (2, [("GET", "FeedItem")])


# The queue


def test_pauses_grow_and_at_last_a_comment_is_parked(salesforce, say):
    say("one")
    salesforce.faults["POST", "FeedItem"] = [instead(status(500)) for _ in range(20)]
    pauses = []
    for _ in range(11):
        before = timezone.now()
        assert send().failed == 1
        pauses.append((CourseComment.objects.get().due_at - before).total_seconds() // 30)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720]
    report = send()
    assert (report.failed, report.parked, states()) == (0, 1, {"one": "parked"})
    assert send() == SendReport()
    salesforce.faults.clear()
    assert (api.retry_comments(), send().sent, len(salesforce.items)) == (1, 1, 1)


def test_what_is_refused_is_parked_soon_and_the_next_one_of_the_course_goes_on(salesforce, say):
    say("one")
    say("two")
    salesforce.faults["POST", "FeedItem"] = [refusal(*MALFORMED) for _ in range(3)]
    assert [send()[:3] for _ in range(4)] == [(0, 1, 0), (0, 1, 0), (1, 0, 1), (0, 0, 0)]
    assert states() == {"one": "parked", "two": "sent"}
    assert "REQUIRED_FIELD_MISSING" in CourseComment.objects.get(body="one").error


def test_what_was_parked_after_it_had_arrived_is_found_there(salesforce, say):
    say("one")
    salesforce.faults["POST", "FeedItem"] = [lost(reset)]
    salesforce.faults["GET", "FeedItem"] = [instead(status(500)) for _ in range(11)]
    for _ in range(12):
        send()
    assert states() == {"one": "parked"}
    assert (api.retry_comments([CourseComment.objects.get().pk]), send().sent, len(salesforce.items)) == (1, 1, 1)


def test_a_refused_comment_does_not_stop_other_courses_and_a_salesforce_that_is_down_is_not_asked_again(salesforce, say):
    other = catalog.create_catalog_course(org_code="MITx", course_code="6.00x")
    say("one")
    say("two", on=other)
    salesforce.faults["POST", "FeedItem"] = [refusal(*MALFORMED)]
    assert send()[:3] == (1, 1, 0)
    say("three", on=other)
    salesforce.asked.clear()
    salesforce.faults["POST", "FeedItem"] = [instead(status(500)) for _ in range(5)]
    salesforce.faults["GET", "FeedItem"] = [instead(status(500)) for _ in range(5)]
    assert send()[:3] == (0, 1, 0)
    assert len(salesforce.asked) == 1


def test_a_worker_that_dies_each_time_does_not_try_for_ever(salesforce, say):
    comment = say("one")
    CourseComment.objects.filter(pk=comment.pk).update(attempts=12)
    report = send()
    assert (report.parked, "died 12 times" in report.error, salesforce.asked) == (1, True, [])


def test_what_another_worker_has_is_left_to_it(salesforce, say):
    say("one")
    say("two")
    CourseComment.objects.filter(body="one").update(due_at=timezone.now() + timedelta(minutes=1), attempts=1)
    assert api.send_comments() == SendReport()
    assert salesforce.asked == []


@pytest.mark.parametrize("late", ["fails", "succeeds"])
def test_a_worker_that_was_overtaken_spoils_nothing(salesforce, say, monkeypatch, late):
    comment = say("one")

    class Slow(comments.SalesforceComments):
        def post(self, row):
            # Its lease is over, and another worker sends it.
            CourseComment.objects.filter(pk=comment.pk).update(due_at=timezone.now())
            assert api.send_comments().sent == 1
            if late == "fails":
                raise OSError("too late")
            return "another"

    with monkeypatch.context() as patch:
        backends = iter([Slow()])
        patch.setattr(api.comments, "comments_backend", lambda: next(backends, comments.SalesforceComments()))
        assert api.send_comments().failed == (late == "fails")
    row = CourseComment.objects.get()
    assert (row.state, row.error, row.external_id) == ("sent", "", salesforce.items[0]["Id"])


def test_at_most_as_many_as_are_asked_for(salesforce, say):
    for number in range(5):
        say(str(number))
    assert (send(2).sent, send(0).sent, send(10).sent) == (2, 0, 3)


def test_sending_is_begun_once_after_the_commit_and_never_within(salesforce, say, settings, monkeypatch):
    settings.OPENEDX_CATALOG_COMMENTS_RUNNER = "thread"
    begun = []
    monkeypatch.setattr("openedx_catalog.lib.background.in_thread", lambda name, work: begun.append(work))
    _in_a_transaction(say, begun)
    begun[0](lambda: None)
    assert (len(begun), len(salesforce.items)) == (1, 2)


def test_celery_sends_where_a_setting_says_so(salesforce, say, settings, monkeypatch):
    settings.OPENEDX_CATALOG_COMMENTS_RUNNER = "celery"
    begun = []
    monkeypatch.setattr("openedx_catalog.lib.background.delay", begun.append)
    _in_a_transaction(say, begun)
    assert begun == [TASK] == [tasks.send_comments.name]
    assert tasks.send_comments() == {"sent": 2, "failed": 0, "parked": 0}


def _in_a_transaction(say, begun):
    with TestCase.captureOnCommitCallbacks(execute=True):
        say("one")
        say("two")
        assert begun == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_sent_nowhere(salesforce, say, settings):
    settings.OPENEDX_CATALOG_COMMENTS_RUNNER = "thread"
    with transaction.atomic():
        say("one")
        transaction.set_rollback(True)
    assert (CourseComment.objects.exists(), salesforce.asked) == (False, [])


# The command


def run(*options):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("send_course_comments", *options, stdout=out, stderr=err)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue(), err.getvalue().strip()


def test_the_command_says_what_it_did(salesforce, say):
    say("one")
    assert run() == (0, "".join(f"{name:<24}{count:>9}\n" for name, count in zip(NAMES, (1, 0, 0, 0), strict=True)), "")
    say("two")
    salesforce.faults["POST", "FeedItem"] = [refusal(*MALFORMED)]
    code, out, err = run("--json")
    found = json.loads(out)
    assert (code, [found[name] for name in NAMES], err) == (1, [0, 1, 0, 1], "")
    assert found["error"].startswith("Refused: ")


NAMES = ("sent", "failed", "parked", "waiting")


def test_the_command_tries_again_what_was_parked(salesforce, say):
    say("one")
    CourseComment.objects.update(state="parked", attempts=12)
    assert run()[0] == 0
    assert salesforce.items == []
    code, out, _ = run("--retry-parked", "--json")
    assert (code, json.loads(out)["sent"], len(salesforce.items)) == (0, 1, 1)


LACKING = {
    "nothing": ({}, "lacks what signs in"),
    "half": ({"username": "u", "password": "p"}, "username password security_token"),
    "unknown": ({"session_id": "x", "instance_url": "https://x", "token": "t"}, "nothing reads: token"),
}


@pytest.mark.parametrize(("given", "reason"), LACKING.values(), ids=LACKING)
def test_what_is_missing_is_said_in_words_and_costs_nothing(salesforce, say, settings, given, reason):
    say("one")
    settings.OPENEDX_CATALOG_SALESFORCE = given
    with pytest.raises(ImproperlyConfigured, match=reason):
        api.send_comments()
    with pytest.raises(CommandError, match=reason) as ended:
        call_command("send_course_comments")
    assert ended.value.returncode == 2
    (found,) = [each for each in checks.run_checks() if each.id == "openedx_catalog_publishing.E001"]
    assert reason in found.msg
    assert (CourseComment.objects.get().attempts, bodies()) == (0, ["one"])


def test_without_the_extra_its_name_is_said(salesforce, settings, monkeypatch):
    monkeypatch.setattr(comments, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"openedx-catalog\[salesforce\]"):
        api.send_comments()


@pytest.mark.parametrize("path", ["nowhere.Backend", "nonsense"])
def test_a_backend_that_is_not_there_is_said_so(settings, path):
    settings.OPENEDX_CATALOG_COMMENTS = path
    (found,) = [each for each in checks.run_checks() if each.id == "openedx_catalog_publishing.E001"]
    assert path in found.msg
    with pytest.raises(CommandError, match="cannot be imported"):
        call_command("send_course_comments")


WAYS = [
    {"username": "u", "password": "p", "security_token": "t"},
    {"username": "u", "password": "p", "organizationId": "00D", "security_token": "", "domain": "test"},
    {"username": "u", "consumer_key": "k", "privatekey": "pem"},
    {"consumer_key": "k", "consumer_secret": "s", "domain": "example.my"},
]


@pytest.mark.parametrize("given", WAYS, ids=["token", "organization", "key", "client"])
def test_any_way_to_sign_in_is_enough(settings, given):
    settings.OPENEDX_CATALOG_SALESFORCE = given
    assert comments.SalesforceComments().problem() == ""


@pytest.mark.once
def test_salesforce_is_imported_by_nobody_who_does_not_use_it():
    code = "import django, sys; django.setup(); print('simple_salesforce' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


# Processes


@pytest.fixture
def talk(transactional_db, say):
    """Four courses with five comments each."""
    courses = [catalog.create_catalog_course(org_code="MITx", course_code=f"{number}x") for number in range(4)]
    for number in range(5):
        for course in courses:
            say(f"{course.course_code} {number}", on=course)
    return courses


@pytest.mark.slow
@pytest.mark.newest
@pytest.mark.django_db(transaction=True)
def test_of_three_that_send_at_once_none_sends_what_another_one_has(salesforce, settings, talk):
    named = ("OPENEDX_CATALOG_COMMENTS", "OPENEDX_CATALOG_SALESFORCE")
    with racing_processes(3, anew=True) as racers:
        sent = racers.run(racing_comments.send, {name: getattr(settings, name) for name in named})
    assert sum(sent) == 20
    assert sorted(len(salesforce.texts(case)) for case in salesforce.cases) == [5] * 4
    for case in salesforce.cases:
        said = [text.rpartition(" ")[2] for text in salesforce.texts(case)]
        assert said == ["0", "1", "2", "3", "4"]
    assert len(set(CourseComment.objects.values_list("external_id", flat=True))) == 20


@pytest.mark.slow
@pytest.mark.newest
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_posted_is_noted_and_not_posted_again(salesforce, settings, say):
    say("one")
    values = {
        "OPENEDX_CATALOG_COMMENTS": f"{racing_comments.__name__}.Killed",
        "OPENEDX_CATALOG_SALESFORCE": settings.OPENEDX_CATALOG_SALESFORCE,
    }
    with racing_processes(1, anew=True) as racers, pytest.raises(BrokenProcessPool):
        racers.run(racing_comments.send, values)
    row = CourseComment.objects.get()
    assert (row.state, row.attempts, len(salesforce.items)) == ("pending", 1, 1)
    assert (api.send_comments(), send().sent) == (SendReport(), 1)
    assert (len(salesforce.items), bodies()) == (1, ["one"])
