"""The Courses API of the LMS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from openedx_catalog.data import NO_START, SCHEDULE_FIELDS, RunMode
from openedx_catalog.exceptions import CatalogError, InvalidCourseKey
from openedx_catalog.keys import parse_course_key
from openedx_catalog.lib import texts
from openedx_catalog.lib.values import parse_datetime

from ..data import Page, SourceRow
from ..exceptions import RemoteError, UnexpectedAnswer
from . import describing, selling
from .base import RemoteLoader, text_of, with_listing

PATH = "/api/courses/v1/courses/"
# One request for each run: for new and changed ones, or for all of them each time.
MODES = ("modes", "all_modes")
MODES_PATH = "/api/course_modes/v1/courses/"
# What the list has; a mapped field that is none of these is in the detail alone.
_LISTED = {
    "blocks_url", "course_id", "effort", "end", "enrollment_end", "enrollment_start", "hidden", "id", "invitation_only",
    "media", "mobile_available", "name", "number", "org", "pacing", "short_description", "start", "start_display", "start_type",
}  # fmt: skip


class LmsLoader(RemoteLoader):
    """
    ``/api/courses/v1/courses/``. Organization and number are taken from the key, since the LMS lets courses display others.

    It has no time of the last change: a row is as of when it was asked for. Its counts are estimates. Its names have ``<`` and
    ``>`` escaped, and nothing else; a run without a start has the platform's placeholder for one.
    """

    default_map: ClassVar[Mapping[str, str]] = {"title": "name", **{name: name for name in SCHEDULE_FIELDS}}
    looks_up = True
    others = (*MODES, describing.LISTINGS)

    def first_url(self) -> str:
        return f"{PATH}?{urlencode({'page_size': 100, **self._user()})}"

    def read(self, answer: Any) -> tuple[Any, Any, Any]:
        return answer["results"], answer["pagination"]["next"], None

    def rows_of(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        key = text_of(item.get("id") or item["course_id"])
        if any(theirs.partition(".")[0] not in _LISTED for theirs in self.field_map.values()):
            try:
                # So that nothing but a key stands in the address.
                parse_course_key(key)
                item = {**self.client.get_json(f"{PATH}{quote(key, safe='')}", self._user()), **item}
            except (InvalidCourseKey, RemoteError) as error:
                outcome = "failed" if isinstance(error, RemoteError) else "invalid"
                yield SourceRow(key, key, {}, observed_at, problem=(outcome, str(error.code), str(error)))
                return
        row = SourceRow(key, key, self.values_of(_as_meant(item)), observed_at)
        yield with_listing(row, item, describing.lms_run) if self.describes else row

    def pages_of(self, what: str) -> Iterator[Page]:
        # What learners read stands in the runs alone: it has no courses.
        return iter(())

    def by_keys(self, keys: Sequence[str]) -> Iterator[Page]:
        # By POST: a hundred keys may be longer than a URL.
        asked = {"page_size": 100, **self._user()}
        yield from self.in_batches(keys, lambda some: self.client.post_json(PATH, {**asked, "course_keys": list(some)}))

    def modes_of(self, course_key: str) -> list[RunMode]:
        """The modes of a run. Raises InvalidCourseKey, RemoteError."""
        # So that nothing but a key stands in the address.
        parse_course_key(course_key)
        url = f"{MODES_PATH}{quote(course_key, safe='')}/"
        try:
            return selling.modes_of(self.client.get_json(url))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, CatalogError):
                raise
            reason = _("its answer is JSON of another shape (%(error)s)") % {"error": texts.shorten(repr(error), 200)}
            raise UnexpectedAnswer(url=url, reason=reason) from error

    def _user(self) -> dict[str, str]:
        return {"username": self.username} if self.username else {}


def _as_meant(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item of the list, with its escapes undone and its placeholder taken out."""
    meant = dict(item)
    if isinstance(name := item.get("name"), str):
        meant["name"] = name.replace("&lt;", "<").replace("&gt;", ">")
    # "string": an advertised start is shown instead of the placeholder.
    if item.get("start_type") == "empty" or (item.get("start_type") == "string" and _is_no_start(item.get("start"))):
        meant["start"] = None
    return meant


def _is_no_start(value: Any) -> bool:
    try:
        return parse_datetime(value, "start") == NO_START
    except CatalogError:
        return False
