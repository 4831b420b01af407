"""A merge is undone while others move the very runs: nothing is lost, nothing is there twice, and nobody meets a raw error."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogMerge, CourseRun, OutboxMessage
from tests.thorough import sample

from . import racing_merges
from .conftest import Racers
from .racing_merges import RUNS, key

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = sample(6, 40)


def homes(round_: int) -> list[str]:
    """The codes of the courses under which the runs of a round stand; "" for one that is deleted."""
    found = api.resolve_course_runs([key(round_, number) for number in range(RUNS)])
    return [found[key(round_, number)].course_code if key(round_, number) in found else "" for number in range(RUNS)]


@pytest.mark.parametrize("then_merged", [False, True], ids=["the survivor stays", "the survivor is merged on"])
def test_each_run_stands_where_the_last_one_who_said_so_has_put_it(racers: Racers, then_merged: bool):
    results, *_others = racers.run(racing_merges.unmerge_while_moved, ROUNDS, then_merged)
    assert len(results) == ROUNDS
    for round_, result in enumerate(results):
        into, rest = ("Last", "Merged") if then_merged else ("Into", "")
        assert homes(round_) == ["Merged", "Other", into, "Merged", rest, "Merged"], (round_, result)
        assert {key(round_, 0), key(round_, 3), key(round_, 5)} <= set(result.runs_returned)
        assert not set(result.runs_returned) & set(result.runs_left)
    if not then_merged:
        assert set(CourseRun.objects.filter(key_ci__endswith="merged+3").values_list("title", flat=True)) == {
            "Changed meanwhile"
        }
    assert CatalogMerge.objects.count() == (ROUNDS if then_merged else 0)
    assert CatalogCourse.objects.count() == ROUNDS * (3 if then_merged else 4)
    assert_told_without_a_gap()
    assert list(api.diagnose()) == []


def assert_told_without_a_gap() -> None:
    """The events of a run say, one after the other, where it came from and where it went."""
    at: dict[str, str] = defaultdict(str)
    moves: Counter[str] = Counter()
    for kind, payload in OutboxMessage.objects.order_by("pk").values_list("event_type", "payload"):
        if ".course_run." in kind:
            values = json.loads(payload)
            run, course = values["course_key"], values["catalog_course_key"]
            if ".moved." in kind:
                assert at[run] == values["previous_catalog_course_key"], run
                moves[run] += 1
            at[run] = course
    assert moves
    stored = {row.course_key: row.key_str for row in api.resolve_course_runs(list(at)).values()}
    assert {run: at[run] for run in stored} == stored
