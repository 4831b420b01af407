"""
Where comments on courses stand besides our table: a backend, which OPENEDX_CATALOG_COMMENTS names by its dotted path.

A host writes its own as a subclass of `DatabaseComments`. What asks another system is never called within a transaction.
"""

from __future__ import annotations

import threading
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from openedx_catalog.lib.texts import storable
from openedx_catalog.models_api import CatalogCourse

from . import conf
from .data import Comment
from .feed_items import format_feed_item, parse_feed_item
from .models import CommentThread, CourseComment


class Refused(Exception):
    """Raised by a backend whose system has answered that it does not take a comment: a few more tries are enough."""


class DatabaseComments:
    """Comments stand in our table alone. The interface of all backends."""

    # Whether there is another system: then each new comment is posted to it, from a queue.
    sends = False

    def problem(self) -> str:
        """What is wrong with the settings, or ""."""
        return ""

    def post(self, comment: CourseComment) -> str:
        """
        Have a comment in the other system, and return its id there. Raises Refused, or whatever may pass by itself.

        Where `comment.attempts` is more than 1 it may be there already. One comment of a course is posted at a time.
        """
        raise NotImplementedError

    def read(self, catalog_course: CatalogCourse) -> list[Comment]:
        """All comments that the other system has of a course, those that came from here as well."""
        return []


def comments_backend() -> DatabaseComments | None:
    """The backend of this site, or None where there are no comments. Raises ImproperlyConfigured."""
    path = conf.comments_backend()
    try:
        return import_string(path)() if path else None
    except ImportError as error:
        raise ImproperlyConfigured(f"OPENEDX_CATALOG_COMMENTS {path!r} cannot be imported: {error}.") from error


# Characters that a FeedItem may have, and the newest of a course that are read.
_LONGEST, _MOST = 10_000, 2_000
# Seconds that Salesforce may take for an answer: less than a lease of the queue, however many questions a comment takes.
_TIMEOUT = 10
_WAYS = (
    "username password security_token; username password organizationId; username password consumer_key consumer_secret; "
    "username consumer_key privatekey_file; username consumer_key privatekey; consumer_key consumer_secret domain; "
    "session_id instance_url"
)
_KNOWN = {"version", "proxies", "client_id", "case", *_WAYS.replace(";", "").split()}
_clients = threading.local()


class SalesforceComments(DatabaseComments):
    """
    A copy of each comment is a FeedItem of a Case of its course, which is opened with the first one. What is written there is
    read.

    OPENEDX_CATALOG_SALESFORCE is what ``simple_salesforce.Salesforce`` takes to sign in, and ``case``: fields of each new Case,
    e.g. ``{"Origin": "Publisher"}``.
    """

    sends = True

    def problem(self) -> str:
        """Asks nothing of Salesforce."""
        given = conf.salesforce()
        if not find_spec("simple_salesforce"):
            return 'Comments in Salesforce need an extra: pip install "openedx-catalog[salesforce]".'
        if unknown := sorted(set(given) - _KNOWN):
            return f"OPENEDX_CATALOG_SALESFORCE has entries that nothing reads: {', '.join(unknown)}."
        if not any(all(given.get(name) is not None for name in way.split()) for way in _WAYS.split("; ")):
            return f"OPENEDX_CATALOG_SALESFORCE lacks what signs in. Give it one of these: {_WAYS}."
        return ""

    def post(self, comment: CourseComment) -> str:
        """It is looked for before it is posted again. Twice only where Salesforce stores it after we have looked."""
        case = self._case(comment.catalog_course)
        if comment.attempts > 1 and (found := self._posted(comment)):
            return found
        return self._create("FeedItem", {"ParentId": case, "Body": _text_of(comment)})

    def read(self, catalog_course: CatalogCourse) -> list[Comment]:
        """The 2,000 newest. Who wrote a text that is not in our layout is its author there."""
        cases = list(CommentThread.objects.filter(catalog_course=catalog_course).values_list("external_id", flat=True))
        if not cases:
            return []
        query = (
            "SELECT Id, Body, CreatedDate, CreatedBy.Username, CreatedBy.Name FROM FeedItem "
            "WHERE ParentId IN {} ORDER BY CreatedDate DESC, Id LIMIT {}"
        )
        # A Case has items of its own, which say that it was opened, say, and have no text.
        return [_comment(item) for item in _query(query, cases, _MOST) if item["Body"]]

    def _case(self, course: CatalogCourse) -> str:
        """The Case of a course: the one that we know, the one that we have opened and did not note, or a new one."""
        known = CommentThread.objects.filter(catalog_course=course).first()
        if known:
            return known.external_id
        opened = _query("SELECT Id FROM Case WHERE Subject LIKE '%{:like}' ORDER BY CreatedDate", course.uuid)
        about = f"{course.title[:100]} ({course.key_str})"
        # Cut before what it is found by.
        case = {"Subject": f"{about[:200]} {course.uuid}", "Description": _("Comments on %(course)s") % {"course": about}}
        case_id = opened[0]["Id"] if opened else self._create("Case", case | conf.salesforce().get("case", {}))
        CommentThread.objects.get_or_create(external_id=case_id, defaults={"catalog_course": course})
        return case_id

    def _posted(self, comment: CourseComment) -> str:
        """The id of an item that says the same, and is that of no other comment; or ""."""
        mark = comment.shown.mark
        alike = [each.external_id for each in self.read(comment.catalog_course) if each.mark == mark]
        taken = set(CourseComment.objects.filter(external_id__in=alike).values_list("external_id", flat=True))
        return next((each for each in reversed(alike) if each not in taken), "")

    def _create(self, kind: str, fields: dict[str, Any]) -> str:
        from simple_salesforce import SalesforceMalformedRequest

        try:
            return getattr(_client(), kind).create(fields)["id"]
        except SalesforceMalformedRequest as error:
            raise Refused(str(error)) from error


def _client() -> Any:
    """Signed in, once for each thread."""
    from requests import Session
    from simple_salesforce import Salesforce

    given = conf.salesforce()
    if getattr(_clients, "given", None) != given:
        session = Session()
        # It sets none itself.
        session.request = partial(session.request, timeout=_TIMEOUT)  # type: ignore[method-assign]
        signs_in = {name: value for name, value in given.items() if name != "case"}
        _clients.client, _clients.given = Salesforce(session=session, **signs_in), given
    return _clients.client


def _query(soql: str, *values: Any) -> list[Any]:
    from simple_salesforce import format_soql

    return _client().query_all(format_soql(soql, *values))["records"]


def _text_of(comment: CourseComment) -> str:
    write = partial(format_feed_item, comment.user_name, name=comment.shown.name, course_key=comment.course_key)
    text = write(comment.body)
    return text if len(text) <= _LONGEST else write(f"{comment.body[: _LONGEST - len(text) - 1]}…")


def _comment(item: Any) -> Comment:
    body, author, created = storable(item["Body"]), item["CreatedBy"] or {}, datetime.fromisoformat(item["CreatedDate"])
    said = parse_feed_item(body)
    found = said or (storable(author.get("Username") or ""), storable(author.get("Name") or ""), "", body)
    return Comment(*found, created=created, external_id=item["Id"])
