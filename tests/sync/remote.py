"""An LMS and a discovery service on loopback, real HTTP, that can be made to misbehave."""

from __future__ import annotations

import gzip
import json
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

COURSES, RUNS = "/api/courses/v1/courses/", "/api/v1/course_runs/"
Fault = Callable[["Handler"], None]


class Remote:
    """`rows` is what it lists, `size` how many to a page, `faults` what it does instead: by page number, or "keys", or path."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.size = 100
        self.faults: dict[Any, Fault | list[Fault]] = {}
        self.pages: dict[str, Any] = {}
        self.asked: list[tuple[str, str, dict[str, list[str]], Any]] = []
        self.stopped = Event()
        self.refused_keys: set[str] = set()
        remote = self

        class Bound(Handler):
            def __init__(self, *args: Any) -> None:
                self.remote = remote
                super().__init__(*args)

        self._server = Server(("127.0.0.1", 0), Bound)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take_fault(self, name: Any) -> Fault | None:
        """The fault of a page; of a list of faults the next one, until it is used up."""
        found = self.faults.get(name)
        if isinstance(found, list):
            return found.pop(0) if found else None
        return found

    def listed(self, number: int) -> dict[str, Any]:
        rows = self.rows[(number - 1) * self.size : number * self.size]
        more = len(self.rows) > number * self.size
        following = f"{self.url}{COURSES}?page={number + 1}&page_size={self.size}" if more else None
        # Estimates, as those of the LMS are.
        counts = {"count": len(self.rows) + 7, "num_pages": len(self.rows) // self.size + 2}
        return {"results": rows, "pagination": {"next": following, "previous": None, **counts}}

    def listed_runs(self, offset: int, keys: list[str] | None) -> dict[str, Any]:
        rows = [row for row in self.rows if keys is None or row["key"] in keys]
        more = len(rows) > offset + self.size
        following = f"{self.url}{RUNS}?limit={self.size}&offset={offset + self.size}" if more else None
        return {"count": len(rows), "next": following, "previous": None, "results": rows[offset : offset + self.size]}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """Whoever goes away in the middle is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    # Else each answer, which is sent in parts, waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    remote: Remote
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """The tests' output is theirs."""

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(json.loads(body) if body.startswith(b"{") else body.decode())

    def _answer(self, body: Any) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        self.remote.asked.append((self.command, url.path, query, body))
        offset = int(query.get("offset", ["0"])[0])
        number = int(query["page"][0]) if "page" in query else offset // self.remote.size + 1
        name = "keys" if body is not None or "keys" in query else number
        fault = self.remote.take_fault(url.path) or (self.remote.take_fault(name) if url.path in (COURSES, RUNS) else None)
        if fault is not None:
            fault(self)
        elif url.path in self.remote.pages:
            self.send_json(self.remote.pages[url.path])
        elif url.path == COURSES and body is not None:
            wanted = set(body["course_keys"])
            if wanted & self.remote.refused_keys:
                self.send_json({"detail": "not a key"}, 400)
            else:
                rows = [row for row in self.remote.rows if row["id"] in wanted]
                self.send_json({"results": rows, "pagination": {"next": None, "count": len(rows), "num_pages": 1}})
        elif url.path == COURSES:
            past = number > 1 and (number - 1) * self.remote.size >= len(self.remote.rows)
            self.send_json({"detail": "Invalid page."}, 404) if past else self.send_json(self.remote.listed(number))
        elif url.path == RUNS:
            keys = query["keys"][0].split(",") if "keys" in query else None
            self.send_json(self.remote.listed_runs(offset, keys))
        else:
            self.send_json({"detail": "Not found."}, 404)

    def send_json(self, content: Any, status: int = 200, **headers: str) -> None:
        self.send_bytes(json.dumps(content).encode(), status, **{"Content-Type": "application/json", **headers})

    def send_bytes(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


# What may go wrong


def status(code: int, **headers: str) -> Fault:
    return lambda handler: handler.send_json({"detail": "no"}, code, **headers)


def text(body: str, **headers: str) -> Fault:
    return lambda handler: handler.send_bytes(body.encode(), **{"Content-Type": "text/html", **headers})


def packed(body: bytes, encoding: str) -> Fault:
    return lambda handler: handler.send_bytes(body, **{"Content-Type": "application/json", "Content-Encoding": encoding})


def answer(content: Any) -> Fault:
    return lambda handler: handler.send_json(content)


def redirect(to: str) -> Fault:
    return lambda handler: handler.send_bytes(b"", 302, Location=to)


def reset(handler: Handler) -> None:
    """The connection is gone, without a word."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def truncated(handler: Handler) -> None:
    """Half of what was promised."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"results": [')
    handler.wfile.flush()
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """A byte at a time, for as long as somebody listens."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _dripping(handler)


def drip_headers(handler: Handler) -> None:
    """Not even the headers end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    _dripping(handler)


def _dripping(handler: Handler) -> None:
    try:
        while not handler.remote.stopped.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


def bomb(handler: Handler) -> None:
    """300 MB of blanks, in 300 kB."""
    packed(gzip.compress(b" " * 1_000_000, 9) * 300, "gzip")(handler)
