"""
What a site has after a while with openedx-core's app: written with the peer's API and models, by the peer's Python.

The columns that are read back (`dump`) are the peer's, so the same function reports whether adoption left them alone.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

KEYS = (
    "course-v1:MITx+14.100x+3T2017",
    "course-v1:MITx+14.100x+1T2018",
    "ccx-v1:MITx+14.100x+1T2018+ccx@7",
    "course-v1:DelftX+Été+2026",
    "edX/Demo/2013",
    "course-v1:Two.Words_-+X~1+r.2",
)
# The same run or course in other letters, which the peer's constraints refuse where the database has them and folds so.
RUN_TWIN = "course-v1:MITx+14.100x+3t2017"
COURSE_TWIN = "course-v1:MITx+14.100X+5T2020"
TWIN_OF_BOTH = "course-v1:DelftX+été+2026"
TWINS = (RUN_TWIN, COURSE_TWIN, TWIN_OF_BOTH)
MANY = 1200


def main() -> dict[str, Any]:
    """Fill the database; return its rows, and which twins the database let in."""
    from openedx_catalog import api
    from openedx_catalog.models import CatalogCourse, CatalogPathway, CourseRun, PathwayCategory

    for key in KEYS:
        api.create_course_run_for_modulestore_course_with(CourseKey.from_string(key), title=f"Title of {key}")
    for code, language in (("French", "fr"), ("Mandarin", "zh_HANS"), ("Cantonese", "zh_HANT")):
        key = CourseKey.from_string(f"course-v1:Langx+{code}+1")
        api.create_course_run_for_modulestore_course_with(key, title=code, language_short=language)
    Organization.objects.create(name="Old", short_name="Oldx", active=False)
    without_runs = CatalogCourse.objects.create(org_code="Oldx", course_code="Empty")
    CourseRun.objects.create(catalog_course=without_runs, run_code="1T2000").delete()
    course = api.get_catalog_course(org_code="MITx", course_code="14.100x")
    # The peer lets the organization of a key differ by case, and nothing else.
    other_case = CourseKey.from_string("course-v1:mitx+14.100x+Case")
    CourseRun.objects.create(catalog_course=course, course_key=other_case, run_code="Case")
    many = CatalogCourse.objects.create(org_code="MITx", course_code="Many")
    CourseRun.objects.bulk_create(
        CourseRun(
            catalog_course=many,
            run_code=f"R{i}",
            title=f"Run {i}",
            course_key=CourseKey.from_string(f"course-v1:MITx+Many+R{i}"),
        )
        for i in range(MANY)
    )
    category = PathwayCategory.objects.get()
    CatalogPathway.objects.create(org=course.org, category=category, pathway_code="Path", title="A pathway")
    twins = [key for key in TWINS if _create_twin(key)]
    return {"rows": dump(), "twins": twins}


def _create_twin(key: str) -> bool:
    from openedx_catalog import api

    try:
        with transaction.atomic():
            api.create_course_run_for_modulestore_course_with(CourseKey.from_string(key), title="A twin")
    except IntegrityError:
        return False
    return True


def dump() -> dict[str, list[list[str]]]:
    """Every row of the peer's tables, in the peer's columns, as texts."""
    columns = {
        "openedx_catalog_catalogcourse": "id, org_id, course_code, created, title, language",
        "openedx_catalog_courserun": "id, catalog_course_id, course_key, run_code, created, title",
        "openedx_catalog_catalogpathway": "id, org_id, category_id, pathway_code, created, title",
        "openedx_catalog_pathwaycategory": "id, category_code, title",
        "openedx_catalog_pathwayenrollment": "id, user_id",
        "organizations_organization": "id, name, short_name, active, created",
    }
    rows = {}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY id")
            rows[table] = [[str(value) for value in row] for row in cursor.fetchall()]
    return rows
