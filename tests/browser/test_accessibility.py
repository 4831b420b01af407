"""axe finds nothing to complain of on any page of ours; those between the steps of a form are in test_walk."""

import os
from typing import ClassVar

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from openedx_catalog import api, messages
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.pathways.api import NodeRecord
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.publishing import api as publishing
from openedx_catalog.contrib.publishing.models_api import CourseComment, OrganizationGroup
from openedx_catalog.contrib.search import api as search
from openedx_catalog.contrib.search.models_api import SearchIndex
from openedx_catalog.contrib.subscriptions import api as subscriptions
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob, SyncPage
from openedx_catalog.data import RunMode
from openedx_catalog.models_api import PathwayCategory
from openedx_catalog.testing.contracts import AccessibilityContract
from openedx_catalog.testing.contracts.browser import sign_in
from openedx_catalog.testing.course_types import CourseRunTypingFactory, CourseTypingFactory
from openedx_catalog.testing.publishing import CourseEditorFactory, PublisherRoleAssignmentFactory
from openedx_catalog.testing.skills import CourseSkillFactory, ProgramSkillFactory
from openedx_catalog.testing.subscriptions import CourseChoiceFactory, SubscribedOrganizationFactory
from openedx_catalog.testing.tables import NOBODY
from tests.admin_pages import COURSE_TYPES, LISTINGS, PATHWAYS, PUBLISHING, SEARCH, SKILLS, SUBSCRIPTIONS
from tests.conftest import RUN_KEY
from tests.listings.conftest import picture
from tests.sync.conftest import row as listed
from tests.sync.remote import Remote

from .conftest import NAME

pytestmark = pytest.mark.newest

OF_A_ROW = ("change", "history", "delete")
WIDER = "[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > 400).map(e => e.outerHTML)"


@pytest.fixture(scope="module")
def signed_in(site, browser, browser_context_args):
    """One session of the browser, signed in, for all pages: it has their styles and scripts from the second one on."""
    context = browser.new_context(**browser_context_args)
    sign_in(context.new_page(), site, get_user_model().objects.get(username=NAME)).close()
    connections.close_all()
    yield context
    context.close()


class Pages(AccessibilityContract):
    """With a picture of each page, where somebody wants them."""

    @pytest.fixture(autouse=True)
    def pictures(self, look):
        def look_twice(page, name):
            """On a desk in the light, and in Spanish on a telephone in the dark, where nothing is wider than the screen."""
            look(page, name.replace(" ", "_"))
            page.emulate_media(color_scheme="dark")
            page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "es", "url": page.url}])
            page.set_viewport_size({"width": 400, "height": 800})
            # Anew, or some colors are on their way from the light.
            page.reload()
            assert page.evaluate("document.documentElement.lang") == "es"
            look(page, f"{name.replace(' ', '_')}_narrow")
            assert page.evaluate("document.documentElement.scrollWidth") == 400, page.evaluate(WIDER)

        self.look_at = look_twice

    @pytest.fixture
    def site_url(self, site):
        return site

    @pytest.fixture
    def signed_in_page(self, signed_in):
        """Any error of a script is a failure, as on the pages of others."""
        signed_in.clear_cookies(name=settings.LANGUAGE_COOKIE_NAME)
        page, errors = signed_in.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        page.close()
        connections.close_all()
        assert errors == []


class TestCore(Pages):
    start = "openedx_catalog_"
    pages = (
        *(f"{model}_{page}" for model in ("courserun", "catalogcourse") for page in ("changelist", "add", *OF_A_ROW)),
        "courserun_move", "courserun_import", "courserun_edit_many", "catalogcourse_import", "catalogcourse_edit_many",
        "catalogcourse_changes", "catalogcourse_merge", "catalogcourse_rename", "catalogcourse_overview",
        "catalogcourse_doctor", "catalogcourse_suggestions", "catalogcourse_organization_history",
        "catalogcourse_move", "catalogcourse_split", "catalogcourse_unmerge",
        "inboxmessage_changelist", "outboxmessage_changelist",
    )  # fmt: skip
    query: ClassVar = {
        "courserun_changelist": "?q=14.100x",
        "catalogcourse_changelist": "?q=14.100x",
        "catalogcourse_overview": "?doctor=1",
        "courserun_edit_many": "?ids=1",
        "catalogcourse_edit_many": "?ids=1",
    }

    def arguments(self, name):
        messages.record_unknown("<b>", source="course_published", error="AttributeError: no name", event_id="odd" * 12)
        run, (model, _underscore, page) = api.get_course_run(RUN_KEY), name.partition("_")
        of_a_row = page in (*OF_A_ROW, "move", "merge", "rename", "split", "unmerge", "organization_history")
        return [run.pk if model == "courserun" else run.catalog_course_id] if of_a_row else []


