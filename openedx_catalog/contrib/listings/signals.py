"""
The events of listings, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class ListingData:
    """
    The listing of a catalog course or of a run: the uuid and the key (``key_str``, course key) of that, and who may see it.

    `slug` is the end of the address of its page. A run is seen only where its course is, too.
    """

    uuid: str
    key: str
    slug: str
    live: bool
    visibility: str
    reason: str = ""


# .. event_type: org.openedx.catalog.course_listing.created.v1
# .. event_name: COURSE_LISTING_CREATED
# .. event_key_field: listing.uuid
# .. event_description: Emitted when a catalog course got a listing.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_LISTING_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_listing.created.v1", data={"listing": ListingData}
)

# .. event_type: org.openedx.catalog.course_listing.updated.v1
# .. event_name: COURSE_LISTING_UPDATED
# .. event_key_field: listing.uuid
# .. event_description: Emitted when learners read something else of a catalog course, or others see it.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_LISTING_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_listing.updated.v1", data={"listing": ListingData}
)

# .. event_type: org.openedx.catalog.course_listing.deleted.v1
# .. event_name: COURSE_LISTING_DELETED
# .. event_key_field: listing.uuid
# .. event_description: Emitted when a catalog course has no listing any more.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_LISTING_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_listing.deleted.v1", data={"listing": ListingData}
)

# .. event_type: org.openedx.catalog.course_run_listing.created.v1
# .. event_name: COURSE_RUN_LISTING_CREATED
# .. event_key_field: listing.key
# .. event_description: Emitted when a run got a listing of its own.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_LISTING_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run_listing.created.v1", data={"listing": ListingData}
)

# .. event_type: org.openedx.catalog.course_run_listing.updated.v1
# .. event_name: COURSE_RUN_LISTING_UPDATED
# .. event_key_field: listing.key
# .. event_description: Emitted when learners read something else of a run, or others see it.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_LISTING_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run_listing.updated.v1", data={"listing": ListingData}
)

# .. event_type: org.openedx.catalog.course_run_listing.deleted.v1
# .. event_name: COURSE_RUN_LISTING_DELETED
# .. event_key_field: listing.key
# .. event_description: Emitted when a run has no listing of its own any more.
# .. event_data: ListingData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_RUN_LISTING_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_run_listing.deleted.v1", data={"listing": ListingData}
)
