"""The builder of curricula: many courses at once, an order that keeps its place, questions before anything is taken away."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership
from openedx_catalog.testing.users import viewer_client

from .conftest import PAST, codes_of, course_of, run_of, url
from .test_admin import dates_of, errors, submitted, text
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def told(page, field="keys"):
    return [str(message) for message in page.context["add_course"].errors[field]]


@pytest.mark.parametrize(
    "pasted",
    [
        "catalog-course:GTx:C\ncatalog-course:GTx:A\ncatalog-course:GTx:B",
        "GTx+C, gtx+a;GTx+B",
        "course-v1:GTx+C+1\tcourse-v1:GTx+A+1\r\n\r\n  course-v1:GTx+B+1  ",
        "GTx+C catalog-course:GTx:A course-v1:GTx+B+1,",
    ],
    ids=["keys", "short keys", "runs", "mixed"],
)
def test_keys_are_pasted_as_they_come(press, program, curriculum, courses, pasted):
    before = len(events())
    page = press("add_course", **{"course-keys": pasted, "course-reason": "The senate's plan"})
    assert codes_of(api.program_courses(program)) == ["C", "A", "B"]
    assert "3 were added." in text(page)
    assert len(events()) == before + 1
    reasons = {row.history.get().history_change_reason for row in curriculum.course_memberships.all()}
    assert reasons == {"admin: The senate's plan"}


def test_courses_are_chosen_in_order_and_pasted_behind(press, program, courses):
    run_of("D")
    chosen = [courses[code].pk for code in "BCA"]
    page = press("add_course", **{"course-catalog_course": chosen, "course-keys": "GTx+No"})
    assert [int(pk) for pk in re.findall(r'<option value="(\d+)" selected', text(page))] == chosen
    press("add_course", **{"course-catalog_course": chosen, "course-keys": "GTx+D"})
    assert codes_of(api.program_courses(program)) == ["B", "C", "A", "D"]


def test_each_key_that_cannot_be_added_is_told_and_nothing_is_added_or_lost(press, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    pasted = "GTx+B\nGTx+No course-v1:GTx+Nope+1 what"
    page = press("add_course", **{"course-keys": pasted, "course-catalog_course": [courses["C"].pk]})
    assert told(page) == [
        f"{key} is not known: no catalog course and no course run has this key."
        for key in ("GTx+No", "course-v1:GTx+Nope+1", "what")
    ]
    assert pasted in text(page).replace("\r", "")
    assert f'<option value="{courses["C"].pk}" selected' in text(page)
    pasted = "GTx+B course-v1:GTx+B+1 GTx+A GTx+C"
    page = press("add_course", **{"course-keys": pasted, "course-catalog_course": [courses["C"].pk]})
    twice, there, again = told(page)
    assert twice == "course-v1:GTx+B+1 is there twice: it names the same course as GTx+B."
    assert "catalog-course:GTx:A" in there
    assert "is already in effect" in there
    assert again == "GTx+C is there twice: it names the same course as catalog-course:GTx:C."
    assert codes_of([row.catalog_course for row in curriculum.course_memberships.all()]) == ["A"]


def test_what_was_retired_may_be_pasted_again_and_what_is_planned_may_follow(press, program, curriculum, courses):
    api.retire(api.add_course(curriculum, "GTx+A", effective_at=PAST))
    api.add_course(curriculum, "GTx+B", effective_at=PAST, retired_at="2031-01-01T00:00:00Z")
    press("add_course", **{"course-keys": "GTx+A GTx+C"})
    press("add_course", **{"course-keys": "GTx+B GTx+A", "course-effective_at": "2031-01-01T00:00:00"})
    assert [row.version for row in curriculum.course_memberships.filter(catalog_course=courses["B"])] == ["1"]
    press("add_course", **{"course-keys": "GTx+B", "course-effective_at": "2031-01-01T00:00:00"})
    assert codes_of(api.program_courses(program)) == ["B", "A", "C"]
    assert curriculum.course_memberships.filter(catalog_course=courses["B"]).count() == 2


def test_more_keys_than_a_curriculum_has_are_not_looked_up(press, curriculum, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        page = press("add_course", **{"course-keys": "\n".join(f"GTx+N{number}" for number in range(201))})
    assert told(page) == ["This field takes at most 200 keys, got 201."]


@pytest.mark.parametrize(("do", "kind"), [("up", "course"), ("down_program", "program")])
def test_the_page_comes_back_with_the_button_in_focus(admin, curriculum, courses, do, kind):
    api.add_courses(curriculum, ["GTx+A", "GTx+B"])
    api.add_program(curriculum, api.create_program(title="Inner", type="masters"))
    member = getattr(curriculum, f"{kind}_memberships").last()
    response = admin.post(url("curriculum_build", curriculum.pk), {"_do": f"{do}:{member.pk}"})
    assert response.status_code == 302
    focus = response["Location"].rpartition("#")[2]
    assert focus == f"{do.partition('_')[0]}-{kind}-{member.pk}"
    assert f'id="{focus}" class="button"' in text(admin.get(response["Location"]))


def test_retiring_on_a_date_says_what_learners_lose_and_keeps_the_reason(leave, program, curriculum, courses):
    outer = api.create_program(title="Outer", type="masters")
    api.add_program(api.create_curriculum(outer, name="All"), program)
    run_of("A", "2")
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST, excluded_runs=["course-v1:GTx+A+2"])
    preview, _page = leave("retire", member, retired_at="2031-01-01T00:00:00", reason="Replaced by B")
    lost = {str(effect.subject): str(effect.after) for effect in preview.context["effects"]}
    day = "not from Jan. 1, 2031, 00:00:00 UTC on"
    named = ("course-v1:GTx+A+1", "Program Analytics", "Program Outer")
    assert {name: lost[name] for name in named} == dict.fromkeys(named, day)
    assert "course-v1:GTx+A+2" not in lost
    assert lost["Learners who started before"] == "what was asked when they started stays so"
    member.refresh_from_db()
    assert member.retired_at == datetime(2031, 1, 1, tzinfo=UTC)
    assert member.history.latest().history_change_reason == "admin: Replaced by B"


@pytest.mark.parametrize("verb", ["retire", "remove"])
def test_nothing_goes_without_a_reason_and_a_confirmation(admin, curriculum, courses, verb):
    member = api.add_course(curriculum, "GTx+A")
    page, body = url(f"curriculum_{verb}", curriculum.pk), {"member": f"course:{member.pk}"}
    assert "Course A (catalog-course:GTx:A)" in text(admin.get(page, body))
    assert list(admin.post(page, {**body, "_confirm": "1"}).context["form"].errors) == ["reason"]
    admin.post(page, {**body, "reason": "over"})
    admin.post(url("curriculum_build", curriculum.pk), {"_do": f"{verb}:{member.pk}"})
    assert curriculum.course_memberships.get().retired_at is None
    gone = admin.post(page, {"member": "course:0", "reason": "over"})
    assert list(gone.context["form"].errors) == ["member"]


def test_whoever_confirms_comes_back_to_the_builder(leave, curriculum, courses):
    member = api.add_course(curriculum, "GTx+A")
    preview, page = leave("remove", member)
    lost = {str(effect.subject): str(effect.after) for effect in preview.context["effects"]}
    assert lost["course-v1:GTx+A+1"] == "was never there"
    assert page.redirect_chain[-1][0] == url("curriculum_build", curriculum.pk)
    assert not curriculum.course_memberships.exists()


def test_dates_that_are_refused_stay_as_they_were_typed(press, admin, curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    page = admin.get(url("curriculum_build", curriculum.pk))
    wrong = dates_of(page, member, retired_at="2001-01-01T00:00:00", group="Electives", reason="Too late")
    page = press(f"dates:{member.pk}", **wrong)
    (form,) = [row.dates for row in page.context["members"]]
    assert list(form.errors) == ["retired_at"]
    assert [form[name].value() for name in ("retired_at", "group", "reason")] == [
        "2001-01-01T00:00:00", "Electives", "Too late",
    ]  # fmt: skip
    press(f"dates:{member.pk}", **dates_of(page, member, retired_at="2031-01-01T00:00:00", reason="In time"))
    member.refresh_from_db()
    assert (member.retired_at.year, member.history.latest().history_change_reason) == (2031, "admin: In time")


def test_a_row_says_its_key_its_runs_what_partners_call_them_and_since_when(admin, curriculum, courses):
    run_of("A", "2")
    api.set_external_course_key("course-v1:GTx+A+1", "MATH 1")
    api.set_external_course_key("course-v1:GTx+A+2", "MATH 2")
    member = api.add_course(
        curriculum, "GTx+A", effective_at="2020-01-02T03:04:05Z", excluded_runs=["course-v1:GTx+A+2"]
    )  # fmt: skip
    page = text(admin.get(url("curriculum_build", curriculum.pk)))
    for part in ("catalog-course:GTx:A</div>", "1 of 2 runs count", "since Jan. 2, 2020, 03:04:05 UTC"):
        assert part in page
    assert re.search(r'builder-key">MATH 1</span>', page)
    link = f"{url('curriculum_history', curriculum.pk)}?member=course:{member.pk}"
    assert f'href="{link}"' in page


def test_the_history_of_a_member_is_that_of_all_its_versions_and_of_nothing_else(admin, curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", excluded_runs=["course-v1:GTx+A+1"])
    api.add_course(curriculum, "GTx+B")
    api.reintroduce(api.retire(member, reason="over"), reason="asked for")
    page = admin.get(url("curriculum_history", curriculum.pk), {"member": f"course:{member.pk}"})
    assert page.context["title"] == "History: Course A (catalog-course:GTx:A)"
    told = [(entry.what, entry.why) for entry in page.context["entries"]]
    assert ("Curriculum Course changed", "api: over") in told
    assert ("Curriculum Course created", "api: asked for") in told
    assert "GTx:B" not in text(page)
    for nothing in ("course:0", "program:1", "what", "course:x"):
        assert admin.get(url("curriculum_history", curriculum.pk), {"member": nothing}).status_code == 404


@pytest.mark.parametrize("language", ["en", "de", "ar", "es"])
def test_the_pages_work_whatever_a_host_says_of_numbers_languages_and_zones(settings, admin, curriculum, courses, language):
    settings.LANGUAGE_CODE, settings.TIME_ZONE = language, "Asia/Tokyo"
    settings.USE_THOUSAND_SEPARATOR, settings.NUMBER_GROUPING = True, 1
    api.add_courses(curriculum, ["GTx+A", "GTx+B"], effective_at="2020-01-02T03:04:05Z")
    member = CurriculumCourseMembership(
        pk=1234567, curriculum=curriculum, catalog_course=course_of("C"), position=2, effective_at=PAST
    )  # fmt: skip
    member.save()
    build = url("curriculum_build", curriculum.pk)
    with translation.override(language):
        page = admin.get(build, headers={"accept-language": language})
        buttons = re.findall(r'name="_do" value="(\w+:\d+)"', text(page))
        assert "up:1234567" in buttons
        assert 'name="excluded:1234567"' in text(page)
        assert 'value="2020-01-02T03:04:05"' in text(page)
        assert admin.post(build, {"_do": "up:1234567"}, headers={"accept-language": language}).status_code == 302
        assert f"member=course:{member.pk}" in text(page)
        admin.post(build, {"_do": f"dates:{member.pk}", **dates_of(page, member, retired_at="2031-01-01T00:00:00")})
    member.refresh_from_db()
    assert (member.position, member.retired_at) == (1, datetime(2031, 1, 1, tzinfo=UTC))


def test_a_curriculum_is_saved_and_built_in_one_step(admin, program):
    page = admin.get(url("curriculum_add"), {"program": program.pk})
    response = admin.post(url("curriculum_add"), submitted(page, name="Core", _build="1"))
    assert response["Location"] == url("curriculum_build", program.curricula.get().pk)
    assert response["Location"] in text(admin.get(url("program_change", program.pk)))


@pytest.fixture
def due(program):
    """Due at 23:59 of 1 March in New York."""
    degree, at = api.create_degree(program), "2027-03-02T04:59:00Z"
    return api.add_deadline(degree, semester="Spring", name="Application", due_at=at, zone="America/New_York")


def test_a_deadline_is_typed_and_shown_on_the_clock_of_its_zone(admin, due):
    page = admin.get(url("degreedeadline_change", due.pk))
    assert 'value="2027-03-01T23:59:00"' in text(page)
    assert "Stored: March 2, 2027, 04:59:00 UTC." in text(page)
    listed = text(admin.get(url("degreedeadline_changelist")))
    assert "March 1, 2027, 23:59:00 America/New_York (March 2, 2027, 04:59:00 UTC)" in listed
    before = len(events())
    admin.post(url("degreedeadline_change", due.pk), submitted(page))
    assert len(events()) == before
    admin.post(url("degreedeadline_change", due.pk), submitted(page, due_at="2027-07-01T12:00:00"))
    due.refresh_from_db()
    assert due.due_at == datetime(2027, 7, 1, 16, tzinfo=UTC)
    page = admin.get(url("degreedeadline_change", due.pk))
    admin.post(url("degreedeadline_change", due.pk), submitted(page, zone="Asia/Tokyo"))
    due.refresh_from_db()
    assert (due.due_at, due.zone) == (datetime(2027, 7, 1, 3, tzinfo=UTC), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2027-03-14T02:30:00", "2027-03-14 02:30 does not exist in America/New_York"),
        ("2027-11-07T01:30:00", "at Nov. 7, 2027, 05:30:00 UTC and at Nov. 7, 2027, 06:30:00 UTC"),
        ("9999-12-31T23:59:00", "between the years 1000 and 9999"),
        ("soon", "Enter a valid date/time."),
    ],
    ids=["set forward", "set back", "past the calendar", "no time"],
)
def test_a_time_that_its_zone_has_not_got_or_has_twice_is_refused(admin, due, typed, sentence):
    page = admin.get(url("degreedeadline_change", due.pk))
    refused = errors(admin.post(url("degreedeadline_change", due.pk), submitted(page, due_at=typed)))
    assert list(refused) == ["due_at"]
    assert sentence in refused["due_at"][0]


def test_a_deadline_in_the_hour_that_comes_twice_may_still_be_renamed(admin, due):
    api.update_deadline(due, due_at="2027-11-07T06:30:00Z")
    page = admin.get(url("degreedeadline_change", due.pk))
    admin.post(url("degreedeadline_change", due.pk), submitted(page, name="Deposit"))
    due.refresh_from_db()
    assert (due.name, due.due_at) == ("Deposit", datetime(2027, 11, 7, 6, 30, tzinfo=UTC))


@pytest.mark.parametrize("instant", ["9999-12-31T23:30:00Z", "1000-01-01T00:30:00Z"])
def test_the_first_and_the_last_days_have_a_page(admin, due, instant):
    api.update_deadline(due, due_at=instant, zone="Asia/Tokyo")
    page = admin.get(url("degreedeadline_change", due.pk))
    assert admin.post(url("degreedeadline_change", due.pk), submitted(page, name="Deposit")).status_code == 302
    assert admin.get(url("degreedeadline_changelist")).status_code == 200


def test_whoever_may_only_view_reads_instants_in_utc(settings, due):
    settings.TIME_ZONE = "Asia/Tokyo"
    page = text(viewer_client("openedx_catalog_programs").get(url("degreedeadline_change", due.pk)))
    assert "March 2, 2027, 04:59:00 UTC" in page
