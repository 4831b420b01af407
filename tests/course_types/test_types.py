"""Modes, seat types and types are created, changed and deleted; what they are made of is given whole."""

import uuid

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import (
    CourseRunType,
    CourseRunTypeTrack,
    CourseType,
    CourseTypeRunType,
    Mode,
    SeatType,
    Track,
)
from openedx_catalog.exceptions import DuplicateValue, HasDependents, InvalidValue, OrganizationNotFound

pytestmark = pytest.mark.django_db


def test_a_type_for_masters(db):
    """A mode without a seat is one track, whoever asks for it first."""
    api.create_mode(name="Masters", payee="organization", certificate_type="masters")
    tracks = [("masters", None), ("verified", "verified"), ("audit", "audit")]
    run_type = api.create_course_run_type(name="Masters, Verified and Audit", tracks=tracks, reason="new degree")
    assert run_type.slug == "masters-verified-and-audit"
    assert {(track.mode.slug, track.seat_type and track.seat_type.slug) for track in run_type.tracks.all()} == {
        ("masters", None), ("verified", "verified"), ("audit", "audit"),
    }  # fmt: skip
    other = api.create_course_run_type(name="Masters Only", tracks=[("masters", "")])
    assert Track.objects.filter(mode__slug="masters").count() == 1
    own = {"course_run_types": [run_type, "verified-audit", other], "entitlement_types": ["verified"], "uuid": uuid.uuid4()}
    course_type = api.create_course_type(name="Masters", **own)
    (found,) = (row for row in api.get_course_types() if row.pk == course_type.pk)
    slugs = [link.course_run_type.slug for link in found.run_type_rows.all()]
    assert (slugs, found.uuid) == (["masters-verified-and-audit", "verified-audit", "masters-only"], own["uuid"])
    assert CourseRunType.history.latest().history_change_reason == "api"
    assert CourseRunType.history.filter(slug=run_type.slug).get().history_change_reason == "api: new degree"


def test_lists_are_given_whole_and_only_what_differs_is_written():
    before = CourseTypeRunType.history.count(), CourseRunTypeTrack.history.count(), CourseType.history.count()
    api.update_course_type("verified-audit", course_run_types=["audit", "verified-audit"], name="Verified and Audit")
    api.update_course_run_type("verified-audit", tracks=[("verified", "verified"), ("audit", "audit")])
    assert (CourseTypeRunType.history.count(), CourseRunTypeTrack.history.count(), CourseType.history.count()) == before
    api.update_course_type("verified-audit", course_run_types=["verified-audit", "audit"])
    (found,) = (row for row in api.get_course_types() if row.slug == "verified-audit")
    assert [link.course_run_type.slug for link in found.run_type_rows.all()] == ["verified-audit", "audit"]
    assert CourseTypeRunType.history.count() == before[0] + 2
    api.update_course_run_type("verified-audit", tracks=[("verified", "verified")])
    assert CourseRunTypeTrack.history.latest().history_type == "-"


