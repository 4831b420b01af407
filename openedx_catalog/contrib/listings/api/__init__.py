"""The Python API of listings. Nothing here checks permissions."""

from ..data import CourseRunListingRecord, ListingRecord, SlugMatch
from .diagnosing import diagnose, repair
from .given import CourseListingValues, RunListingValues
from .histories import histories_of
from .importing import import_course_listings, import_course_run_listings, listing_values
from .kinds import (
    create_level,
    create_subject,
    delete_level,
    delete_subject,
    get_level,
    get_levels,
    get_subject,
    get_subjects,
    update_level,
    update_subject,
)
from .listings import delete_course_listing, delete_course_run_listing, set_course_listing, set_course_run_listing
from .merging import follow_merged_courses, follow_moved_runs, follow_unmerged_courses
from .owners import courses_of_owner, owners_of_courses
from .reading import (
    best_run,
    courseware_url,
    find_course_listing,
    find_course_run_listing,
    get_best_runs,
    get_course_listings,
    get_course_run_listings,
    get_shown_runs,
    run_title,
)
from .slugs import add_course_redirect, find_course_by_slug, find_course_run_by_slug, get_former_slugs
from .texts import page_address, texts_of_courses, texts_of_runs
from .values import checked_values

__all__ = [
    "CourseListingValues",
    "CourseRunListingRecord",
    "ListingRecord",
    "RunListingValues",
    "SlugMatch",
    "add_course_redirect",
    "best_run",
    "checked_values",
    "courses_of_owner",
    "courseware_url",
    "create_level",
    "create_subject",
    "delete_course_listing",
    "delete_course_run_listing",
    "delete_level",
    "delete_subject",
    "diagnose",
    "find_course_by_slug",
    "find_course_listing",
    "find_course_run_by_slug",
    "find_course_run_listing",
    "follow_merged_courses",
    "follow_moved_runs",
    "follow_unmerged_courses",
    "get_best_runs",
    "get_course_listings",
    "get_course_run_listings",
    "get_former_slugs",
    "get_level",
    "get_levels",
    "get_shown_runs",
    "get_subject",
    "get_subjects",
    "histories_of",
    "import_course_listings",
    "import_course_run_listings",
    "listing_values",
    "owners_of_courses",
    "page_address",
    "repair",
    "run_title",
    "set_course_listing",
    "set_course_run_listing",
    "texts_of_courses",
    "texts_of_runs",
    "update_level",
    "update_subject",
]
