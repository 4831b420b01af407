"""Each operation of search has an example in its OpenAPI document, which is what it answers."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.search import api
from openedx_catalog.testing.users import undone
from tests.openapi_examples import example, operations_of, played_as_written, without_examples
from tests.search import test_catalog_contracts as catalogs

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOT = "/api/catalog/v1/search/"


def test_an_operation_answers_as_its_example_says(make_course):
    catalog.create_organization(short_name="MITx", name="Massachusetts Institute of Technology")
    make_course("14.100x", title="Microeconomics")
    api.rebuild_index()
    found, known = {}, {}
    for path, query in (("", "?q=micro&facets=organization"), ("suggestions/", "?q=micro")):
        with undone():
            found[f"GET search/{path}"] = example("GET", f"{ROOT}{path}{query}", {}, known)
    played_as_written(catalogs, "contrib/search", **found)


def test_every_operation_has_an_example():
    """Those of the core, of listings, of programs and of the others have theirs."""
    operations = operations_of("openapi-search.yml")
    ours = [(name, each) for name, each in operations if "/catalogs/" in name or "/search/" in name]
    assert len(ours) == 12
    assert without_examples(ours) == []
