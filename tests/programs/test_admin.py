"""Programs in the admin: every change is a call of the API, and what that refuses stands on its field."""

import pytest
from django.contrib.auth import get_user_model
from django.forms import FileField
from django.urls import reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Curriculum, ExternalCourseKey, Program, ProgramType
from tests.thorough import sample

from .conftest import PAST, codes_of, keys_of, run_of, url
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def text(response):
    return response.content.decode()


def errors(response):
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


def submitted(response, **changes):
    """What the form of a page would send, hidden initial values included, with some changes."""
    values = {}
    for bound in response.context["adminform"].form:
        value = bound.value()
        # A browser sends no file that nobody chose.
        value = "" if value is None or value is False or isinstance(bound.field, FileField) else value
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


def test_how_programs_are_bought_is_set_in_forms(admin, program):
    api.create_program_type(name="Nano", applicable_seat_types=["verified", "honor"])
    row = ProgramType.objects.get(slug="nano")
    page = admin.get(url("programtype_change", row.pk))
    assert submitted(page)["applicable_seat_types"] == "verified, honor"
    assert admin.post(url("programtype_change", row.pk), submitted(page)).status_code == 302
    assert row.history.count() == 1
    response = admin.post(url("programtype_change", row.pk), submitted(page, applicable_seat_types="honor, x" + "y" * 64))
    assert list(errors(response)) == ["applicable_seat_types"]
    assert admin.post(url("programtype_change", row.pk), submitted(page, applicable_seat_types="honor")).status_code == 302
    assert api.get_program_type("nano").applicable_seat_types == ["honor"]
    page = admin.get(url("program_change", program.pk))
    assert admin.post(url("program_change", program.pk), submitted(page, one_click_purchase_enabled="on")).status_code == 302
    assert Program.objects.get().one_click_purchase_enabled


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


def members(curriculum):
    return {row.catalog_course.course_code: row for row in curriculum.course_memberships.order_by("pk")}


def test_a_curriculum_is_built(press, leave, program, curriculum, courses):
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
    leave("retire", rows["A"])
    _preview, page = leave("remove", rows["B"])
    assert "Offer again" in text(page)
    assert codes_of(api.program_courses(program)) == ["C"]
    press(f"reintroduce:{rows['A'].pk}")
    assert codes_of(api.program_courses(program)) == ["C", "A"] or codes_of(api.program_courses(program)) == ["A", "C"]
    child = api.create_program(title="Child", type="micromasters")
    press("add_program", **{"program-program": child.pk})
    member = curriculum.program_memberships.get()
    leave("retire", member)
    press(f"reintroduce_program:{member.pk}")
    _preview, page = leave("remove", curriculum.program_memberships.not_over().get())
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
    assert page.context["add_course"].errors["catalog_course"] == ["Choose courses, or paste their keys."]
    assert curriculum.course_memberships.count() == 1


