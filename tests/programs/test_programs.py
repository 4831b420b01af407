"""Programs, their types, organizations and statuses."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions
from openedx_catalog.contrib.programs.models_api import Program, ProgramType
from openedx_catalog.exceptions import (
    DuplicateValue,
    HasDependents,
    InvalidRequest,
    InvalidTitle,
    InvalidValue,
    OrganizationNotFound,
)
from openedx_catalog.models_api import OutboxMessage

pytestmark = pytest.mark.django_db

STATUSES = ("unpublished", "active", "retired", "deleted")
ALLOWED = {
    ("unpublished", "active"), ("unpublished", "deleted"), ("active", "unpublished"), ("active", "retired"),
    ("active", "deleted"), ("retired", "active"), ("retired", "deleted"), ("deleted", "unpublished"),
}  # fmt: skip


def events():
    return [
        event.removeprefix("org.openedx.catalog.")
        for event in OutboxMessage.objects.order_by("pk").values_list("event_type", flat=True)
    ]


def test_a_migration_brings_types_and_never_overwrites_an_operators_edit():
    assert {"micromasters", "xseries", "professional-certificate", "masters", "bachelors", "microbachelors", "boot-camp"} == {
        row.slug for row in api.get_program_types()
    }
    api.update_program_type("masters", name="Master's")
    from openedx_catalog.contrib.programs.migrations import _defaults

    _defaults.add_missing(ProgramType.objects)
    assert api.get_program_type("masters").name == "Master's"
    assert ProgramType.objects.count() == 7


def test_operators_add_types_of_their_own():
    made = api.create_program_type(name="Nano Degree")
    assert (made.slug, str(made)) == ("nano-degree", "Nano Degree")
    with pytest.raises(DuplicateValue):
        api.create_program_type(name="Other", slug="nano-degree")
    with pytest.raises(DuplicateValue):
        api.update_program_type("nano-degree", slug="masters")
    for slug in ("Nano", "a b", "a--b", "-a", "a" * 65, None, 3):
        with pytest.raises(ValidationError):
            api.create_program_type(name="Other", slug=slug) if slug is not None else api.create_program_type(name="!")
    api.create_program(title="P", type="nano-degree")
    with pytest.raises(HasDependents) as refused:
        api.delete_program_type("nano-degree")
    assert isinstance(refused.value, ProtectedError)
    api.delete_program_type("boot-camp")
    with pytest.raises(ProgramType.DoesNotExist):
        api.get_program_type("boot-camp")


def test_a_type_keeps_the_uuid_that_it_has_elsewhere():
    own = uuid.uuid4()
    assert api.create_program_type(name="Nano Degree", uuid=str(own)).uuid == own
    with pytest.raises(DuplicateValue):
        api.create_program_type(name="Other", uuid=own)
    with pytest.raises(InvalidRequest):
        api.create_program_type(name="Other", uuid="x")


def test_a_program_has_a_type_and_what_it_was_given():
    own = uuid.uuid4()
    catalog.create_organization(short_name="MITx")
    catalog.create_organization(short_name="DelftX")
    made = api.create_program(
        title=" Circuits ", type="xseries", status="active", subtitle="And electronics", uuid=str(own),
        marketing_slug="xseries/MITx-circuits", readable_id="program-v1:MITx+6",
        authoring_organizations=["delftx", "MITx"], credit_organizations=["MITx"],
    )  # fmt: skip
    stored = api.get_program(own)
    assert (stored, stored.title, stored.type.slug, stored.status) == (made, "Circuits", "xseries", "active")
    assert [(row.role, row.organization.short_name) for row in stored.organizations.select_related("organization")] == [
        ("authoring", "DelftX"), ("authoring", "MITx"), ("credit", "MITx"),
    ]  # fmt: skip
    assert api.get_program(readable_id="PROGRAM-v1:mitx+6") == api.get_program(marketing_slug="xseries/mitx-CIRCUITS") == made
    assert list(api.get_programs(org_code="DelftX", type="xseries", status="active")) == [made]
    assert list(api.get_programs(type="masters")) == []
    with pytest.raises(IntegrityError):
        Program.objects.filter(pk=made.pk).update(type=None)


def test_programs_are_told_apart_by_uuid_slug_and_readable_id_in_any_case():
    first = api.create_program(title="First", type="masters", marketing_slug="Straße", readable_id="A")
    other = api.create_program(title="Other", type="masters")
    for given in ({"uuid": first.uuid}, {"marketing_slug": "STRASSE"}, {"readable_id": "a"}):
        with pytest.raises(DuplicateValue) as refused:
            api.create_program(title="Third", type="masters", **given)
        assert (refused.value.code, refused.value.field, refused.value.owner) == (
            "duplicate_value",
            next(iter(given)),
            "Program First",
        )
    with pytest.raises(DuplicateValue):
        api.update_program(other, marketing_slug="strasse")
    # Without one there is nothing to collide.
    assert api.update_program(other, marketing_slug="", readable_id=None).marketing_slug is None
    assert api.update_program(first, marketing_slug="STRASSE").marketing_slug == "STRASSE"
    with pytest.raises(IntegrityError):
        Program.objects.filter(pk=other.pk).update(marketing_slug_ci="strasse")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": ""}, InvalidTitle),
        ({"title": "x" * 256}, InvalidTitle),
        ({"type": "none"}, ProgramType.DoesNotExist),
        ({"type": None}, InvalidValue),
        ({"status": "live"}, InvalidValue),
        ({"status": []}, InvalidValue),
        ({"subtitle": "x\x00"}, InvalidValue),
        ({"subtitle": "x" * 256}, InvalidValue),
        ({"marketing_slug": "a b"}, InvalidValue),
        ({"marketing_slug": "a?b"}, InvalidValue),
        ({"marketing_slug": "ß" * 200}, InvalidValue),
        ({"readable_id": "a\x7fb"}, InvalidValue),
        ({"readable_id": 7}, InvalidValue),
        ({"hidden": "yes"}, InvalidValue),
        ({"uuid": "x"}, InvalidRequest),
        ({"authoring_organizations": ["Nobody"]}, OrganizationNotFound),
        ({"authoring_organizations": "MITx"}, InvalidValue),
        ({"credit_organizations": [None]}, InvalidValue),
    ],
)
def test_bad_values_get_a_typed_error_and_store_nothing(values, error):
    with pytest.raises(error):
        api.create_program(**{"title": "P", "type": "masters", **values})
    assert (Program.objects.count(), events()) == (0, [])


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_one_table_says_which_status_may_follow(before, after):
    program = api.create_program(title="P", type="masters", status=before)
    if before == after or (before, after) in ALLOWED:
        assert api.change_program_status(program, after).status == after
    else:
        with pytest.raises(exceptions.InvalidTransition, match=f"{before} cannot become {after}") as refused:
            api.change_program_status(program, after)
        assert (refused.value.code, refused.value.field) == ("invalid_transition", "status")
        assert api.get_program(program.uuid).status == before


def test_deleting_is_a_status_and_each_step_has_its_event():
    program = api.create_program(title="P", type="masters")
    api.change_program_status(program, "active")
    api.retire_program(program, reason="nobody came")
    assert api.get_program(program.uuid).retired_at is not None
    api.delete_program(program)
    api.change_program_status(program, "unpublished")
    assert (api.get_program(program.uuid).status, api.get_program(program.uuid).retired_at) == ("unpublished", None)
    assert events() == [f"program.{step}.v1" for step in ("created", "updated", "retired", "deleted", "updated")]
    reasons = [row.history_change_reason for row in program.history.order_by("history_id")]
    assert reasons == ["api", "api", "api: nobody came", "api", "api"]


def test_an_update_writes_what_changed_and_nothing_where_nothing_does(django_assert_num_queries):
    catalog.create_organization(short_name="MITx")
    program = api.create_program(title="P", type="masters", authoring_organizations=["MITx"])
    before = (program.history.count(), len(events()))
    api.update_program(program, title="P", hidden=False, authoring_organizations=["mitx"], type="masters", status="unpublished")
    assert (program.history.count(), len(events())) == before
    changed = api.update_program(str(program.uuid), title="Q", hidden=True, authoring_organizations=[], status="active")
    assert (changed.title, changed.hidden, changed.status, changed.organizations.count()) == ("Q", True, "active", 0)
    with pytest.raises(Program.DoesNotExist):
        api.update_program(uuid.uuid4(), title="Q")
    with pytest.raises(InvalidRequest):
        api.get_program()


def test_the_event_says_what_a_program_is(courses):
    catalog.create_organization(short_name="MITx")
    program = api.create_program(title="P", type="masters", authoring_organizations=["MITx"], readable_id="p")
    api.create_curriculum(program, name="Core", courses=[courses["B"], "GTx+A"], reason="as agreed")
    from openedx_catalog.lib import events as catalog_events

    last = OutboxMessage.objects.latest("pk")
    _signal, payload = catalog_events.read(last.event_type, last.payload)
    data = payload["program"]
    assert (data.uuid, data.type, data.status, data.organizations) == (str(program.uuid), "masters", "unpublished", ["MITx"])
    assert (data.catalog_courses, data.reason) == (["catalog-course:GTx:B", "catalog-course:GTx:A"], "as agreed")
    assert last.subject == str(program.uuid)


def test_nothing_is_stored_without_its_event_or_the_other_way_round(monkeypatch):
    from openedx_catalog.lib import changes

    def fail(*args, **kwargs):
        raise RuntimeError("no event")

    monkeypatch.setattr(changes, "record_events", fail)
    with pytest.raises(RuntimeError):
        api.create_program(title="P", type="masters")
    assert not Program.objects.exists()
