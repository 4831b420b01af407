"""What every page of the admin keeps."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, ClassVar

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from ..marks import same_everywhere
from ..tables import NOBODY, Page, label_of, page_allowed, page_users, usual_pages
from ..users import admin_client, undone, viewer_client

ODD_IDS = ["0", "99999", "9" * 30, "-1", "x", "1/2", "_2F", "%00", "é"]
ODD_QUERIES = ["?q=%00", "?p=x", "?o=99.-1", "?all=", "?e=1", "?id__exact=x", "?_popup=1", "?_changelist_filters=%00"]
# Whoever is no superuser has permissions: his own and those of his groups.
PERMISSION_QUERIES = 2
# A page of every list, which no table has: it is for whoever sees the list.
EXPORT = "export"


class Controls(HTMLParser):
    """What can be pressed on a page of the admin: its links, and the buttons of forms that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.buttons: list[str] = []
        self._posting = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note a link or a button."""
        given = dict(attrs)
        if tag == "form":
            self._posting = given.get("method", "").lower() == "post" and given.get("id") != "logout-form"
        elif tag == "a" and (given.get("href") or "").startswith("/admin/"):
            self.links.add(given["href"])
        elif self._posting and (tag == "button" or given.get("type") == "submit"):
            self.buttons.append(given.get("name") or given.get("value") or tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        self._posting = self._posting and tag != "form"


def temptations(client: Any, paths: list[str]) -> list[tuple[str, str]]:
    """What pages show that is refused: links that answer 403, and buttons that send something."""
    found, asked = [], {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        if response.streaming:
            continue
        controls = Controls(response.content.decode())
        found += [(path, f"button {name}") for name in controls.buttons]
        for link in sorted(controls.links):
            if link not in asked and "logout" not in link:
                asked[link] = client.get(link).status_code
            if asked.get(link, 200) not in (200, 302):
                found.append((path, f"{link}: {asked[link]}"))
    return found


class AdminContract:
    """
    The admin of one model: who sees and sends which page, what is offered, the history, odd addresses, and cost.

    `factory` makes a row. `pages` is the table of pages, where they are others than `usual_pages` has; `lists` are the names of
    pages that take the ids of rows in ``?ids=``. `reads` are values that the page of a row shows to whoever may only view;
    `viewed_with` are permissions that it takes to view besides that of the model.
    """

    pytestmark = pytest.mark.django_db

    factory: ClassVar[Any]
    pages: ClassVar[Sequence[Page]] = ()
    lists: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()
    viewed_with: ClassVar[tuple[str, ...]] = ()
    list_budget: ClassVar[int] = 10
    sizes: ClassVar[tuple[int, int]] = (2, 12)

    # What a subclass may say otherwise

    @classmethod
    def model(cls) -> Any:
        return cls.factory._meta.model

    def make_row(self) -> Any:
        return self.factory()

    def make_rows(self, count: int) -> None:
        """Many rows, all different in what they point at."""
        for _number in range(count):
            self.factory()

    # Helpers

    @classmethod
    def table(cls) -> list[Page]:
        """Who sees and sends what."""
        label = label_of(cls.model())
        return [page for page in cls.pages if page.model == label] or usual_pages(label)

    @classmethod
    def pytest_generate_tests(cls, metafunc: Any) -> None:
        """One test for each user."""
        if "user" in metafunc.fixturenames:
            metafunc.parametrize("user", page_users(cls.table(), label_of(cls.model())))
        if "viewer" in metafunc.fixturenames:
            app, name = label_of(cls.model()).split(".")
            metafunc.parametrize("viewer", [" + ".join([f"{app}.view_{name}", *cls.viewed_with]), "whole app"])

    def routes(self) -> dict[str, str]:
        """``{name of a page: its route}``, as the admin class has them."""
        options = self.model()._meta
        start = f"{options.app_label}_{options.model_name}_"
        patterns = admin.site._registry[self.model()].get_urls()
        return {str(found.name).removeprefix(start): str(found.pattern) for found in patterns if found.name}

    def path(self, name: str, pk: Any) -> str:
        options = self.model()._meta
        name = name.partition(": ")[0]
        of_row = "<" in self.routes()[name]
        path = reverse(f"admin:{options.app_label}_{options.model_name}_{name}", args=[pk] if of_row else [])
        return f"{path}?{urlencode({'ids': pk})}" if name in self.lists else path

    def sent(self, client: Any, page: Page, pk: Any) -> Any:
        """Send the empty form of a page, or choose its action; what it writes is taken back."""
        action = page.name.partition(": ")[2]
        with undone():
            return client.post(self.path(page.name, pk), {"action": action, "_selected_action": [pk]} if action else {})

    def status_of(self, page: Page, allowed: bool) -> int:
        if page.name == "history" and not hasattr(self.model(), "history"):
            return 404
        return 200 if allowed else 403

    def client_of(self, viewer: str) -> Any:
        return self.viewer_of_app() if viewer == "whole app" else admin_client(viewer)

    def viewer_of_app(self) -> Any:
        """Whoever may view everything in the app, and in those of `viewed_with`."""
        return viewer_client(self.model()._meta.app_label, *(name.partition(".")[0] for name in self.viewed_with))

    @pytest.fixture
    def pk(self, db: Any) -> Any:
        return self.make_row().pk

    # Who may what

    @same_everywhere
    def test_the_table_has_every_page(self) -> None:
        assert {page.name for page in self.table() if ": " not in page.name} == set(self.routes()) - {EXPORT}

    @same_everywhere
    def test_who_may_see_and_send_a_page(self, user: str, pk: Any) -> None:
        client, label = admin_client(user), label_of(self.model())
        for page in self.table():
            seen = client.get(self.path(page.name, pk)).status_code
            assert seen == self.status_of(page, page_allowed(user, label, page.see)), page
            if page.send:
                # What is let in finds an empty form, or does what it is asked.
                status = self.sent(client, page, pk).status_code
                assert status in (200, 302) if page_allowed(user, label, page.send) else status == 403, page

    def test_whoever_sees_the_list_may_export_it(self, user: str, pk: Any) -> None:
        if EXPORT not in self.routes():
            pytest.skip("it has no export")
        client: Any = admin_client(user)
        listed, file = (client.get(self.path(name, pk)) for name in ("changelist", EXPORT))
        assert file.status_code == listed.status_code
        if file.status_code == 200:
            assert len(b"".join(file.streaming_content).splitlines()) >= 1 + listed.context["cl"].result_count

    def test_deleting_asks_first(self, admin_client: Any, pk: Any) -> None:
        if any(page.name == "delete" and page.send == NOBODY for page in self.table()):
            pytest.skip("nothing is deleted here")
        assert admin_client.post(self.path("delete", pk)).status_code == 200
        assert self.model()._default_manager.filter(pk=pk).exists()

    @pytest.mark.parametrize("is_signed_in", [False, True], ids=["anonymous", "no staff"])
    def test_whoever_is_no_staff_is_sent_to_the_login(self, pk: Any, is_signed_in: bool, django_user_model: Any) -> None:
        client = Client()
        if is_signed_in:
            client.force_login(django_user_model.objects.create_user("visitor"))
        for page in self.table():
            for response in (client.get(self.path(page.name, pk)), self.sent(client, page, pk)):
                assert (response.status_code, "/login/" in response["Location"]) == (302, True), page

    def test_whoever_may_only_view_is_shown_nothing_that_is_refused(self, viewer: str, pk: Any) -> None:
        label, app = label_of(self.model()), self.model()._meta.app_label
        held = " + ".join([f"{app}.view_{self.model()._meta.model_name}", *self.viewed_with])
        names = [page.name for page in self.table() if page_allowed(held, label, page.see) and ": " not in page.name]
        paths = [self.path(name, pk) for name in names]
        assert paths
        assert temptations(self.client_of(viewer), [*paths, reverse("admin:index"), f"{reverse('admin:index')}{app}/"]) == []

    def test_whoever_may_only_view_reads_every_value(self, pk: Any) -> None:
        page = self.viewer_of_app().get(self.path("change", pk)).content.decode()
        assert [value for value in self.reads if value not in page] == []

    @same_everywhere
    def test_a_policy_may_let_staff_write(self, pk: Any, settings: Any) -> None:
        settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.permissions.StaffMayWrite"
        client = admin_client("staff")
        for page in self.table():
            assert client.get(self.path(page.name, pk)).status_code == self.status_of(page, page.see != NOBODY), page
            if page.send:
                assert self.sent(client, page, pk).status_code in ((403,) if page.send == NOBODY else (200, 302)), page

    def test_a_post_needs_a_csrf_token(self, pk: Any, admin_user: Any) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)
        for page in self.table():
            assert self.sent(client, page, pk).status_code == 403, page

    # No page fails, and the history is where it is

    @pytest.mark.parametrize("who", ["superuser", "viewer", "no rows"])
    def test_no_page_fails_whatever_the_address(self, request: Any, who: str) -> None:
        ids = ["1"] if who == "no rows" else [str(request.getfixturevalue("pk"))]
        app = self.model()._meta.app_label
        client = viewer_client(app, "openedx_catalog", "organizations") if who == "viewer" else admin_client("superuser")
        assert self.failures(client, ids) == []

    def failures(self, client: Any, ids: list[str]) -> list[tuple[str, int]]:
        """The pages that answer a GET or an empty POST with a fault of ours, for rows with these ids and for odd ones."""
        client.raise_request_exception = False
        found = []
        for name, route in self.routes().items():
            paths = self._paths(name, route, [*ids, *ODD_IDS])
            asked = [path + query for path in paths[:1] for query in ODD_QUERIES] if name in ("changelist", "add") else []
            for method, path in [*((client.get, path) for path in paths + asked), (client.post, paths[0])]:
                if (status := method(path).status_code) >= 500:
                    found.append((f"{method.__name__} {path}", status))
        return found

    def _paths(self, name: str, route: str, ids: list[str]) -> list[str]:
        options = self.model()._meta
        base = f"{reverse('admin:index')}{options.app_label}/{options.model_name}/{route}"
        if name in self.lists:
            return [f"{base}?{urlencode({'ids': text})}" for text in [*ids, ""]]
        numbers = [text for text in ids if text.isascii() and text.isdigit()]
        for_ids = ids if "<path:object_id>" in route else numbers if "<int:pk>" in route else [""]
        return [base.replace("<path:object_id>", text).replace("<int:pk>", text) for text in for_ids]

    def test_the_history_is_shown_where_there_is_one(self, admin_client: Any, pk: Any) -> None:
        has_history = hasattr(self.model(), "history")
        change = admin_client.get(self.path("change", pk)).content.decode()
        assert ("historylink" in change) == has_history
        history = admin_client.get(self.path("history", pk))
        assert history.status_code == (200 if has_history else 404)
        if has_history:
            reason = self.model().history.filter(id=pk).latest().history_change_reason
            assert escape(reason) in history.content.decode()

    def test_the_list_costs_as_many_queries_whatever_its_size(self) -> None:
        client, costs = self.viewer_of_app(), []
        path = self.path("changelist", None)
        for size in self.sizes:
            self.make_rows(size)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            costs.append(len(captured))
        assert costs[0] == costs[1] <= self.list_budget + PERMISSION_QUERIES, costs
