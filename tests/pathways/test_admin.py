"""Learner pathways in the admin: the form, the builder with its buttons, and what becomes known to whom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from openedx_catalog import api as catalog
from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.pathways.models_api import LearnerPathway, LearnerPathwayNode
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.testing.users import admin_client, viewer_client
from tests.listings.conftest import picture

from .conftest import nodes

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

BLOCK = "block-v1:MITx+A+R1+type@video+block@intro"
CHANGES = " + ".join(f"openedx_catalog_pathways.{action}_learnerpathway" for action in ("view", "add", "change", "delete"))


def url(view, *args):
    return reverse(f"admin:openedx_catalog_pathways_learnerpathway_{view}", args=args)


def text(page):
    return page.content.decode()


def submitted(page, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in page.context["adminform"].form:
        value = "" if bound.value() is None or bound.name == "image" else bound.value()
        values[bound.html_name] = value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = value
    return {**values, **changes}


def part(form, **changes):
    """The same of the form of a step, or of something that it offers."""
    shown = {form[name].html_name: form[name].value() for name in form.fields}
    shown |= {form[name].html_initial_name: form[name].value() for name in form.fields if form.fields[name].show_hidden_initial}
    sent = {form[name].html_name: value for name, value in changes.items()}
    return {name: "" if value is None else value for name, value in {**shown, **sent}.items()}


def errors(page):
    return {name: list(told) for name, told in page.context["adminform"].form.errors.items()}


def titles(pathway):
    return [step.title for step in pathway.steps.order_by("position")]


def offered(step):
    return [node.usage_key or (node.program or node.catalog_course).title for node in step.nodes.order_by("position")]


@pytest.fixture
def root(db):
    return admin_client("superuser")


@pytest.fixture
def built(pathway, course, program):
    """A step of which one of A (8 hours) and B (12) is needed, and one of C, whose hours nobody knows, and a program of A."""
    api.add_step(pathway, nodes(course("A", 8), course("B", 12)), title="Basics")
    circuits = program("Circuits", "MITx+A")
    return api.add_step(pathway, nodes(course("C"), circuits), title="More", min_requirement=2).pathway


@pytest.fixture
def press(root, built):
    """``press("up_step:12")``: push a button of the builder; the page that follows."""

    def post(do, **values):
        return root.post(url("build", built.pk), {"_do": do, **values}, follow=True)

    return post


class TestForm:
    def test_a_pathway_is_created_with_all_that_it_has(self, root, settings, tmp_path):
        settings.MEDIA_ROOT = str(tmp_path)
        catalog.create_catalog_course(org_code="MITx", course_code="A", title="A")
        category = catalog.create_pathway_category(category_code="track", title="Track")
        enrolled = catalog.create_catalog_pathway(org_code="MITx", pathway_code="Data", category=category, title="Data")
        acme, zeta = Group.objects.create(name="Acme, Inc."), Group.objects.create(name="Zeta")
        body = submitted(
            root.get(url("add")), title="Data", overview="All of it.", status="active", visibility="unlisted", scope="groups",
            organizations="mitx", groups=[zeta.pk, acme.pk], catalog_pathway=enrolled.pk, image=picture(), image_alt="A chart",
            reason="The board's plan", _build="1",
        )  # fmt: skip
        answer = root.post(url("add"), body)
        row = LearnerPathway.objects.get()
        assert answer["Location"] == url("build", row.pk)
        assert (row.title, row.status, row.visibility, row.scope, row.image_alt) == (
            "Data", "active", "unlisted", "groups", "A chart",
        )  # fmt: skip
        assert [link.organization.short_name for link in row.organization_rows.all()] == ["MITx"]
        assert [link.group.name for link in row.group_rows.all()] == ["Zeta", "Acme, Inc."]
        assert (row.catalog_pathway, row.history.get().history_change_reason) == (enrolled, "admin: The board's plan")
        page = root.get(url("change", row.pk))
        assert row.image_url in text(page)
        root.post(url("change", row.pk), submitted(page, groups=[acme.pk, zeta.pk]))
        assert [link.group.name for link in row.group_rows.all()] == ["Acme, Inc.", "Zeta"]

    @pytest.mark.parametrize(
        ("values", "field", "why"),
        [
            ({"title": ""}, "title", "This field is required"),
            ({"scope": "groups"}, "scope", "it is for nobody"),
            ({"scope": "organizations", "organizations": "NOBODY"}, "organizations", "NOBODY"),
            ({"image": "a picture"}, "image_alt", "needs a description"),
        ],
        ids=["title", "scope", "organizations", "image"],
    )
    def test_what_is_refused_stands_at_its_field(self, root, pathway, values, field, why):
        if "image" in values:
            values = {"image": picture()}
        page = root.post(url("change", pathway.pk), submitted(root.get(url("change", pathway.pk)), **values))
        assert list(errors(page)) == [field]
        assert why in errors(page)[field][0]

    def test_what_somebody_else_has_changed_meanwhile_is_said(self, root, pathway):
        page = root.get(url("change", pathway.pk))
        api.update_learner_pathway(pathway, title="Theirs", overview="Theirs, too")
        refused = root.post(url("change", pathway.pk), submitted(page, title="Mine"))
        assert "it was “Become a data analyst”, and is “Theirs”" in errors(refused)["title"][0]
        root.post(url("change", pathway.pk), submitted(page, status="inactive"))
        pathway.refresh_from_db()
        assert (pathway.title, pathway.overview, pathway.status) == ("Theirs", "Theirs, too", "inactive")

    def test_the_page_says_what_it_offers_and_how_long_that_takes(self, root, built):
        page = text(root.get(url("change", built.pk)))
        for said in ("8 to 12 hours", "Complete 1 of 2.", "not known (nobody has said how long these take: Course C)",
                     "not known (that of these steps is not known: More)", "Circuits"):  # fmt: skip
            assert said in page

    def test_it_is_found_and_its_history_and_delete_are_those_of_all_its_parts(self, root, built):
        for found, query in ((1, "DATA AN"), (1, str(built.uuid)), (0, "Nothing")):
            assert root.get(url("changelist"), {"q": query}).context["cl"].result_count == found
        assert root.get(url("changelist"), {"status__exact": "inactive"}).context["cl"].result_count == 0
        told = text(root.get(url("history", built.pk)))
        for name in ("Step of a Pathway created: Basics", "Node of a Pathway created: catalog-course:MITx:A", "Circuits"):
            assert name in told
        root.post(url("delete", built.pk), {"post": "yes", "reason": "Over"})
        assert not LearnerPathway.objects.exists()
        assert LearnerPathway.history.latest().history_change_reason == "admin: Over"


class TestBuilder:
    @pytest.mark.parametrize(("do", "order"), [("up", ["More", "Basics"]), ("down", ["Basics", "More"])])
    def test_steps_are_moved_and_their_button_stays_in_focus(self, press, root, built, do, order):
        last = built.steps.last()
        answer = root.post(url("build", built.pk), {"_do": f"{do}_step:{last.pk}"})
        assert answer["Location"].endswith(f"#{do}-step-{last.pk}")
        assert f'id="{do}-step-{last.pk}" class="button"' in text(root.get(answer["Location"]))
        assert titles(built) == order

    def test_what_a_step_offers_is_moved_by_button_and_in_one_go(self, press, built):
        step = built.steps.first()
        one, two = step.nodes.all()
        press(f"up_node:{two.pk}")
        assert offered(step) == ["Course B", "Course A"]
        press(f"order:{step.pk}", **{f"order:{step.pk}": [one.pk, two.pk]})
        assert offered(step) == ["Course A", "Course B"]
        press("order", order=[row.pk for row in built.steps.order_by("-position")])
        assert titles(built) == ["More", "Basics"]

    def test_a_step_is_added_with_all_that_it_offers_in_order(self, press, built, course, program):
        chosen = [course("E").pk, course("D").pk]
        sent = {
            "step-title": "Last",
            "step-catalog_course": chosen,
            "step-program": program("Inner").pk,
            "step-usage_key": BLOCK,
        }
        page = press("add_step", **sent, **{"step-min_requirement": 5, "step-reason": "x"})
        (refused,) = page.context["add_step"].errors.values()
        assert "expected a number from 1 to 4" in refused[0]
        assert re.findall(r'<option value="(\d+)" selected', text(page))[:2] == [str(pk) for pk in chosen]
        press("add_step", **sent, **{"step-min_requirement": 3, "step-reason": "The board's plan"})
        step = built.steps.last()
        assert (step.title, step.min_requirement) == ("Last", 3)
        assert offered(step) == ["Course E", "Course D", "Inner", BLOCK]
        assert step.history.get().history_change_reason == "admin: The board's plan"

    def test_something_is_added_to_the_step_whose_link_was_followed(self, press, root, built, course):
        step = built.steps.last()
        page = root.get(url("build", built.pk), {"step": step.pk})
        assert f'<option value="{step.pk}" selected>Step 2: More</option>' in text(page)
        press("add_node", **{"node-step": step.pk, "node-usage_key": BLOCK, "node-hours": "0.5"})
        node = step.nodes.last()
        assert (node.usage_key, float(node.hours)) == (BLOCK, 0.5)

    @pytest.mark.parametrize(
        ("sent", "field", "why"),
        [
            ({}, "catalog_course", "Give exactly one of a course, a program, and a block."),
            ({"usage_key": "what"}, "usage_key", "expected the usage key"),
            ({"usage_key": BLOCK, "hours": "-1"}, "hours", "more than 0"),
            ({"catalog_course": "A"}, "catalog_course", "is already used by the step Basics"),
            ({"step": "0"}, "step", "Select a valid choice"),
        ],
        ids=["nothing", "no block", "hours", "twice", "no step"],
    )
    def test_what_cannot_be_added_is_told_at_its_field(self, press, built, sent, field, why):
        if "catalog_course" in sent:
            sent = {"catalog_course": built.steps.first().nodes.first().catalog_course_id}
        sent = {"step": built.steps.first().pk, **sent}
        told = press("add_node", **{f"node-{name}": value for name, value in sent.items()}).context["add_node"].errors
        assert list(told) == [field]
        assert why in told[field][0]
        assert LearnerPathwayNode.objects.count() == 4

    def test_an_empty_step_is_not_added(self, press, built):
        told = press("add_step", **{"step-min_requirement": 1}).context["add_step"].errors
        assert list(told) == ["catalog_course"]
        assert built.steps.count() == 2

    def test_title_minimum_and_hours_are_set_and_say_how_long_it_takes(self, press, root, built):
        step = root.get(url("build", built.pk)).context["rows"][0]
        page = press(f"save_step:{step.pk}", **part(step.form, title="First", min_requirement=2, reason="Both"))
        shown = page.context["rows"][0]
        assert (shown.title, shown.minimum, shown.takes) == ("First", "Complete 2 of 2.", "20 hours")
        assert shown.history.latest().history_change_reason == "admin: Both"
        node = page.context["rows"][1].offered[0]
        page = press(f"save_node:{node.pk}", **part(node.form, hours="1.5"))
        assert page.context["times"] == "29.5 hours"
        assert "1.5 hours (said here)" in text(page)
        page = press(f"save_node:{node.pk}", **part(page.context["rows"][1].offered[0].form, hours=""))
        assert page.context["times"] == "not known (that of these steps is not known: More)"

    def test_values_that_are_refused_stay_as_they_were_typed(self, press, root, built):
        step = root.get(url("build", built.pk)).context["rows"][0]
        page = press(f"save_step:{step.pk}", **part(step.form, title="First", min_requirement=3))
        form = page.context["rows"][0].form
        assert (list(form.errors), form["title"].value(), form["min_requirement"].value()) == (
            ["min_requirement"],
            "First",
            "3",
        )
        api.update_step(step, title="Theirs")
        form = press(f"save_step:{step.pk}", **part(step.form, title="Mine")).context["rows"][0].form
        assert "it was “Basics”, and is “Theirs”" in form.errors["title"][0]

    @pytest.mark.parametrize(
        "do", ["up_step:0", "save_node:0", "order:0", "up_other:1", "what", "up_node:x", "save:1", "save_:1", "order_node:1"]
    )
    def test_what_is_gone_is_said(self, press, built, do):
        assert "Another user has removed it in the meantime." in text(press(do))
        assert titles(built) == ["Basics", "More"]

    @pytest.mark.parametrize("wrong", ["abc", "\x00", "9" * 40, "-1"])
    def test_what_is_no_id_is_refused_at_its_field(self, press, built, wrong):
        for prefix, name in (("step", "catalog_course"), ("step", "program"), ("node", "program")):
            sent = {f"{prefix}-{name}": wrong, "node-step": built.steps.first().pk}
            assert name in press(f"add_{prefix}", **sent).context[f"add_{prefix}"].errors

    def test_nothing_goes_without_a_reason_a_preview_and_a_confirmation(self, root, built):
        node, page = built.steps.last().nodes.first(), url("remove", built.pk)
        body = {"member": f"node:{node.pk}", "min_requirement": ""}
        assert "Course C (catalog-course:MITx:C)" in text(root.get(page, body))
        assert list(root.post(page, body).context["form"].errors) == ["reason"]
        refused = root.post(page, {**body, "reason": "over"}).context["form"].errors
        assert "expected a number from 1 to 1" in refused["min_requirement"][0]
        body |= {"reason": "over", "min_requirement": 1}
        preview = root.post(page, body)
        effects = {str(effect.subject): (effect.before, effect.after) for effect in preview.context["effects"]}
        assert effects["More"][1] == "Complete 1 of 1. Duration: 8 hours"
        assert effects["Duration of the whole pathway"][1] == "16 to 20 hours"
        assert LearnerPathwayNode.objects.filter(pk=node.pk).exists()
        done = root.post(page, {**body, "_confirm": "1", "_shown": preview.context["shown"]})
        assert done["Location"] == url("build", built.pk)
        assert LearnerPathwayNode.history.filter(id=node.pk).latest().history_change_reason == "admin: over"
        only = root.post(page, {**body, "member": f"node:{built.steps.last().nodes.get().pk}"})
        assert "Remove the step instead." in text(only)

    def test_a_step_goes_with_all_that_it_offers(self, root, built):
        page, body = url("remove", built.pk), {"member": f"step:{built.steps.first().pk}", "reason": "over"}
        preview = root.post(page, body)
        assert [effect.subject for effect in preview.context["effects"]] == [
            "Basics", "Course A (catalog-course:MITx:A)", "Course B (catalog-course:MITx:B)",
            "Duration of the whole pathway",
        ]  # fmt: skip
        root.post(page, {**body, "_confirm": "1", "_shown": preview.context["shown"]})
        assert titles(built) == ["More"]

    def test_it_costs_as_many_queries_however_much_it_holds(self, root, built, course):
        costs = []
        for number in (0, 8):
            for code in range(number):
                api.add_step(built, nodes(course(f"N{code}", 3), course(f"M{code}", 3)))
            with CaptureQueriesContext(connection) as captured:
                assert root.get(url("build", built.pk)).status_code == 200
            costs.append(len(captured))
        assert costs[0] == costs[1] <= 12, costs

    @pytest.mark.parametrize("language", ["en", "de", "ar", "es"])
    def test_it_works_whatever_a_host_says_of_numbers_and_languages(self, root, settings, built, language):
        settings.LANGUAGE_CODE, settings.USE_THOUSAND_SEPARATOR, settings.NUMBER_GROUPING = language, True, 1
        step = built.steps.first()
        course = step.nodes.first().catalog_course
        node = LearnerPathwayNode.objects.create(
            pk=1234567, step=step, catalog_course=course, usage_key=BLOCK, position=2, hours="1234.5"
        )
        with translation.override(language):
            page = root.get(url("build", built.pk), headers={"accept-language": language})
            form = page.context["rows"][0].offered[2].form
            assert 'value="up_node:1234567"' in text(page)
            assert f'name="{form["hours"].html_name}" value="1234.5"' in text(page)
            answer = root.post(
                url("build", built.pk), {"_do": f"save_node:{node.pk}", **part(form, hours="2.5")},
                headers={"accept-language": language},
            )  # fmt: skip
        assert answer.status_code == 302
        node.refresh_from_db()
        assert float(node.hours) == 2.5


class TestWhoSees:
    def test_viewers_read_the_builder_and_have_no_buttons(self, built):
        page = text(viewer_client("openedx_catalog_pathways").get(url("build", built.pk)))
        assert "Basics" in page
        assert not re.findall(r'name="_do"|draggable|remove/|csrf', page.partition('id="content-main"')[2])

    def test_a_program_that_is_nobodys_business_is_not_shown_and_keeps_its_place(self, built, course):
        hidden = programs.create_program(title="Secret", type="micromasters", status="unpublished")
        step = built.steps.first()
        secret = api.add_node(step, nodes(hidden)[0], position=1)
        client = admin_client(f"{CHANGES} + openedx_catalog.view_catalogcourse")
        page = client.get(url("build", built.pk))
        assert "Course A" in text(page)
        for view in ("build", "change", "remove", "history", "delete"):
            assert "Secret" not in text(client.get(url(view, built.pk)))
        last = step.nodes.last()
        client.post(url("build", built.pk), {"_do": f"up_node:{last.pk}"})
        assert offered(step) == ["Course B", "Secret", "Course A"]
        name = f"order:{step.pk}"
        client.post(url("build", built.pk), {"_do": name, name: [step.nodes.last().pk, secret.pk, last.pk]})
        for do in ("up", "save"):
            assert "Another user" in text(client.post(url("build", built.pk), {"_do": f"{do}_node:{secret.pk}"}, follow=True))
        assert "Secret" in offered(step)
        refused = client.post(url("build", built.pk), {"_do": "add_node", "node-step": step.pk, "node-program": hidden.pk})
        assert list(refused.context["add_node"].errors) == ["program"]

    def test_pages_of_courses_and_programs_name_the_pathways_that_offer_them(self, root, built):
        node, nested = built.steps.first().nodes.first(), built.steps.last().nodes.last()
        course = reverse("admin:openedx_catalog_catalogcourse_change", args=[node.catalog_course_id])
        program = reverse("admin:openedx_catalog_programs_program_change", args=[nested.program_id])
        for page in (course, program):
            assert f'<a href="{url("change", built.pk)}">Become a data analyst</a>' in text(root.get(page))
        viewer = viewer_client("openedx_catalog", "openedx_catalog_programs")
        for page in (course, program):
            assert "Become a data analyst" not in text(viewer.get(page))

    def test_a_merge_says_that_the_pathway_changes(self, root, built, course):
        api.add_step(built, nodes(course("Z")))
        merged, into = (catalog.get_catalog_course(key_str=f"catalog-course:MITx:{code}").pk for code in "ZA")
        page = reverse("admin:openedx_catalog_catalogcourse_merge", args=[merged])
        preview = root.post(page, {"catalog_course": into, "reason": "one course"})
        assert "Pathway Become a data analyst" in [str(effect.subject) for effect in preview.context["effects"]]
