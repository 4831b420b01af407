"""
Servers on loopback that answer what edx-search's clients of Meilisearch and Elasticsearch ask, from a store in memory.

They show that the right requests are made and their answers understood: filters, counts, pages, errors. How the real ones find
and order is theirs; here every word must stand in the content.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

AT = "2026-01-01T00:00:00.000000Z"


class Refused(Exception):
    """Answered with this status and body."""


@contextmanager
def serving(kind):
    """``with serving(Meilisearch) as server:`` with `port`, `seen` requests and `fail`, what each is answered with instead."""
    server = kind()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body in one packet, or the client waits for the second.
        wbufsize = -1

        def handle_one(self):
            path, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            server.seen.append((self.command, path.path, body))
            try:
                if server.fail:
                    raise Refused(*server.fail)
                lines = [json.loads(line) for line in body.split("\n") if line] if "_bulk" in path.path else None
                asked = lines if lines is not None else json.loads(body or "null")
                where, query = path.path.strip("/").split("/"), dict(parse_qsl(path.query))
                status, answer = 200, server.answer(self.command, where, query, asked)
            except Refused as error:
                status, answer = error.args
            text = b"" if self.command == "HEAD" else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_one  # noqa: N815

        def log_message(self, *args):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server.port = listening.server_port
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


class _Server:
    def __init__(self):
        self.indexes, self.settings, self.seen, self.fail = {}, {}, [], None

    def has_words(self, source, words):
        content = " ".join(source["content"].values()).casefold()
        return all(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", content) for word in words)


def values_of(source, field):
    value = source.get(field, [])
    return value if isinstance(value, list) else [value]


class Meilisearch(_Server):
    rule = re.compile(r'(\w+) = "((?:[^"\\]|\\.)*)"')

    def answer(self, method, path, query, asked):
        if path[0] == "tasks":
            return {"uid": 1, "indexUid": "x", "status": "succeeded", "type": "x", "enqueuedAt": AT}
        if path == ["indexes"]:
            self.indexes.setdefault(asked["uid"], {})
            return self.task()
        name, *rest = path[1:]
        if name not in self.indexes:
            raise Refused(404, {"message": f"Index `{name}` not found.", "code": "index_not_found", "type": "invalid_request"})
        documents, settings = self.indexes[name], self.settings.setdefault(name, {})
        if not rest:
            if method == "DELETE":
                del self.indexes[name], self.settings[name]
                return self.task()
            return {"uid": name, "primaryKey": "_pk", "createdAt": AT, "updatedAt": AT}
        if rest[0] == "settings":
            if method == "GET":
                return settings.get(rest[1], [])
            settings[rest[1]] = asked
            return self.task()
        if rest == ["documents", "delete-batch"]:
            for pk in asked:
                documents.pop(pk, None)
            return self.task()
        if rest[0] == "documents" and method == "POST" and rest[1:] == []:
            documents |= {document["_pk"]: document for document in asked}
            return self.task()
        if rest[0] == "documents":
            query = asked or query
            start, size = int(query["offset"]), int(query["limit"])
            found = [{"id": document["id"]} for document in documents.values()][start : start + size]
            return {"results": found, "offset": start, "limit": size, "total": len(documents)}
        return self.search(documents, settings, asked)

    def task(self):
        return {"taskUid": 1, "indexUid": "x", "status": "enqueued", "type": "x", "enqueuedAt": AT}

    def search(self, documents, settings, asked):
        rules = asked.get("filter", [])
        for rule in rules:
            if not re.fullmatch(rf"{self.rule.pattern}( OR {self.rule.pattern})*", rule):
                raise Refused(400, {"message": rule, "code": "invalid_search_filter", "type": "invalid_request"})
        fields = [*(field for rule in rules for field, _value in self.rule.findall(rule)), *asked.get("facets", [])]
        order = [each.split(":")[0] for each in asked.get("sort", [])]
        for names, setting in ((fields, "filterable-attributes"), (order, "sortable-attributes")):
            if not {*names} <= {*settings.get(setting, [])}:
                raise Refused(
                    400, {"message": f"{names} of {setting}", "code": "invalid_search_filter", "type": "invalid_request"}
                )
        phrases, rest = re.findall(r'"([^"]*)"', asked["q"] or ""), re.sub(r'"[^"]*"', " ", asked["q"] or "").split()
        found = [each for each in documents.values() if self.has_words(each, [*phrases, *rest])]
        for rule in rules:
            wanted = {(field, re.sub(r"\\(.)", r"\1", value)) for field, value in self.rule.findall(rule)}
            found = [each for each in found if any(value in values_of(each, field) for field, value in wanted)]
        found.sort(key=lambda each: [each[name] for name in order])
        most = settings["faceting"]["maxValuesPerFacet"]
        values = {name: [value for each in found for value in values_of(each, name)] for name in asked.get("facets", [])}
        counts = {name: dict(Counter(some).most_common(most)) for name, some in values.items()}
        start = asked.get("offset", 0)
        hits = [{**each, "_rankingScore": 1.0} for each in found[start : start + asked["limit"]]]
        return {"hits": hits, "processingTimeMs": 1, "estimatedTotalHits": len(found), "facetDistribution": counts}


class Elasticsearch(_Server):
    def answer(self, method, path, query, asked):
        if path == [""]:
            return {"version": {"number": "7.17.0", "build_flavor": "default"}, "tagline": "You Know, for Search"}
        if path == ["_bulk"]:
            return self.bulk(iter(asked))
        if path == ["_search", "scroll"]:
            return self.hits([])
        name, *rest = path
        if method == "PUT" and not rest:
            self.indexes[name] = {}
            return {"acknowledged": True}
        if name not in self.indexes:
            raise Refused(404, {"error": {"type": "index_not_found_exception", "reason": name}, "status": 404})
        if not rest:
            if method == "DELETE":
                del self.indexes[name]
                self.settings.pop(name, None)
            return {}
        properties = self.settings.setdefault(name, {})
        if rest == ["_mapping"] and method == "PUT":
            properties |= asked["properties"]
            return {"acknowledged": True}
        if rest == ["_mapping"]:
            return {name: {"mappings": {"properties": properties} if properties else {}}}
        if rest == ["_settings"]:
            return {"acknowledged": True}
        return self.search(list(self.indexes[name].values()), properties, query, asked)

    def bulk(self, lines):
        items = []
        for line in lines:
            ((action, about),) = line.items()
            documents = self.indexes[about["_index"]]
            if action == "delete":
                status = 404 if documents.pop(about["_id"], None) is None else 200
            else:
                documents[about["_id"]], status = next(lines), 201
            items.append({action: {"_index": about["_index"], "_id": about["_id"], "status": status}})
        return {"took": 1, "errors": any(next(iter(item.values()))["status"] == 404 for item in items), "items": items}

    def hits(self, found, total=0, **more):
        hits = [{"_index": "x", "_type": "_doc", "_id": each["id"], "_score": 1.0, "_source": each} for each in found]
        total = {"value": total, "relation": "eq"}
        shards = {"failed": 0, "total": 1, "successful": 1, "skipped": 0}
        answer = {"_scroll_id": "1", "took": 1, "timed_out": False, "_shards": shards}
        return {**answer, "hits": {"total": total, "max_score": 1.0, "hits": hits}, **more}

    def search(self, documents, properties, query, asked):
        found, asked = documents, asked or {}
        for condition in asked.get("query", {}).get("bool", {}).get("must", []):
            ((kind, about),) = condition.items()
            if kind == "query_string":
                if not re.fullmatch(r'"[^"]*"( AND "[^"]*")*', about["query"]):
                    raise Refused(400, {"error": {"type": "parse_exception", "reason": about["query"]}, "status": 400})
                found = [each for each in found if self.has_words(each, re.findall(r'"([^"]*)"', about["query"]))]
            else:
                ((field, wanted),) = about.items()
                found = [each for each in found if {*wanted} & {*values_of(each, field)}]
        order = [name for each in asked.get("sort", []) if isinstance(each, dict) for name in each if name != "_score"]
        if not {*order} <= {*properties}:
            raise Refused(400, {"error": {"type": "query_shard_exception", "reason": "No mapping found"}, "status": 400})
        found.sort(key=lambda each: [each[name] for name in order])
        aggregations = {}
        for name, about in asked.get("aggs", {}).items():
            if "terms" in about:
                counts = Counter(value for each in found for value in values_of(each, about["terms"]["field"]))
                buckets = [
                    {"key": key, "doc_count": count} for key, count in counts.most_common(about["terms"].get("size", 10))
                ]
                aggregations[name] = {"buckets": buckets, "sum_other_doc_count": 0, "doc_count_error_upper_bound": 0}
            else:
                aggregations[name] = {"value": 0.0}
        start, size = int(query.get("from", 0)), int(query.get("size", 10))
        total = len(found) if query.get("track_total_hits") == "true" else min(len(found), 10_000)
        found = found if "scroll" in query else found[start : start + size]
        return self.hits(found, total, **({"aggregations": aggregations} if aggregations else {}))
