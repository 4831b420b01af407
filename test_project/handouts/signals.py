"""The event. No ``from __future__ import annotations`` here: the serializer reads the types."""

import attr
from openedx_events.tooling import OpenEdxPublicSignal


@attr.s(frozen=True, auto_attribs=True, kw_only=True)
class HandoutData:
    """A handout as it was when the event happened."""

    slug: str
    catalog_course_key: str


HANDOUT_CHANGED = OpenEdxPublicSignal(event_type="org.example.handout.changed.v1", data={"handout": HandoutData})
HANDOUT_DELETED = OpenEdxPublicSignal(event_type="org.example.handout.deleted.v1", data={"handout": HandoutData})
