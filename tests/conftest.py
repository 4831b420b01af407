"""Fixtures that every test may use."""

import gc
from pathlib import Path

import pytest
from _pytest import main
from django.apps import apps

from tests.data import DATA as DATA
from tests.data import ROOT as ROOT


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests of contracts that say the same everywhere have our marker for it."""
    for item in items:
        if getattr(getattr(item, "function", None), "same_everywhere", False):
            item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What is there for good, Django and the tests, is not looked through again and again for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _with_a_large_stack(session):
    return main.pytest_runtestloop(session)


# CPython asks the kernel for each 16 kB of frames and gives them back when the call that needed them returns: where a template
# calls in a loop at such an edge, that is a tenth of all the time. After a frame of a megabyte there is room for all others.
_with_a_large_stack.__code__ = _with_a_large_stack.__code__.replace(co_stacksize=1 << 17)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    return _with_a_large_stack(session)


@pytest.fixture
def real_data() -> Path:
    """The folder with the 12,427 real runs; it is not part of the project."""
    if not (DATA / "course_runs.csv").exists():
        pytest.skip("the real course runs are not here: set CATALOG_DATA to their folder")
    return DATA


@pytest.fixture(autouse=True)
def fast_passwords(monkeypatch):
    """Django's hasher is slow on purpose: a third of a second for each user of a test."""
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1)


# What Django fills after every migrate, and a test has no reason to change.
FILLED_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission", "django_site"}
# SQLite's own tables of a full-text index: emptied by its triggers, and broken by anybody else.
FULL_TEXT = "openedx_catalog_search_fts"


@pytest.fixture(autouse=True, scope="session")
def quick_flush():
    """
    After a test with transactions of its own only the tables with rows are emptied.

    Django empties all of them, and then lets ``migrate`` make content types and permissions anew: a third of a second a test.
    """
    from django.db import connections, transaction
    from django.test import TransactionTestCase

    def flush(self):
        for alias in self._databases_names(include_mirrors=False):
            connection = connections[alias]
            quote = connection.ops.quote_name
            with connection.cursor() as cursor:
                names = connection.introspection.table_names(cursor)
                tables = [name for name in names if name not in FILLED_BY_MIGRATE and not name.startswith(FULL_TEXT)]
                cursor.execute(" UNION ALL ".join(f"SELECT '{name}', EXISTS (SELECT 1 FROM {quote(name)})" for name in tables))
                filled = [name for name, has_rows in cursor.fetchall() if has_rows]
                if filled and connection.vendor == "postgresql":
                    # Deleted rows stay in the files, and the planner then takes a table of many pages for an empty one.
                    cursor.execute(f"TRUNCATE {', '.join(map(quote, filled))} CASCADE")
                    continue
                with connection.constraint_checks_disabled(), transaction.atomic(using=alias):
                    for name in filled:
                        cursor.execute(f"DELETE FROM {quote(name)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """
    What fixtures of a module make in the database is made once, and each of its tests begins with it.

    For modules without a test that has transactions of its own.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries, known_content_types):
    """pytest-django's, where what a process asks once has been asked: which test is the first is random."""
    return django_assert_num_queries


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries, known_content_types):
    """The same."""
    return django_assert_max_num_queries


@pytest.fixture
def known_content_types(db):
    """Django has the content types of all models in memory."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)


@pytest.fixture
def sign_in(db):
    """
    ``sign_in("staff")``: a REST client with a session of such a user, so that what Django signs in is what counts.

    Also "anonymous", "inactive", "user", "superuser", or the names of the permissions that the user has, joined by " + ".
    """
    from openedx_catalog.testing.users import rest_client

    return rest_client


def granted(user, *names):
    """A user with these permissions; imported late, since some profiles have no catalog."""
    from openedx_catalog.testing import users

    return users.granted(user, *names)


RUN_KEY = "course-v1:MITx+14.100x+3T2017"


@pytest.fixture
def data_statements(db):
    """``with data_statements() as log``: the SELECT, INSERT, UPDATE and DELETE statements, without transaction control."""
    from contextlib import contextmanager

    from django.db import connection

    @contextmanager
    def capture():
        log = []

        def note(execute, sql, params, many, context):
            if sql.lstrip("(").split(None, 1)[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                log.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield log

    return capture


@pytest.fixture(scope="session")
def empty_database(django_db_setup, django_db_blocker, tmp_path_factory):
    from tests.second_database import create_empty

    path = tmp_path_factory.mktemp("second") / "second.sqlite3"
    with django_db_blocker.unblock():
        create_empty(path)
    return path


@pytest.fixture
def replica(transactional_db, empty_database, settings):
    """
    Reads are routed to a replica that never gets anything. The statements about our tables that it was asked, as a list.

    ``with reads_from_writer():`` shows a test what is stored.
    """
    from tests.second_database import second_database, statements_about_ours

    class Log(list):
        def about_ours(self):
            return statements_about_ours(self)

    log = Log()

    def note(execute, sql, params, many, context):
        log.append(sql)
        return execute(sql, params, many, context)

    with second_database(empty_database) as second:
        settings.DATABASE_ROUTERS = ["tests.second_database.PrimaryReplicaRouter"]
        with second.execute_wrapper(note):
            yield log
        settings.DATABASE_ROUTERS = []


@pytest.fixture
def case_sensitive_names(transactional_db):
    """Organizations whose names tell case apart, as on PostgreSQL and in MySQL databases with a binary collation."""
    from django.db import connection

    alter = "ALTER TABLE organizations_organization MODIFY short_name varchar(255) COLLATE {} NOT NULL"
    with connection.cursor() as cursor:
        if connection.vendor != "mysql":
            yield
            return
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns WHERE table_schema = DATABASE() "
            "AND table_name = 'organizations_organization' AND column_name = 'short_name'"
        )
        (before,) = cursor.fetchone()
        cursor.execute(alter.format("utf8mb4_bin"))
    yield
    from organizations.models import Organization

    # A test that fails may leave what the former collation takes for one name.
    Organization.history.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("DELETE FROM organizations_organization")
        cursor.execute("SET foreign_key_checks = 1")
        cursor.execute(alter.format(before))
