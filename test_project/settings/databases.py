"""
The database of a test run or a demo, chosen by CATALOG_DB: sqlite (default), postgresql or mariadb.

Servers are found by the variables their own clients read (PGHOST, PGUSER, …; MARIADB_HOST, …), else on loopback.
"""

import os
from pathlib import Path


def _sqlite(name: str) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        # IMMEDIATE takes the write lock when a transaction begins, so two writers queue instead of failing.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60},
        # A file, not memory: concurrency tests open the test database from other processes.
        "TEST": {"NAME": str(Path(name).with_name(f"test_{Path(name).name}"))},
    }


def _postgresql(name: str) -> dict:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "TEST": {"NAME": f"test_{name}"},
    }


def _mariadb(name: str) -> dict:
    try:
        import MySQLdb  # noqa: F401
    except ImportError:
        # mysqlclient needs a compiler and headers; PyMySQL needs neither.
        import pymysql

        pymysql.install_as_MySQLdb()
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": name,
        "HOST": os.environ.get("MARIADB_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MARIADB_PORT", "3306"),
        "USER": os.environ.get("MARIADB_USER", "root"),
        "PASSWORD": os.environ.get("MARIADB_PASSWORD", ""),
        "OPTIONS": {"charset": "utf8mb4"},
        "TEST": {"NAME": f"test_{name}", "CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"},
    }


def database() -> dict:
    """The settings of the one database this process uses; CATALOG_DB_NAME names it."""
    kind = os.environ.get("CATALOG_DB", "sqlite")
    name = os.environ.get("CATALOG_DB_NAME")
    if kind == "sqlite":
        return _sqlite(name or str(Path.cwd() / "demo.sqlite3"))
    return {"postgresql": _postgresql, "mariadb": _mariadb}[kind](name or "openedx_catalog")
