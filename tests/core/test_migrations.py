"""From the schema of openedx-core's app to ours, with rows in it, and back while nothing stands in the way."""

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from openedx_catalog import api
from openedx_catalog.migrations import _operations
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name):
    """Migrate our app to `name` and return the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.migrate([("openedx_catalog", name)])
    return MigrationExecutor(connection).loader.project_state([("openedx_catalog", name)]).apps


def migrate_to_the_last():
    call_command("migrate", "openedx_catalog", verbosity=0)


@pytest.fixture
def at_0001():
    """The database as openedx-core leaves it; as our models want it afterwards, whatever migration is the last one then."""
    yield migrate("0001_initial")
    migrate_to_the_last()


def fill(old, count):
    org = old.get_model("organizations", "Organization").objects.create(name="MIT", short_name="MITx")
    course = old.get_model("openedx_catalog", "CatalogCourse").objects.create(
        org=org, course_code="14.100x", title="T", language="en"
    )
    run = old.get_model("openedx_catalog", "CourseRun")
    run.objects.bulk_create(
        run(catalog_course=course, course_key=f"course-v1:MITx+14.100x+R{n}", run_code=f"R{n}", title="T") for n in range(count)
    )


def test_old_rows_get_their_identity_each_its_own(at_0001):
    fill(at_0001, 1500)
    migrate_to_the_last()
    assert CourseRun.objects.filter(key_ci=None).count() == CourseRun.objects.filter(modified=None).count() - 1500 == 0
    assert CourseRun.objects.values("uuid").distinct().count() == 1500
    assert set(CourseRun.objects.values_list("association", flat=True)) == {"implicit"}
    assert CatalogCourse.objects.get().course_code_ci == "14.100x"
    assert CatalogCourseCode.objects.get().code == "14.100x"
    assert api.associate_course_run("course-v1:mitx+14.100x+R7").outcome == "conflict"
    assert list(api.diagnose()) == []


def test_a_fill_that_was_interrupted_goes_on(at_0001):
    fill(at_0001, 3)
    migrate("1001_own_tables")
    CourseRun.objects.filter(run_code="R1").update(key_ci="course-v1:mitx+14.100x+r1")
    before = CourseRun.objects.get(run_code="R1").uuid
    migrate_to_the_last()
    assert before is None
    assert not CourseRun.objects.incomplete().exists()
    assert list(api.diagnose()) == []


def test_an_identity_that_is_taken_stays_null(at_0001):
    fill(at_0001, 1)
    migrate("1001_own_tables")
    run = CourseRun.objects.get()
    twin = CourseRun(catalog_course=run.catalog_course, course_key="course-v1:mitx+14.100x+R0", run_code="R0", title="T")
    CourseRun.objects.bulk_create([twin])
    CourseRun.objects.update(key_ci=None)
    migrate_to_the_last()
    assert [key is None for key in CourseRun.objects.order_by("id").values_list("key_ci", flat=True)] == [False, True]
    assert [finding.code for finding in api.diagnose()] == ["course_run_twin"]
    # Our models are newer than these tables: what cascades today does not exist there.
    queryset = CourseRun.objects.filter(key_ci=None)
    queryset._raw_delete(queryset.db)


def test_rows_survive_the_way_back_and_forth(at_0001):
    fill(at_0001, 2)
    migrate_to_the_last()
    texts = sorted(CourseRun.objects.values_list("course_key__text", "title"))
    old = migrate("0001_initial")
    assert old.get_model("openedx_catalog", "CourseRun").objects.count() == 2
    migrate_to_the_last()
    assert sorted(CourseRun.objects.values_list("course_key__text", "title")) == texts


def test_a_table_needs_the_classes_of_what_it_points_to_and_no_others(monkeypatch):
    """With Django's own operation they are those of every model that is related to one of them, and so on."""
    point = models.ForeignKey("openedx_catalog.CourseRun", models.CASCADE)
    operation = _operations.CreateModel("Extra", [("id", models.AutoField(primary_key=True)), ("run", point)])
    before = MigrationExecutor(connection).loader.project_state()
    after = before.clone()
    operation.state_forwards("openedx_catalog", after)
    made, render = [], ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda state, apps: made.append(state.name) or render(state, apps))
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("openedx_catalog", editor, before, after)
    assert set(made) == {"Extra", "CourseRun", "CatalogCourse", "Organization"}
    assert any(sql.startswith("CREATE TABLE") for sql in editor.collected_sql)


def test_a_table_may_point_at_one_of_an_app_without_migrations():
    """As a host's own users may be."""
    point = models.ForeignKey("auth.User", models.CASCADE)
    operation = _operations.CreateModel("Extra", [("id", models.AutoField(primary_key=True)), ("user", point)])
    before = ProjectState(real_apps={"auth", "contenttypes"})
    after = before.clone()
    operation.state_forwards("openedx_catalog", after)
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("openedx_catalog", editor, before, after)
    assert any("auth_user" in sql for sql in editor.collected_sql)
