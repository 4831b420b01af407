"""
System checks: what would break the catalog's promises, reported by ``manage.py check``. docs/references/checks.rst lists them.

Those that look into a database run in ``migrate`` too, before our tables or columns exist, and stay silent about what is not
there yet. Like Django's own they are not translated: their id is what one searches for.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connections, router
from django.db.migrations.recorder import MigrationRecorder
from organizations.models import Organization

from . import conf, guards, host_checks, intact
from .abstract_models import AbstractCatalogCourse, AbstractCourseRun, catalog_course_constraints, course_run_constraints
from .lib import conf as lib_conf
from .lib import permissions
from .lib.fields import CollatedCharField
from .policies import DateWindow, date_window

_UTC = {"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Universal", "Etc/Universal", "Zulu", "Etc/Zulu", "GMT", "Etc/GMT"}
# The migration after which every table and constraint is there.
COMPLETE_SINCE = "1001_own_tables"
_UNIQUE: dict[str, list[tuple[str, ...]]] = {
    "CatalogCourse": [("org_id", "course_code_ci"), ("uuid",)],
    "CatalogCourseCode": [("org_id", "code_ci")],
    "CourseRun": [("key_ci",), ("uuid",)],
}


def register() -> None:
    """Called when the app is ready."""
    checks.register(check_distributions, "openedx_catalog")
    checks.register(check_settings, "openedx_catalog")
    checks.register(host_checks.check_authentication, "openedx_catalog")
    checks.register(host_checks.check_organizations, "openedx_catalog")
    checks.register(check_constraints_inherited, checks.Tags.models)
    checks.register(check_charset, checks.Tags.database)
    checks.register(check_unique_constraints, checks.Tags.database)
    checks.register(check_left_behind, checks.Tags.database)
    checks.register(check_isolation, checks.Tags.database)
    checks.register(check_collations, checks.Tags.database)


def check_distributions(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: openedx-core has files of its own among those that we are imported from."""
    if not intact.mixed():
        return []
    return [checks.Error(intact.MIXED, hint=intact.ADVICE, id="openedx_catalog.E001")]


