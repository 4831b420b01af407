"""
The events of programs, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class ProgramData:
    """
    A program as it was when the event happened.

    `type` is the slug of its type; `status` is unpublished, active, retired or deleted; `organizations` are the short names
    of the authoring ones, in order; `catalog_courses` the key_strs of the courses that its curricula had at that instant, in
    order. "" where there is no slug, readable id or reason.
    """

    uuid: str
    title: str
    subtitle: str
    type: str
    status: str
    hidden: bool
    marketing_slug: str
    readable_id: str
    organizations: list[str]
    catalog_courses: list[str]
    reason: str = ""


# .. event_type: org.openedx.catalog.program.created.v1
# .. event_name: PROGRAM_CREATED
# .. event_key_field: program.uuid
# .. event_description: Emitted when a program was created.
# .. event_data: ProgramData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_CREATED = OpenEdxPublicSignal(event_type="org.openedx.catalog.program.created.v1", data={"program": ProgramData})

# .. event_type: org.openedx.catalog.program.updated.v1
# .. event_name: PROGRAM_UPDATED
# .. event_key_field: program.uuid
# .. event_description: Emitted when a program, its organizations, curricula, exclusions, costs or deadlines changed, or when
#     it was activated or unpublished. Not when a date that was set before passes.
# .. event_data: ProgramData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_UPDATED = OpenEdxPublicSignal(event_type="org.openedx.catalog.program.updated.v1", data={"program": ProgramData})

# .. event_type: org.openedx.catalog.program.retired.v1
# .. event_name: PROGRAM_RETIRED
# .. event_key_field: program.uuid
# .. event_description: Emitted when a program was retired.
# .. event_data: ProgramData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_RETIRED = OpenEdxPublicSignal(event_type="org.openedx.catalog.program.retired.v1", data={"program": ProgramData})

# .. event_type: org.openedx.catalog.program.deleted.v1
# .. event_name: PROGRAM_DELETED
# .. event_key_field: program.uuid
# .. event_description: Emitted when a program got the status deleted; its row stays.
# .. event_data: ProgramData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_DELETED = OpenEdxPublicSignal(event_type="org.openedx.catalog.program.deleted.v1", data={"program": ProgramData})