def test_what_is_gone_or_makes_no_sense_changes_nothing(press, admin, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    for do in (
        "up:0",
        "up:x",
        "reintroduce:99999999999999999999999999",
        "what",
        "up",
        "up_program:1",
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
    api.add_group(curriculum, name="Electives", minimum=1)
    assert "Curriculum Group created" in text(admin.get(url("curriculum_history", curriculum.pk)))
    assert "admin" in page
    api.update_program(program, title="Renamed")
    assert "Renamed" in text(admin.get(url("program_history", program.pk)))


def test_a_history_tells_of_each_row_what_changed_of_it_in_names(admin, program, curriculum, courses):
    inner = api.create_program(title="Inner", type="masters")
    for code in "ABC":
        api.add_course(curriculum, courses[code])
    api.add_program(curriculum, inner)
    member = curriculum.course_memberships.get(catalog_course=courses["B"])
    api.exclude_course_run(member, "course-v1:GTx+B+1")
    api.exclude_course_run(program, "course-v1:GTx+C+1")
    api.retire(member, reason="over")
    for page in ("curriculum_history", "program_history"):
        entries = admin.get(url(page, curriculum.pk if page.startswith("c") else program.pk)).context["entries"]
        told = {entry.what: [change.label for change in entry.changes] for entry in reversed(entries)}
        assert told["Curriculum Course changed: catalog-course:GTx:B in the curriculum 'Core'"] == ["Retired at"]
        assert "Curriculum Course Run Exclusion created: course-v1:GTx+B+1" in told
        assert "Curriculum Program created: Inner" in told
    assert "Program Course Run Exclusion created: course-v1:GTx+C+1" in told
    assert "Curriculum created: Core" in told


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
    refused = admin.post(url("externalcoursekey_add"), {"run": one, "key": "MATH 3", "source": ""})
    assert list(errors(refused)) == ["key"]
    assert "MATH 1" in errors(refused)["key"][0]
    assert ExternalCourseKey.objects.get().key == "MATH 1"
    body = {"run": one, "key": "MATH 3", "source": "", "replace": "on"}
    assert "The key MATH 1 was replaced." in text(admin.post(url("externalcoursekey_add"), body, follow=True))
    assert ExternalCourseKey.objects.get().key == "MATH 3"
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
    for part in ("Tuition: 9900.00 USD", "Tuition: 10500.00 USD", "Spring, Application: March 1, 2027, 23:59:00 UTC"):
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


def test_what_is_added_without_a_date_begins_now_also_here(admin, press, program, courses):
    core = api.create_curriculum(program, name="Later", effective_at=None)
    build = url("curriculum_build", core.pk)
    admin.post(build, {"_do": "add_course", "course-catalog_course": courses["A"].pk})
    admin.post(build, {"_do": "add_course", "course-catalog_course": courses["B"].pk, "course-always": "on"})
    rows = members(core)
    assert (rows["A"].effective_at is None, rows["B"].effective_at) == (False, None)
    degree = api.create_degree(program)
    cost = {"degree": degree.pk, "description": "Tuition", "amount": "9900", "currency": "USD"}
    admin.post(url("degreecost_add"), cost)
    admin.post(url("degreecost_add"), {**cost, "description": "Fee", "always": "on"})
    assert [(row.description, row.effective_at is None) for row in degree.costs.order_by("description")] == [
        ("Fee", True),
        ("Tuition", False),
    ]


def test_a_curriculum_is_closed_to_new_learners(admin, curriculum):
    page = admin.get(url("curriculum_change", curriculum.pk))
    admin.post(url("curriculum_change", curriculum.pk), submitted(page, closed_at="2026-01-01T00:00:00"))
    curriculum.refresh_from_db()
    assert (curriculum.is_closed(), curriculum.is_current()) == (True, True)
    assert "Closed to new learners: Jan. 1, 2026" in text(admin.get(url("curriculum_build", curriculum.pk)))
    assert "Jan. 1, 2026, 00:00:00 UTC" in text(admin.get(url("program_change", curriculum.program_id)))


def dates_of(page, member, **changes):
    """What the form of a member would send, hidden initial values included, with some changes."""
    (form,) = [row.dates for row in [*page.context["members"], *page.context["programs"]] if row == member]
    values = {}
    for bound in form:
        value = bound.value()
        values[bound.html_name] = values[bound.html_initial_name] = "" if value is None else value
    return values | {f"{form.prefix}-{name}": value for name, value in changes.items()}


def test_a_course_is_retired_on_a_date_and_rescheduled(admin, press, curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    page = admin.get(url("curriculum_build", curriculum.pk))
    before = len(events())
    press(f"dates:{member.pk}", **dates_of(page, member))
    assert len(events()) == before
    press(f"dates:{member.pk}", **dates_of(page, member, retired_at="2031-01-01T00:00:00", group="Electives"))
    member.refresh_from_db()
    assert (member.effective_at, member.retired_at.year, member.group) == (PAST, 2031, "Electives")
    page = press(f"dates:{member.pk}", **dates_of(page, member, retired_at="2001-01-01T00:00:00"))
    assert "is before the effective date" in text(page)
    page = press(f"dates:{member.pk}", **dates_of(page, member, effective_at="soon"))
    assert "Enter a valid date/time." in text(page)


def test_programs_of_a_curriculum_are_put_in_order(press, curriculum):
    rows = [api.add_program(curriculum, api.create_program(title=title, type="masters")) for title in ("First", "Second")]
    press(f"up_program:{rows[1].pk}")
    assert [row.program.title for row in curriculum.program_memberships.order_by("position")] == ["Second", "First"]
    press(f"down_program:{rows[1].pk}")
    press(f"down_program:{rows[1].pk}")
    assert [row.program.title for row in curriculum.program_memberships.order_by("position")] == ["First", "Second"]


def test_the_builder_says_of_which_group_something_counts(admin, curriculum, courses):
    api.add_course(curriculum, "GTx+A", group="Electives")
    api.add_group(curriculum, name="Electives", minimum=1)
    api.retire(api.add_group(curriculum, name="Former", minimum=2))
    page = text(admin.get(url("curriculum_build", curriculum.pk)))
    assert ("Group: Electives" in page, "Electives: at least 1" in page, "Former: at least" in page) == (True, True, False)


def test_a_slip_in_a_cost_is_corrected(admin, program):
    cost = api.add_cost(api.create_degree(program), description="Tuition", amount=9900, currency="USD")
    page = admin.get(url("degreecost_change", cost.pk))
    body = submitted(page, amount="9901", retired_at="2031-01-01T00:00:00")
    assert admin.post(url("degreecost_change", cost.pk), body).status_code == 302
    cost.refresh_from_db()
    assert (str(cost), cost.retired_at.year) == ("Tuition: 9901.00 USD", 2031)
    assert list(errors(admin.post(url("degreecost_change", cost.pk), submitted(page, amount="-1")))) == ["amount"]


@pytest.fixture
def changed(program, courses):
    """A degree with A and C from ever, of which A was retired; a cost; B added today."""
    core = api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+C"], effective_at=None)
    api.retire(members(core)["A"])
    api.add_course(core, "GTx+B")
    api.add_cost(api.create_degree(program), description="Tuition", amount=9900, currency="USD")
    return program


def test_what_goes_along_with_a_curriculum_is_named(admin, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    named = "Curriculum Course: catalog-course:GTx:A in the curriculum"
    assert named in text(admin.get(url("curriculum_delete", curriculum.pk)))
    in_the_way = admin.get(reverse("admin:openedx_catalog_catalogcourse_delete", args=[courses["A"].pk]))
    assert named in text(in_the_way)


def test_a_list_without_a_help_for_its_search_says_nothing(admin):
    shown = {name: "searchbar_helptext" in text(admin.get(url(f"{name}_changelist"))) for name in ("degree", "curriculum")}
    assert shown == {"degree": False, "curriculum": True}


def test_changes_name_degrees_and_pages_of_an_instant_write_dates(admin, changed):
    api.add_deadline(changed.degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
    changes = text(admin.get(reverse("admin:openedx_catalog_catalogcourse_changes")))
    assert f"<strong>Degree:</strong> <ins>{changed.title}</ins>" in changes
    assert "due: March 1, 2027, 23:59:00 UTC" in text(admin.get(url("program_as_of", changed.pk)))


def test_the_page_of_an_instant_says_what_stood_then_and_what_a_starter_takes(admin, changed):
    now, then = (text(admin.get(url("program_as_of", changed.pk), given)) for given in ({}, {"at": "2020-01-01T00:00:00"}))
    assert ("Course A" in now, "Course B" in now, "Tuition" in now, "open to new learners: yes" in now) == (
        False,
        True,
        True,
        True,
    )
    assert ("Course A" in then, "Course B" in then, "Tuition" in then) == (True, False, False)
    required = then.split("What somebody who started then has to take")[1].split("What there was")[0]
    assert "Course A" in required
    assert "Course B" not in required
    assert "Enter a valid date/time." in text(admin.get(url("program_as_of", changed.pk), {"at": "soon"}))
    api.retire(changed.curricula.get())
    assert "No curriculum took new learners then." in text(admin.get(url("program_as_of", changed.pk)))


def test_the_page_of_two_instants_says_what_changed(admin, changed):
    days = {"from": "2020-01-01T00:00:00", "to": "2099-01-01T00:00:00"}
    page = admin.get(url("program_compare", changed.pk), days)
    assert [(str(title), [row["name"] for row in rows]) for title, rows in page.context["tables"]] == [
        ("Added", ["Course B", "Tuition", "Course B"]),
        ("Removed", ["Course A", "Course A"]),
    ]
    assert "amount: 9900.00, currency: USD" in text(page)
    assert "Nothing has changed." in text(admin.get(url("program_compare", changed.pk), {**days, "from": days["to"]}))
    assert "This field is required." in text(admin.get(url("program_compare", changed.pk), {"to": days["to"]}))
    assert url("program_compare", changed.pk) in text(admin.get(url("program_change", changed.pk)))


def test_one_curriculum_is_compared_from_its_own_page(admin, changed):
    core = changed.curricula.get()
    other = api.create_curriculum(changed, name="Analytics & more", courses=["GTx+A"])
    link = f"{url('program_compare', changed.pk)}?curriculum=Analytics%20%26%20more"
    assert link in text(admin.get(url("curriculum_change", other.pk)))
    assert admin.get(link).context["form"].initial["curriculum"] == other.name
    days = {"from": "2020-01-01T00:00:00", "to": "2099-01-01T00:00:00"}
    found = {
        name: {(row["kind"], row["curriculum"] or row["name"]) for _title, rows in page.context["tables"] for row in rows}
        for name in (core.name, other.name, "")
        if (page := admin.get(url("program_compare", changed.pk), {**days, "curriculum": name}))
    }
    assert {name for _kind, name in found[other.name]} == {other.name}
    assert {name for _kind, name in found[core.name]} == {core.name}
    assert found[""] > found[core.name] | found[other.name]
    refused = text(admin.get(url("program_compare", changed.pk), {**days, "curriculum": "none"}))
    assert "not one of the available choices" in refused


def test_the_pages_over_time_cost_the_same_whatever_the_size(admin, changed, django_assert_max_num_queries):
    catalog.associate_course_runs([catalog.AssociationRecord(f"course-v1:Big+C{n}+R{m}") for n in range(30) for m in range(10)])
    api.create_curriculum(changed, name="Big", courses=[f"Big+C{n}" for n in range(30)])
    for page, days in (
        ("program_as_of", {}),
        ("program_compare", {"from": "2020-01-01T00:00:00", "to": "2099-01-01T00:00:00"}),
    ):
        with django_assert_max_num_queries(23):
            assert admin.get(url(page, changed.pk), days).status_code == 200


def test_who_may_see_programs_sees_them_over_time(sign_in, changed):
    for user, status in (("openedx_catalog_programs.view_program", 200), ("staff", 403)):
        client = sign_in(user)
        get_user_model().objects.filter(username=user).update(is_staff=True)
        for page in ("program_as_of", "program_compare"):
            assert client.get(url(page, changed.pk)).status_code == status


def test_selected_programs_are_hidden_together(admin, program, courses):
    other = api.create_program(title="Other", type="masters", authoring_organizations=["GTx"], hidden=True)
    address = f"{url('program_edit_many')}?ids={program.pk},{other.pk}"
    page = admin.post(address, {"hidden": "1", "reason": "spring"})
    assert [tuple(map(str, effect)) for effect in page.context["effects"]] == [(f"{program}: Hidden", "No", "Yes")]
    admin.post(address, {"hidden": "1", "reason": "spring", "_confirm": "1", "_shown": page.context["shown"]})
    assert [row.hidden for row in Program.objects.all()] == [True, True]
    assert program.history.latest().history_change_reason == "admin: spring"
