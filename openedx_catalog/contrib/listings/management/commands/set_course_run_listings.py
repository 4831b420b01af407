"""``manage.py set_course_run_listings FILE``: what learners read of runs beside what they read of their courses."""

from __future__ import annotations

from ... import api
from ...cells import RUN_COLUMNS, read_run_record
from . import set_course_listings


class Command(set_course_listings.Command):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Set what learners read of runs from a CSV or JSON-lines file with the column course_key (a key, or a uuid) and any of "
        "the others of an export of run listings: an empty cell says nothing, none takes a value away. A run without a listing "
        "gets one. Idempotent. Exit code 1 if rows were refused, 2 if the file cannot be used."
    )
    columns, needed, unit = RUN_COLUMNS, RUN_COLUMNS[1:], "runs"
    source = "set_course_run_listings"
    record = staticmethod(read_run_record)
    write = staticmethod(api.import_course_run_listings)