class TestPathways(Pages):
    start = "openedx_catalog_"
    pages = tuple(
        f"{model}_{page}"
        for model in ("catalogpathway", "pathwaycategory", "pathwayenrollment")
        for page in ("changelist", "add", "change", "delete")
    )

    @pytest.fixture(autouse=True)
    def rows(self, site):
        category = PathwayCategory.objects.filter(category_code="looked-at").first()
        category = category or api.create_pathway_category(category_code="looked-at", title="Looked at")
        pathway = category.pathways.first()
        pathway = pathway or api.create_catalog_pathway(org_code="MITx", pathway_code="Path", category=category)
        enrollment = api.enroll_in_pathway(get_user_model().objects.earliest("pk").pk, pathway)
        self.of_kind = {"catalogpathway": pathway, "pathwaycategory": category, "pathwayenrollment": enrollment}

    def arguments(self, name):
        model, _underscore, page = name.partition("_")
        return [self.of_kind[model].pk] if page in OF_A_ROW else []


@pytest.fixture(scope="module")
def program(site):
    """A program with a curriculum of one course that is offered, and one that was."""
    made = programs.create_program(title="Looked at", type="masters", status="active", authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(made, name="Core", courses=["MITx+14.100x"])
    other = programs.create_program(title="Looked at, too", type="xseries")
    programs.retire(programs.add_program(curriculum, other, effective_at="2020-01-01T00:00:00Z"))
    degree = programs.create_degree(made)
    programs.add_cost(degree, description="Tuition", amount="9900", currency="USD")
    programs.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
    return made


class TestPrograms(Pages):
    start = "openedx_catalog_programs_"
    pages = (
        "program_changelist", "program_add", "program_change", "program_history", "programtype_changelist", "programtype_add",
        "curriculum_changelist", "curriculum_add", "curriculum_change", "curriculum_history", "curriculum_delete",
        "curriculum_build", "curriculum_retire", "curriculum_remove",
        "program_as_of", "program_compare", "degree_changelist", "degree_add", "degree_change",
        "degreecost_changelist", "degreecost_add",
        "degreedeadline_add", "externalcoursekey_changelist", "externalcoursekey_add",
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def rows(self, program):
        self.of_kind = {"program": program, "curriculum": program.curricula.get(), "degree": program.degree}

    def arguments(self, name):
        return [] if name.endswith(("changelist", "add")) else [self.of_kind[name.partition("_")[0]].pk]


@pytest.fixture(scope="module")
def synced(site):
    """A source with a running, a partial and an aborted job, a legacy row and a pin: ``{page: arguments}``."""
    remote = Remote()
    try:
        source = sync.create_source(
            name="looked-at", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000, organizations=["MITx"]
        )
        remote.rows = [listed("Looked", str(number)) for number in range(120)]
        sync.sync_source(source)
        for number, run in enumerate(remote.rows):
            run["name"] = "Changed" if number < 30 else run["name"]
        remote.rows[40]["start"] = "in spring"
        del remote.rows[100:103]
        remote.rows.append(listed("Else", org="Nobody"))
        preview = sync.sync_source(source, dry_run=True, keep_report=True).job
        partial = sync.sync_source(source).job
        remote.rows = []
        aborted = sync.sync_source(source).job
    finally:
        remote.close()
    running = SyncJob.objects.create(source=source, total=400)
    SyncPage.objects.create(job=running, number=1, records=100, unchanged="\n".join(f"a{n}" for n in range(100)))
    sync.pin_field(RUN_KEY, "title", reason="The registrar's")
    legacy = RunSource.objects.create(source=source, external_id="17", row={"title": "Old Physics"})
    return {
        "source_changelist": [], "source_add": [], "source_change": [source.pk], "source_history": [source.pk],
        "source_sync": [source.pk], "source_delete": [source.pk], "syncjob_changelist": [], "partial job": [partial],
        "aborted job": [aborted], "preview job": [preview],
        "running job": [running.pk], "runsource_changelist": [], "runsource_change": [legacy.pk],
        "runsource_key": [legacy.pk], "runsource_course": [legacy.pk], "runsource_history": [legacy.pk],
        "pinnedfield_changelist": [], "pinnedfield_add": [],
        "pinnedrecordfield_changelist": [], "pinnedrecordfield_add": [], "sourcerecord_changelist": [],
    }  # fmt: skip


class TestSync(Pages):
    start = "openedx_catalog_sync_"
    pages = (
        "source_changelist", "source_add", "source_change", "source_history", "source_sync", "source_delete",
        "syncjob_changelist", "partial job", "aborted job", "preview job",
        "running job", "runsource_changelist", "runsource_change",
        "runsource_key", "runsource_course", "runsource_history", "pinnedfield_changelist", "pinnedfield_add",
        "pinnedrecordfield_changelist", "pinnedrecordfield_add", "sourcerecord_changelist",
    )  # fmt: skip

    @pytest.fixture(autouse=True)
    def rows(self, synced):
        self.synced = synced

    def name_of(self, admin_page):
        return f"{self.start}{'syncjob_change' if admin_page.endswith('job') else admin_page}"

    def arguments(self, name):
        return self.synced[name]


@pytest.fixture(scope="module")
def typed(site):
    """Types of which courses and runs have some, a mismatch among them: ``{page: arguments}``."""
    run = api.get_course_run(RUN_KEY)
    course = CourseTypingFactory(catalog_course=run.catalog_course, course_type="verified-audit").course_type
    course_types.update_course_type(course, organizations=["MITx"], entitlement_types=["verified"])
    kind = CourseRunTypingFactory(run=run, course_run_type="honor", allow_mismatch=True).course_run_type
    course_types.set_course_run_products(RUN_KEY, modes=[RunMode("verified", "49.00"), "audit"], seats=[])
    course_types.set_course_run_products("course-v1:MITx+14.100x+1T2018", modes=["audit"])
    rows = {"mode": course_types.get_mode("verified"), "seattype": course_types.get_seat_type("verified")}
    rows |= {"courseruntype": kind, "coursetype": course}
    yield {f"{model}_{page}": [row.pk] for model, row in rows.items() for page in OF_A_ROW} | {
        "coursetype_of_course": run.catalog_course_id, "coursetype_of_run": run.pk,
    }  # fmt: skip
    connections.close_all()


class TestCourseTypes(Pages):
    start = "openedx_catalog_course_types_"
    # The table of rights names every page; histories and deletes look the same for all of them.
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}"
        for page in COURSE_TYPES
        if ":" not in page.name and (page.name not in ("history", "delete") or page.model.endswith(".coursetype"))
    )

    @pytest.fixture(autouse=True)
    def rows(self, typed):
        self.typed = typed
        self.query = {name: f"?id={pk}" for name, pk in typed.items() if "_of_" in name}

    def arguments(self, name):
        return self.typed.get(name, []) if "_of_" not in name else []


