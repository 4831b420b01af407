"""Indexes that are made anew, and that follow each kind of change: they have what the catalog has."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.api import indexing
from openedx_catalog.contrib.search.documents import documents_of, models
from openedx_catalog.contrib.search.exceptions import SearchIndexChanged, SearchIndexMissing
from openedx_catalog.contrib.search.models_api import SearchIndex, StoredDocument
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.data import RunMode
from openedx_catalog.exceptions import InvalidRequest

from .memory import INDEXES, MemoryEngine

pytestmark = pytest.mark.django_db
SINCE = {"effective_at": "2020-01-01T00:00:00Z"}


@pytest.fixture(autouse=True)
def engine(settings):
    settings.OPENEDX_CATALOG_SEARCH_ENGINE = "tests.search.memory.MemoryEngine"
    INDEXES.clear()


def searched():
    """``{id: document}`` of the index that is searched."""
    return dict(INDEXES[api.search_index().name])


def of_catalog():
    """The documents of all rows, as they are now."""
    found = {}
    for kind, model in models().items():
        found |= dict(documents_of(kind, list(model.objects.values_list("pk", flat=True)), now=timezone.now()))
    return {name: document for name, document in found.items() if document is not None}


def follow():
    while api.follow_changes().changes:
        continue


@pytest.fixture
def world(everything, make_course, make_run, make_program, make_pathway):
    """`everything`, and more that belongs to it, or may by and by."""
    everything.other = make_course("15.2x", title="Accounting")
    everything.other_run = make_run(everything.other, start="2026-01-01T00:00:00Z")
    everything.outer = make_program("All of Economics", everything.program)
    everything.way = make_pathway("Manager", everything.other)
    return everything


def members(program):
    return program.curricula.get().course_memberships.get()


CHANGES = {
    "course created": lambda w: listings.set_course_listing(
        catalog.create_catalog_course(org_code="MITx", course_code="New"), live=True
    ),
    "course retitled": lambda w: catalog.update_catalog_course(w.course, title="Prices"),
    "course renamed": lambda w: catalog.rename_catalog_course(w.course, course_code="14.1", reason="shorter"),
    "course of another organization": lambda w: catalog.move_catalog_course(w.other, org_code="HarvardX", reason="theirs"),
    "courses merged": lambda w: catalog.merge_catalog_courses(w.course, into=w.other, reason="the same"),
    "run created": lambda w: catalog.create_course_run("course-v1:MITx+15.2x+2"),
    "run rescheduled": lambda w: catalog.update_course_run(w.other_run.course_key, schedule={"start": "2020-01-01T00:00:00Z"}),
    "run moved": lambda w: catalog.move_course_run(w.course_run.course_key, w.other, reason="theirs"),
    "run split off": lambda w: catalog.split_catalog_course(
        w.course, [w.course_run.course_key], course_code="X", reason="another"
    ),
    "run withdrawn": lambda w: catalog.withdraw_course_run(w.course_run.course_key, at=timezone.now()),
    "run deleted": lambda w: catalog.delete_course_run(w.course_run.course_key),
    "run deleted for good": lambda w: catalog.delete_course_run(w.course_run.course_key, for_good=True, reason="a slip"),
    "organization retitled": lambda w: catalog.update_organization("MITx", name="MIT"),
    "organization renamed": lambda w: catalog.update_organization("MITx", short_name="MIT", reason="shorter"),
    "course hidden": lambda w: listings.set_course_listing(w.course, visibility="hidden"),
    "course not listed any more": lambda w: listings.delete_course_listing(w.course),
    "course described": lambda w: listings.set_course_listing(w.course, short_description="Prices."),
    "course owned by others": lambda w: (
        catalog.create_organization(short_name="HarvardX"), listings.set_course_listing(w.course, owners=["HarvardX"])
    ),
    "run hidden": lambda w: listings.set_course_run_listing(w.course_run.course_key, live=False),
    "subject renamed": lambda w: listings.update_subject("economics", name="Economy"),
    "level renamed": lambda w: listings.update_level("introductory", name="Basic"),
    "program retitled": lambda w: programs.update_program(w.program, title="Data"),
    "program hidden": lambda w: programs.update_program(w.program, hidden=True),
    "program retired": lambda w: programs.retire_program(w.program),
    "program deleted": lambda w: programs.delete_program(w.program),
    "program type renamed": lambda w: programs.update_program_type("micromasters", name="XSeries"),
    "program of another organization": lambda w: programs.update_program(w.program, authoring_organizations=[]),
    "course added to program": lambda w: programs.add_course(w.program.curricula.get(), w.other, **SINCE),
    "course retired from program": lambda w: programs.retire(members(w.program)),
    "course removed from program": lambda w: programs.remove(members(w.program)),
    "program removed from program": lambda w: programs.remove(w.outer.curricula.get().program_memberships.get()),
    "skill tagged": lambda w: skills.set_course_skill(w.course, "Auctions"),
    "skill blocked": lambda w: skills.block_course_skill(w.course, "Price theory"),
    "skill renamed": lambda w: skills.update_skill("Price theory", name="Theory of prices"),
    "skill of program blocked": lambda w: skills.block_program_skill(w.outer, "Price theory"),
    "course type set": lambda w: course_types.set_course_type(w.course, None),
    "modes sold": lambda w: course_types.set_course_run_products(
        w.other_run.course_key, modes=[RunMode("verified", "49.00")]
    ),
    "pathway retitled": lambda w: pathways.update_learner_pathway(w.pathway, title="Adviser"),
    "pathway inactive": lambda w: pathways.update_learner_pathway(w.pathway, status="inactive"),
    "pathway for some": lambda w: pathways.update_learner_pathway(
        w.pathway, scope="groups", groups=[Group.objects.create(name="Customers")]
    ),
    "pathway deleted": lambda w: pathways.delete_learner_pathway(w.pathway),
    "step added to pathway": lambda w: pathways.add_step(w.pathway, [pathways.NodeRecord(catalog_course=w.other)]),
    "step removed from pathway": lambda w: pathways.remove_step(w.pathway.steps.get()),
}  # fmt: skip


@pytest.mark.any_database
@pytest.mark.parametrize("name", CHANGES)
def test_an_index_follows(name, world):
    api.rebuild_index()
    before = searched()
    assert before == of_catalog()
    CHANGES[name](world)
    follow()
    assert searched() == of_catalog() != before


def test_an_index_follows_a_merge_and_what_undoes_it(world):
    api.rebuild_index()
    before = searched()
    catalog.merge_catalog_courses(world.other, into=world.course, reason="the same")
    follow()
    assert f"course:{world.other.uuid}" not in searched()
    [merge] = catalog.get_catalog_merges(world.course)
    catalog.unmerge_catalog_courses(merge, reason="not the same")
    listings.set_course_listing(f"MITx+{world.other.course_code}", live=True)
    follow()
    assert searched() == of_catalog()
    assert searched().keys() == before.keys()


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        pytest.param(timedelta(days=20), {"availability": "starting_soon", "far_off_start_date": False}, id="not far off"),
        pytest.param(timedelta(days=60), {"availability": "current", "availability_rank": 1}, id="begun"),
        pytest.param(timedelta(days=70), {"availability": "current", "availability_rank": 3}, id="sold no more"),
        pytest.param(timedelta(days=100), {"availability": "archived"}, id="over"),
    ],
)
def test_an_index_follows_the_clock(ahead, says, world, make_course, make_run, make_program, monkeypatch):
    now = timezone.now()
    course = make_course("Clock")
    mode = RunMode("verified", "49.00", upgrade_deadline=now + timedelta(days=65))
    run = make_run(course, start=now + timedelta(days=60), end=now + timedelta(days=90), modes=[mode])
    make_program("Timely", course)
    programs.add_course(world.program.curricula.get(), course, effective_at=now + timedelta(days=15))
    api.rebuild_index()
    assert api.follow_changes().put == 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + ahead)
    api.follow_changes()
    assert searched() == of_catalog()
    assert searched()[f"course_run:{run.uuid}"].body.items() >= says.items()
    assert "Data, Economics" in searched()[f"course:{course.uuid}"].keywords


def test_whoever_is_killed_before_the_position_is_stored_leaves_nothing_out(world, monkeypatch):
    api.rebuild_index()
    position = api.search_index().position
    CHANGES["courses merged"](world)
    with monkeypatch.context() as patch:
        patch.setattr(MemoryEngine, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            follow()
    assert api.search_index().position == position
    follow()
    assert searched() == of_catalog()


def test_of_two_that_follow_at_once_one_works(world, monkeypatch):
    api.rebuild_index()
    CHANGES["courses merged"](world)
    affected_by, others = indexing.affected_by, []

    def while_another_one_follows(*args):
        found = affected_by(*args)
        if not others:
            others.append(None)
            others.append(api.follow_changes())
            # What the other one has put must not be put again as it was before this.
            monkeypatch.setattr(MemoryEngine, "put", killed)
        return found

    monkeypatch.setattr(indexing, "affected_by", while_another_one_follows)
    assert (api.follow_changes()[:3], others[1].changes > 0) == ((0, 0, 0), True)
    assert searched() == of_catalog()


def killed(self, index, ids):
    raise KeyboardInterrupt


def test_the_one_before_is_searched_until_the_new_one_is_whole(world, monkeypatch):
    first = api.rebuild_index()
    assert first.before is None
    put = MemoryEngine.put

    def look(self, index, documents):
        assert api.search_index().name == first.name
        # What changes meanwhile is in the new one, too.
        catalog.update_catalog_course(world.course, title="Meanwhile")
        put(self, index, documents)

    monkeypatch.setattr(MemoryEngine, "put", look)
    second = api.rebuild_index()
    assert (second.before, second.documents) == (first.documents, first.documents)
    assert INDEXES.keys() == {second.name}
    assert searched() == of_catalog()
    assert searched()[f"course:{world.course.uuid}"].title == "Meanwhile"
    assert SearchIndex.objects.get().documents == second.documents


def test_what_was_left_behind_goes_with_the_next_one(world):
    SearchIndex.objects.create(name="left", engine="tests.search.memory.MemoryEngine", position=0, looked_at=timezone.now())
    SearchIndex.objects.create(name="of another engine", engine="gone.Engine", position=0, looked_at=timezone.now())
    INDEXES["left"] = {}
    assert INDEXES.keys() == {api.rebuild_index().name} == set(SearchIndex.objects.values_list("name", flat=True))


def test_an_index_that_lost_much_is_not_taken(world, make_course):
    for number in range(20):
        make_course(f"{number}x")
    first = api.rebuild_index()
    before = searched()
    for row in list(catalog.get_catalog_courses())[:6]:
        listings.set_course_listing(row, live=False)
    with pytest.raises(SearchIndexChanged) as refused:
        api.rebuild_index(max_change=10)
    assert refused.value.facts == {"before": first.documents, "after": len(of_catalog()), "limit": 10}
    assert (INDEXES.keys(), searched()) == ({first.name}, before)
    assert api.rebuild_index(any_change=True).documents == len(of_catalog())


def test_how_much_may_change_is_a_setting(world, make_course, settings):
    api.rebuild_index()
    make_course("New")
    settings.OPENEDX_CATALOG_SEARCH_MAX_CHANGE = 0
    with pytest.raises(SearchIndexChanged):
        api.rebuild_index()
    assert api.rebuild_index(max_change=50).documents == len(of_catalog())


@pytest.mark.any_database
@pytest.mark.parametrize("given", [-1, True, "10", 1.5])
def test_a_limit_is_a_number_of_percent(given):
    with pytest.raises(InvalidRequest):
        api.rebuild_index(max_change=given)
    assert not SearchIndex.objects.exists()


@pytest.mark.any_database
def test_without_an_index_nothing_is_searched(world, settings):
    with pytest.raises(SearchIndexMissing):
        api.follow_changes()
    api.rebuild_index()
    settings.OPENEDX_CATALOG_SEARCH_ENGINE = "another.Engine"
    with pytest.raises(SearchIndexMissing):
        api.search_index()


def test_two_cannot_be_live(world):
    api.rebuild_index()
    with pytest.raises(IntegrityError), transaction.atomic():
        SearchIndex.objects.create(name="second", engine="x", position=0, looked_at=timezone.now(), is_live=True)


@pytest.mark.any_database
def test_following_costs_the_same_whatever_was_changed(world, make_course, make_program):
    for number in range(30):
        make_program(f"Program {number}", make_course(f"{number}x"))
    api.rebuild_index()
    counts = []
    rows = list(catalog.get_catalog_courses())
    for some in (rows[:3], rows[:30]):
        for row in some:
            catalog.update_catalog_course(row, title=f"{row.title}!")
        with CaptureQueriesContext(connection) as queries:
            assert api.follow_changes().changes >= len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The commands


def run(name, *args):
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


@pytest.mark.any_database
def test_commands_say_what_they_did(world):
    rebuilt = json.loads(run("rebuild_search_index", "--json"))
    assert rebuilt == {"name": api.search_index().name, "documents": len(of_catalog()), "before": None}
    CHANGES["course hidden"](world)
    first, last = map(json.loads, run("follow_search_index", "--once", "--json").splitlines())
    assert (last["changes"], last["position"]) == (0, first["position"])
    assert first["removed"] == 3
    assert f"{len(of_catalog())} documents, {len(of_catalog())} before" in run("rebuild_search_index")
    assert run("follow_search_index", "--once") == ""


@pytest.mark.any_database
def test_commands_end_with_2(world):
    for name, *args in (["follow_search_index", "--once"], ["rebuild_search_index", "--max-change", "-1"]):
        with pytest.raises(CommandError) as ended:
            run(name, *args)
        assert ended.value.returncode == 2


def test_an_index_that_another_rebuild_has_forgotten_leaves_nothing(world, monkeypatch):
    put = MemoryEngine.put

    def overtaken(self, index, documents):
        monkeypatch.setattr(MemoryEngine, "put", put)
        api.rebuild_index()
        # The row is gone, and whoever fills the index does not know yet.
        INDEXES.setdefault(index, {})
        put(self, index, documents)

    monkeypatch.setattr(MemoryEngine, "put", overtaken)
    with pytest.raises(SearchIndexMissing):
        api.rebuild_index()
    assert list(INDEXES) == [api.search_index().name]


def test_an_index_of_another_engine_goes_with_that_engine(world, settings):
    api.rebuild_index()
    [before] = INDEXES
    settings.OPENEDX_CATALOG_SEARCH_ENGINE = "openedx_catalog.contrib.search.engines.database.DatabaseEngine"
    api.rebuild_index()
    assert before not in INDEXES
    settings.OPENEDX_CATALOG_SEARCH_ENGINE = "tests.search.memory.MemoryEngine"
    api.rebuild_index()
    assert not StoredDocument.objects.exists()
    assert SearchIndex.objects.count() == 1
