"""Programs in the admin: every change is a call of the API, and what that refuses stands on its field."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Curriculum, ExternalCourseKey, Program, ProgramType
from tests.thorough import sample

from .conftest import PAST, codes_of, keys_of, run_of
from .test_programs import events

pytestmark = pytest.mark.django_db

NAME = "admin:openedx_catalog_programs_"


@pytest.fixture
def admin(client):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


def url(view, *args):
    return reverse(NAME + view, args=args)


def text(response):
    return response.content.decode()


def errors(response):
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


def submitted(response, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in response.context["adminform"].form:
        value = bound.value()
        value = "" if value is None or value is False else value
        values[bound.html_name] = value
        if bound.field.show_hidden_initial:
            values[bound.html_initial_name] = value
    return {name: value for name, value in {**values, **changes}.items() if value is not False}


def test_a_program_is_created_and_changed(admin, courses):
    page = admin.get(url("program_add"))
    masters = api.get_program_type("masters").pk
    body = submitted(page, title="Analytics", type=masters, status="unpublished", authoring_organizations="gtx")
    assert admin.post(url("program_add"), body).status_code == 302
    program = Program.objects.get()
    assert [row.organization.short_name for row in program.organizations.all()] == ["GTx"]
    page = admin.get(url("program_change", program.pk))
    assert [value for value, _label in page.context["adminform"].form.fields["status"].choices] == [
        "unpublished", "active", "deleted",
    ]  # fmt: skip
    before = len(events())
    assert admin.post(url("program_change", program.pk), submitted(page)).status_code == 302
    assert len(events()) == before
    assert admin.post(url("program_change", program.pk), submitted(page, status="active", hidden="on")).status_code == 302
    program.refresh_from_db()
    assert (program.status, program.hidden, program.title) == ("active", True, "Analytics")
    assert program.history.latest().history_user.username == "root"
    assert admin.get(url("program_delete", program.pk)).status_code == 403


def test_what_the_api_refuses_stands_on_the_field(admin, courses):
    api.create_program(title="First", type="masters", marketing_slug="taken")
    page = admin.get(url("program_add"))
    masters = api.get_program_type("masters").pk
    for changes, field in [
        ({"marketing_slug": "TAKEN"}, "marketing_slug"),
        ({"readable_id": "a b"}, "readable_id"),
        ({"authoring_organizations": "Nobody"}, "__all__"),
        ({"title": " "}, "title"),
        ({"type": ""}, "type"),
    ]:
        body = submitted(page, title="Second", type=masters, status="unpublished") | changes
        response = admin.post(url("program_add"), body)
        assert (response.status_code, list(errors(response))) == (200, [field])
    assert Program.objects.count() == 1
    response = admin.post(url("programtype_add"), {"name": "Masters"})
    assert list(errors(response)) == ["slug"]
    assert admin.post(url("programtype_add"), {"name": "Nano Degree"}).status_code == 302
    assert ProgramType.objects.get(slug="nano-degree")


def test_a_curriculum_is_created_renamed_dated_and_removed(admin, program):
    page = admin.get(url("curriculum_add"), {"program": program.pk})
    body = submitted(page, program=program.pk, name="Core", effective_at="2027-01-01T00:00:00")
    assert admin.post(url("curriculum_add"), body).status_code == 302
    curriculum = Curriculum.objects.get()
    assert (curriculum.name, curriculum.effective_at.year) == ("Core", 2027)
    page = admin.get(url("curriculum_change", curriculum.pk))
    body = submitted(page, name="Main", retired_at="2026-01-01T00:00:00", effective_at="2027-01-01T00:00:00")
    assert errors(admin.post(url("curriculum_change", curriculum.pk), body)) == {
        "retired_at": ["The retirement date 2026-01-01 00:00:00 UTC is before the effective date 2027-01-01 00:00:00 UTC."]
    }
    assert Curriculum.objects.get().name == "Core"
    body["retired_at"] = "2028-01-01T00:00:00"
    assert admin.post(url("curriculum_change", curriculum.pk), body).status_code == 302
    assert (Curriculum.objects.get().name, Curriculum.objects.get().retired_at.year) == ("Main", 2028)
    assert admin.post(url("curriculum_delete", curriculum.pk), {"post": "yes"}).status_code == 302
    assert not Curriculum.objects.exists()


@pytest.fixture
def press(admin, curriculum):
    """``press("up:12")``: push a button of the builder; the page that follows."""

    def post(do, **values):
        return admin.post(url("curriculum_build", curriculum.pk), {"_do": do, **values}, follow=True)

    return post


def members(curriculum):
    return {row.catalog_course.course_code: row for row in curriculum.course_memberships.order_by("pk")}


def test_a_curriculum_is_built(press, program, curriculum, courses):
    for code in "ABC":
        press("add_course", **{"course-catalog_course": courses[code].pk})
    assert codes_of(api.program_courses(program)) == ["A", "B", "C"]
    rows = members(curriculum)
    press(f"up:{rows['C'].pk}")
    press(f"down:{rows['A'].pk}")
    assert codes_of(api.program_courses(program)) == ["C", "A", "B"]
    press("order", order=[rows["B"].pk, rows["A"].pk, rows["C"].pk])
    assert codes_of(api.program_courses(program)) == ["B", "A", "C"]
    press(f"exclude:{rows['A'].pk}", **{f"excluded:{rows['A'].pk}": ["course-v1:GTx+A+1"]})
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+B+1", "course-v1:GTx+C+1"]
    press(f"exclude:{rows['A'].pk}")
    press(f"retire:{rows['A'].pk}")
    page = press(f"remove:{rows['B'].pk}")
    assert "Offer again" in text(page)
    assert codes_of(api.program_courses(program)) == ["C"]
    press(f"reintroduce:{rows['A'].pk}")
    assert codes_of(api.program_courses(program)) == ["C", "A"] or codes_of(api.program_courses(program)) == ["A", "C"]
    child = api.create_program(title="Child", type="micromasters")
    press("add_program", **{"program-program": child.pk})
    member = curriculum.program_memberships.get()
    press(f"retire_program:{member.pk}")
    press(f"reintroduce_program:{member.pk}")
    page = press(f"remove_program:{member.pk}")
    assert curriculum.program_memberships.count() == 1
    assert "<svg" in text(page)
    assert program.history.model.objects.count() == program.history.count() + child.history.count()


def test_a_conflict_stands_on_the_field(press, curriculum, courses):
    api.set_external_course_key("course-v1:GTx+A+1", "K")
    api.set_external_course_key("course-v1:GTx+B+1", "k")
    press("add_course", **{"course-catalog_course": courses["A"].pk})
    page = press("add_course", **{"course-catalog_course": courses["B"].pk})
    (message,) = page.context["add_course"].errors["catalog_course"]
    assert "course-v1:GTx+A+1" in message
    assert "course-v1:GTx+B+1" in message
    page = press("add_course", **{"course-catalog_course": courses["A"].pk, "course-effective_at": "2027-01-01T00:00:00"})
    assert "is already in effect" in page.context["add_course"].errors["effective_at"][0]
    page = press("add_program", **{"program-program": curriculum.program_id})
    assert "contains that curriculum itself" in page.context["add_program"].errors["program"][0]
    page = press("add_course")
    assert page.context["add_course"].errors["catalog_course"] == ["This field is required."]
    assert curriculum.course_memberships.count() == 1


def test_what_is_gone_or_makes_no_sense_changes_nothing(press, admin, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    for do in (
        "up:0",
        "up:x",
        "remove:99999999999999999999999999",
        "what",
        "up",
        "retire_program:1",
        "order",
        ":",
        "nothing:1",
    ):
        assert press(do).status_code == 200, do
    assert admin.get(url("curriculum_build", 99)).status_code == 404
    api.retire_program(curriculum.program)
    page = press("add_course", **{"course-catalog_course": courses["B"].pk})
    assert "is retired" in page.context["add_course"].errors["catalog_course"][0]
    assert curriculum.course_memberships.count() == 1


def test_the_pages_say_what_happened_in_the_history(admin, press, program, curriculum, courses):
    press("add_course", **{"course-catalog_course": courses["A"].pk})
    page = text(admin.get(url("curriculum_history", curriculum.pk)))
    assert "Curriculum Course created" in page
    assert "admin" in page
    api.update_program(program, title="Renamed")
    assert "Renamed" in text(admin.get(url("program_history", program.pk)))


def test_a_page_costs_at_most_ten_queries_whatever_the_size(admin, program, curriculum, django_assert_max_num_queries):
    for n in range(sample(20, 60)):
        run_of(f"N{n}")
        api.add_course(curriculum, f"GTx+N{n}", effective_at=PAST)
        other = api.create_program(title=f"P{n}", type="xseries", authoring_organizations=["GTx"])
        api.create_curriculum(other, name="Core")
    for address in (
        url("program_changelist"), url("curriculum_changelist"), url("programtype_changelist"),
        url("program_change", program.pk), url("curriculum_change", curriculum.pk), url("curriculum_build", curriculum.pk),
    ):  # fmt: skip
        with django_assert_max_num_queries(10):
            assert admin.get(address).status_code == 200


@pytest.mark.parametrize("user", ["user", "staff", "superuser", "openedx_catalog_programs.change_curriculum"])
def test_who_may_build(user, sign_in, curriculum, courses):
    client = sign_in(user)
    get_user_model().objects.filter(username=user).update(is_staff=user != "user")
    response = client.post(
        url("curriculum_build", curriculum.pk), {"_do": "add_course", "course-catalog_course": courses["A"].pk}
    )
    built = curriculum.course_memberships.exists()
    assert built == (user not in ("user", "staff"))
    assert response.status_code == (403 if user == "staff" else 302)
    assert catalog.get_catalog_course(key_str="GTx+A")


def test_partners_keys_are_given_changed_and_taken_away(admin, courses):
    run_of("A", "2")
    one, two = (catalog.get_course_run(f"course-v1:GTx+A+{n}").pk for n in (1, 2))
    assert admin.post(url("externalcoursekey_add"), {"run": one, "key": " MATH 1 ", "source": "registrar"}).status_code == 302
    refused = admin.post(url("externalcoursekey_add"), {"run": two, "key": "math 1", "source": ""})
    assert list(errors(refused)) == ["key"]
    assert "course-v1:GTx+A+2" in errors(refused)["key"][0]
    (row,) = ExternalCourseKey.objects.all()
    assert (row.key, row.source) == ("MATH 1", "registrar")
    admin.post(url("externalcoursekey_change", row.pk), {"key": "MATH 2", "source": "registrar"})
    assert api.get_external_course_keys(["course-v1:GTx+A+1"]) == {"course-v1:GTx+A+1": "MATH 2"}
    assert "course-v1:GTx+A+1" in text(admin.get(url("externalcoursekey_changelist"), {"q": "math"}))
    admin.post(url("externalcoursekey_delete", row.pk), {"post": "yes"})
    assert not ExternalCourseKey.objects.exists()
    assert api.audit_external_keys() == []


def test_a_degree_has_costs_and_deadlines(admin, program):
    assert admin.post(url("degree_add"), {"program": program.pk, "apply_url": "https://example.org/"}).status_code == 302
    degree = api.get_degree(program)
    cost = {"degree": degree.pk, "description": "Tuition", "amount": "9900", "currency": "USD"}
    assert admin.post(url("degreecost_add"), cost).status_code == 302
    assert list(errors(admin.post(url("degreecost_add"), cost))) == ["effective_at"]
    assert list(errors(admin.post(url("degreecost_add"), {**cost, "currency": "usd"}))) == ["currency"]
    row = degree.costs.get()
    page = admin.get(url("degreecost_change", row.pk))
    admin.post(url("degreecost_change", row.pk), submitted(page, retired_at="2027-01-01T00:00:00"))
    body = {**cost, "amount": "10500", "effective_at": "2027-01-01T00:00:00"}
    assert admin.post(url("degreecost_add"), body).status_code == 302
    due = {"degree": degree.pk, "semester": "Spring", "name": "Application", "due_at": "2027-03-01T23:59:00", "zone": "UTC"}
    assert admin.post(url("degreedeadline_add"), due).status_code == 302
    assert list(errors(admin.post(url("degreedeadline_add"), {**due, "zone": "Mars"}))) == ["zone"]
    page = text(admin.get(url("degree_change", degree.pk)))
    for part in ("Tuition: 9900.00 USD", "Tuition: 10500.00 USD", "Spring, Application: 2027-03-01 23:59"):
        assert part in page
    for name in ("degree", "degreecost", "degreedeadline"):
        assert admin.get(url(f"{name}_changelist")).status_code == 200
    assert "10500.00" in text(admin.get(url("degree_history", degree.pk)))
    admin.post(url("degreecost_delete", row.pk), {"post": "yes"})
    assert degree.costs.count() == 1
    assert admin.get(url("degree_delete", degree.pk)).status_code == 403


def test_a_course_comes_into_a_curriculum_without_some_of_its_runs(admin, curriculum, courses):
    run_of("A", "2")
    address, course = url("curriculum_build", curriculum.pk), courses["A"].pk
    values = {"_do": "add_course", "course-catalog_course": course, "course-excluded_runs": "course-v1:GTx+No+1"}
    assert "course-v1:GTx+No+1" in admin.post(address, values).content.decode()
    admin.post(address, {**values, "course-excluded_runs": "course-v1:GTx+A+2"})
    assert keys_of(api.program_runs(curriculum.program)) == ["course-v1:GTx+A+1"]
