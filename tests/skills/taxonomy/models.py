"""What the import reads, column by column as in taxonomy-connector 4.2.0 (taxonomy/models.py); the rest is left out."""

import uuid

from django.db import models
from model_utils.models import TimeStampedModel


class Skill(TimeStampedModel):
    external_id = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True, default="")
    info_url = models.URLField(blank=True)
    type_id = models.CharField(max_length=255, blank=True)
    type_name = models.CharField(max_length=255, blank=True)

    class Meta:
        app_label = "taxonomy"
        ordering = ("created",)


class CourseSkills(TimeStampedModel):
    course_key = models.CharField(max_length=255)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE)
    confidence = models.FloatField()
    is_blacklisted = models.BooleanField(default=False)

    class Meta:
        app_label = "taxonomy"
        ordering = ("created",)
        unique_together = ("course_key", "skill")


class ProgramSkill(TimeStampedModel):
    program_uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE)
    confidence = models.FloatField()
    is_blacklisted = models.BooleanField(default=False)

    class Meta:
        app_label = "taxonomy"
        ordering = ("created",)
        unique_together = ("program_uuid", "skill")
