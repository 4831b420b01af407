"""What the processes of `test_indexer_races` do: some write at random, others follow or rebuild the index beside them."""

from __future__ import annotations

import logging
import random
from typing import Any

# First, because it sets up Django.
from tests.processes import stressing  # isort: skip

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.documents import documents_of, models
from openedx_catalog.contrib.search.engines.statements import BETWEEN
from openedx_catalog.contrib.search.models_api import StoredDocument
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.models_api import CatalogCourse

Documents = dict[str, tuple[Any, ...]]
"""``{id: (body, facets)}``"""


def write(seed: str, count: int) -> None:
    """Call this and that, `count` times; what an operation refuses is nothing to us."""
    logging.getLogger("openedx_catalog").setLevel(logging.CRITICAL)
    chance = random.Random(seed)
    operations = [*stressing.OPERATIONS, *stressing.PROGRAM_OPERATIONS]
    for _turn in range(count):
        try:
            chance.choice((chance.choice(operations), chance.choice(OURS)))(chance)
        except (CatalogError, ObjectDoesNotExist):
            continue


def list_course(chance: random.Random) -> None:
    """Most courses come to be seen by everybody, and some are hidden again."""
    listings.set_course_listing(_course(chance), live=chance.random() < 0.8, short_description=str(chance.random()))


def list_run(chance: random.Random) -> None:
    """A run of some course is hidden, or seen."""
    run = chance.choice(list(catalog.get_course_runs()[:20]) or [None])
    if run is not None:
        listings.set_course_run_listing(run.course_key, live=chance.random() < 0.5)


def merge(chance: random.Random) -> None:
    """What is merged may be taken apart again."""
    one, other = _course(chance), _course(chance)
    catalog.merge_catalog_courses(one, into=other, reason="the same")
    if chance.random() < 0.5:
        catalog.unmerge_catalog_courses(catalog.get_catalog_merges(other)[0], reason="not the same")


def tag(chance: random.Random) -> None:
    """A course teaches something."""
    skills.set_course_skill(_course(chance), f"Skill {chance.randrange(3)}", blocked=chance.random() < 0.3)


def hide_program(chance: random.Random) -> None:
    """A program is hidden, or seen."""
    from openedx_catalog.contrib.programs import api as programs

    programs.update_program(chance.choice(list(Program.objects.order_by("pk"))), hidden=chance.random() < 0.4)


def lead(chance: random.Random) -> None:
    """A pathway offers one more course."""
    pathway = pathways.get_learner_pathways().first()
    if pathway is None:
        pathway = pathways.create_learner_pathway(title="Stress", status="active")
    pathways.add_step(pathway, [pathways.NodeRecord(catalog_course=_course(chance))])


OURS = (list_course, list_course, list_run, merge, tag, hide_program, lead)


def _course(chance: random.Random) -> Any:
    """Raises CatalogCourse.DoesNotExist where nobody has written any yet."""
    courses = list(catalog.get_catalog_courses()[:20])
    if not courses:
        raise CatalogCourse.DoesNotExist
    return chance.choice(courses)


def follow() -> None:
    """Until somebody kills it; what can be tried again is."""
    while True:
        try:
            api.follow_changes(limit=50)
        except CatalogError:
            continue


def rebuild() -> None:
    """A new index, however many documents it has."""
    api.rebuild_index(any_change=True)


def indexed() -> Documents:
    """What the index has that is searched."""
    rows = StoredDocument.objects.filter(index=api.search_index().name)
    return {row.document_id: (row.body, sorted(row.facets.split(BETWEEN))) for row in rows}


def of_catalog() -> Documents:
    """What it should have."""
    found: Documents = {}
    for kind, model in models().items():
        for name, document in documents_of(kind, list(model.objects.values_list("pk", flat=True)), now=timezone.now()):
            if document is not None:
                facets = sorted(f"{facet} {value}" for facet, values in document.facets.items() for value in values)
                found[name] = (document.body, facets)
    return found
