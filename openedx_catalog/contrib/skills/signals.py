"""
The events of skills, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class ProgramSkillsData:
    """A program whose skills are to be found: `overview` is its description, of which a service may tell them."""

    uuid: str
    title: str
    overview: str


# .. event_type: org.openedx.catalog.program.skills_requested.v1
# .. event_name: PROGRAM_SKILLS_REQUESTED
# .. event_key_field: program.uuid
# .. event_description: Emitted when a program was published for the first time, when its description changed while it was
#     active, and by manage.py request_program_skills. Whoever tags programs begins here.
# .. event_data: ProgramSkillsData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_SKILLS_REQUESTED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.program.skills_requested.v1", data={"program": ProgramSkillsData}
)
