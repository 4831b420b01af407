"""
The events of learner pathways, as docs/references/events.rst lists them. Sent as the core's are: after the commit, in order.

No ``from __future__ import annotations`` here: the serializer reads the types.
"""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class LearnerPathwayData:
    """A learner pathway: what it is, and for whom ("everybody", "organizations" or "groups")."""

    uuid: str
    title: str
    status: str
    visibility: str
    scope: str
    reason: str = ""


# .. event_type: org.openedx.catalog.learner_pathway.created.v1
# .. event_name: LEARNER_PATHWAY_CREATED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a learner pathway was created.
# .. event_data: LearnerPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
LEARNER_PATHWAY_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.learner_pathway.created.v1", data={"pathway": LearnerPathwayData}
)

# .. event_type: org.openedx.catalog.learner_pathway.updated.v1
# .. event_name: LEARNER_PATHWAY_UPDATED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a learner pathway, its steps or what they contain were changed.
# .. event_data: LearnerPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
LEARNER_PATHWAY_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.learner_pathway.updated.v1", data={"pathway": LearnerPathwayData}
)

# .. event_type: org.openedx.catalog.learner_pathway.deleted.v1
# .. event_name: LEARNER_PATHWAY_DELETED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a learner pathway was deleted.
# .. event_data: LearnerPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
LEARNER_PATHWAY_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.learner_pathway.deleted.v1", data={"pathway": LearnerPathwayData}
)


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class ProgramPathwayData:
    """
    A pathway of programs: by `id` the LMS calls it; `pathway_type` is credit or industry, `status` unpublished, published or
    retired; `programs` are their uuids, in order.
    """

    id: int
    uuid: str
    name: str
    org_name: str
    pathway_type: str
    status: str
    programs: list[str]
    reason: str = ""


# .. event_type: org.openedx.catalog.program_pathway.created.v1
# .. event_name: PROGRAM_PATHWAY_CREATED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a pathway of programs was created.
# .. event_data: ProgramPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_PATHWAY_CREATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.program_pathway.created.v1", data={"pathway": ProgramPathwayData}
)

# .. event_type: org.openedx.catalog.program_pathway.updated.v1
# .. event_name: PROGRAM_PATHWAY_UPDATED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a pathway of programs, or which programs it has, was changed.
# .. event_data: ProgramPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_PATHWAY_UPDATED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.program_pathway.updated.v1", data={"pathway": ProgramPathwayData}
)

# .. event_type: org.openedx.catalog.program_pathway.deleted.v1
# .. event_name: PROGRAM_PATHWAY_DELETED
# .. event_key_field: pathway.uuid
# .. event_description: Emitted when a pathway of programs was deleted.
# .. event_data: ProgramPathwayData
# .. event_trigger_repository: openedx/openedx-catalog
PROGRAM_PATHWAY_DELETED = OpenEdxPublicSignal(
    event_type="org.openedx.catalog.program_pathway.deleted.v1", data={"pathway": ProgramPathwayData}
)