@pytest.fixture(scope="module")
def subscribed(site):
    """A plan in which MITx takes part, but for one course: ``{page: arguments}``."""
    course = api.get_course_run(RUN_KEY).catalog_course
    row = SubscribedOrganizationFactory(organization=course.org)
    choice = CourseChoiceFactory(plan=row.plan, catalog_course=course)
    subscriptions.refresh_subscriptions()
    yield {"subscriptionplan": row.plan_id, "coursechoice": choice.pk, "organization": course.org_id}
    connections.close_all()


class TestSubscriptions(Pages):
    start = "openedx_catalog_subscriptions_"
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}"
        for page in SUBSCRIPTIONS
        if ":" not in page.name and page.name not in ("history", "delete")
    )

    @pytest.fixture(autouse=True)
    def rows(self, subscribed):
        self.subscribed = subscribed
        self.query = {"subscriptionplan_choose": f"?included=0&organization={subscribed['organization']}"}

    def arguments(self, name):
        model, _, page = name.partition("_")
        return [self.subscribed[model]] if page in ("change", "organizations", "choose") else []


@pytest.fixture(scope="module")
def taught(site):
    """A course with a skill, and a program for which one is blocked: ``{model: id}``."""
    course = api.get_course_run(RUN_KEY).catalog_course
    row = CourseSkillFactory(catalog_course=course, skill__name="Microeconomics of markets", confidence=0.5)
    of_program = ProgramSkillFactory(skill=row.skill, blocked=True)
    yield {"skill": row.skill_id, "courseskill": row.pk, "programskill": of_program.pk}
    connections.close_all()


