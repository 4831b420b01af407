"""The probes of benchmarks/ find every route and page; what they measure is seen when they are run."""

from collections import defaultdict

import pytest

from benchmarks import probes_site
from tests.hosts.pages import rest_routes

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_route_has_probes(monkeypatch):
    monkeypatch.setattr(probes_site, "found", defaultdict(lambda: "x"))
    found = list(probes_site.routes())
    ours = [actions for _name, view, actions in rest_routes() if view.__module__.startswith("openedx_catalog")]

    assert [route for route, probes in found if next(probes, None) is None] == []
    assert sum(not route.startswith("admin") for route, _probes in found) >= len(ours)
    assert any(route.startswith("admin") for route, _probes in found)
