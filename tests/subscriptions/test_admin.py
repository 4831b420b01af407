"""Subscriptions in the admin: plans, one table by organization, courses that are left out, and why something is in or out."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from openedx_catalog import api as catalog
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from openedx_catalog.models_api import CourseRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
APP = "openedx_catalog_subscriptions"


def url(view, *args, **query):
    return reverse(f"admin:{APP}_{view}", args=args, query=query or None)


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def text(response):
    return " ".join(response.content.decode().split())


def outcomes(response):
    return {name: count for name, count in response.context["report"].outcomes.items() if count}


def errors(response):
    form = response.context.get("form") or response.context["adminform"].form
    return {name: list(messages) for name, messages in form.errors.items()}


def submitted(response, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in response.context["adminform"].form:
        value = "" if bound.value() is None else bound.value()
        values[bound.html_name] = value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = value
    return {**values, **changes}


@pytest.fixture
def default(db):
    return api.get_subscription_plan("default")


@pytest.fixture
def organization():
    return lambda code: catalog.find_organization_by_code(code)


@pytest.fixture
def viewer_of(client, django_user_model):
    """``viewer_of("openedx_catalog.view_courserun", …)``: a client of staff with these permissions."""

    def sign_in(*names):
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        for name in names:
            app, _dot, codename = name.partition(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client.force_login(user)
        return client

    return sign_in


def test_a_plan_is_created_renamed_and_deleted(admin_client):
    body = submitted(admin_client.get(url("subscriptionplan_add")), name="For companies", slug="b2b")
    assert admin_client.post(url("subscriptionplan_add"), body).status_code == 302
    plan = api.get_subscription_plan("b2b")
    page = admin_client.get(url("subscriptionplan_change", plan.pk))
    assert "slug" not in page.context["adminform"].form.fields
    assert admin_client.post(url("subscriptionplan_change", plan.pk), submitted(page)).status_code == 302
    body = submitted(page, name="For teams", slug="teams", reason="smaller ones too")
    assert admin_client.post(url("subscriptionplan_change", plan.pk), body).status_code == 302
    plan.refresh_from_db()
    assert (plan.name, plan.slug, plan.history.count()) == ("For teams", "b2b", 2)
    assert "smaller ones too" in text(admin_client.get(url("subscriptionplan_history", plan.pk)))
    assert list(errors(admin_client.post(url("subscriptionplan_add"), {"name": "B2B"}))) == ["slug"]
    assert admin_client.post(url("subscriptionplan_add"), {"name": "For one"}).status_code == 302
    assert api.get_subscription_plan("for-one").name == "For one"
    assert admin_client.post(url("subscriptionplan_delete", plan.pk), {"post": "yes"}).status_code == 302
    assert not SubscriptionPlan.objects.filter(pk=plan.pk).exists()


def test_a_plan_in_which_organizations_take_part_is_not_deleted_and_says_so(admin_client, course, default):
    course("A"), course("B", org="HarvardX")
    for code in ("MITx", "HarvardX"):
        api.set_organization_subscription(code, True)
    api.set_course_subscription("MITx+A", False)
    page = text(admin_client.get(url("subscriptionplan_delete", default.pk)))
    assert "Subscribed Organizations: 2" in page
    chosen = {"action": "delete_selected", "_selected_action": [default.pk], "post": "yes"}
    for path, body in (
        (url("subscriptionplan_delete", default.pk), {"post": "yes"}),
        (url("subscriptionplan_changelist"), chosen),
    ):
        admin_client.post(path, body)
    assert SubscriptionPlan.objects.filter(pk=default.pk).exists()
    history = text(admin_client.get(url("subscriptionplan_history", default.pk)))
    assert "Subscribed Organization created: MITx" in history
    assert "Course in a Plan created: catalog-course:MITx:A" in history


def counts(response):
    """``{organization: (takes part, courses, runs)}``, each as (in the plan, left out by choice, all)."""
    return {
        line.organization.short_name: (line.takes_part, tuple(line.courses[1:]), tuple(line.runs[1:]))
        for line in response.context["lines"]
    }


@pytest.fixture
def three(course, included):
    """MITx takes part, but for its course B; HarvardX and Empty do not."""
    course("A", R1="self", R2="instructor"), course("B", R1="self", R2="self"), course("C", org="HarvardX", R1="self")
    catalog.create_organization(short_name="Empty", name="Nobody's")
    api.set_organization_subscription("MITx", True)
    api.set_course_subscription("MITx+B", False)
    included()


def test_one_table_has_every_organization(admin_client, three, default):
    path = url("subscriptionplan_organizations", default.pk)
    page = admin_client.get(path)
    assert counts(page) == {
        "Empty": (False, (0, 0, 0), (0, 0, 0)),
        "HarvardX": (False, (0, 0, 1), (0, 0, 1)),
        "MITx": (True, (1, 1, 2), (1, 2, 4)),
    }
    line = page.context["lines"][2]
    for link, found in ((line.courses.url, 1), (line.runs.url, 1), (line.left_out_url, 1)):
        assert escape(link) in page.content.decode()
        assert admin_client.get(link).context["cl"].result_count == found
    for query, listed in [
        ({"q": "mit"}, ["MITx"]),
        ({"q": "nobody"}, ["Empty"]),
        ({"takes_part": "1"}, ["MITx"]),
        ({"takes_part": "0", "q": "x"}, ["HarvardX"]),
        ({"q": "\0", "takes_part": "x", "p": "x"}, ["Empty", "HarvardX", "MITx"]),
    ]:
        assert list(counts(admin_client.get(path, query))) == listed


def test_the_table_is_paged(admin_client, three, default, monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.subscriptions.admin.organizations.PER_PAGE", 2)
    page = admin_client.get(url("subscriptionplan_organizations", default.pk, takes_part="0", p=1, q="e"))
    assert "?q=e" not in text(page)
    page = admin_client.get(url("subscriptionplan_organizations", default.pk, p=2))
    assert (list(counts(page)), "Page 2 of 2" in text(page)) == (["MITx"], True)


def test_several_organizations_are_put_in_and_out_after_a_preview(
    admin_client, three, default, organization, program, django_capture_on_commit_callbacks, included
):
    program("Both", catalog.get_catalog_course(key_str="MITx+A"), catalog.get_catalog_course(key_str="HarvardX+C"))
    included()
    pks = [organization(code).pk for code in ("MITx", "HarvardX", "Empty")]
    path = f"{url('subscriptionplan_choose', default.pk, included='1')}&" + "&".join(f"organization={pk}" for pk in pks)
    page = admin_client.post(path, {"reason": "as signed", "_preview": "1"})
    assert [tuple(effect) for effect in page.context["effects"]] == [
        ("Catalog courses", "1", "2 (1 comes in)"),
        ("Course runs", "1", "2 (1 comes in)"),
        ("Programs", "0", "1 (1 comes in)"),
        ("Empty", "takes no part", "takes part"),
        ("HarvardX", "takes no part", "takes part"),
    ]
    assert api.get_subscribed_organizations() == ["MITx"]
    sent = {"reason": "as signed", "_confirm": "1", "_shown": page.context["shown"]}
    with django_capture_on_commit_callbacks(execute=True):
        assert admin_client.post(path, sent)["Location"] == url("subscriptionplan_organizations", default.pk)
    assert api.get_subscribed_organizations() == ["Empty", "HarvardX", "MITx"]
    assert included(refreshed=False) == (["A", "C"], ["C+R1", "A+R1"], ["Both"])
    assert SubscribedOrganization.history.latest().history_change_reason == "admin: as signed"
    assert errors(admin_client.post(path, {"_skip": "1"})) == {"__all__": ["All of them take part already."]}
    page = admin_client.post(path.replace("included=1", "included=0"), {"_preview": "1"})
    assert tuple(page.context["effects"][0]) == ("Catalog courses", "2", "0 (2 go out)")


def test_what_is_not_there_is_not_put_in(admin_client, three, default, organization):
    pk = organization("MITx").pk
    path = url("subscriptionplan_choose", default.pk, included="1")
    assert admin_client.get(path)["Location"] == url("subscriptionplan_organizations", default.pk)
    for given in ("0", "99", "x", "9" * 30, f"{pk}&organization=99"):
        assert admin_client.get(f"{path}&organization={given}").status_code == 404
    for view in ("organizations", "choose"):
        assert admin_client.get(url(f"subscriptionplan_{view}", 99, organization=pk)).status_code == 404


def test_courses_are_left_out_and_taken_back(admin_client, course, default):
    row = course("A")
    body = {"plan": default.pk, "catalog_course": row.pk, "included": "False", "reason": "not licensed"}
    assert admin_client.post(url("coursechoice_add"), body).status_code == 302
    choice = CourseChoice.objects.get()
    assert (choice.included, choice.history.get().history_change_reason) == (False, "admin: not licensed")
    assert list(errors(admin_client.post(url("coursechoice_add"), body))) == ["catalog_course"]
    page = admin_client.get(url("coursechoice_change", choice.pk))
    assert page.context["adminform"].form["included"].value() is False
    assert admin_client.post(url("coursechoice_change", choice.pk), submitted(page)).status_code == 302
    assert choice.history.count() == 1
    admin_client.post(url("coursechoice_change", choice.pk), submitted(page, included="True"))
    choice.refresh_from_db()
    assert (choice.included, choice.history.count()) == (True, 2)
    admin_client.post(url("coursechoice_delete", choice.pk), {"post": "yes", "reason": "nothing special"})
    assert not CourseChoice.objects.exists()
    assert CourseChoice.history.latest().history_change_reason == "admin: nothing special"


def test_decisions_are_found_and_filtered(admin_client, three, default):
    api.create_subscription_plan(name="For companies", slug="b2b")
    api.set_course_subscription("HarvardX+C", True, plan="b2b")

    def listed(**query):
        return [
            row.catalog_course.course_code
            for row in admin_client.get(url("coursechoice_changelist", **query)).context["cl"].result_list
        ]

    assert listed() == ["C", "B"]
    assert listed(plan__id__exact=default.pk) == ["B"]
    assert listed(organization="HarvardX") == listed(decision="in") == ["C"]
    for term in ("MITx+B", "catalog-course:MITx:B", "course b", "b"):
        assert listed(q=term) == ["B"]
    assert listed(q="MITx+A") == []


def test_a_file_of_courses_is_previewed_and_imported_and_an_export_is_such_a_file(admin_client, course):
    course("A"), course("B"), course("C")
    api.create_subscription_plan(name="For companies", slug="b2b")
    api.set_course_subscription("MITx+B", False, plan="b2b")
    path = url("coursechoice_import")

    def sent(content):
        file = SimpleUploadedFile("courses.csv", content.encode())
        return admin_client.post(path, {"file": file, "plan": "b2b", "source": "spring", "reason": "as listed"})

    page = sent("catalog_course,included\nMITx+A,no\nMITx+B,\nMITx+C,maybe\nMITx+Z,no\n")
    assert outcomes(page) == {"updated": 2, "invalid": 2}
    assert [(problem.line, problem.code) for problem in page.context["problems"]] == [(4, "invalid_value"), (5, "not_found")]
    assert CourseChoice.objects.get().catalog_course.course_code == "B"
    assert admin_client.post(path, {"signed": page.context["signed"]}).context["done"]
    (choice,) = CourseChoice.objects.all()
    assert (choice.plan.slug, choice.catalog_course.course_code, choice.included) == ("b2b", "A", False)
    assert choice.history.get().history_change_reason == "admin:spring: as listed"
    export = b"".join(admin_client.get(url("coursechoice_export")).streaming_content).decode("utf-8-sig")
    assert export.split() == ["catalog_course,included,plan", "catalog-course:MITx:A,no,b2b"]
    assert outcomes(sent(export)) == {"unchanged": 1}
    assert sent("catalog_course\nMITx+C\n").context["rows"][0].changes[0].after is False


def panel(response):
    return {row.text: row for panel in response.context["panels"] if panel.title == "Subscriptions" for row in panel.rows}


def test_each_page_says_why(admin_client, course, program, included, default):
    row = course("A", R1="self", R2="instructor")
    api.create_subscription_plan(name="For companies", slug="b2b")
    api.set_organization_subscription("MITx", True)
    series = program("Series", row)
    included()
    run, other = CourseRun.objects.order_by("pk")
    for each in (row, run, series):
        found = panel(admin_client.get(page_of(each)))
        assert found[default.name].note.startswith("Included since ")
        assert found["For companies"].note.startswith("Not included. ")
        assert found[default.name].url == url("subscriptionplan_change", default.pk)
    outside = (
        "Not included. These organizations take no part in the plan: MITx. "
        f"The plan does not include these courses: {row.key_str}."
    )
    assert panel(admin_client.get(page_of(run)))["For companies"].note == outside
    assert (
        panel(admin_client.get(page_of(other)))["For companies"].note
        == f"{outside} The plan includes no runs of this pacing: instructor."
    )
    assert panel(admin_client.get(page_of(series)))["For companies"].note.endswith(
        f"does not include these courses: {row.key_str}."
    )
    api.set_course_subscription(row, False)
    assert panel(admin_client.get(page_of(run)))[default.name].note == (
        "Not included. Somebody has left the course out of the plan. "
        f"The plan does not include these courses: {row.key_str}. "
        "Lists still have it: what the plan includes is still to be computed."
    )
    links = panel(admin_client.get(page_of(row)))
    assert links[f"What is decided about it in “{default.name}”"].url == url(
        "coursechoice_change", CourseChoice.objects.get().pk
    )
    form = admin_client.get(links["Leave it out of “For companies”…"].url).context["adminform"].form
    assert [str(form[name].value()) for name in ("catalog_course", "included")] == [str(row.pk), "False"]
    included()
    api.set_course_subscription(row, None)
    assert panel(admin_client.get(page_of(row)))[default.name].note == (
        "Included. Lists do not have it yet: what the plan includes is still to be computed."
    )


def test_lists_are_filtered_by_plan(admin_client, three, program, default, included):
    (
        program("Of A", catalog.get_catalog_course(key_str="MITx+A")),
        program("Of C", catalog.get_catalog_course(key_str="HarvardX+C")),
    )
    included()

    def listed(name, **query):
        rows = admin_client.get(reverse(f"admin:{name}_changelist", query=query)).context["cl"].result_list
        return sorted(str(getattr(row, "course_key", None) or getattr(row, "course_code", None) or row.title) for row in rows)

    courses, runs, programs = "openedx_catalog_catalogcourse", "openedx_catalog_courserun", "openedx_catalog_programs_program"
    assert listed(courses, subscription=default.pk) == ["A"]
    assert listed(courses, subscription="none") == ["B", "C"]
    assert listed(courses, subscription="x") == listed(runs, subscription="9" * 30) == []
    assert listed(runs, subscription=default.pk) == ["course-v1:MITx+A+R1"]
    assert len(listed(runs, subscription="none")) == 4
    assert listed(programs, subscription=default.pk) == ["Of A"]
    assert listed(programs, subscription="none") == ["Of C"]
    page = admin_client.get(url("subscriptionplan_changelist"))
    assert [
        (row.organization_count, row.course_count, row.run_count, row.program_count) for row in page.context["cl"].result_list
    ] == [(1, 1, 1, 1)]


def test_whoever_may_not_view_plans_is_told_nothing_of_them(viewer_of, three, program):
    row = catalog.get_catalog_course(key_str="MITx+A")
    client = viewer_of(
        "openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun", "openedx_catalog_programs.view_program"
    )
    for each in (row, row.runs.first(), program("Series", row)):
        page = client.get(page_of(each))
        assert (page.status_code, panel(page)) == (200, {})
        name = f"admin:{each._meta.app_label}_{each._meta.model_name}_changelist"
        assert "By subscription plan" not in text(client.get(reverse(name)))


def test_a_viewer_is_offered_nothing_to_decide(viewer_of, three, default):
    names = ["openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun", "organizations.view_organization"]
    client = viewer_of(*names, *(f"{APP}.view_{name}" for name in ("subscriptionplan", "subscribedorganization")))
    page = text(client.get(url("subscriptionplan_organizations", default.pk)))
    assert ("MITx" in page, "checkbox" in page, "coursechoice" in page) == (True, False, False)
    assert set(panel(client.get(page_of(catalog.get_catalog_course(key_str="MITx+A"))))) == {default.name}
    assert client.get(url("subscriptionplan_choose", default.pk, organization=1)).status_code == 403


def test_pages_cost_as_many_queries_whatever_there_is(admin_client, course, program, default, included):
    names = ("openedx_catalog_catalogcourse", "openedx_catalog_courserun", "openedx_catalog_programs_program")
    costs = []
    for number in range(2):
        for each in range(3):
            row = course(f"C{number}{each}", org=f"Org{number}{each}", R="self", S="instructor")
            api.create_subscription_plan(name=f"Plan {number}{each}")
            api.set_organization_subscription(f"Org{number}{each}", True)
            series = program(f"Series {number}{each}", row)
        api.set_course_subscription(row, False)
        included()
        paths = [
            url("subscriptionplan_organizations", default.pk),
            *(url(f"{name}_changelist") for name in ("subscriptionplan", "coursechoice")),
            *(reverse(f"admin:{name}_changelist") for name in names),
            *(page_of(each) for each in (row, row.runs.first(), series)),
        ]
        for path in paths:
            # Whatever Django looks up once in a process.
            admin_client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(path).status_code == 200
            costs.append(len(captured))
    assert costs[:9] == costs[9:]
    assert (costs[0], costs[1:3], max(costs[3:6])) == (12, [4, 5], 9)
    # The catalog course, the run and the program, with what programs know of them.
    assert costs[6:9] == [17, 16, 14]


def test_deleting_a_course_costs_as_many_queries_whatever_is_decided_about_it(admin_client, course, default):
    row, costs = course("A"), []
    path = reverse("admin:openedx_catalog_catalogcourse_delete", args=[row.pk])
    for number in range(4):
        name = f"Plan {number}"
        api.create_subscription_plan(name=name)
        api.set_course_subscription(row, False, plan=f"plan-{number}")
        admin_client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert f"{row.key_str}: {name}" in text(admin_client.get(path))
        costs.append(len(captured))
    assert len(set(costs)) == 1
