"""What the LMS reads of pathways of programs: `get_pathways`, ``pathway_ids`` of programs, and its cache entries."""

import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog.contrib.pathways import api, handlers, signals
from openedx_catalog.contrib.pathways.models_api import ProgramPathway
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs import lms, lms_answers, lms_cache
from openedx_catalog.models_api import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SITES = [lms_cache.Site(1, "lms.example.org"), lms_cache.Site(2, "other.example.org")]
LIST = f"pathway-ids-{SITES[0].domain}"
GIVEN = {
    "name": "Arizona State University", "org_name": "ASU", "email": "records@asu.example.org", "description": "Nine credits.",
    "destination_url": "https://asu.example.org/credit", "pathway_type": "credit", "status": "published",
}  # fmt: skip


@pytest.fixture(autouse=True)
def empty_caches():
    cache.clear()
    lms_answers.forget()
    yield
    cache.clear()
    lms_answers.forget()


@pytest.fixture
def four(db):
    """Active programs A, B and C, and D, which is not published."""
    if not programs.get_program_types().filter(slug="masters").exists():
        programs.create_program_type(name="Masters", slug="masters")
    active = [programs.create_program(title=title, type="masters", status="active") for title in "ABC"]
    return [*active, programs.create_program(title="D", type="masters")]


@pytest.fixture
def pathways(four):
    """Of ASU with C, A and the unpublished D; of a company with A; and one that is not published, with A and B."""
    a, b, c, d = four
    return [
        api.create_program_pathway(**GIVEN, programs=[c, d, a]),
        api.create_program_pathway(name="Siemens", pathway_type="industry", status="published", programs=[a]),
        api.create_program_pathway(name="Draft", programs=[a, b]),
    ]


def uuids(*rows):
    return [str(row.uuid) for row in rows]


def entries():
    """The whole cache."""
    names = [key.split(":", 2)[2] for key in cache._cache]
    return {name: cache.get(name) for name in names}


def test_get_pathways_answers_as_from_discovery(four, pathways):
    a, _b, c, _d = four
    asu, siemens, draft = pathways
    wanted = [
        {
            "id": asu.pk,
            "uuid": str(asu.uuid),
            "name": "Arizona State University",
            "org_name": "ASU",
            "email": "records@asu.example.org",
            "description": "Nine credits.",
            "destination_url": "https://asu.example.org/credit",
            "pathway_type": "credit",
            "status": "published",
            "program_uuids": uuids(c, a),
        },
        {
            "id": siemens.pk,
            "uuid": str(siemens.uuid),
            "name": "Siemens",
            "org_name": "",
            "email": "",
            "description": "",
            "destination_url": None,
            "pathway_type": "industry",
            "status": "published",
            "program_uuids": uuids(a),
        },
    ]
    assert lms.get_pathways(SITES[0]) == lms.get_pathways(site=object(), pathway_id=None) == wanted
    for pathway in wanted:
        assert lms.get_pathways(SITES[0], pathway["id"]) == lms.get_pathways(None, str(pathway["id"])) == pathway
    for nothing in (draft.pk, 2**63, -1, "x", uuid.uuid4(), asu.uuid, "²", 1.5):
        assert lms.get_pathways(SITES[0], nothing) is None, nothing


def test_programs_name_their_pathways(four, pathways):
    a, b, c, _d = four
    asu, siemens, _draft = pathways
    wanted = {"A": [asu.pk, siemens.pk], "B": [], "C": [asu.pk]}
    for found in (
        lms.get_programs(site=SITES[0]),
        lms.get_programs(site=SITES[0]),
        lms.get_programs(uuids=uuids(a, b, c)),
        lms.get_programs_by_type(None, "Masters"),
    ):
        assert {program["title"]: program["pathway_ids"] for program in found} == wanted
    # As the LMS goes from a program to its pathways.
    assert [lms.get_pathways(None, pk)["name"] for pk in wanted["A"]] == ["Arizona State University", "Siemens"]
    programs.add_program(programs.create_curriculum(b, name="Core"), c)
    [curriculum] = lms.get_programs(uuid=b.uuid)["curricula"]
    assert [program["pathway_ids"] for program in curriculum["programs"]] == [[asu.pk]]


def test_callers_may_change_what_they_get(pathways):
    def read():
        return lms.get_pathways(None), lms.get_pathways(None, pathways[0].pk), lms.get_programs(site=1)

    before = read()
    several, one, found = read()
    several[0]["program_uuids"].clear()
    one["name"] = "x"
    found[0]["pathway_ids"].append(0)
    assert read() == before


