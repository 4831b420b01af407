"""Something that belongs to a run, and its history."""

from django.db import models


class CriteriaGroup(models.Model):
    """Goes with its run."""

    course = models.ForeignKey(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, null=True, related_name="competency_criteria_groups"
    )

    def __str__(self):
        return f"criteria of {self.course_id}"


class HistoricalCriteriaGroup(models.Model):
    """Stays, whatever becomes of the run."""

    course = models.ForeignKey(
        "openedx_catalog.CourseRun", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )

    def __str__(self):
        return f"criteria of {self.course_id}, then"
