"""
A writer that kills itself: every kind of change, one call after the other, on a catalog that `prepare` has left.

What it reports its own receivers it writes into a file, an event id a line.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.db import connection
from openedx_events.tooling import OpenEdxPublicSignal

from openedx_catalog import api

from .killed import Executioner
from .state import empty_catalog

KEY, OTHER = "course-v1:MITx+14.100x+3T2017", "course-v1:MITx+15.071x+1T2020"
WHEN = datetime(2027, 1, 31, 10, tzinfo=UTC)
GONE, BACK = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)


def bulk(**values: Any) -> list[api.AssociationRecord]:
    return [api.AssociationRecord(f"course-v1:Bulk+B{n // 3}+{n}", line=n, **values) for n in range(12)]


STEPS = [
    lambda: api.associate_course_run(KEY, title="Microeconomics", schedule={"start": WHEN}, source="kill"),
    lambda: api.create_catalog_course(org_code="MITxT", course_code="14.100x", source="kill"),
    lambda: api.update_course_run(KEY, title="New", schedule={"end": WHEN}, source="kill"),
    lambda: api.move_course_run(KEY, "MITxT+14.100x", reason="theirs", source="kill"),
    lambda: api.associate_course_run("course-v1:MITx+14.100x+2", source="kill"),
    lambda: api.merge_catalog_courses("MITx+14.100x", into="MITxT+14.100x", reason="the same", source="kill"),
    lambda: api.rename_catalog_course("MITxT+14.100x", course_code="14.101x", reason="new number", source="kill"),
    lambda: api.withdraw_course_run(KEY, at=GONE, source="kill"),
    lambda: api.restore_course_run(KEY, at=BACK),
    lambda: api.associate_course_runs(bulk(title="T", start=WHEN), source="kill"),
    lambda: api.associate_course_runs(bulk(title="U", end=WHEN), source="kill"),
    lambda: api.associate_course_run(OTHER, source="kill"),
    lambda: api.delete_course_run(OTHER, source="kill"),
    lambda: api.delete_catalog_course(api.get_catalog_course(key_str="MITx+15.071x"), source="kill"),
]


def prepare() -> None:
    """An empty catalog, in which the writer may begin."""
    empty_catalog()


def work(begin: int, end: int, moment: str, path: str, count: Synchronized[int]) -> None:
    """Take the steps from `begin` to before `end`, up to the moment."""
    with open(path, "a", encoding="utf-8") as received:

        def hear(metadata: Any, **_data: Any) -> None:
            received.write(f"{metadata.id}\n")
            received.flush()
            os.fsync(received.fileno())

        for signal in OpenEdxPublicSignal.all_events():
            if signal.event_type.startswith("org.openedx.catalog."):
                signal.connect(hear, weak=False)
        executioner = Executioner(moment)
        with connection.execute_wrapper(executioner):
            for step in STEPS[begin:end]:
                step()
        connection.close()
        count.value = executioner.count
