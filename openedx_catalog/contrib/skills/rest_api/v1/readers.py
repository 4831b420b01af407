"""What of skills goes over the wire; see the core's serializers."""

from __future__ import annotations

from rest_framework import serializers

from openedx_catalog.lib.rest.serializers import TimestampedReader

from ...models_api import Skill


class SkillReader(TimestampedReader):
    """What somebody can do who has learned it."""

    model = Skill

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="What the service calls it that found it.")
    description = serializers.CharField()


class SkillNameReader(serializers.Serializer):
    """A skill of a course or a program."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()
