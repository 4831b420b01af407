"""
What the platform's migration of this name does with the catalog: rows by get_or_create, through the models of that moment.

It says of the catalog only that 0001_initial is there. So it may find openedx-core's tables, or ours.
"""

from django.db import migrations
from organizations.api import ensure_organization


def backfill(apps, schema_editor):
    course_model = apps.get_model("openedx_catalog", "CatalogCourse")
    run_model = apps.get_model("openedx_catalog", "CourseRun")
    for overview in apps.get_model("course_overviews", "CourseOverview").objects.order_by("id"):
        key, title = overview.id, overview.display_name or overview.id.course
        course, is_new = course_model.objects.get_or_create(
            org_id=ensure_organization(key.org)["id"],
            course_code=key.course,
            defaults={"title": title, "language": (overview.language or "en").replace("_", "-").lower()},
        )
        if not is_new and course.title != title:
            # The runs disagree.
            course.title = course.course_code
            course.save(update_fields=["title"])
        run, _is_new = run_model.objects.get_or_create(
            catalog_course=course, run_code=key.run, course_key=key, defaults={"title": title}
        )
        for row in (course, run):
            type(row).objects.filter(pk=row.pk).update(created=overview.created)


class Migration(migrations.Migration):
    dependencies = [
        ("course_overviews", "0001_initial"),
        ("openedx_catalog", "0001_initial"),
    ]

    operations = [migrations.RunPython(backfill, migrations.RunPython.noop)]