class TestSkills(Pages):
    start = "openedx_catalog_skills_"
    # Those of programs look as those of courses do.
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}"
        for page in SKILLS
        if ":" not in page.name and page.name not in ("history", "delete") and not page.model.endswith(".programskill")
    )

    @pytest.fixture(autouse=True)
    def rows(self, taught):
        self.taught = taught

    def arguments(self, name):
        model, _, page = name.partition("_")
        return [self.taught[model]] if page == "change" else []


@pytest.fixture(scope="module")
def described(site, tmp_path_factory):
    """Listings with an image, with long words, and of a run: ``{model: id}``."""
    media = os.environ.get("CATALOG_MEDIA_ROOT") or str(tmp_path_factory.mktemp("media"))
    with override_settings(MEDIA_ROOT=media):
        names = {"es": "Economía", "de": "Volkswirtschaftslehre"}
        subject = listings.create_subject(name="Economics", slug="of-admin", translations=names)
        level = listings.create_level(name="Introductory", slug="of-admin", translations={"es": "Introductorio"})
        run = api.get_course_run(RUN_KEY)
        said = {"live": True, "short_description": "Supply, demand and prices. " * 8, "full_description": "<p>All of it.</p>"}
        listings.set_course_listing(
            run.catalog_course, **said, image=picture(), image_alt="A market", subjects=[subject], level=level, slug="first"
        )
        course = listings.set_course_listing(run.catalog_course, slug="microeconomics", languages=["en", "es-419"])
        other = api.create_catalog_course(org_code="MITx", course_code="Long", title="Rindfleischetikettierung" * 8)
        listings.set_course_listing(other, visibility="unlisted", slug="rindfleischetikettierung" * 8)
        of_run = listings.set_course_run_listing(RUN_KEY, title_override="In spring", unscheduled=True)
        yield {"subject": subject.pk, "level": level.pk, "courselisting": course.pk, "courserunlisting": of_run.pk}
    connections.close_all()


class TestListings(Pages):
    start = "openedx_catalog_listings_"
    # Levels look as subjects do.
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}"
        for page in LISTINGS
        if ":" not in page.name and not page.model.endswith(".level")
    )

    @pytest.fixture(autouse=True)
    def rows(self, described):
        self.described = described
        self.query = {
            f"{model}_edit_many": f"?live=1&ids={described[model]}" for model in ("courselisting", "courserunlisting")
        }

    def arguments(self, name):
        model, _, page = name.partition("_")
        return [self.described[model]] if page in OF_A_ROW else []


