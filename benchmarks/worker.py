"""
What `benchmarks.run` starts once for each database: ``python -m benchmarks.worker create|measure|clear|drop``.

The database is the one that CATALOG_DB and CATALOG_DB_NAME name; it is made anew, and dropped in the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import django

from . import UNREACHABLE, raw
from .timing import analyze, best_median, counted, in_turns, seconds

Facts = dict[str, dict[str, float]]
"""{operation: {who: figure}}"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["create", "measure", "clear", "drop"])
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "test_project.settings.core_only")
    django.setup()
    if options.step == "create":
        create_database()
    elif options.step == "drop":
        drop_database()
    elif options.step == "clear":
        clear()
    else:
        clear()
        options.out.write_text(json.dumps(Benchmark(options.sample, options.repeats).run()), encoding="utf-8")


def create_database() -> None:
    """Make the database as Django makes a test database, under our own name, and migrate it."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, connection

    connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]
    try:
        if connection.vendor != "sqlite":
            # Without naming the database, which does not exist yet.
            with connection._nodb_cursor() as cursor:
                cursor.execute("SELECT 1")
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    except (OperationalError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        sys.exit(UNREACHABLE)


def drop_database() -> None:
    from django.db import connection

    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def clear() -> None:
    """Empty our tables, and let ids begin at 1 again."""
    from django.core.management.color import no_style
    from django.db import connection

    statements = connection.ops.sql_flush(no_style(), raw.TABLES, reset_sequences=True, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)


def sync_record(api: Any, record: Any) -> Any:
    """What a source would say that agrees with a record of the sample."""
    names = ("start", "end", "enrollment_start", "enrollment_end", "pacing")
    schedule = api.ScheduleData(**{name: getattr(record, name) or None for name in names})
    return api.SyncRecord(record.course_key, title=record.title, schedule=schedule, catalog_course=record.catalog_course)


class Benchmark:
    """Every measurement of one sample on one database, in an order in which each finds the rows it needs."""

    def __init__(self, sample: Path, repeats: int) -> None:
        from django.db import connection

        from openedx_catalog import api, keys
        from openedx_catalog.models_api import CourseRun

        self.connection, self.api, self.keys, self.runs = connection, api, keys, CourseRun.objects
        connection.ensure_connection()
        self.raw = raw.RawDatabase(connection.vendor, connection.settings_dict)
        self.repeats = repeats
        with sample.open(encoding="utf-8", newline="") as stream:
            self.records = [api.AssociationRecord(**row) for row in csv.DictReader(stream)]
        self.sync_records = [sync_record(api, record) for record in self.records]
        self.texts = [record.course_key for record in self.records]
        self.facts: Facts = {}

    def run(self) -> Facts:
        """Measure everything."""
        self.bulk()
        analyze(self.connection)
        self.resync()
        self.get_run()
        self.get_runs()
        self.resolve()
        self.listing()
        self.single()
        self.key_parsing()
        return self.facts

    def some_texts(self, turn: int, count: int) -> list[str]:
        """Other keys on every turn, as long as there are any: ours and Python's caches should not answer."""
        start = turn * count % max(1, len(self.texts) - count + 1)
        return self.texts[start : start + count]

    def some_folded(self, turn: int, count: int) -> list[str]:
        return [self.keys.fold(text) for text in self.some_texts(turn, count)]

    def forget_keys(self) -> None:
        """Empty the caches of parsed keys, so that every measurement begins alike."""
        for cached in (self.keys._parse_normal, self.keys._locator):
            cached.cache_clear()

    # The measurements

    def associate(self, on_progress: Callable[[int], None] | None = None) -> Any:
        return self.api.associate_course_runs(self.records, source="benchmark", on_progress=on_progress)

    def sync(self, on_progress: Callable[[int], None] | None = None) -> Any:
        return self.api.sync_course_runs(self.sync_records, source="benchmark", on_progress=on_progress)

    def per_batch(self, work: Callable[..., Any]) -> Iterator[Any]:
        """The statements of each batch of the whole sample."""
        batches = []
        with counted(self.connection) as statements:

            def note(_rows: int) -> None:
                batches.append(list(statements.verbs))
                statements.verbs.clear()

            work(note)
        yield from batches

    def bulk(self) -> None:
        """Also fills the database for everything after it."""
        self.facts["bulk statements"] = {"ours": max(map(len, self.per_batch(self.associate)))}
        assert self.runs.count() == len(self.records)
        plan = self.raw.plan_inserts()
        ours, by_hand = [], []
        for _turn in range(self.repeats):
            clear()
            by_hand.append(seconds(lambda: self.raw.insert(plan)))
            assert self.runs.count() == len(self.records)
            clear()
            self.forget_keys()
            ours.append(seconds(self.associate))
        self.facts["bulk"] = {"ours": median(ours) / len(self.records), "raw": median(by_hand) / len(self.records)}

    def resync(self) -> None:
        batches = list(self.per_batch(self.sync))
        self.facts["resync statements"] = {"ours": max(map(len, batches))}
        self.facts["resync writes"] = {"ours": sum(verb != "SELECT" for batch in batches for verb in batch)}
        size = len(self.records)

        def ours(_turn: int) -> None:
            self.forget_keys()
            if self.sync().outcomes["unchanged"] != size:
                raise RuntimeError("a re-sync of what is stored has changed it")

        def by_hand(_turn: int) -> None:
            for start in range(0, size, raw.BATCH):
                self.raw.stored([self.keys.fold(text) for text in self.texts[start : start + raw.BATCH]])

        self.facts["resync"] = in_turns({"ours": ours, "raw": by_hand}, self.repeats, size)

    def get_run(self) -> None:
        calls = 300
        with counted(self.connection) as statements:
            self.api.get_course_run(self.texts[0])
        self.facts["get_course_run statements"] = {"ours": len(statements.verbs)}
        contestants = {
            "ours": lambda turn: [self.api.get_course_run(text) for text in self.some_texts(turn, calls)],
            "orm": lambda turn: [self.runs.get(key_ci=text) for text in self.some_folded(turn, calls)],
            "raw": lambda turn: [self.raw.run_by_key(text) for text in self.some_folded(turn, calls)],
        }
        self.facts["get_course_run"] = in_turns(contestants, 3 * self.repeats, calls)

    def get_runs(self) -> None:
        calls = min(1000, len(self.texts))

        def by_orm(turn: int) -> dict[str, Any]:
            runs = self.runs.select_related("catalog_course__org").filter(key_ci__in=self.some_folded(turn, calls))
            return {run.key_ci: run for run in runs}

        def ours(turn: int) -> None:
            assert len(self.api.get_course_runs(self.some_texts(turn, calls))) == calls

        contestants = {
            "ours": ours,
            "orm": by_orm,
            "raw": lambda turn: self.raw.resolve(self.some_folded(turn, calls)),
        }
        self.facts["get_course_runs"] = in_turns(contestants, 3 * self.repeats)

    def resolve(self) -> None:
        calls = min(1000, len(self.texts))

        def ours(turn: int) -> None:
            assert len(self.api.resolve_course_runs(self.some_texts(turn, calls))) == calls

        contestants = {"ours": ours, "raw": lambda turn: self.raw.resolve(self.some_folded(turn, calls))}
        self.facts["resolve_course_runs"] = in_turns(contestants, 5 * self.repeats)

    def listing(self) -> None:
        contestants = {
            "ours": lambda _turn: deque(self.api.iter_associations(), maxlen=0),
            "raw": lambda _turn: deque(self.raw.associations(), maxlen=0),
        }
        self.facts["iter_associations"] = in_turns(contestants, self.repeats)

    def single(self) -> None:
        """New runs of the courses that are known; the driver inserts other ones of the same courses."""
        known = [record.course_key for record in self.records if not record.catalog_course][:100]
        with counted(self.connection) as statements:
            self.api.associate_course_run(f"{known[0]}_counted")
        self.facts["single statements"] = {"ours": len(statements.verbs)}
        orgs = dict(self.raw.select("SELECT short_name, id FROM organizations_organization"))
        ((now, _),) = self.raw.select("SELECT created, id FROM openedx_catalog_courserun LIMIT 1")

        def by_hand(text: str) -> None:
            parsed = self.keys.parse_course_key(text)
            pair = (orgs[parsed.org], self.keys.fold(parsed.course))
            self.raw.associate(parsed, pair, now, uuid.uuid4() if self.connection.vendor == "postgresql" else uuid.uuid4().hex)

        contestants = {"ours": self.api.associate_course_run, "raw": by_hand}
        self.facts["single"] = best_median(contestants, known)

    def key_parsing(self) -> None:
        from opaque_keys.edx.keys import CourseKey

        unique = self.texts[:20_000]
        repeated = self.texts[:100] * 200
        for name, texts in (("keys, each new", unique), ("keys, repeated", repeated)):

            def ours(_turn: int, texts: list[str] = texts) -> None:
                self.forget_keys()
                for text in texts:
                    self.keys.normalize_course_key(text)

            def by_opaque_keys(_turn: int, texts: list[str] = texts) -> None:
                for text in texts:
                    CourseKey.from_string(text)

            self.facts[name] = in_turns({"ours": ours, "from_string": by_opaque_keys}, self.repeats, len(texts))


if __name__ == "__main__":
    main()
