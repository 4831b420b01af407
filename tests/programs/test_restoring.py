"""What was made of a program is taken back in one step, but for what is something else by now."""

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import DuplicateValue
from openedx_catalog.models_api import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(db):
    for code in ("MITx", "GTx"):
        catalog.create_organization(short_name=code, name=code)
    values = {"status": "active", "marketing_slug": "circuits", "authoring_organizations": ["MITx", "GTx"]}
    return api.create_program(title="Circuits", type="xseries", **values)


def test_a_former_status_is_one_step_and_brings_its_date_along(program):
    retired_at = api.retire_program(program).retired_at
    api.delete_program(program)
    before = OutboxMessage.objects.count()
    assert api.restore_program(program, {"status": ("retired", "deleted")}, retired_at=retired_at, reason="a slip") == {
        "status"
    }
    program.refresh_from_db()
    assert (program.status, program.retired_at) == ("retired", retired_at)
    assert OutboxMessage.objects.count() == before + 1
    assert program.history.first().history_change_reason == "api: a slip"


def test_what_is_something_else_by_now_stays(program):
    api.update_program(program, title="Wrong", hidden=True, marketing_slug="wrong", authoring_organizations=["GTx"])
    api.update_program(program, title="By hand")
    made = {
        "title": ("Circuits", "Wrong"), "hidden": (False, True), "marketing_slug": ("circuits", "wrong"),
        "authoring_organizations": (["MITx", "GTx"], ["GTx"]),
    }  # fmt: skip
    assert api.restore_program(program, made) == {"hidden", "marketing_slug", "authoring_organizations"}
    (state,) = api.get_program_states([str(program.uuid), "no uuid"])
    assert (state.hidden, state.marketing_slug, set(state.organizations)) == (False, "circuits", {"MITx", "GTx"})
    assert Program.objects.get().title == "By hand"
    assert api.restore_program(program, made) == set()


def test_an_address_that_somebody_has_taken_is_not_taken_back(program):
    api.update_program(program, marketing_slug="wrong", title="Wrong")
    api.exchange_marketing_slugs({api.create_program(title="Heir", type="xseries"): "circuits"})
    with pytest.raises(DuplicateValue):
        api.restore_program(program, {"marketing_slug": ("circuits", "wrong"), "title": ("Circuits", "Wrong")})
    program.refresh_from_db()
    assert (program.title, program.marketing_slug) == ("Wrong", "wrong")
