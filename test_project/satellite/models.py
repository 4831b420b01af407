"""What a host adds to courses and runs: tables of its own, one row to one of ours."""

from django.db import models

from openedx_catalog.models_api import CatalogCourse, CourseRun


class RunPage(models.Model):
    """What the host says of a run on its own site."""

    run = models.OneToOneField(CourseRun, on_delete=models.CASCADE, related_name="page")
    teaser = models.CharField(max_length=255, blank=True)
    keep_title = models.BooleanField(default=False)

    def __str__(self):
        return f"page of {self.run_id}"


class RerunCode(models.Model):
    """The ``Org+Code`` that new runs of a course are keyed with."""

    catalog_course = models.OneToOneField(CatalogCourse, on_delete=models.CASCADE, related_name="rerun_code")
    code = models.CharField(max_length=255, unique=True)

    def __str__(self):
        return self.code


class Contract(models.Model):
    """Something that must not vanish with its run."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="contracts")

    def __str__(self):
        return f"contract for {self.run_id}"
