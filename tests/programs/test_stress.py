"""The random calls of `tests.processes.test_stress`, those of programs among them: external keys, courses of curricula."""

from __future__ import annotations

import pytest

from openedx_catalog.contrib.programs import api
from tests.processes.conftest import racers  # noqa: F401
from tests.processes.test_stress import SECONDS, stress

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.newest]


def test_external_keys_and_curricula_hold_too(racers):  # noqa: F811
    stress(racers, SECONDS / 4)
    assert [finding for finding in api.audit_external_keys() if finding.severity == "error"] == []
