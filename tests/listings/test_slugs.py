"""Addresses of pages: how they are made, that they are unique in any case, and that none is ever lost."""

from __future__ import annotations

import pytest
from django.urls import resolve

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseSlug
from openedx_catalog.contrib.listings.rest_api.v1.urls import REF, urlpatterns
from openedx_catalog.exceptions import DuplicateValue, InvalidValue
from openedx_catalog.lib.slugs import make_slug

KEY = "course-v1:MITx+14.100x+2T2027"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Circuits and Electronics", "circuits-and-electronics"),
        ("Año nuevo: ¿qué pasa?", "año-nuevo-qué-pasa"),
        ("数据库原理", "数据库原理"),
        ("हिन्दी १", "हिन्दी-१"),
        ("C++ / C#", "c-c"),
        ("_under_ -- score_", "under-score"),
        ("İstanbul", "i\u0307stanbul"),
        ("\u202eevil", "evil"),
        ("!!!", "catalog-course-mitx-a"),
        ("🎓", "catalog-course-mitx-a"),
        ("x" * 300, "x" * 80),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "catalog-course-mitx-a"),
    ],
)
def test_a_slug_is_made_of_the_title_or_of_the_key(course, title, slug):
    row = course("A", title=title[:255])
    assert api.set_course_listing(row).slug == slug
    assert api.find_course_by_slug(slug).pk == row.pk


def test_a_title_that_gives_a_uuid_or_nothing_gives_a_slug_all_the_same():
    assert make_slug("", "—", "catalog-course:MITx:A") == "catalog-course-mitx-a"
    assert make_slug("") == ""


def test_a_changed_title_does_not_change_the_slug(listed):
    listing = listed(title="Micro")
    catalog.update_catalog_course(listing.catalog_course, title="Macro")
    assert api.set_course_listing("MITx+14.100x", title_override="Mega").slug == "micro"


def test_the_suffix_is_the_smallest_free_number(listed):
    listed("A", title="Micro")
    listed("B", title="micro")
    listed("C", title="Micro 3")
    assert [listed(code, title="Micro").slug for code in ("D", "E")] == ["micro-4", "micro-5"]
    assert api.find_course_by_slug("MICRO-2").pk == catalog.get_catalog_course(key_str="catalog-course:MITx:B").pk


def test_a_former_slug_leads_to_the_new_one_and_nobody_else_gets_it(listed):
    pk = listed("A", title="Micro").catalog_course_id
    api.set_course_listing("MITx+A", slug="economics")
    api.set_course_listing("MITx+A", slug="micro-economics")
    assert api.find_course_by_slug("Micro") == (pk, "micro-economics", False)
    assert api.find_course_by_slug("economics") == (pk, "micro-economics", False)
    assert api.find_course_by_slug("MICRO-economics") == (pk, "micro-economics", True)
    assert api.get_former_slugs("MITx+A") == ["micro", "economics"]
    with pytest.raises(DuplicateValue, match="slug"):
        listed("B", slug="Economics")
    assert listed("C", title="Micro").slug == "micro-2"


def test_a_course_may_go_back_to_a_slug_of_its_own(listed):
    listed("A", title="Micro")
    api.set_course_listing("MITx+A", slug="economics")
    assert api.set_course_listing("MITx+A", slug="micro").slug == "micro"
    assert api.get_former_slugs("MITx+A") == ["economics"]
    assert CourseSlug.objects.count() == 2


def test_slugs_that_are_exchanged_in_a_circle_are_refused_and_lead_where_they_led(listed):
    first, second = listed("A", title="One"), listed("B", title="Two")
    api.set_course_listing("MITx+A", slug="three")
    with pytest.raises(DuplicateValue):
        api.set_course_listing("MITx+B", slug="one")
    assert api.find_course_by_slug("one").pk == first.catalog_course_id
    assert api.find_course_by_slug("two").pk == second.catalog_course_id


def test_an_address_of_another_site_can_lead_to_a_course(listed):
    pk = listed("A", title="Micro").catalog_course_id
    api.add_course_redirect("MITx+A", "old-micro")
    api.add_course_redirect("MITx+A", "old-micro")
    assert api.find_course_by_slug("old-micro") == (pk, "micro", False)
    with pytest.raises(DuplicateValue):
        listed("B", slug="old-micro")


