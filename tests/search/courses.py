"""Twelve small courses, and which of them a query names."""

from __future__ import annotations

from datetime import UTC, datetime

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.search.queries import condition
from openedx_catalog.contrib.skills import api as skills
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.testing.course_types import CourseRunTypeFactory, CourseTypeFactory, ModeFactory, SeatTypeFactory
from openedx_catalog.testing.factories import CatalogCourseFactory, OrganizationFactory
from openedx_catalog.testing.listings import LevelFactory, SubjectFactory
from openedx_catalog.testing.programs import CurriculumFactory, ProgramFactory, ProgramTypeFactory

NOW = datetime(2027, 6, 15, 12, tzinfo=UTC)

# Code, organization, title, language; then the runs: code, start, end, enrollment start, enrollment end.
COURSES = [
    ("14.100x", "MITx", "Microeconomics", "en",
     [("1T2026", "2026-01-10", "2026-05-01"), ("1T2027", "2027-05-01", "2027-12-01")]),
    ("14.73x", "MITx", "Challenges of Global Poverty", "en", [("1T2027", "2027-06-15", None)]),
    ("6.00x", "MITx", "Introduction to Computer Science", "en-us",
     [("1T2028", "2028-01-01", "2028-06-01", "2027-06-01", "2027-12-31")]),
    ("6.002x", "MITx", "Circuits and Electronics", "es", [("2T2027", "2027-07-01", "2027-10-01")]),
    ("6_00x", "MITx", "100% wildcards * and _", "", []),
    ("CS50", "HarvardX", "Introduction to Computer Science", "en", [("2016", "2016-12-31T23:59:59Z", "2017-12-31")]),
    ("CS50B", "HarvardX", "Computer Science for Business", "pt-br", [("Now", "2027-06-14T12:00:00Z", "2027-06-16")]),
    ("PH525", "HarvardX", "Data Analysis for Life Sciences", "en", [("Undated", None, None)]),
    ("DS100", "BerkeleyX", "Data Science (\"the\" course)", "en", [("Past", "2020-01-01", "2020-02-01")]),
    ("14.100x", "BerkeleyX", "Microeconomics again", "en", [("A", "2027-01-01", "2027-02-01")]),
    ("Éco-1", "UniX", "École d'économie", "fr", []),
    ("AND", "UniX", "NOT an operator", "de", []),
]  # fmt: skip


def instant(text):
    """A date of the table, as the API takes it."""
    return text and (text if "T" in text else f"{text}T00:00:00Z")


def make_courses():
    """The courses, with what the other apps know of the first ones."""
    for name, full in (("MITx", "Massachusetts Institute of Technology"), ("HarvardX", "Harvard University")):
        OrganizationFactory(short_name=name, name=full)
    for code, org, title, language, runs in COURSES:
        course = CatalogCourseFactory(org=OrganizationFactory(short_name=org), course_code=code, title=title, language=language)
        for run, *dates in runs:
            names = ("start", "end", "enrollment_start", "enrollment_end")
            schedule = {name: instant(date) for name, date in zip(names, dates, strict=False) if date}
            catalog.create_course_run(f"course-v1:{course.org_code}+{code}+{run}", schedule=schedule or None)


def make_extras():
    """Listings of three courses, one of them hidden; programs, types and skills."""
    micro, poverty, hidden = (course("MITx", code) for code in ("14.100x", "14.73x", "6.00x"))
    economics, law = SubjectFactory(name="Economics & Finance"), SubjectFactory(name="Law")
    introductory, advanced = LevelFactory(name="Introductory"), LevelFactory(name="Advanced")
    harvard = OrganizationFactory(short_name="HarvardX")
    common = {"live": True, "short_description": "How prices come about."}
    listings.set_course_listing(micro, subjects=[economics, law], level=introductory, title_override="Prices", **common)
    listings.set_course_listing(
        poverty, subjects=[economics], level=advanced, live=True, short_description="Fifty%", owners=[harvard]
    )
    listings.set_course_listing(
        hidden, subjects=[law], level=introductory, live=True, visibility="hidden", short_description="How to hide."
    )
    kind = ProgramTypeFactory(name="Tiny Master")
    shown = ProgramFactory(title="Economics at large", type=kind, uuid="11111111-2222-4333-8444-555555555555")
    CurriculumFactory(program=shown, courses=[micro, poverty])
    CurriculumFactory(program=ProgramFactory(title="Secret", type=kind, status="unpublished"), courses=[hidden])
    seat = SeatTypeFactory(name="Certified seat")
    tracks = [(ModeFactory(name="Certified"), seat), (ModeFactory(name="Master"), None)]
    verified = CourseRunTypeFactory(name="Certified only", tracks=tracks)
    kind = CourseTypeFactory(name="Certified course", course_run_types=[verified])
    course_types.set_course_type(micro, kind)
    course_types.set_course_run_type("course-v1:MITx+14.100x+1T2026", verified)
    skills.set_course_skill(micro, "Price theory")
    skills.set_course_skill(poverty, "Statistics")
    skills.block_course_skill(poverty, "Price theory")


def course(org, code):
    return CatalogCourse.objects.get(org__short_name=org, course_code=code)


def named(text, now=NOW):
    """The codes of the courses that a query names; with that of the organization where the code is not its alone."""
    rows = CatalogCourse.objects.order_by("pk").filter(condition(text, now=now)).values_list("org__short_name", "course_code")
    return [f"{org}+{code}" if code == "14.100x" and org != "MITx" else code for org, code in rows]


def everything():
    return [f"{org}+{code}" if code == "14.100x" and org != "MITx" else code for code, org, *_ in COURSES]
