"""
The events of publishing, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class PublicationData:
    """
    A step of a catalog course on its way to learners: the uuid and the key (``key_str``) of the course, what was done, and
    from which state to which (docs/concepts/publishing.rst has the table).
    """

    uuid: str
    key: str
    action: str
    from_state: str
    to_state: str
    reason: str = ""


# .. event_type: org.openedx.catalog.course_listing.published.v1
# .. event_name: COURSE_LISTING_PUBLISHED
# .. event_key_field: publication.uuid
# .. event_description: Emitted when the working copy of a course was published, with those of its runs.
# .. event_data: PublicationData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_LISTING_PUBLISHED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_listing.published.v1", data={"publication": PublicationData}
)

# .. event_type: org.openedx.catalog.course_listing.unpublished.v1
# .. event_name: COURSE_LISTING_UNPUBLISHED
# .. event_key_field: publication.uuid
# .. event_description: Emitted when the page of a course was taken from learners.
# .. event_data: PublicationData
# .. event_trigger_repository: openedx/openedx-catalog
COURSE_LISTING_UNPUBLISHED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_listing.unpublished.v1", data={"publication": PublicationData}
)

# .. event_type: org.openedx.catalog.course_working_copy.reviewed.v1
# .. event_name: WORKING_COPY_REVIEWED
# .. event_key_field: publication.uuid
# .. event_description: Emitted when the working copy of a course was begun, took a step of its review, or was discarded.
# .. event_data: PublicationData
# .. event_trigger_repository: openedx/openedx-catalog
WORKING_COPY_REVIEWED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.course_working_copy.reviewed.v1", data={"publication": PublicationData}
)
