"""10,000 generated strings get the same verdict on every database: a typed error, or a run that is found again."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from openedx_catalog import exceptions

from .conftest import CHECKOUT, child_environment
from .verdicts import Verdict, folded, judge, other_case, strings

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def on_sqlite(tmp_path: Path) -> tuple[list[Verdict], dict[str, int]]:
    """What another process says, with a new SQLite database."""
    environment = child_environment(CATALOG_DB="sqlite", CATALOG_DB_NAME=str(tmp_path / "verdicts.sqlite3"))
    command = [sys.executable, "-m", "tests.processes.verdicts"]
    child = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    verdicts, outcomes = json.loads(child.stdout)
    return [Verdict(*verdict) for verdict in verdicts], outcomes


def error_codes(root: type = exceptions.CatalogError) -> set[str]:
    return {root.code} | {code for error in root.__subclasses__() for code in error_codes(error)}


def test_every_string_gets_the_same_verdict_on_every_database(tmp_path: Path):
    texts = strings()

    verdicts, outcomes = judge(texts)

    _typed_or_found(verdicts)
    # Neither an empty net nor one that catches all.
    assert len(texts) == sum(outcomes.values()) == 10_000
    assert min(outcomes[name] for name in ("created", "unchanged", "conflict", "invalid")) > 100
    others, other_outcomes = on_sqlite(tmp_path)
    assert [pair for pair in zip(verdicts, others, strict=True) if pair[0] != pair[1]] == []
    assert outcomes == other_outcomes


def _typed_or_found(verdicts: list[Verdict]) -> None:
    refused = [verdict for verdict in verdicts if verdict.outcome == "invalid"]
    kept = [verdict for verdict in verdicts if verdict.outcome != "invalid"]
    assert {verdict.code for verdict in refused} <= error_codes()
    assert [verdict for verdict in refused if verdict.stored] == []
    # resolve_course_runs folds without parsing, so it knows a run also by the upper-case scheme that is refused elsewhere.
    assert [v for v in refused if v.found and folded(v.found) != folded(v.text.strip())] == []
    taken = [verdict for verdict in kept if verdict.outcome == "taken"]
    assert [v for v in taken if v.stored != unicodedata.normalize("NFC", v.text.strip())] == []
    spelled_otherwise = [verdict for verdict in kept if verdict.outcome == "conflict"]
    assert Counter(verdict.code for verdict in spelled_otherwise) == {"other_spelling": len(spelled_otherwise)}
    assert len(taken) + len(spelled_otherwise) == len(kept)
    assert [verdict for verdict in kept if verdict.found != verdict.stored] == []
    assert sum(other_case(verdict.text) != verdict.text for verdict in kept) > len(kept) // 2