def test_a_deleted_listing_leaves_its_slugs_to_its_course(listed):
    listed("A", title="Micro")
    api.delete_course_listing("MITx+A")
    assert api.find_course_by_slug("micro").slug == ""
    assert listed("B", title="Micro").slug == "micro-2"
    assert api.set_course_listing("MITx+A").slug == "micro"


def test_slashes_are_allowed_only_where_the_site_says_so(listed, settings):
    with pytest.raises(InvalidValue):
        listed("A", slug="learn/physics")
    settings.OPENEDX_CATALOG_SLUGS_WITH_SLASHES = True
    assert api.set_course_listing("MITx+A", slug="Learn/Physics").slug == "learn/physics"
    with pytest.raises(InvalidValue):
        api.set_course_listing("MITx+A", slug="learn//physics")


def test_no_slug_has_its_address_taken_by_another_route(listed, client, settings):
    settings.OPENEDX_CATALOG_SLUGS_WITH_SLASHES = settings.OPENEDX_CATALOG_ANONYMOUS_READ = True
    listed()
    routes = [str(route.pattern).replace(REF, "learn").strip("^$/") for route in urlpatterns]
    slugs = {path.removeprefix("listings/courses/") for path in routes if path.startswith("listings/courses/")}
    assert {"facets", "learn/image", "learn"} <= slugs
    for slug in slugs | {"image", "redirects", "facets/learn", "image/facets", "new-facets"}:
        address = f"/api/catalog/v1/listings/courses/{slug}/"
        try:
            api.set_course_listing("MITx+14.100x", slug=slug)
        except InvalidValue:
            assert resolve(address).url_name != "listing-course-detail"
        else:
            assert client.get(address).json()["slug"] == slug


@pytest.mark.parametrize("slug", ["facets", "Facets", "learn/image", "learn/physics/Redirects"])
def test_a_slug_that_is_an_address_of_something_else_is_refused(listed, settings, slug):
    settings.OPENEDX_CATALOG_SLUGS_WITH_SLASHES = True
    listed(title="Micro")
    with pytest.raises(InvalidValue, match="something else at such an address"):
        api.set_course_listing("MITx+14.100x", slug=slug)
    with pytest.raises(InvalidValue, match="something else at such an address"):
        api.add_course_redirect("MITx+14.100x", slug)
    assert api.find_course_by_slug("micro").is_current


def test_a_title_that_gives_such_a_slug_gives_one_with_a_number(listed):
    assert [listed(code, title="Facets").slug for code in ("A", "B")] == ["facets-2", "facets-3"]
    assert listed("C", title="Image").slug == "image"


def test_the_slug_of_a_run_contains_its_key(course, run):
    course()
    run(KEY)
    listing = api.set_course_run_listing(KEY)
    assert listing.slug == "microeconomics-mitx-14-100x-2t2027"
    assert api.set_course_run_listing(KEY, slug="summer").slug == "summer-mitx-14-100x-2t2027"
    assert api.find_course_run_by_slug("microeconomics-mitx-14-100x-2t2027").slug == "summer-mitx-14-100x-2t2027"


def test_a_slug_of_a_run_that_is_cut_is_one_that_can_be_given(run):
    run(KEY)
    slug = api.set_course_run_listing(KEY, title_override="a" * 79 + " " + "b" * 79).slug
    assert slug == "a" * 79 + "-mitx-14-100x-2t2027"
    assert api.set_course_run_listing(KEY, slug=slug).slug == slug


def test_runs_whose_keys_look_alike_have_different_slugs(run):
    keys = ("course-v1:MITx+14.100x+R", "course-v1:MITx+14_100x+R")
    for key in keys:
        run(key)
    slugs = [api.set_course_run_listing(key, title_override="Micro").slug for key in keys]
    assert slugs == ["micro-mitx-14-100x-r", "micro-mitx-14-100x-r-2"]


@pytest.mark.parametrize("slug", ["", "no such", "a" * 5000, "nul\x00", "\ud800"])
def test_what_is_no_slug_leads_nowhere(db, slug):
    assert api.find_course_by_slug(slug) is None
