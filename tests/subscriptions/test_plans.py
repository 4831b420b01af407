"""Plans: the one of a new database, and those that operators add."""

import pytest
from django.db.models import ProtectedError

from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import SubscriptionPlan
from openedx_catalog.exceptions import DuplicateValue, InvalidValue, OrganizationNotFound

pytestmark = pytest.mark.django_db


def test_a_new_database_has_one_plan_which_includes_nothing(course, included):
    course("A", R="self")
    assert [(plan.slug, plan.name) for plan in api.get_subscription_plans()] == [("default", "Subscription")]
    assert included() == ([], [], [])


def test_a_plan_is_created_renamed_and_deleted(course):
    plan = api.create_subscription_plan(name="For Companies", reason="asked for")
    assert plan.slug == "for-companies"
    assert api.update_subscription_plan("for-companies", name="B2B").slug == "for-companies"
    course("A")
    api.set_course_subscription("MITx+A", False, plan=plan)
    api.set_organization_subscription("MITx", True, plan=plan)
    with pytest.raises(ProtectedError):
        api.delete_subscription_plan(plan)
    api.set_organization_subscription("MITx", False, plan=plan)
    api.delete_subscription_plan(plan)
    kinds = SubscriptionPlan.history.filter(slug="for-companies").order_by("history_id")
    assert list(kinds.values_list("history_type", "history_change_reason")) == [
        ("+", "api: asked for"), ("~", "api"), ("-", "api"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": ""}, InvalidValue),
        ({"name": "x" * 65}, InvalidValue),
        ({"name": "B2B", "slug": "B 2 B"}, InvalidValue),
        ({"name": "!"}, InvalidValue),
        ({"name": None}, InvalidValue),
        ({"name": "Again", "slug": "default"}, DuplicateValue),
    ],
)
def test_what_is_no_plan_is_refused(given, error):
    with pytest.raises(error):
        api.create_subscription_plan(**given)


def test_what_does_not_exist_is_said_in_words(course):
    row = course("A")
    with pytest.raises(SubscriptionPlan.DoesNotExist, match=r"There is no Subscription Plan 'b2b'\."):
        api.set_course_subscription(row, False, plan="b2b")
    with pytest.raises(OrganizationNotFound, match="'NobodyX'"):
        api.set_organization_subscription("NobodyX", True)
    for odd in ("yes", 1, None):
        with pytest.raises(InvalidValue):
            api.set_organization_subscription("MITx", odd)
    for odd in ("no", 0):
        with pytest.raises(InvalidValue):
            api.set_course_subscription(row, odd)


def test_who_decided_when_and_why_stands_in_the_history(course, django_user_model):
    user = django_user_model.objects.create_user("operator")
    row = course("A")
    for included in (False, True, None):
        api.set_course_subscription(row, included, user=user, source="admin", reason="partner's wish")
    history = api.get_subscription_plan("default").course_rows.model.history.order_by("history_id")
    assert list(history.values_list("history_type", "included", "history_user_name")) == [
        ("+", False, "operator"), ("~", True, "operator"), ("-", True, "operator"),
    ]  # fmt: skip
