"""Courses that are merged take their slugs along, and get them back where that is undone."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api


@pytest.fixture
def merge():
    """``merge("A", "B")``: the first becomes part of the second."""
    return lambda one, other: catalog.merge_catalog_courses(f"MITx+{one}", into=f"MITx+{other}", reason="one course")


def unmerge(code):
    return catalog.unmerge_catalog_courses(f"MITx+{code}", reason="they are two").course


def test_the_slugs_of_both_lead_to_the_course_that_stays(listed, merge):
    listed("A", title="Micro")
    api.set_course_listing("MITx+A", slug="economics")
    stays = listed("B", title="Macro")
    merge("A", "B")
    for slug in ("micro", "economics", "macro"):
        assert api.find_course_by_slug(slug) == (stays.catalog_course_id, "macro", slug == "macro")


def test_a_course_without_a_listing_gets_that_of_the_other_one(listed, course, merge):
    api.create_subject(name="Economics")
    listed("A", title="Micro", subjects=["economics"], weeks=3)
    course("B", title="Macro")
    merge("A", "B")
    listing = api.find_course_listing("MITx+B")
    assert (listing.slug, listing.weeks, listing.live, [each.slug for each in listing.subjects]) == (
        "micro",
        3,
        True,
        ["economics"],
    )


def test_an_undone_merge_gives_slugs_and_listing_back(listed, merge):
    api.create_subject(name="Economics")
    listed("A", title="Micro", subjects=["economics"], weeks=3, readable_id="micro-1")
    api.set_course_listing("MITx+A", slug="economics")
    stays = listed("B", title="Macro")
    merge("A", "B")
    unmerge("A")
    listing = api.find_course_listing("MITx+A")
    assert (listing.slug, listing.weeks, listing.live, listing.readable_id) == ("economics", 3, True, "micro-1")
    assert [each.slug for each in listing.subjects] == ["economics"]
    assert api.find_course_by_slug("micro") == (listing.catalog_course_id, "economics", False)
    assert api.find_course_by_slug("macro") == (stays.catalog_course_id, "macro", True)


def test_an_undone_merge_gives_back_the_listing_that_the_other_course_got(listed, course, merge):
    listed("A", title="Micro", weeks=3)
    course("B", title="Macro")
    merge("A", "B")
    unmerge("A")
    assert api.find_course_listing("MITx+A").slug == "micro"
    assert api.find_course_listing("MITx+B") is None


def test_a_slug_that_the_other_course_has_now_stays_with_it(listed, merge):
    listed("A", title="Micro")
    listed("B", title="Macro")
    merge("A", "B")
    api.set_course_listing("MITx+B", slug="micro")
    unmerge("A")
    assert api.find_course_listing("MITx+B").slug == "micro"
    assert api.find_course_listing("MITx+A").slug == "micro-2"


def test_the_feed_says_where_a_listing_went(listed, course, merge):
    listed("A", title="Micro")
    course("B", title="Macro")
    merge("A", "B")
    told = [(row.what, row.key) for row in catalog.iter_changes() if row.kind == "course_listing"][-2:]
    assert told == [("deleted", "catalog-course:MITx:A"), ("created", "catalog-course:MITx:B")]


def test_the_feed_says_who_sees_the_listings_of_runs_that_are_moved(listed, course, run):
    listed("A")
    course("B")
    run("course-v1:MITx+A+R1")
    api.set_course_run_listing("course-v1:MITx+A+R1", weeks=3)

    def told(to):
        catalog.move_course_run("course-v1:MITx+A+R1", to, reason="taught there")
        return [row.audience for row in catalog.iter_changes() if row.kind == "course_run_listing"][-1]

    assert [told("MITx+B"), told("MITx+A")] == ["gone", "everybody"]


def test_the_page_that_goes_back_takes_its_address_along(listed, course, merge):
    listed("A", title="Micro")
    course("B", title="Macro")
    merge("A", "B")
    api.set_course_listing("MITx+B", slug="new")
    back = unmerge("A")
    assert api.find_course_by_slug("new") == (back.pk, "new", True)
    assert api.find_course_by_slug("micro") == (back.pk, "new", False)


def test_a_page_goes_back_through_two_merges(listed, course, merge):
    listed("A", title="Micro")
    course("B", title="Macro")
    course("C", title="Mega")
    merge("A", "B")
    merge("B", "C")
    back = unmerge("B")
    assert api.find_course_by_slug("micro") == (back.pk, "micro", True)


def test_a_readable_id_that_another_course_has_by_now_does_not_come_back(listed, merge):
    listed("A", title="Micro", readable_id="MITx-1")
    listed("B", title="Macro")
    merge("A", "B")
    listed("D", title="Mega", readable_id="mitx-1")
    unmerge("A")
    assert api.find_course_listing("MITx+A").readable_id is None
