"""What every REST resource keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from rest_framework.test import APIClient

from ...lib.permissions import ModelPermissions
from ..marks import same_everywhere
from ..tables import METHODS, Rule, expected, label_of, permission, usual_rules
from ..tokens import RESTRICTED, token
from ..users import rest_client, rest_user, undone

# What is let in may find a conflict: an organization has courses, a course has runs.
SUCCESS = (200, 201, 204, 409)
UNKNOWN = "no_such_name"
POLICY = "OPENEDX_CATALOG_PERMISSION_POLICY"


class OpenToAll(ModelPermissions):
    """As a host writes it that shows its catalog to everybody."""

    anonymous_may_read = True


class ResourceContract:
    """
    One resource that a subclass names: who may do what, ETags, what is not known, pages, and the cost of reading.

    `resource` is the start of its URL names, `factory` makes a row that every signed-in user may see, `changes` is the body of
    a PATCH that changes it, and `new` returns the body of a POST that creates another one. `rules` and `bodies` are for what
    goes beyond list, detail, POST, PATCH and DELETE. The budgets are numbers of queries.
    """

    pytestmark = pytest.mark.django_db

    resource: ClassVar[str]
    factory: ClassVar[Any]
    changes: ClassVar[dict[str, Any]] = {}
    rules: ClassVar[Sequence[Rule]] = ()
    list_budget: ClassVar[int] = 10
    detail_budget: ClassVar[int] = 10
    sizes: ClassVar[tuple[int, int]] = (2, 12)

    # What a subclass may say otherwise

    @classmethod
    def model(cls) -> Any:
        return cls.factory._meta.model

    def new(self) -> dict[str, Any]:
        """The body of a POST that creates a row beside that of `make_row`."""
        raise NotImplementedError

    def make_row(self) -> Any:
        """A row that every signed-in user may see."""
        return self.factory()

    def make_rows(self, count: int) -> None:
        """Many rows, all different in what they point at."""
        for _number in range(count):
            self.factory()

    def hidden_rows(self) -> list[Any]:
        """Rows that only holders of the view permission may know of; none where every row is public."""
        return []

    def bodies(self, row: Any) -> dict[str, dict[str, Any]]:
        """``{route: body}`` of the actions beside POST to the list and PATCH; each is taken by the API."""
        return {}

    def query(self, rule: Rule) -> str:
        """What a GET needs in its URL."""
        return ""

    # Helpers

    @classmethod
    def table(cls) -> list[Rule]:
        """Who may do what."""
        return list(cls.rules or usual_rules(cls.resource.rpartition(":")[2], label_of(cls.model())))

    @classmethod
    def users(cls) -> list[str]:
        needed = sorted({permission(rule) for rule in cls.table() if rule.action})
        return ["anonymous", "inactive", "user", "staff", "superuser", *needed]

    @classmethod
    def pytest_generate_tests(cls, metafunc: Any) -> None:
        """One test for each user, and for each kind of restricted token."""
        if "user" in metafunc.fixturenames:
            metafunc.parametrize("user", cls.users())
        if "claims" in metafunc.fixturenames:
            metafunc.parametrize("claims", RESTRICTED.values(), ids=list(RESTRICTED))

    def view(self) -> Any:
        return resolve(reverse(f"{self.resource}-list")).func.cls  # type: ignore[attr-defined]

    def routes(self) -> dict[str, set[str]]:
        """``{route: its methods}``, as the view set has them."""
        name, view = self.resource.rpartition(":")[2], self.view()
        found = {
            f"{name}-list": {"get": "list", "post": "create"},
            f"{name}-detail": {"get": "retrieve", "patch": "partial_update", "delete": "destroy"},
            **{f"{name}-{extra.url_name}": extra.mapping for extra in view.get_extra_actions()},
        }
        return {
            route: {method.upper() for method in actions if method != "head" and method in view.http_method_names}
            for route, actions in found.items()
        }

    def url(self, route: str, row: Any) -> str:
        space, _colon, name = self.resource.rpartition(":")
        of_rows = {f"{name}-{extra.url_name}": extra.detail for extra in self.view().get_extra_actions()}
        of_row = of_rows.get(route, route.endswith("-detail"))
        return reverse(f"{space}:{route}" if space else route, args=[self.view()().lookup_of(row)] if of_row else [])

    def list_url(self) -> str:
        return reverse(f"{self.resource}-list")

    def detail_url(self, row: Any) -> str:
        return reverse(f"{self.resource}-detail", args=[self.view()().lookup_of(row)])

    def body(self, rule: Rule, row: Any) -> dict[str, Any]:
        if rule.method == "PATCH":
            return dict(self.changes)
        if rule.method != "POST":
            return {}
        return self.new() if rule.route.endswith("-list") else self.bodies(row)[rule.route]

    def send(self, client: Any, rule: Rule, row: Any, **headers: Any) -> Any:
        """A request of one line of the table; what it writes is taken back."""
        url = self.url(rule.route, row) + self.query(rule)
        with undone():
            if rule.method == "GET":
                return client.get(url, **headers)
            body = json.dumps(self.body(rule, row))
            return client.generic(rule.method, url, body, content_type="application/json", **headers)

    def statuses(self, client: Any, row: Any) -> dict[str, int]:
        """``{line of the table: status of the answer}``; 200 stands for every success."""
        sent = {f"{rule.method} {rule.route}": self.send(client, rule, row).status_code for rule in self.table()}
        return {line: 200 if status in SUCCESS else status for line, status in sent.items()}

    def expected(self, user: str, **kwargs: Any) -> dict[str, int]:
        return {f"{rule.method} {rule.route}": expected(user, rule, **kwargs) for rule in self.table()}

    def has(self, method: str, route: str) -> bool:
        return any(rule.method == method and rule.route.endswith(route) for rule in self.table())

    @pytest.fixture
    def root(self, db: Any) -> Any:
        """A client of a superuser."""
        return rest_client("superuser")

    @pytest.fixture
    def row(self, db: Any) -> Any:
        return self.make_row()

    # Who may what

    @same_everywhere
    def test_the_table_has_every_route_and_method(self) -> None:
        offered = {(route, method) for route, methods in self.routes().items() for method in methods}
        assert offered == {rule[:2] for rule in self.table()}

    @same_everywhere
    def test_who_is_let_in(self, user: str, row: Any) -> None:
        assert self.statuses(rest_client(user), row) == self.expected(user)

    @same_everywhere
    def test_a_policy_may_let_staff_write(self, user: str, row: Any, settings: Any) -> None:
        setattr(settings, POLICY, "openedx_catalog.permissions.StaffMayWrite")
        assert self.statuses(rest_client(user), row) == self.expected(user, writing=("staff", "superuser"))

    @same_everywhere
    @pytest.mark.parametrize("visitor", ["anonymous", "inactive"])
    @pytest.mark.parametrize(
        ("name", "value"),
        [(POLICY, f"{__name__}.OpenToAll"), ("OPENEDX_CATALOG_ANONYMOUS_READ", True)],
        ids=["policy", "setting"],
    )
    def test_a_policy_or_a_setting_may_let_everybody_read(
        self, visitor: str, name: str, value: Any, row: Any, settings: Any
    ) -> None:
        setattr(settings, name, value)
        wanted = {f"{rule.method} {rule.route}": 401 if rule.action else 200 for rule in self.table()}
        assert self.statuses(rest_client(visitor), row) == wanted

    @same_everywhere
    @pytest.mark.parametrize(("visitor", "status"), [("anonymous", 401), ("superuser", 405)])
    def test_methods_that_a_route_does_not_have(self, visitor: str, status: int, row: Any) -> None:
        client = rest_client(visitor)
        offered: dict[str, set[str]] = {}
        for rule in self.table():
            offered.setdefault(rule.route, {"HEAD"}).add(rule.method)
        missing = [(route, method) for route, methods in offered.items() for method in METHODS if method not in methods]
        answers = {line: client.generic(line[1], self.url(line[0], row)).status_code for line in missing}
        assert answers == dict.fromkeys(missing, status)

    @same_everywhere
    def test_a_session_writes_only_with_its_csrf_token(self, root: Any, row: Any) -> None:
        client = APIClient(enforce_csrf_checks=True)
        client.cookies = root.cookies
        for rule in self.table():
            if rule.method != "GET":
                answer = self.send(client, rule, row)
                assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), rule

    @same_everywhere
    def test_a_token_of_a_restricted_application_may_nothing(self, claims: dict[str, Any], row: Any, admin_user: Any) -> None:
        """Whatever its user may, and whatever its scopes are called: none of them is ours."""
        if "JWT_SECRET_KEY" not in getattr(settings, "JWT_AUTH", {}):
            pytest.skip("this host takes no tokens: it has no JWT_AUTH")
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=token(admin_user))
        if client.get(self.list_url()).status_code == 401:
            pytest.skip("this host takes no tokens: its REST does not know users by them")
        client.credentials(HTTP_AUTHORIZATION=token(admin_user, **claims))
        for rule in self.table():
            answer = self.send(client, rule, row)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), rule
            assert "restricted" in answer.json()["detail"]

    @same_everywhere
    def test_rows_that_are_kept_back(self, row: Any) -> None:
        """They are as if they did not exist, for all but holders of the view permission."""
        reader, viewer = rest_client("user"), rest_client(self._view_permission())
        for hidden in self.hidden_rows():
            assert reader.get(self.detail_url(hidden)).status_code == 404
            assert viewer.get(self.detail_url(hidden)).status_code == 200
        hidden_count = len(self.hidden_rows()) and self._count(viewer) - self._count(reader)
        assert (hidden_count > 0) == bool(self.hidden_rows())

    def _view_permission(self) -> str:
        app, model = self.table()[0].model.split(".")
        return f"{app}.view_{model}"

    def _count(self, client: Any) -> int:
        return int(client.get(self.list_url()).json()["count"])

    # Two writers

    def test_whoever_read_an_older_state_changes_nothing(self, root: Any, row: Any) -> None:
        if not self.has("PATCH", "-detail"):
            pytest.skip("nothing is changed here")
        url = self.detail_url(row)
        old = root.get(url)["ETag"]
        first = root.patch(url, self.changes, format="json", HTTP_IF_MATCH=old)
        assert (first.status_code, first["ETag"] != old) == (200, True), first.content
        stale = root.patch(url, self.changes, format="json", HTTP_IF_MATCH=old)
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
        for current in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
            assert root.patch(url, self.changes, format="json", HTTP_IF_MATCH=current).status_code == 200, current
        if self.has("DELETE", "-detail"):
            assert root.delete(url, HTTP_IF_MATCH=old).status_code == 412
            assert root.get(url).status_code == 200

    def test_whoever_has_the_newest_need_not_load_it_again(self, root: Any, row: Any) -> None:
        url = self.detail_url(row)
        tag = root.get(url)["ETag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = root.get(url, HTTP_IF_NONE_MATCH=given)
            assert (answer.status_code, answer["ETag"], answer.content) == (304, tag, b""), given
        assert root.get(url, HTTP_IF_NONE_MATCH='"other"').status_code == 200

    def test_what_is_created_is_where_the_answer_says(self, root: Any, row: Any) -> None:
        if not self.has("POST", "-list"):
            pytest.skip("nothing is created here")
        made = root.post(self.list_url(), self.new(), format="json", HTTP_X_REQUEST_ID="contract-1")
        assert made.status_code == 201, made.content
        again = root.get(made["Location"])
        assert (again.json(), again["ETag"], made["X-Request-ID"]) == (made.json(), made["ETag"], "contract-1")
        history = self.model().history.latest()
        assert (history.history_user.username, history.history_change_reason) == ("superuser", "rest:contract-1")

    # What is not known, and pages

    def test_a_parameter_that_is_not_known_is_refused_by_name(self, root: Any, row: Any) -> None:
        for rule in self.table():
            url = self.url(rule.route, row) + (self.query(rule) or "?")
            body = json.dumps(self.body(rule, row))
            with undone():
                answer = root.generic(rule.method, f"{url}&{UNKNOWN}=1", body, content_type="application/json")
            assert (answer.status_code, UNKNOWN in answer.json().get("errors", {})) == (400, True), rule

    def test_a_field_that_is_not_known_is_refused_by_name(self, root: Any, row: Any) -> None:
        for rule in self.table():
            if rule.method in ("POST", "PATCH"):
                body = {**self.body(rule, row), UNKNOWN: 1}
                answer = getattr(root, rule.method.lower())(self.url(rule.route, row), body, format="json")
                assert (answer.status_code, list(answer.json().get("errors", {}))) == (400, [UNKNOWN]), rule

    @pytest.mark.parametrize(
        "query", ["page=0", "page=x", "page_size=0", "page_size=-1", f"page_size={'9' * 5000}", "fields=secret", "view=full"]
    )
    def test_a_page_or_shape_that_makes_no_sense_is_refused_by_name(self, root: Any, row: Any, query: str) -> None:
        answer = root.get(f"{self.list_url()}?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])

    def test_pages_neither_repeat_nor_skip_a_row(self, root: Any) -> None:
        self.make_rows(5)
        count = self._count(root)
        seen: list[str] = []
        for number in range(1, (count + 1) // 2 + 1):
            answer = root.get(self.list_url(), {"page": number, "page_size": 2}).json()
            assert 0 < len(answer["results"]) <= 2
            seen += [json.dumps(data, sort_keys=True) for data in answer["results"]]
        assert (len(seen), len(set(seen)), answer["next"]) == (count, count, None)
        assert root.get(self.list_url(), {"page": number + 1, "page_size": 2}).status_code == 404

    def test_a_cursor_walks_the_whole_list_without_counting_it(self, root: Any) -> None:
        self.make_rows(5)
        expected = root.get(self.list_url(), {"page_size": 100}).json()["results"]
        for start in ({"cursor": "first"}, {"count": "false"}):
            answer = root.get(self.list_url(), {**start, "page_size": 2}).json()
            seen = list(answer["results"])
            while answer["next"]:
                answer = root.get(answer["next"]).json()
                seen += answer["results"]
            assert (seen, answer["count"]) == (expected, None)
        answer = root.get(self.list_url(), {"cursor": "nonsense"})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])

    def test_reading_costs_as_many_queries_whatever_the_size(self) -> None:
        row, costs, client = self.make_row(), [], APIClient()
        # Signed in without a session, whose queries are not ours.
        client.force_authenticate(rest_user("superuser"))
        for size in self.sizes:
            self.make_rows(size)
            for url in (f"{self.list_url()}?page_size=100", self.detail_url(row)):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(url).status_code == 200
                costs.append(len(captured))
        assert costs[:2] == costs[2:]
        assert (costs[0] <= self.list_budget, costs[1] <= self.detail_budget) == (True, True), costs
