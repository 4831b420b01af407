"""What is taken over the wire of skills; types only, as the core's writers."""

from __future__ import annotations

from openedx_catalog.lib.rest.serializers import Text, UUIDText, Writer

from ...api.skills import MAX_DESCRIPTION


class SkillWriter(Writer):
    """A skill to create, or its changes; no other one has its name, in any case."""

    uuid = UUIDText(required=False)
    name = Text(max_length=255)
    external_id = Text(max_length=255, allow_null=True, required=False, help_text="What the service calls it that found it.")
    description = Text(max_length=MAX_DESCRIPTION, allow_blank=True, required=False)
