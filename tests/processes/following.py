"""
What the processes of `test_following` do: some write at random, until they are told to stop or are killed; one keeps a copy.

Imported by the test and by its processes.
"""

from __future__ import annotations

import logging
import random
from multiprocessing.connection import Connection
from typing import Any

# First, because it sets up Django.
from django.core.exceptions import ObjectDoesNotExist

from openedx_catalog import api
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.serializers import CatalogCourseReader, CourseRunReader

from . import stressing

# What reads a kind of row as a consumer sees it.
KINDS: dict[str, tuple[Any, Any]] = {
    "catalog_course": (CatalogCourse, CatalogCourseReader),
    "course_run": (CourseRun, CourseRunReader),
}
Rows = dict[tuple[str, str], dict[str, Any]]
"""``{(kind, uuid): what an answer shows of the row}``"""


def write(seed: str, count: int) -> None:
    """Call this and that, `count` times; what an operation refuses is nothing to us."""
    logging.getLogger("openedx_catalog").setLevel(logging.CRITICAL)
    chance = random.Random(seed)
    for _turn in range(count):
        try:
            chance.choice(stressing.OPERATIONS)(chance)
        except (CatalogError, ObjectDoesNotExist):
            continue


class Copy:
    """The copy of a consumer that knows nothing but what the feed names and what it then reads."""

    def __init__(self) -> None:
        self.rows: Rows = {}
        self.cursor = 0

    def follow(self) -> int:
        """Read what is new, and what the rows that it names are now; how many changes there were."""
        changed: dict[str, set[str]] = {kind: set() for kind in KINDS}
        count = 0
        for change in api.iter_changes(self.cursor):
            assert change.position > self.cursor
            self.cursor, count = change.position, count + 1
            if change.kind in changed:
                changed[change.kind].add(str(change.uuid))
        for kind, uuids in changed.items():
            now = read_rows(kind, sorted(uuids))
            for uuid in uuids:
                self.rows.pop((kind, uuid), None)
            self.rows |= now
        return count


def read_rows(kind: str, uuids: list[str] | None = None) -> Rows:
    """The rows of a kind as they are now: all, or those that have these uuids themselves."""
    model, reader = KINDS[kind]
    rows = model.objects.all() if uuids is None else model.objects.filter(uuid__in=uuids)
    return {(kind, data["uuid"]): data for data in reader.read(list(rows.values_list("pk", flat=True)), None)}


def catalog() -> Rows:
    """The whole catalog."""
    return {name: row for kind in KINDS for name, row in read_rows(kind).items()}


def keep_copy(pipe: Connection) -> None:
    """Follow without a pause; answer each question with the copy, as it is after one more look, and end with None."""
    copy, changes = Copy(), 0
    while True:
        changes += copy.follow()
        if pipe.poll():
            if pipe.recv() is None:
                return
            changes += copy.follow()
            pipe.send((copy.rows, changes))
