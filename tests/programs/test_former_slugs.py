"""The addresses of programs: a former one leads to the program for ever, and no other program gets it."""

from __future__ import annotations

import pytest

from openedx_catalog.contrib.programs import api
from openedx_catalog.exceptions import DuplicateValue


@pytest.fixture
def program(db):
    """A program with the slug "circuits"."""
    return api.create_program(title="Circuits", type="xseries", marketing_slug="circuits")


def test_a_former_slug_leads_to_the_program(program):
    api.update_program(program, marketing_slug="electronics")
    api.update_program(program, marketing_slug=None)
    for slug in ("Circuits", "ELECTRONICS"):
        assert api.find_program_by_slug(slug) == program
    assert api.find_program_by_slug("nothing") is None
    assert api.find_program(marketing_slug="circuits") is None


def test_no_other_program_gets_it(program):
    api.update_program(program, marketing_slug="electronics")
    with pytest.raises(DuplicateValue, match="marketing_slug 'CIRCUITS'"):
        api.create_program(title="Other", type="xseries", marketing_slug="CIRCUITS")
    other = api.create_program(title="Other", type="xseries")
    with pytest.raises(DuplicateValue, match="Circuits"):
        api.update_program(other, marketing_slug="circuits")


def test_the_program_itself_may_go_back(program):
    api.update_program(program, marketing_slug="electronics")
    api.update_program(program, marketing_slug="circuits")
    assert api.find_program(marketing_slug="circuits") == program
    assert api.find_program_by_slug("electronics") == program


def test_somebody_can_give_it_away_by_name(program):
    api.update_program(program, marketing_slug="electronics")
    other = api.create_program(title="Other", type="xseries")
    api.exchange_marketing_slugs({other: "circuits"})
    assert api.find_program_by_slug("circuits") == other


def test_programs_that_exchange_slugs_exchange_their_addresses(program):
    other = api.create_program(title="Other", type="xseries", marketing_slug="other")
    api.exchange_marketing_slugs({program: "other", other: "circuits"})
    assert api.find_program_by_slug("other") == program
    assert api.find_program_by_slug("circuits") == other
