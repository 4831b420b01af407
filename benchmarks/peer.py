"""
The peer, openedx-core's app of the same name, doing what it can of the same: run by a Python that has it installed.

``python -P benchmarks/peer.py SAMPLE OUT``. It imports nothing of ours, because both packages own one import name.
"""

from __future__ import annotations

import csv
import json
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.conf import settings

DATABASES = Path(__file__).parent.parent / "test_project" / "settings" / "databases.py"


def main() -> None:
    sample, out = map(Path, sys.argv[1:])
    settings.configure(
        DATABASES={"default": runpy.run_path(str(DATABASES))["database"]()},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "simple_history",
            "organizations",
            "openedx_catalog",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="for the benchmark only",  # noqa: S106
        SILENCED_SYSTEM_CHECKS=["models.W036", "models.W044"],
    )
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with sample.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        out.write_text(json.dumps(measure(rows)), encoding="utf-8")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(rows: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Seconds per run, or per 1,000 keys; the association is one transaction per 1,000 runs, its faster form."""
    from django.db import transaction
    from opaque_keys.edx.keys import CourseKey

    from openedx_catalog import api
    from openedx_catalog.models_api import CourseRun

    def associate(some: list[dict[str, str]]) -> None:
        with transaction.atomic():
            for row in some:
                api.create_course_run_for_modulestore_course_with(
                    CourseKey.from_string(row["course_key"]), title=row["title"], language_short=row["language"]
                )

    def whole() -> None:
        for start in range(0, len(rows), 1000):
            associate(rows[start : start + 1000])

    keys = [CourseKey.from_string(row["course_key"]) for row in rows]
    facts = {"bulk": seconds(whole) / len(rows), "resync": seconds(whole) / len(rows)}
    rounds = [[dict(row, course_key=f"{row['course_key']}_new{turn}") for row in rows[:100]] for turn in range(5)]
    # As `timing.best_median` does it for ours.
    facts["single"] = min(median(seconds(lambda row=row: _one(api, CourseKey, row)) for row in new) for new in rounds)
    few = keys[:300]
    facts["get_course_run"] = median(seconds(lambda: [api.get_course_run(k) for k in few]) for _ in range(3)) / len(few)
    thousand = keys[:1000]
    scale = 1000 / len(thousand)
    # It has no call for many keys.
    facts["resolve_course_runs"] = seconds(lambda: [api.get_course_run(k).catalog_course.org for k in thousand]) * scale
    facts["get_course_runs"] = facts["resolve_course_runs"]

    def listing() -> None:
        for run in CourseRun.objects.select_related("catalog_course__org").order_by(
            "catalog_course__org__short_name", "catalog_course__course_code", "course_key"
        ):
            str(run.course_key)

    facts["iter_associations"] = median(seconds(listing) for _ in range(3))
    return {name: {"peer": value} for name, value in facts.items()}


def _one(api: Any, course_key: Any, row: dict[str, str]) -> None:
    api.create_course_run_for_modulestore_course_with(course_key.from_string(row["course_key"]), title=row["title"])


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
