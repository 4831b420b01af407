"""The table of permissions is complete, the page of the docs is what it says, and who only views is shown nothing in vain."""

from collections import deque
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.publishing import api as publishing
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.contrib.subscriptions import api as subscriptions
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.testing import CatalogPathwayFactory
from openedx_catalog.testing.contracts.admin import EXPORT, Controls
from openedx_catalog.testing.pathways import LearnerPathwayFactory
from openedx_catalog.testing.search import CourseCatalogFactory
from openedx_catalog.testing.users import viewer_client
from tests import permission_table
from tests.hosts.pages import rest_routes
from tests.programs.conftest import run_of

OURS = (
    "openedx_catalog", "openedx_catalog_programs", "openedx_catalog_sync", "openedx_catalog_course_types",
    "openedx_catalog_subscriptions", "openedx_catalog_skills", "openedx_catalog_listings", "openedx_catalog_publishing",
    "openedx_catalog_pathways", "openedx_catalog_search",
)  # fmt: skip


@pytest.mark.once
def test_every_route_and_method_is_in_the_table():
    offered = {
        (name.rpartition(":")[2], method.upper())
        for name, view, actions in rest_routes()
        # Who may do what with a course depends on the course there: `tests.publishing.permission_table`.
        if view.__module__.startswith("openedx_catalog") and ".contrib.publishing." not in view.__module__
        for method in actions
        if method not in ("head", "options") and method in view.http_method_names
    }
    assert {rule[:2] for rule in permission_table.ROUTES} == offered


@pytest.mark.once
def test_every_page_and_action_of_the_admin_is_in_the_table(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    offered = set()
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in OURS:
            start = f"{model._meta.app_label}_{model._meta.model_name}_"
            names = {found.name.removeprefix(start) for found in model_admin.get_urls() if found.name} - {EXPORT}
            names |= {f"changelist: {action}" for action in model_admin.get_actions(request)}
            offered |= {(model._meta.label_lower, name) for name in names}
    assert {page[:2] for page in permission_table.PAGES} == offered


@pytest.mark.once
def test_the_page_of_the_docs_is_up_to_date():
    """Else run ``python -m tests.permission_table``."""
    assert permission_table.TARGET.read_text(encoding="utf-8") == permission_table.text()


@pytest.fixture
def filled(db):
    """A row of whatever has pages."""
    run_of("A"), run_of("B")
    catalog.move_course_run("course-v1:GTx+B+1", "GTx+A", reason="taught there")
    CatalogPathwayFactory()
    kind = programs.create_program_type(name="Odd")
    program = programs.create_program(title="Analytics", type=kind, status="active", authoring_organizations=["GTx"])
    inner = programs.create_program(title="Hidden", type=kind)
    programs.add_program(programs.create_curriculum(program, name="Core", courses=["GTx+A"]), inner)
    degree = programs.create_degree(program)
    programs.add_cost(degree, description="Tuition", amount="1", currency="USD")
    programs.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
    programs.set_external_course_key("course-v1:GTx+A+1", "K")
    course_types.set_course_type("GTx+A", "verified-audit")
    course_types.set_course_run_type("course-v1:GTx+A+1", "audit")
    sync.create_source(name="lms", kind="lms", base_url="https://lms.example.org")
    subscriptions.set_organization_subscription("GTx", True)
    subscriptions.set_course_subscription("GTx+B", False)
    subscriptions.refresh_subscriptions()
    skills.set_course_skills("GTx+A", ["Circuits"])
    skills.set_program_skills(program, ["Circuits"])
    member = get_user_model().objects.create_user("member")
    publishing.add_member("GTx", member)
    publishing.add_editor("GTx+A", member)
    publishing.grant_publisher_editor(member, reason="Spring.")
    publishing.set_working_copy("GTx+A", weeks=3)
    publishing.add_comment("GTx+A", "All is well.", user=member)
    LearnerPathwayFactory(steps=[["GTx+A", program], ["GTx+B"]])
    CourseCatalogFactory()


def _followed(link):
    """The part of a link by which a page is known: of a list that is ordered otherwise there is one."""
    parts = urlsplit(link)
    return parts.path, tuple(sorted(pair.partition("=")[0] for pair in parts.query.split("&")))


@pytest.mark.any_database
@pytest.mark.parametrize("apps", [OURS, *([app] for app in OURS)], ids=["all", *OURS])
def test_whoever_may_only_view_can_follow_every_link_and_finds_no_button(filled, apps):
    client = viewer_client(*apps)
    waiting, known, refused = deque([reverse("admin:index")]), set(), []
    while waiting:
        path = waiting.popleft()
        response = client.get(path)
        if response.status_code not in (200, 302):
            refused.append((path, response.status_code))
        if response.status_code != 200 or response.streaming or "html" not in response["Content-Type"]:
            continue
        controls = Controls(response.content.decode())
        if "password_change" not in path:
            refused += [(path, button) for button in controls.buttons]
        for link in sorted(controls.links):
            if _followed(link) not in known and "logout" not in link:
                known.add(_followed(link))
                waiting.append(link)

    assert refused == []
    assert len(known) > len(apps) * 5
