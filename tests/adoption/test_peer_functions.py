"""Code written for openedx-core's functions and models runs on ours, with the same answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.databases import new_database

from . import peer_calls
from .conftest import Peer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def of_the_peer(peer: Peer, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the peer's functions answer, in a database of their own."""
    with django_db_blocker.unblock(), new_database("peer_calls", tmp_path_factory.mktemp("calls")) as name:
        peer.run(name, "migrate")
        return peer.run_script(name, "peer_calls.py")


@pytest.fixture
def of_ours(db: None) -> dict[str, Any]:
    return json.loads(json.dumps(peer_calls.main()))


def test_every_call_is_answered_as_the_peer_answers_it(of_the_peer: dict[str, Any], of_ours: dict[str, Any]):
    differing = {
        name: (theirs, of_ours["answers"][name])
        for name, theirs in of_the_peer["answers"].items()
        if not is_same(theirs, of_ours["answers"][name])
    }
    assert differing == {}
    assert len(of_ours["answers"]) == len(of_the_peer["answers"]) > 50


def is_same(theirs: Any, ours: Any) -> bool:
    """Equal; of errors: every class that callers may catch there, and a CatalogError in the place of an assert."""
    if not isinstance(theirs, dict) or "raises" not in theirs:
        return theirs == ours
    raised = ours.get("raises", []) if isinstance(ours, dict) else []
    if theirs["raises"] == ["AssertionError"]:
        return bool(raised) and ours["ours"] and "AssertionError" not in raised
    return bool(raised) and set(theirs["raises"]) <= set(raised)


@pytest.mark.parametrize("name", peer_calls.FUNCTIONS)
def test_every_signature_takes_what_the_peer_takes(of_the_peer: dict[str, Any], of_ours: dict[str, Any], name: str):
    theirs, ours = of_the_peer["signatures"][name], of_ours["signatures"][name]
    by_position = [parameter for parameter in theirs if parameter[1] == "POSITIONAL_OR_KEYWORD"]
    assert ours[: len(by_position)] == by_position
    assert [parameter for parameter in theirs if parameter not in ours] == []
    # What we take besides may be left out.
    more = [parameter for parameter in ours if parameter not in theirs and parameter[1] != "VAR_KEYWORD"]
    assert [parameter for parameter in more if "inspect._empty" in parameter[2]] == []
