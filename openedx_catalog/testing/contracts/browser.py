"""
What every page keeps in a real browser.

Needs axe-playwright-python and pytest-playwright, which are imported when a page is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse


def violations(page: Any) -> list[str]:
    """What axe finds on a page of Playwright."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]


def sign_in(page: Any, site: str, user: Any) -> Any:
    """A page on the first page of the admin, with a session of a user."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    page.goto(f"{site}/admin/")
    return page


class AccessibilityContract:
    """
    axe finds nothing to complain of on any page of the admin that a subclass names.

    `pages` are the ends of names of admin URLs, after `start`: ``"changelist"`` after ``"handouts_handout_"``.
    `arguments` says what a page is for. A suite with a server and a session of its own overrides the fixtures `site_url` and
    `signed_in_page`; as they are, they use ``live_server`` and ``page``. Set DJANGO_ALLOW_ASYNC_UNSAFE: Playwright has an event
    loop in the thread of the tests.
    """

    start: ClassVar[str] = ""
    pages: ClassVar[Sequence[str]] = ("changelist", "add")
    query: ClassVar[dict[str, str]] = {}

    def arguments(self, name: str) -> list[Any]:
        """What the URL of a page needs: the id of a row."""
        return []

    @classmethod
    def pytest_generate_tests(cls, metafunc: Any) -> None:
        """One test for each page."""
        if "admin_page" in metafunc.fixturenames:
            metafunc.parametrize("admin_page", list(cls.pages))

    @pytest.fixture
    def site_url(self, request: Any) -> str:
        return str(request.getfixturevalue("live_server").url)

    @pytest.fixture
    def signed_in_page(self, request: Any, site_url: str) -> Any:
        return sign_in(request.getfixturevalue("page"), site_url, request.getfixturevalue("admin_user"))

    def name_of(self, admin_page: str) -> str:
        """The name of the URL of a page, without ``admin:``."""
        return f"{self.start}{admin_page}"

    def look_at(self, page: Any, admin_page: str) -> None:
        """What is asked of a page: a suite that keeps pictures takes them here."""
        assert violations(page) == []

    def test_axe_finds_nothing(self, admin_page: str, site_url: str, signed_in_page: Any) -> None:
        path = reverse(f"admin:{self.name_of(admin_page)}", args=self.arguments(admin_page))
        signed_in_page.goto(f"{site_url}{path}{self.query.get(admin_page, '')}")
        self.look_at(signed_in_page, admin_page)
