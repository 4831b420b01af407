"""The Python API of course types. Nothing here checks permissions."""

from ..data import CourseMatch, MatchReport, ProductsOutcome, ProductsReport, RunProducts, TakenType
from .diagnosing import diagnose
from .histories import histories_of
from .kinds import (
    create_mode,
    create_seat_type,
    delete_mode,
    delete_seat_type,
    get_mode,
    get_modes,
    get_seat_type,
    get_seat_types,
    get_tracks,
    update_mode,
    update_seat_type,
)
from .matching import match_course_types, read_mismatches
from .merging import follow_merged_courses, follow_unmerged_courses
from .product_batches import store_course_entitlements, store_course_run_products, unknown_names
from .products import (
    entitlements_of_courses,
    get_course_entitlements,
    modes_of_runs,
    set_course_entitlements,
    set_course_run_products,
)
from .type_batches import take_course_run_types, take_course_types
from .types import (
    create_course_run_type,
    create_course_type,
    delete_course_run_type,
    delete_course_type,
    get_course_run_type,
    get_course_run_types,
    get_course_type,
    get_course_types,
    update_course_run_type,
    update_course_type,
)
from .typing import (
    find_course_run_type_of,
    find_course_type_of,
    get_course_run_types_of,
    get_course_types_of,
    runs_with_mode,
    set_course_run_type,
    set_course_type,
)

__all__ = [
    "CourseMatch",
    "MatchReport",
    "ProductsOutcome",
    "ProductsReport",
    "RunProducts",
    "TakenType",
    "create_course_run_type",
    "create_course_type",
    "create_mode",
    "create_seat_type",
    "delete_course_run_type",
    "delete_course_type",
    "delete_mode",
    "delete_seat_type",
    "diagnose",
    "entitlements_of_courses",
    "find_course_run_type_of",
    "find_course_type_of",
    "follow_merged_courses",
    "follow_unmerged_courses",
    "get_course_entitlements",
    "get_course_run_type",
    "get_course_run_types",
    "get_course_run_types_of",
    "get_course_type",
    "get_course_types",
    "get_course_types_of",
    "get_mode",
    "get_modes",
    "get_seat_type",
    "get_seat_types",
    "get_tracks",
    "histories_of",
    "match_course_types",
    "modes_of_runs",
    "read_mismatches",
    "runs_with_mode",
    "set_course_entitlements",
    "set_course_run_products",
    "set_course_run_type",
    "set_course_type",
    "store_course_entitlements",
    "store_course_run_products",
    "take_course_run_types",
    "take_course_types",
    "unknown_names",
    "update_course_run_type",
    "update_course_type",
    "update_mode",
    "update_seat_type",
]