CHANGES = {
    "name": lambda p, f: api.update_program_pathway(p[0], name="ASU"),
    "order of its programs": lambda p, f: api.update_program_pathway(p[0], programs=[f[0], f[2], f[3]]),
    "other programs": lambda p, f: api.update_program_pathway(p[0], programs=[f[1]]),
    "no programs": lambda p, f: api.update_program_pathway(p[0], programs=[]),
    "published": lambda p, f: api.update_program_pathway(p[2], status="published"),
    "retired": lambda p, f: api.update_program_pathway(p[0], status="retired"),
    "new": lambda p, f: api.create_program_pathway(name="New", status="published", programs=f),
    "new, not published": lambda p, f: api.create_program_pathway(name="New", programs=f),
    "deleted": lambda p, f: api.delete_program_pathway(p[0]),
    "all deleted": lambda p, f: [api.delete_program_pathway(row) for row in p],
    "program published": lambda p, f: programs.change_program_status(f[3], "active"),
    "program deleted": lambda p, f: programs.delete_program(f[0]),
    "program retired": lambda p, f: programs.retire_program(f[0]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_at_once_and_its_refresh_leaves_what_a_fill_would_write(four, pathways, change):
    lms.get_programs(site=1)
    lms_cache.fill(SITES)
    event = OutboxMessage.objects.order_by("pk").last().pk
    change(pathways, four)
    recorded = OutboxMessage.objects.filter(pk__gt=event)
    lms_cache.refresh(recorded.filter(event_type__contains=".program.").values_list("subject", flat=True), SITES)
    changed = list(recorded.filter(event_type__contains=".program_pathway.").values_list("subject", flat=True))
    lms_cache.refresh_pathways(ProgramPathway.history.filter(uuid__in=changed).values_list("id", flat=True), SITES)
    refreshed = entries()
    cache.clear()
    lms_cache.fill(SITES)
    assert refreshed == entries()
    told = lms.get_pathways(None)
    assert [cache.get(f"pathway-{pathway['id']}") for pathway in told] == told
    assert {name for name in refreshed if name.startswith("pathway-")} == {
        *(f"pathway-{pathway['id']}" for pathway in told), *(f"pathway-ids-{site.domain}" for site in SITES),
    }  # fmt: skip
    for site in SITES:
        assert refreshed[f"pathway-ids-{site.domain}"] == [pathway["id"] for pathway in told]
    found = lms.get_programs(site=1)
    assert found == [cache.get(f"program-{program['uuid']}") for program in found]


@pytest.mark.parametrize(
    "as_listed", [lambda pk: pk, lambda pk: f"pathway-{pk}"], ids=["ids", "keys, as cache_programs has it"]
)
def test_a_fill_deletes_what_is_listed_and_no_more(pathways, as_listed):
    gone = 10**9
    cache.set(LIST, [as_listed(gone), as_listed(pathways[0].pk)])
    cache.set_many({f"pathway-{gone}": {"id": gone}, f"program-{uuid.UUID(int=0)}": {"no": "pathway_ids"}})
    lms_cache.fill(SITES)
    assert cache.get(f"pathway-{gone}") is None
    assert cache.get(LIST) == [pathways[0].pk, pathways[1].pk]


def test_it_costs_the_same_whatever_there_is(four, pathways):
    def cost(read, *args):
        with CaptureQueriesContext(connection) as log:
            read(*args)
        return len(log)

    def costs():
        asu = pathways[0].pk
        return (
            cost(lms.get_pathways, None),
            cost(lms.get_pathways, None, asu),
            # Nothing has come into it or left it.
            cost(lms_cache.refresh_pathways, [asu], SITES),
            cost(lms.get_programs_by_uuids, uuids(*four)),
        )

    lms_cache.fill(SITES)
    before = costs()
    for number in range(9):
        api.create_program_pathway(**{**GIVEN, "name": str(number)}, programs=four)
    assert costs() == before
    assert before[:3] == (3, 3, 3)
    assert cost(lms_cache.refresh_pathways, [], SITES) == 0
    ProgramPathway.objects.all().delete()
    assert cost(lms.get_pathways, None) == 1


def test_events_lead_to_the_refresh_of_what_they_name(pathways, monkeypatch):
    asked = []
    monkeypatch.setattr(lms_cache, "refresh_pathways", lambda ids: asked.append(set(ids)))
    data = signals.ProgramPathwayData(
        id=7, uuid="u", name="n", org_name="", pathway_type="credit", status="published", programs=[]
    )
    handlers.pathway_changed(None, pathway=data)
    assert asked == [{7}]
