"""Our first migrations make the very tables of the peer's of the same names: its databases count as migrated this far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.databases import new_database, on_database, schema

from .conftest import Peer, migrate

pytestmark = pytest.mark.slow

TABLES = [f"openedx_catalog_{name}" for name in ("catalogcourse", "courserun")]
PATHWAYS = [f"openedx_catalog_{name}" for name in ("pathwaycategory", "catalogpathway", "pathwayenrollment")]
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
    ),
}


def exact_schema(tables: list[str]) -> list[list[Any]]:
    """Tables, columns, types, nullability, collations, constraints and indexes, in the database's own words."""
    found = []
    shown = [f"SHOW CREATE TABLE {table}" for table in tables] if connection.vendor == "mysql" else []
    with connection.cursor() as cursor:
        for query in (*QUERIES[connection.vendor], *shown):
            cursor.execute(query)
            found.append(sorted(cursor.fetchall(), key=str))
    return found


@pytest.mark.parametrize(("target", "tables"), [("0001_initial", TABLES), ("0002_pathways", TABLES + PATHWAYS)])
def test_a_migration_of_the_peers_name_makes_its_schema(
    peer: Peer, django_db_blocker: Any, tmp_path: Path, target: str, tables: list[str]
):
    with (
        django_db_blocker.unblock(),
        new_database("peer_schema", tmp_path) as of_the_peer,
        new_database("own_schema", tmp_path) as of_ours,
    ):
        peer.run(of_the_peer, "migrate", "openedx_catalog", target)
        with on_database(of_the_peer):
            expected = exact_schema(tables)
        with on_database(of_ours):
            migrate("openedx_catalog", target)
            assert exact_schema(tables) == expected
    assert all(expected)


def test_the_way_back_ends_in_the_schema_of_the_peer_and_on_it_the_peer_goes_on(
    peer: Peer, django_db_blocker: Any, tmp_path: Path
):
    with django_db_blocker.unblock(), new_database("there_and_back", tmp_path) as name:
        peer.run(name, "migrate")
        with on_database(name):
            expected = schema("openedx_catalog")
            migrate()
            assert schema("openedx_catalog") != expected
            migrate("openedx_catalog", "0002_pathways")
            assert schema("openedx_catalog") == expected
        assert "No migrations to apply" in peer.run(name, "migrate")
        assert peer.run_script(name, "peer_calls.py")["answers"]["a pathway"]["key_str"] == "catalog-pathway:MITx:Path"