@pytest.fixture(scope="module")
def in_review(site):
    """A public course with changes that wait for a legal review, its editor, and what was said: ``{model: id}``."""
    course = api.create_catalog_course(org_code="ReviewX", course_code="R1", title="The Art of Reviewing")
    run = "course-v1:ReviewX+R1+1T2031"
    api.create_course_run(run)
    listings.set_course_listing(course, live=True, short_description="As it was.")
    publishing.set_legal_fields(course, restricted_countries=["CU"], legal_note="By law.")
    publishing.perform(course, "publish")
    editor = CourseEditorFactory(catalog_course=course)
    said = {"user": editor.user, "title_override": "Rindfleischetikettierung" * 8, "full_description": "<p>All of it.</p>"}
    copy = publishing.set_working_copy(course, **said, short_description="Supply, demand and prices. " * 8)
    publishing.set_run_working_copy(run, start="2031-04-01T09:00:00Z", user=editor.user)
    publishing.perform(course, "schedule", go_live_at="2031-03-01T09:00:00Z", user=editor.user)
    publishing.perform(course, "submit", reason="Please look at the second week.", user=editor.user)
    comment = publishing.add_comment(course, "Is there a picture? " * 20, course_key=run, user=editor.user)
    CourseComment.objects.filter(pk=comment.pk).update(state="parked", error="TimeoutError: no answer", attempts=12)
    yield {
        "courseworkingcopy": copy.pk, "courseeditor": editor.pk, "coursecomment": comment.pk,
        "organizationgroup": OrganizationGroup.objects.get(organization=course.org).pk,
        "publisherroleassignment": PublisherRoleAssignmentFactory().pk, "courserestriction": course.restriction.pk,
        "review": publishing.get_reviews(course).last().pk,
    }  # fmt: skip
    connections.close_all()


class TestPublishing(Pages):
    start = "openedx_catalog_publishing_"
    # The table of rights names every page; histories and deletes look the same for all of them.
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}"
        for page in PUBLISHING
        if ":" not in page.name
        and page.see != NOBODY
        and (page.name not in ("history", "delete") or page.model.endswith(".courseworkingcopy"))
    )

    @pytest.fixture(autouse=True)
    def rows(self, in_review):
        self.in_review = in_review

    def arguments(self, name):
        model, _, page = name.partition("_")
        return [self.in_review[model]] if page in OF_A_ROW else []


@pytest.fixture(scope="module")
def searched(site):
    """A course catalog with a long query, and an index: ``{model: id}``."""
    query = f"org:MITx AND NOT key:({' OR '.join(f'MITx+{number}.00x' for number in range(60))})"
    row = search.create_course_catalog(name="Courses of MITx, without sixty of them", query=query)
    index = SearchIndex.objects.create(name="catalog_20310301120000_00c0ffee", engine="e", position=0, looked_at=timezone.now())
    yield {"coursecatalog": row.pk, "searchindex": index.pk}
    index.delete()
    connections.close_all()


class TestSearch(Pages):
    start = "openedx_catalog_search_"
    pages = tuple(
        f"{page.model.partition('.')[2]}_{page.name}" for page in SEARCH if ":" not in page.name and page.see != NOBODY
    )

    @pytest.fixture(autouse=True)
    def rows(self, searched):
        self.searched = searched
        self.query = {"coursecatalog_preview": f"?catalog={searched['coursecatalog']}"}

    def arguments(self, name):
        model, _, page = name.partition("_")
        return [self.searched[model]] if page in OF_A_ROW else []


@pytest.fixture(scope="module")
def pathway(site, program):
    """A pathway of a course with a long title and a program, and a step without a title."""
    course = api.create_catalog_course(org_code="MITx", course_code="OnTheWay", title="Rindfleischetikettierung" * 4)
    row = pathways.create_learner_pathway(
        title="Become an economist", overview="All of it. " * 40, status="active", scope="organizations", organizations=["MITx"]
    )
    pathways.add_step(row, [NodeRecord(catalog_course="MITx+14.100x", hours=40), NodeRecord(program=program)], title="First")
    pathways.add_step(row, [NodeRecord(catalog_course=course)])
    yield row
    connections.close_all()


class TestLearnerPathways(Pages):
    start = "openedx_catalog_pathways_"
    pages = tuple(f"{page.model.partition('.')[2]}_{page.name}" for page in PATHWAYS if ":" not in page.name)

    @pytest.fixture(autouse=True)
    def rows(self, pathway):
        accepted = pathways.get_program_pathways().first()
        accepted = accepted or pathways.create_program_pathway(name="Credit at a university", programs=[])
        self.of_kind = {"learnerpathway": pathway, "programpathway": accepted}

    def arguments(self, name):
        return [] if name.endswith(("changelist", "add")) else [self.of_kind[name.partition("_")[0]].pk]
