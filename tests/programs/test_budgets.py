"""Whatever reads programs costs as many queries for many of them as for few: a site has 700 of 30 courses of 10 runs."""

import pytest
from django.db import transaction

from benchmarks import program_reads
from benchmarks.programs import Sizes, fill
from openedx_catalog.contrib.programs import lms_answers

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def costs(sizes):
    """The queries of each read of so many programs, by its name; nothing of them stays."""
    with transaction.atomic():
        fill(sizes)
        program_reads.complete()
        found = {read.name: program_reads.queries(read.work) for read in program_reads.reads()}
        transaction.set_rollback(True)
    lms_answers.forget()
    return found


def test_no_read_costs_more_queries_the_more_programs_there_are():
    few = costs(Sizes(programs=21, courses=4, in_each=3, runs=2))
    many = costs(Sizes(programs=84, courses=40, in_each=12, runs=4))
    assert {name: (count, many[name]) for name, count in few.items() if many[name] > count} == {}
    assert max(many.values()) <= 30
    assert len(many) > 80
