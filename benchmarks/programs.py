"""
What many programs cost whoever reads them, the LMS, and a sync: 630 programs of 30 courses of 10 runs, unless told otherwise.

``python -m benchmarks.programs [--parts lms reads sync] [--programs 700] [--courses 3000]`` on a database that CATALOG_DB and
CATALOG_DB_NAME name, which is made anew for each part, and dropped. ``lms`` is ``get_programs(site=…)``, which the LMS's
dashboard calls, and its cache; its answer has 189,000 dicts of runs, which every call makes, since callers change them; what it
reads is kept until something changes. ``reads`` are the queries and seconds of every read (`program_reads`), ``sync`` what two
syncs take from a discovery service (`program_syncing`).
"""

from __future__ import annotations

import argparse
import os
import random
import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import NamedTuple


class Sizes(NamedTuple):
    """How many programs there are, catalog courses, courses in each program, and runs of each course."""

    programs: int = 630
    courses: int = 700
    in_each: int = 30
    runs: int = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--parts", nargs="+", choices=["lms", "reads", "sync"], default=["lms"])
    for name, size in Sizes()._asdict().items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=size)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "test_project.settings.sync"
    import django

    django.setup()
    from django.db import connection

    from . import program_reads, program_syncing
    from .timing import analyze

    sizes = Sizes(*(getattr(arguments, name) for name in Sizes._fields))
    print(f"{connection.vendor}: {sizes}")
    for part in arguments.parts:
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            if part == "sync":
                program_syncing.measure(*sizes)
                continue
            fill(sizes)
            if part == "lms":
                measure_lms(arguments.repeats)
            else:
                program_reads.complete()
                analyze(connection)
                program_reads.measure()
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def fill(sizes: Sizes) -> None:
    """Make the programs, each of random courses."""
    from openedx_catalog import api as catalog
    from openedx_catalog.contrib.programs import api
    from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership, Program

    keys = [f"course-v1:MITx+C{course}+R{run}" for course in range(sizes.courses) for run in range(sizes.runs)]
    start = "2027-01-01T00:00:00Z"
    catalog.associate_course_runs(catalog.AssociationRecord(key, title=key, start=start) for key in keys)
    pks = list(catalog.get_catalog_courses().values_list("pk", flat=True))
    kind = api.get_program_type("xseries")
    programs = (Program(title=f"Program {number}", type=kind, status="active") for number in range(sizes.programs))
    Program.objects.bulk_create(programs)
    Curriculum.objects.bulk_create(Curriculum(program=program, name="Core") for program in Program.objects.all())
    chance = random.Random(1)
    members = (
        CurriculumCourseMembership(curriculum=curriculum, catalog_course_id=course, position=position)
        for curriculum in Curriculum.objects.all()
        for position, course in enumerate(chance.sample(pks, sizes.in_each))
    )
    CurriculumCourseMembership.objects.bulk_create(members, batch_size=1000)


def measure_lms(repeats: int) -> None:
    """What the LMS asks for, and its cache."""
    from django.test.utils import override_settings

    measure(repeats)
    with override_settings(CACHES=caches()):
        measure_refresh()


def caches() -> dict[str, dict[str, object]]:
    """A cache in this process, with keys and room as the LMS's has."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    options = {"MAX_ENTRIES": 1_000_000}
    return {"default": {"BACKEND": backend, "KEY_FUNCTION": "test_project.cache_keys.readable", "OPTIONS": options}}


def measure(repeats: int) -> None:
    """Print the seconds of this process, statements, and what is occupied: with a change before each call, and without."""
    from django.db import connection

    from openedx_catalog.contrib.programs import lms, lms_answers

    found = lms.get_programs(site=object())
    runs = sum(len(course["course_runs"]) for program in found for course in program["courses"])
    print(f"{connection.vendor}: {len(found)} programs, {runs} runs in them")
    del found
    print(f"after a change: {timed(repeats, before=lms_answers.forget)}")
    print(f"nothing changed: {timed(repeats, before=lambda: None)}")
    lms_answers.forget()
    tracemalloc.start()
    found = lms.get_programs(site=object())
    held, peak = tracemalloc.get_traced_memory()
    del found
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"the answer occupies {(held - kept) / 1e6:.0f} MB, {peak / 1e6:.0f} MB at its peak; {kept / 1e6:.0f} MB are kept")


def timed(repeats: int, *, before: Callable[[], None]) -> str:
    """The median of the seconds of calls, `before` each of which something is done, and the statements of one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from openedx_catalog.contrib.programs import lms

    times = []
    for _ in range(repeats):
        before()
        began = time.process_time()
        found = lms.get_programs(site=object())
        times.append(time.process_time() - began)
        del found
    before()
    with CaptureQueriesContext(connection) as log:
        lms.get_programs(site=object())
    return f"{median(times):.2f} s, {len(log)} statements"


def measure_refresh() -> None:
    """Print what it costs to follow ten changed runs, each of another course, in a cache that is filled."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from openedx_catalog.contrib.programs import lms_cache
    from openedx_catalog.models_api import CourseRun

    sites = [lms_cache.Site(1, "lms.example.org")]
    lms_cache.fill(sites)
    changed = CourseRun.objects.filter(run_code="R0").order_by("pk")[:10]
    CourseRun.objects.filter(pk__in=list(changed.values_list("pk", flat=True))).update(title="Changed")
    with CaptureQueriesContext(connection) as log:
        began = time.process_time()
        names = lms_cache.programs_of_courses(
            {str(run.catalog_course.uuid) for run in changed.select_related("catalog_course")}
        )
        lms_cache.refresh(names, sites)
        took = time.process_time() - began
    print(f"ten changed runs: {len(names)} programs written anew in {took:.2f} s, {len(log)} statements")


if __name__ == "__main__":
    main()
