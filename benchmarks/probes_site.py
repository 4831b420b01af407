"""What `benchmarks.probes` asks: a small catalog, every route and page there is, answers of a source. Set Django up first."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver
from rest_framework.serializers import ListField

from openedx_catalog import api
from openedx_catalog.contrib.pathways import api as pathways
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.search import api as search
from openedx_catalog.contrib.sync import api as sync

from . import probes
from .probes import Probe

RUN, COURSE = "course-v1:MITx+14.100x+3T2017", "MITx+14.100x"
OURS = ("api/catalog/v1/", "admin/openedx_catalog")
found: dict[str, str] = {}


def prepare(*, writer: bool) -> Client:
    """A client that is signed in, with a catalog behind it in which everything occurs once; all pages were seen once."""
    call_command("migrate", verbosity=0)
    records = [api.AssociationRecord(f"course-v1:Org{n % 7}+C{n // 3}+R{n}", start="2027-01-01T00:00:00Z") for n in range(300)]
    api.associate_course_runs([api.AssociationRecord(RUN, title="Microeconomics"), *records], source="probes")
    kind = programs.get_program_type("micromasters")
    program = programs.create_program(title="Economics", type=kind, authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(program, name="Courses", courses=[api.get_catalog_course(key_str=COURSE)])
    programs.create_degree(program)
    pathway = pathways.create_learner_pathway(title="Become an economist", status="active")
    pathways.add_step(pathway, [pathways.NodeRecord(catalog_course=COURSE), pathways.NodeRecord(program=program)])
    sync.create_source(name="lms", kind="lms", base_url="http://127.0.0.1:1", create_missing=True)
    keys = {
        "short_name": "MITx",
        "key": COURSE,
        "course_key": RUN,
        "slug": kind.slug,
        "program": str(program.uuid),
        "ref": COURSE,
        "username": "reader",
    }
    catalog = search.create_course_catalog(name="All", query="*")
    search.rebuild_index()
    found.update({"learner-pathways": str(pathway.uuid), "catalogs": str(catalog.uuid)})
    found.update(keys, programs=str(program.uuid), curricula=str(curriculum.uuid))
    client = Client(raise_request_exception=False)
    client.force_login(_writer() if writer else _reader())
    for _route, some in routes():
        for probe in islice(some, 1):
            probes.send(client, probe)
    return client


def _writer() -> Any:
    return get_user_model().objects.create_superuser("writer")


def _reader() -> Any:
    """Who may sign in to the admin, and see everything there."""
    user = get_user_model().objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


def routes() -> Iterator[tuple[str, Iterator[Probe]]]:
    """Every route of the REST API and every page of ours in the admin, with its probes; the first one is harmless."""
    for pattern, path in _walk(get_resolver()):
        if not path.startswith(OURS):
            continue
        view = pattern.callback
        if path.startswith("api/"):
            for method, action in [entry for entry in view.actions.items() if entry[0] != "head"]:
                yield f"{method.upper()} {_plain(path)[15:]}", _rest(view.cls, method.upper(), action, path)
        elif pattern.name:
            yield f"admin {_plain(path)[len('admin/openedx_catalog') :]}", _page(path)


def _walk(resolver: Any, prefix: str = "") -> Iterator[tuple[Any, str]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path)
        else:
            yield pattern, path


def _plain(path: str) -> str:
    """A route as one reads it."""
    return path.replace("(?P", "").replace("[^/]+(?:/[^/]+/[^/]+)?)", "").replace("[^/]+)", "").translate({94: None, 36: None})


def _rest(view: Any, method: str, action: str, path: str) -> Iterator[Probe]:
    url = "/" + _filled(path)
    reads = method == "GET"
    body = b"" if reads or method == "DELETE" else b"{}"
    yield Probe("plain", method, url, body=body)
    if reads:
        names = ["fields", "view", "page", "page_size", "key"]
        filters = getattr(view, "filterset_class", None) if action == "list" else None
        for name, query in probes.queries([*names, *(filters.base_filters if filters else ())]):
            yield Probe(name, method, url, query)
    else:
        writer = {"create": view.writer, "partial_update": view.patch_writer}.get(action) or getattr(
            getattr(view, action), "writer", None
        )
        fields = {name: isinstance(field, ListField) for name, field in writer().fields.items()} if writer else {}
        for name, body in probes.bodies(fields or {"title": False}):
            yield Probe(f"body, {name}", method, url, body=body)
    for name, text in (("marks", probes.MARKS[:20_000]), ("letters", "x" * 60_000), ("slashes", "x/" * 30_000)):
        if "(?P" in path:
            yield Probe(f"key of {name}", method, "/" + _filled(path, quote(text[: probes.LINE // 6])), body=body)
    headers = {"If-None-Match": ",".join(["W/"] * 20_000), "If-Match": ",".join(["W/"] * 20_000)}
    yield Probe("headers", method, url, body=body, headers={**headers, "X-Request-ID": "x" * 60_000})
    yield Probe("media types", method, url, body=body, headers={"Accept": "a/b," * 15_000})


def _page(path: str) -> Iterator[Probe]:
    url = "/" + _filled(path)
    yield Probe("plain", "GET", url)
    # What our lists and forms read of a query string; the other pages read none.
    asks = path.endswith(("run/", "course/", "move/", "export/", "history/", "program/", "message/"))
    names = ["q", "p", "ids", "created__gte"] if asks else ["p"]
    for name, query in probes.queries(names):
        yield Probe(name, "GET", url, query)
    many = "&".join(f"association__exact=implicit{n}" for n in range(999))
    yield Probe("999 values of one filter", "GET", url, many)
    urlencoded = "application/x-www-form-urlencoded"
    names = [
        "title",
        "key",
        "reason",
        "name",
        "slug",
        "readable_id",
        "excluded_runs",
        "course-excluded_runs",
        "order",
        "organizations",
    ]
    for name, body in probes.forms(names):
        yield Probe(f"form, {name}", "POST", url, body=body, content_type=urlencoded)
    formsets = ("organizations", "course_memberships", "costs", "deadlines", "form")
    totals = "&".join(f"{name}-TOTAL_FORMS=1000&{name}-INITIAL_FORMS=0" for name in formsets)
    yield Probe("form, 1,000 rows", "POST", url, body=totals.encode(), content_type=urlencoded)
    doing = "&".join(["_do=add_course", "course-catalog_course=1", f"course-excluded_runs={'a+' * 1_000_000}"])
    yield Probe("form, many runs", "POST", url, body=doing.encode(), content_type=urlencoded)


def _filled(path: str, key: str = "") -> str:
    """A path with ids of rows that are there, or with `key`."""
    if path.startswith("admin/"):
        model = apps.get_model(*path.split("/")[1:3])
        first = model._default_manager.order_by("pk").values_list("pk", flat=True).first() or 1
        return path.replace("<int:pk>", str(first)).replace("<path:object_id>", str(first)).replace("^", "").replace("$", "")
    path = path.replace("/^", "/").removesuffix("$")
    before, _group, after = path.partition("(?P<")
    if not after:
        return path
    name, _pattern, rest = re.match(r"(\w+)>(\[\^/\]\+(?:\(\?:.*?\)[?*])?)\)(.*)", after).groups()  # type: ignore[union-attr]
    known = found.get(before.rstrip("/").rpartition("/")[2]) or found[name]
    return f"{before}{key or quote(known, safe='')}{rest}"


def answers() -> Iterator[tuple[str, Callable[[], str]]]:
    """Syncs of a source that answers with something small that is much to read."""
    for name, rows in (
        ("781 kB of [0, 0, …]", "0," * 399_000 + "0"),
        ("195 kB with 98,000 empty records", "0," * 97_500 + "0"),
        ("2.4 MB with 100,000 records without a key", '{"id":1},' * 100_000 + "{}"),
        ("one title of 2 MB of marks", json.dumps({"id": RUN, "name": probes.MARKS * 300}, ensure_ascii=False)),
        ("one id of 2 MB of marks", json.dumps({"id": probes.MARKS * 300, "name": "x"}, ensure_ascii=False)),
        ("one page that is named twice", '{"id":"a","id":"b"}'),
    ):
        yield name, lambda rows=rows: _sync(f'{{"results":[{rows}],"pagination":{{"next":null}}}}'.encode())  # type: ignore[misc]


def _sync(body: bytes) -> str:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sync.update_source("lms", base_url=f"http://127.0.0.1:{server.server_port}", per_minute=600)
    with override_settings(OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS=("127.0.0.1",)):
        report = sync.sync_source("lms")
    server.shutdown()
    return report.status
