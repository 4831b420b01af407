"""One run may exist as Org/Code/Run and as course-v1:Org+Code+Run: two keys of one course with the same run code."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("openedx_catalog", "0002_drop_course_code_lower"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="courserun",
            name="oex_catalog_courserun_catalog_course_run_code_uniq",
        ),
    ]