def test_a_type_may_be_for_some_organizations_only(db):
    for code in ("MITx", "HarvardX"):
        catalog.create_organization(short_name=code, name=code)
    api.update_course_type("verified-audit", organizations=["mitx"])
    slugs = [row.slug for row in api.get_course_types()]
    assert [row.slug for row in api.get_course_types(org_code="MITX")] == slugs
    others = [slug for slug in slugs if slug != "verified-audit"]
    assert [row.slug for row in api.get_course_types(org_code="HarvardX")] == others
    with pytest.raises(OrganizationNotFound):
        list(api.get_course_types(org_code="None"))
    with pytest.raises(OrganizationNotFound):
        api.update_course_type("audit", organizations=["None"])


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: api.create_mode(name="Audit"), DuplicateValue, "slug 'audit'"),
        (lambda: api.create_seat_type(name="Audit"), DuplicateValue, "slug 'audit'"),
        (lambda: api.update_mode("honor", slug="audit"), DuplicateValue, "slug 'audit'"),
        (lambda: api.create_course_type(name="X", slug="audit"), DuplicateValue, "slug 'audit'"),
        (lambda: api.update_course_run_type("honor", slug="audit"), DuplicateValue, "slug 'audit'"),
        (lambda: api.create_mode(name=""), InvalidValue, "name ''"),
        (lambda: api.create_mode(name="X", slug="No Slug"), InvalidValue, "slug 'No Slug'"),
        (lambda: api.create_course_type(name="Match"), InvalidValue, "the REST API has something else at"),
        (lambda: api.create_course_type(name="X", slug=" match "), InvalidValue, "slug ' match '"),
        (lambda: api.update_course_type("audit", slug="match"), InvalidValue, "slug 'match'"),
        (lambda: api.create_mode(name="X", payee="nobody"), InvalidValue, "payee 'nobody'"),
        (lambda: api.create_mode(name="X", is_id_verified=1), InvalidValue, "is_id_verified"),
        (lambda: api.create_course_run_type(name="X", tracks="audit"), InvalidValue, "tracks 'audit'"),
        (lambda: api.create_course_run_type(name="X", tracks=["audit"]), InvalidValue, "a mode and a seat type"),
        (lambda: api.create_course_run_type(name="X", tracks=[("none", None)]), Mode.DoesNotExist, ""),
        (lambda: api.create_course_run_type(name="X", tracks=[("audit", "none")]), SeatType.DoesNotExist, ""),
        (lambda: api.create_course_type(name="X", course_run_types=["none"]), CourseRunType.DoesNotExist, ""),
        (lambda: api.create_course_type(name="X", course_run_types="audit"), InvalidValue, "course_run_types"),
        (lambda: api.create_course_type(name="X", entitlement_types=["none"]), SeatType.DoesNotExist, ""),
        (lambda: api.get_course_type("none"), CourseType.DoesNotExist, ""),
        (lambda: api.get_mode(7), InvalidValue, "mode"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(call, error, text):
    before = [model.objects.count() for model in (Mode, SeatType, Track, CourseRunType, CourseType)]
    with pytest.raises(error) as refused:
        call()
    assert text in str(refused.value)
    assert [model.objects.count() for model in (Mode, SeatType, Track, CourseRunType, CourseType)] == before


def test_what_is_in_use_stays(course):
    for delete, slug in (
        (api.delete_mode, "audit"), (api.delete_seat_type, "verified"), (api.delete_course_run_type, "audit"),
    ):  # fmt: skip
        with pytest.raises(HasDependents):
            delete(slug)
    row = course("A", R1={})
    api.set_course_type(row, "honor")
    api.set_course_run_type("course-v1:MITx+A+R1", "honor")
    with pytest.raises(HasDependents):
        api.delete_course_type("honor")
    api.set_course_type(row, None)
    api.delete_course_type("honor")
    api.update_course_type("verified-honor", course_run_types=[])
    api.update_course_type("credit-verified-honor", course_run_types=[])
    with pytest.raises(HasDependents):
        api.delete_course_run_type("honor")
    api.set_course_run_type("course-v1:MITx+A+R1", None)
    api.delete_course_run_type("honor")
    mode = api.create_mode(name="Boot Camp")
    run_type = api.create_course_run_type(name="Camp", tracks=[(mode, None)])
    api.delete_course_run_type(run_type)
    api.delete_mode("boot-camp")
    assert not Track.objects.filter(mode__slug="boot-camp").exists()
    assert Mode.history.latest().history_type == "-"


def test_reads_cost_as_much_however_many_there_are(django_assert_num_queries):
    for n in range(20):
        run_type = api.create_course_run_type(name=f"Run type {n}", tracks=[("audit", "audit"), ("verified", "verified")])
        api.create_course_type(name=f"Type {n}", course_run_types=[run_type], entitlement_types=["verified"])
    with django_assert_num_queries(2):
        assert [link.track.mode.slug for row in api.get_course_run_types() for link in row.track_rows.all()]
    with django_assert_num_queries(4):
        assert [list(row.run_type_rows.all()) + list(row.entitlement_rows.all()) for row in api.get_course_types()]
    with django_assert_num_queries(1):
        assert [str(track) for track in api.get_tracks()][:1] == ["Audit (Audit)"]
