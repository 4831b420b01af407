"""CourseMode, with the names and types of the platform's fields that the catalog reads."""

from django.db import models


class CourseMode(models.Model):
    """A mode in which a run is offered."""

    course = models.ForeignKey(
        "course_overviews.CourseOverview", db_constraint=False, db_index=True, related_name="modes", on_delete=models.DO_NOTHING
    )
    mode_slug = models.CharField(max_length=100)
    min_price = models.IntegerField(default=0)
    currency = models.CharField(default="usd", max_length=8)
    _expiration_datetime = models.DateTimeField(default=None, null=True, blank=True, db_column="expiration_datetime")
    sku = models.CharField(max_length=255, null=True, blank=True)
    bulk_sku = models.CharField(max_length=255, null=True, blank=True, default=None)

    class Meta:
        app_label = "course_modes"
        unique_together = ("course", "mode_slug", "currency")


class _Sold(models.Manager):
    def get_queryset(self):
        return super().get_queryset().exclude(min_price=0)


class SoldMode(CourseMode):
    """What a setting may name instead: those that cost something."""

    objects = _Sold()

    class Meta:
        app_label = "course_modes"
        proxy = True
