"""The pages of subscriptions in Spanish; see tests/core/test_translations.py."""

import pytest
from django.urls import reverse

from openedx_catalog.contrib.programs.models_api import ProgramType
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import SubscriptionPlan
from tests import spanish

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
APP = "openedx_catalog_subscriptions"


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


def test_every_admin_page_is_translated(admin_client, course, program, included, monkeypatch):
    names = spanish.words_of(SubscriptionPlan, ProgramType)
    monkeypatch.setattr(spanish, "SAME", spanish.SAME | names | {"A", "B", "R", "Course", "Plan", "Series", "No", "no", "Slug"})
    row, other = course("A", R="self"), course("B", R="instructor")
    series = program("Series", row, other)
    api.set_organization_subscription("MITx", True, source="test")
    api.set_course_subscription(other, False, source="test")
    included()
    plan = SubscriptionPlan.objects.get()
    addresses = spanish.pages_of(APP) | {
        "organizations": reverse(f"admin:{APP}_subscriptionplan_organizations", args=[plan.pk]),
        "take out": f"{reverse(f'admin:{APP}_subscriptionplan_choose', args=[plan.pk])}?organization={row.org_id}",
        "import": reverse(f"admin:{APP}_coursechoice_import"),
        "course": reverse("admin:openedx_catalog_catalogcourse_change", args=[other.pk]),
        "run": reverse("admin:openedx_catalog_courserun_change", args=[row.runs.get().pk]),
        "program": reverse("admin:openedx_catalog_programs_program_change", args=[series.pk]),
    }
    assert len(addresses) > 12
    assert spanish.left_in_english(admin_client, addresses) == {}
