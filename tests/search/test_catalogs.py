"""Stored catalog queries: what may be stored, who sees them, and what their history says."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.doors import seen_by
from openedx_catalog.contrib.search.exceptions import InvalidQuery
from openedx_catalog.contrib.search.models_api import CourseCatalog, CourseCatalogGroup, CourseCatalogUser
from openedx_catalog.exceptions import DuplicateValue, InvalidRequest, InvalidValue

from .catalogs import stored

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def people(db):
    """Ann, and Ben who is in the group "Customers"."""
    ann, ben, group = User.objects.create_user("ann"), User.objects.create_user("ben"), Group.objects.create(name="Customers")
    ben.groups.add(group)
    return ann, ben, group


def test_a_course_catalog_is_created_changed_and_deleted(people):
    ann, ben, _group = people
    own = uuid.uuid4()
    row = stored("org:MITx", "MITx", viewers=["ann"], viewer_groups=["Customers"], uuid=str(own), user=ann, reason="new")
    assert (row.uuid, row.include_archived) == (own, False)
    assert api.viewers_of([row.pk]) == {row.pk: (["ann"], ["Customers"])}
    api.update_course_catalog(own, query="*", include_archived=True, reason="more")
    api.update_course_catalog(row, query="*")
    api.set_viewers(row, viewers=[ben], viewer_groups=[], source="test")
    row = api.get_course_catalog(str(own))
    assert (row.name, row.query, row.include_archived) == ("MITx", "*", True)
    assert api.viewers_of([row.pk]) == {row.pk: (["ben"], [])}
    told = row.history.order_by("history_id").values_list("history_type", "history_change_reason", "history_user__username")
    # What changes nothing leaves none.
    assert list(told) == [("+", "api: new", "ann"), ("~", "api: more", None)]
    of_viewers = CourseCatalogUser.history.order_by("history_id").values_list("history_type", "user_id")
    assert list(of_viewers) == [("+", ann.pk), ("-", ann.pk), ("+", ben.pk)]
    api.delete_course_catalog(row, reason="over")
    assert not CourseCatalog.objects.exists()
    gone = CourseCatalogUser.history.latest("history_id")
    assert (gone.history_type, gone.history_change_reason) == ("-", "api: over")
    with pytest.raises(CourseCatalog.DoesNotExist):
        api.get_course_catalog(own)


def test_catalogs_are_listed_by_name_in_any_case(db):
    for name in ("b", "C", "a"):
        stored(name=name)
    assert [row.name for row in api.get_course_catalogs()] == ["a", "b", "C"]


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"name": "ALL"}, DuplicateValue, "name"),
        ({"name": "  "}, InvalidValue, "name"),
        ({"name": "x" * 256}, InvalidValue, "name"),
        ({"name": "ß" * 128}, InvalidValue, "name"),
        ({"query": ""}, InvalidValue, "query"),
        ({"query": "org:("}, InvalidQuery, "query"),
        ({"query": "org:\x00"}, InvalidValue, "query"),
        ({"query": None}, InvalidValue, "query"),
        ({"include_archived": "yes"}, InvalidValue, "include_archived"),
        ({"viewers": ["nobody"]}, InvalidValue, "viewers"),
        ({"viewers": ["ANN"]}, InvalidValue, "viewers"),
        ({"viewers": "ann"}, InvalidValue, "viewers"),
        ({"viewer_groups": ["Nobody"]}, InvalidValue, "viewer_groups"),
        ({"viewer_groups": [7]}, InvalidValue, "viewer_groups"),
        ({"uuid": "7"}, InvalidRequest, ""),
    ],
    ids=str,
)
def test_what_may_not_be_stored_is_refused_at_its_field(people, given, error, field):
    row = stored()
    with pytest.raises(error) as refused:
        stored(**{"name": "Other", "viewers": ["ann"], **given})
    assert refused.value.field == field
    if field:
        other = stored(name="Second")
        with pytest.raises(error):
            api.update_course_catalog(other, **given)
        api.delete_course_catalog(other)
    # No account and no group came of it.
    assert (User.objects.count(), Group.objects.count(), CourseCatalog.objects.get()) == (2, 1, row)
    assert not CourseCatalogUser.objects.exists()


def test_the_database_keeps_names_and_viewers_unique(people):
    ann, _ben, group = people
    row = stored(viewers=[ann], viewer_groups=[group])
    other = stored(name="Other")
    for clash in (
        lambda: CourseCatalog.objects.filter(pk=other.pk).update(name_ci="all"),
        lambda: CourseCatalogUser(catalog=row, user=ann).save(),
        lambda: CourseCatalogGroup(catalog=row, group=group).save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            clash()


def test_viewers_see_theirs_by_name_or_by_group(people):
    ann, ben, _group = people
    stored(name="Nobody's")
    stored(name="Of both", viewers=["ann"], viewer_groups=["Customers"])
    stored(name="Of all", viewers=["ann", "ben"], viewer_groups=["Customers"])
    assert [row.name for row in seen_by(ann)] == [row.name for row in seen_by(ben)] == ["Of all", "Of both"]
    ben.groups.clear()
    assert [row.name for row in seen_by(ben)] == ["Of all"]
    assert list(seen_by(User.objects.create_user("other"))) == []


def test_who_is_gone_sees_nothing_and_nothing_is_in_the_way(people):
    ann, _ben, group = people
    row = stored(viewers=[ann], viewer_groups=[group])
    ann.delete()
    group.delete()
    assert api.viewers_of([row.pk]) == {row.pk: ([], [])}
