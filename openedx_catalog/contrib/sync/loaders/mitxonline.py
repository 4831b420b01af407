"""The courses API of MITx Online, and of services with its models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from ..data import Page, SourceRow
from ..exceptions import RequestRefused
from . import describing
from .base import RemoteLoader, listed_course, text_of, with_listing

PATH = "/api/v2/courses/"


class MitxOnlineLoader(RemoteLoader):
    """``/api/v2/courses/``: courses, each with its runs. It has no time of the last change, and no look-up by run."""

    keeps_legacy_rows = True
    others = (describing.LISTINGS,)
    default_map: ClassVar[Mapping[str, str]] = {
        "title": "title",
        "start": "start_date",
        "end": "end_date",
        "enrollment_start": "enrollment_start",
        "enrollment_end": "enrollment_end",
        "pacing": "is_self_paced",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What learners read of courses: it comes with their runs.
        self._described: list[SourceRow] = []

    def first_url(self) -> str:
        return f"{PATH}?page_size=100"

    def read(self, answer: Any) -> tuple[Any, Any, Any]:
        # Version 1 is a plain list.
        return (answer, None, None) if isinstance(answer, list) else super().read(answer)

    def rows_of(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        # ``course-v1:MITxT+14.310x``: the course, in the form of a key.
        course = str(item.get("readable_id") or "").removeprefix("course-v1:")
        for run in item["courseruns"]:
            key = text_of(run["courseware_id"])
            row = SourceRow(key, key, self.values_of(run), observed_at, course)
            yield with_listing(row, run, describing.mitxonline_run) if self.describes else row
        if self.describes and course:
            self._described.append(listed_course(course, None, item, describing.mitxonline_course))

    def pages_of(self, what: str) -> Iterator[Page]:
        yield Page(self._described)

    def by_keys(self, keys: Sequence[str]) -> Iterator[Page]:
        reason = _("MITx Online cannot be asked for single runs; sync all of it")
        yield Page(error=RequestRefused(url=self.client.base_url, reason=reason), keys=tuple(keys))
