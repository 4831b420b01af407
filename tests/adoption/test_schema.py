"""``0001_initial`` makes the very tables of the peer's ``0001_initial``: a database of the peer counts as migrated this far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.databases import new_database, on_database

from .conftest import Peer, migrate

pytestmark = pytest.mark.slow

TABLES = ("openedx_catalog_catalogcourse", "openedx_catalog_courserun")
QUERIES = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name LIKE 'openedx_catalog%'",),
    "postgresql": (
        "SELECT table_name, ordinal_position, column_name, data_type, character_maximum_length, is_nullable, collation_name, "
        "column_default, is_identity, identity_generation FROM information_schema.columns "
        "WHERE table_name LIKE 'openedx_catalog%'",
        "SELECT conrelid::regclass::text, conname, contype, condeferrable, condeferred, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE conrelid::regclass::text LIKE 'openedx_catalog%'",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'openedx_catalog%'",
    ),
    "mysql": (
        "SELECT table_name, ordinal_position, column_name, column_type, is_nullable, collation_name, column_default, extra "
        "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name LIKE 'openedx_catalog%'",
        *(f"SHOW CREATE TABLE {table}" for table in TABLES),
    ),
}


def schema() -> list[list[Any]]:
    """Tables, columns, types, nullability, collations, constraints and indexes, in the database's own words."""
    found = []
    with connection.cursor() as cursor:
        for query in QUERIES[connection.vendor]:
            cursor.execute(query)
            found.append(sorted(cursor.fetchall(), key=str))
    return found


def test_the_initial_migration_makes_the_schema_of_the_peer(peer: Peer, django_db_blocker: Any, tmp_path: Path):
    with (
        django_db_blocker.unblock(),
        new_database("peer_schema", tmp_path) as of_the_peer,
        new_database("own_schema", tmp_path) as of_ours,
    ):
        peer.run(of_the_peer, "migrate", "openedx_catalog", "0001_initial")
        with on_database(of_the_peer):
            expected = schema()
        with on_database(of_ours):
            migrate("openedx_catalog", "0001_initial")
            assert schema() == expected
    assert all(expected)
