"""
The events of the catalog, as docs/references/events.rst lists them: sent after the commit, to receivers and to the event bus.
Also a name that openedx-core's module of this name has.

Imported from `apps`, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG, whatever the order of
INSTALLED_APPS. No ``from __future__ import annotations`` here: the serializer reads the types.
"""

from datetime import datetime
from typing import Any

import attr
from django.utils.module_loading import import_string
from opaque_keys.edx.keys import CourseKey
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class CatalogCourseData:
    """
    A catalog course as it was when the event happened; of a deleted or merged one, as it was before.

    `uuid` never changes; `key` is its key_str, e.g. ``catalog-course:MITx:14.100x``. "" where something does not apply:
    `previous_key` is of a renamed course, `merged_into` and `merged_into_uuid` name the course that a merged one became
    part of, `reason` is what the person gave who renamed or merged.
    """

    uuid: str
    key: str
    org_code: str
    course_code: str
    title: str
    language: str
    previous_key: str = ""
    merged_into: str = ""
    merged_into_uuid: str = ""
    reason: str = ""


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class CourseRunData:
    """
    A run, its schedule and its catalog course as they were when the event happened; of a deleted one, as before.

    Datetimes are UTC, None where there is none. `pacing` is "instructor", "self" or ""; `association` is "implicit" or
    "explicit". `catalog_course_key` is the key_str, and of a moved run `previous_catalog_course_key` that of before.
    """

    course_key: CourseKey
    uuid: str
    title: str
    association: str
    catalog_course_uuid: str
    catalog_course_key: str
    start: datetime = None
    end: datetime = None
    enrollment_start: datetime = None
    enrollment_end: datetime = None
    pacing: str = ""
    withdrawn: bool = False
    previous_catalog_course_key: str = ""
    reason: str = ""


# .. event_type: org.openedx.catalog.catalog_course.created.v1
# .. event_name: CATALOG_COURSE_CREATED
# .. event_key_field: catalog_course.uuid
# .. event_description: Emitted when a catalog course was created, also together with its first run.
# .. event_data: CatalogCourseData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.created.v1", data={"catalog_course": CatalogCourseData}
)

# .. event_type: org.openedx.catalog.catalog_course.updated.v1
# .. event_name: CATALOG_COURSE_UPDATED
# .. event_key_field: catalog_course.uuid
# .. event_description: Emitted when title or language of a catalog course changed, or which former codes lead to it.
# .. event_data: CatalogCourseData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.updated.v1", data={"catalog_course": CatalogCourseData}
)

# .. event_type: org.openedx.catalog.catalog_course.renamed.v1
# .. event_name: CATALOG_COURSE_RENAMED
# .. event_key_field: catalog_course.uuid
# .. event_description: Emitted when a catalog course got another code, after which the previous key keeps resolving, or
#     leads to the course that it swapped codes with, or when its organization got another short_name.
# .. event_data: CatalogCourseData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_RENAMED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.renamed.v1", data={"catalog_course": CatalogCourseData}
)

# .. event_type: org.openedx.catalog.catalog_course.merged.v1
# .. event_name: CATALOG_COURSE_MERGED
# .. event_key_field: catalog_course.uuid
# .. event_description: Emitted when a catalog course became part of another one and is gone; a course_run.moved event for
#     each of its runs comes before.
# .. event_data: CatalogCourseData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_MERGED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.merged.v1", data={"catalog_course": CatalogCourseData}
)

# .. event_type: org.openedx.catalog.catalog_course.deleted.v1
# .. event_name: CATALOG_COURSE_DELETED
# .. event_key_field: catalog_course.uuid
# .. event_description: Emitted when a catalog course, which had no runs, was deleted.
# .. event_data: CatalogCourseData
# .. event_trigger_repository: openedx/openedx-catalog
CATALOG_COURSE_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.catalog_course.deleted.v1", data={"catalog_course": CatalogCourseData}
)

# .. event_type: org.openedx.catalog.course_run.created.v1
# .. event_name: COURSE_RUN_CREATED
# .. event_key_field: course_run.course_key
# .. event_description: Emitted when a run was created under its catalog course.
# .. event_data: CourseRunData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run.created.v1", data={"course_run": CourseRunData}
)

# .. event_type: org.openedx.catalog.course_run.updated.v1
# .. event_name: COURSE_RUN_UPDATED
# .. event_key_field: course_run.course_key
# .. event_description: Emitted when title or schedule of a run changed, when a withdrawn run was published again, or when
#     what an optional app shows of it changed, e.g. its external key.
# .. event_data: CourseRunData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run.updated.v1", data={"course_run": CourseRunData}
)

# .. event_type: org.openedx.catalog.course_run.moved.v1
# .. event_name: COURSE_RUN_MOVED
# .. event_key_field: course_run.course_key
# .. event_description: Emitted when a run came under another catalog course, by a move or a merge, or when somebody
#     confirmed the one it has.
# .. event_data: CourseRunData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_MOVED = OpenEdxPublicSignal(event_type="org.openedx.catalog.course_run.moved.v1", data={"course_run": CourseRunData})

# .. event_type: org.openedx.catalog.course_run.withdrawn.v1
# .. event_name: COURSE_RUN_WITHDRAWN
# .. event_key_field: course_run.course_key
# .. event_description: Emitted when the content of a run was deleted upstream; the run stays.
# .. event_data: CourseRunData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_WITHDRAWN = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run.withdrawn.v1", data={"course_run": CourseRunData}
)

# .. event_type: org.openedx.catalog.course_run.deleted.v1
# .. event_name: COURSE_RUN_DELETED
# .. event_key_field: course_run.course_key
# .. event_description: Emitted when a run was deleted from the catalog.
# .. event_data: CourseRunData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run.deleted.v1", data={"course_run": CourseRunData}
)


def verify_organization_change(sender: Any, instance: Any, **kwargs: Any) -> None:
    """
    Refuse a short_name that is, or was, another organization's: `handlers.guard_organization_rename`, as openedx-core calls it.

    Connected to ``pre_save`` of organizations under its own name, so nobody needs to connect it. Runs do not stand in the way
    here (ADR 0028). Raises DuplicateOrganization.
    """
    # By name: the handlers are far above this module, which is imported before any model is there.
    import_string("openedx_catalog.handlers.guard_organization_rename")(sender, instance, **kwargs)