def check_settings(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """
    E005: USE_TZ is off. E006: no policy for dates. E007: no such way to apply messages. E009: no policy of permissions.

    E008 and W004: a database with a TIME_ZONE. E010: MySQL at a level that loses updates.
    W001: SQLite without IMMEDIATE. W002: MySQL at SERIALIZABLE.
    """
    found: list[checks.CheckMessage] = []
    if not settings.USE_TZ:
        found.append(
            checks.Error(
                "USE_TZ is off, but the dates of course runs are instants.",
                hint="Set USE_TZ = True.",
                id="openedx_catalog.E005",
            )
        )
    try:
        is_policy = isinstance(date_window(), DateWindow)
    except (ImportError, TypeError):
        is_policy = False
    if not is_policy:
        found.append(
            checks.Error(
                f"OPENEDX_CATALOG_DATE_WINDOW is {conf.date_window_path()!r}, which is not a policy for dates.",
                hint="Give the dotted path of a subclass of openedx_catalog.policies.DateWindow.",
                id="openedx_catalog.E006",
            )
        )
    found += _check_inbox() + _check_permission_policy() + _check_time_zones()
    for alias, database in _our_databases():
        engine, options = database.get("ENGINE", ""), database.get("OPTIONS", {})
        if engine.endswith("sqlite3") and str(options.get("transaction_mode", "")).upper() not in ("IMMEDIATE", "EXCLUSIVE"):
            found.append(
                checks.Warning(
                    f"The SQLite database {alias!r} begins transactions as DEFERRED: concurrent writers fail with "
                    "'database is locked'.",
                    hint='Set OPTIONS = {"transaction_mode": "IMMEDIATE"}.',
                    id="openedx_catalog.W001",
                )
            )
        if engine.endswith("mysql"):
            # Without one the session takes what the server has: `check_isolation` asks it.
            level = str(options.get("isolation_level", "read committed") or "").lower()
            found += _check_level(alias, level)
    return found


def check_isolation(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """E010, W002: as in the settings, for a level that a session gets from its server or from init_command."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "mysql" and guards.meant_for(alias):
            with connection.cursor() as cursor:
                # MariaDB has the old name of the variable, MySQL the new one.
                cursor.execute("SHOW VARIABLES WHERE Variable_name IN ('transaction_isolation', 'tx_isolation')")
                levels = {value.replace("-", " ").lower() for _name, value in cursor.fetchall()}
            for level in sorted(levels):
                found += _check_level(alias, level)
    return found


def _check_level(alias: str, level: str) -> list[checks.CheckMessage]:
    """
    On MySQL alone: PostgreSQL ends a transaction that would write over what it has not seen.

    At SERIALIZABLE every read of MySQL locks, and sees what is stored.
    """
    hint = 'Leave OPTIONS["isolation_level"] at Django\'s default, "read committed".'
    if level in ("repeatable read", "read uncommitted"):
        return [
            checks.Error(
                f"The database {alias!r} runs at {level.upper()}: a writer does not see what others have committed while it "
                "waited for them, and silently overwrites it.",
                hint=hint,
                id="openedx_catalog.E010",
            )
        ]
    if level == "serializable":
        return [
            checks.Warning(
                f"The database {alias!r} runs at {level.upper()}: writers often block each other, and inside a caller's "
                "transaction they get RetryableConflict.",
                hint=hint,
                id="openedx_catalog.W002",
            )
        ]
    return []


def _check_inbox() -> list[checks.CheckMessage]:
    way = conf.inbox()
    if way in conf.INBOX_WAYS and (way != "celery" or find_spec("celery")):
        return []
    return [
        checks.Error(
            f"OPENEDX_CATALOG_INBOX is {way!r}: messages would not be applied.",
            hint=f"Set it to one of {', '.join(conf.INBOX_WAYS)}; celery needs Celery to be installed.",
            id="openedx_catalog.E007",
        )
    ]


def _check_permission_policy() -> list[checks.CheckMessage]:
    try:
        policy = permissions.policy()
        missing = [name for name in permissions.METHODS if not callable(getattr(policy, name, None))]
        wrong = f"has no {', '.join(missing)}" if missing else ""
    except Exception as error:  # Whatever a module of the host raises when it is imported.
        wrong = f"cannot be imported ({error})"
    if not wrong:
        return []
    return [
        checks.Error(
            f"OPENEDX_CATALOG_PERMISSION_POLICY {lib_conf.permission_policy_path()!r} {wrong}: nobody could read or write.",
            hint="Give the dotted path of openedx_catalog.permissions.ModelPermissions, of StaffMayWrite, or of your subclass.",
            id="openedx_catalog.E009",
        )
    ]


def _check_time_zones() -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    for alias, database in _our_databases():
        zone = database.get("TIME_ZONE")
        if not settings.USE_TZ or not zone or zone in _UTC:
            continue
        hint = f"Take TIME_ZONE out of DATABASES[{alias!r}]; Django's own TIME_ZONE decides in which zone pages show dates."
        if connections[alias].features.supports_timezones:
            text = (
                f"The database {alias!r} has TIME_ZONE {zone!r}: dates in the last hours of the year 9999, or the first of the "
                "year 1, cannot be read in it."
            )
            found.append(checks.Warning(text, hint=hint, id="openedx_catalog.W004"))
        else:
            text = (
                f"The database {alias!r} stores dates as local time of {zone!r}: an instant in the hour that comes twice, when "
                "summer time ends, is read as another one, and is written again by every sync."
            )
            hint += " What is stored already must be converted, as it must when this setting changes."
            found.append(checks.Error(text, hint=hint, id="openedx_catalog.E008"))
    return found


def check_constraints_inherited(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E003: a model built from an abstract base whose Meta does not inherit the base's Meta, and with it the constraints."""
    found: list[checks.CheckMessage] = []
    bases = ((AbstractCatalogCourse, catalog_course_constraints), (AbstractCourseRun, course_run_constraints))
    for model in apps.get_models():
        for base, constraints in bases:
            if issubclass(model, base) and not model._meta.proxy:
                names = [constraint.name for constraint in model._meta.constraints]
                lost = [c.name for c in constraints("") if not any(name.endswith(c.name) for name in names)]
                if lost:
                    found.append(
                        checks.Error(
                            f"{model._meta.label} has lost constraints of {base.__name__}: {', '.join(sorted(lost))}.",
                            hint=f"Write: class Meta({base.__name__}.Meta).",
                            obj=model,
                            id="openedx_catalog.E003",
                        )
                    )
    return found


def check_charset(app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E002: a table on MySQL or MariaDB whose character set cannot hold every title and key."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "mysql":
            continue
        tables = [model._meta.db_table for model in guards.stored_on(alias, [*_models(), Organization])]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, table_collation FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND table_collation NOT LIKE 'utf8mb4%%'"
            )
            wrong = {name: collation for name, collation in cursor.fetchall() if name in tables}
        for name, collation in sorted(wrong.items()):
            found.append(
                checks.Error(
                    f"The table {name} of database {alias!r} has the character set {collation.split('_')[0]}, not utf8mb4.",
                    hint=f"ALTER TABLE {name} CONVERT TO CHARACTER SET utf8mb4; and give the database that default. "
                    "It gives every column the collation of the table: check again, E011 names those that need their own back.",
                    id="openedx_catalog.E002",
                )
            )
    return found


def check_collations(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """E011: a column that identity rests on compares otherwise than it must. W005: organizations compare with case."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        stored = _collations(connection)
        for table, field in _exact_columns(alias, connection.vendor):
            expected = field.db_collations[connection.vendor]
            if (table, field.column) in stored and (actual := stored[table, field.column]) != expected:
                found.append(
                    checks.Error(
                        f"The column {table}.{field.column} of database {alias!r} has the collation "
                        f"{actual or 'of its database'}, not {expected}: rows would be confused with each other, or not found.",
                        hint=_recollate(connection, table, field, expected),
                        id="openedx_catalog.E011",
                    )
                )
        names = stored.get(("organizations_organization", "short_name")) if guards.stored_on(alias, [Organization]) else None
        if connection.vendor == "mysql" and names and not names.endswith("_ci"):
            found.append(
                checks.Warning(
                    f"organizations_organization.short_name of database {alias!r} has the collation {names}, which tells case "
                    "apart: this app never creates two organizations that differ by case only, but other programs may.",
                    hint="Give the column a collation that ends in _ci, e.g. utf8mb4_unicode_ci, once catalog_doctor lists no "
                    "organizations_differ_by_case.",
                    id="openedx_catalog.W005",
                )
            )
    return found


def _exact_columns(alias: str, vendor: str) -> Iterator[tuple[str, Any]]:
    """The columns of all our apps that must distinguish any two texts; histories need not."""
    for model in guards.stored_on(alias, apps.get_models()):
        if model._meta.app_label.startswith("openedx_catalog") and not hasattr(model, "history_id"):
            for field in model._meta.concrete_fields:
                if isinstance(field, CollatedCharField) and field.db_collations.get(vendor) in ("utf8mb4_bin", "C"):
                    yield model._meta.db_table, field


def _collations(connection: Any) -> dict[tuple[str, str], str | None]:
    """The collation of every text column of the database, None where PostgreSQL takes that of the database. Not on SQLite."""
    schema = {"mysql": "DATABASE()", "postgresql": "current_schema()"}.get(connection.vendor)
    if schema is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns "  # noqa: S608
            f"WHERE table_schema = {schema} AND character_maximum_length IS NOT NULL"
        )
        return {(table, column): collation for table, column, collation in cursor.fetchall()}


def _recollate(connection: Any, table: str, field: Any, collation: str) -> str:
    kind = field.db_type(connection)
    if connection.vendor == "postgresql":
        return f'ALTER TABLE {table} ALTER COLUMN {field.column} TYPE {kind} COLLATE "{collation}";'
    null = "NULL" if field.null else "NOT NULL"
    return f"ALTER TABLE {table} MODIFY {field.column} {kind} CHARACTER SET utf8mb4 COLLATE {collation} {null};"


def check_unique_constraints(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """E004: a unique constraint that identity rests on is not in the database."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        for table, columns in _missing_unique(alias):
            found.append(
                checks.Error(
                    f"The table {table} of database {alias!r} has no unique constraint on ({', '.join(columns)}): "
                    "two writers could store the same identity twice.",
                    hint="It may have been dropped by hand. Remove the twins that catalog_doctor lists, then create it again.",
                    id="openedx_catalog.E004",
                )
            )
    return found


def check_left_behind(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """W003: tables of an optional app that is not installed any more: their foreign keys still hold courses and runs."""
    absent = [name for name in _contrib_apps() if not apps.is_installed(f"openedx_catalog.contrib.{name}")]
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        tables = connections[alias].introspection.table_names() if absent else []
        for label, name in ((f"openedx_catalog_{name}", name) for name in absent):
            count = sum(table.startswith(f"{label}_") for table in tables) if router.allow_migrate(alias, label) else 0
            if count:
                found.append(
                    checks.Warning(
                        f"The database {alias!r} still has tables of openedx_catalog.contrib.{name} ({count}), which is not in "
                        "INSTALLED_APPS: their rows keep courses and runs from being deleted, and are not kept up to date.",
                        hint=f"Put the app back; to remove it: migrate {label} zero first, then take it out.",
                        id="openedx_catalog.W003",
                    )
                )
    return found


def _contrib_apps() -> list[str]:
    """The names of the optional apps of this distribution, installed or not; none of them is imported."""
    folder = Path(__file__).with_name("contrib")
    return [module.name for module in pkgutil.iter_modules([str(folder)]) if module.ispkg]


def _missing_unique(alias: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    connection = connections[alias]
    if ("openedx_catalog", COMPLETE_SINCE) not in MigrationRecorder(connection).applied_migrations():
        # A migrate that was killed between a column and its constraint must be able to go on.
        return
    with connection.cursor() as cursor:
        for model in guards.stored_on(alias, _models()):
            table = model._meta.db_table
            constraints = connection.introspection.get_constraints(cursor, table).values()
            unique = {tuple(found["columns"]) for found in constraints if found["unique"]}
            for columns in _UNIQUE.get(model.__name__, ()):
                if columns not in unique:
                    yield table, columns


def _our_databases() -> Iterator[tuple[str, Any]]:
    """``(alias, its settings)`` of those that the catalog may be on."""
    return ((alias, database) for alias, database in settings.DATABASES.items() if guards.meant_for(alias))


def _models() -> list[Any]:
    return list(apps.get_app_config("openedx_catalog").get_models())
