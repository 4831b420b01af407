"""As much of Salesforce as comments ask of it, on loopback, real HTTPS, that can be made to misbehave."""

from __future__ import annotations

import datetime
import ipaddress
import re
import ssl
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.sync import remote

VERSION = "/services/data/v59.0"
NEW = re.compile(rf"{VERSION}/sobjects/(\w+)/")
OF_CASES = re.compile(r"ParentId IN \(([^)]*)\)")
BY_SUBJECT = re.compile(r"FROM Case WHERE Subject LIKE '%([^']*)'")


class Salesforce:
    """`cases` by id, `items` in order; `faults` is what it does instead, by method and kind: ``("POST", "FeedItem")``."""

    def __init__(self, certificate: Path) -> None:
        self.cases: dict[str, dict[str, Any]] = {}
        self.items: list[dict[str, Any]] = []
        self.faults: dict[tuple[str, str], list[remote.Fault]] = {}
        self.asked: list[tuple[str, str]] = []
        self.stopped, self._lock, self._made = Event(), Lock(), 0
        salesforce = self

        class Bound(Handler):
            def __init__(self, *args: Any) -> None:
                self.remote = salesforce
                super().__init__(*args)

        self._server = remote.Server(("127.0.0.1", 0), Bound)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def make(self, kind: str, fields: dict[str, Any], author: str = "publisher@example.org") -> str:
        """Store a Case or a FeedItem; its id."""
        with self._lock:
            self._made += 1
            found = f"{'500' if kind == 'Case' else '0D5'}{self._made:015}"
            if kind == "Case":
                self.cases[found] = fields
            else:
                created = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
                by = {"Username": author, "Name": author.partition("@")[0].title()}
                self.items.append({"Id": found, "CreatedDate": created, "CreatedBy": by, **fields})
            return found

    def texts(self, case: str) -> list[str]:
        return [item["Body"] for item in self.items if item["ParentId"] == case]

    def found(self, soql: str) -> list[dict[str, Any]]:
        if parents := OF_CASES.search(soql):
            ids = re.findall(r"'([^']*)'", parents[1])
            return [item for item in reversed(self.items) if item["ParentId"] in ids]
        ending = BY_SUBJECT.search(soql)[1]
        return [{"Id": pk} for pk, fields in self.cases.items() if fields["Subject"].endswith(ending)]


class Handler(remote.Handler):
    def _answer(self, body: Any) -> None:
        url = urlsplit(self.path)
        soql = parse_qs(url.query).get("q", [""])[0]
        kind = NEW.fullmatch(url.path)[1] if self.command == "POST" else re.search(r"FROM (\w+)", soql)[1]
        self.remote.asked.append((self.command, kind))
        waiting = self.remote.faults.get((self.command, kind))
        if waiting:
            waiting.pop(0)(self, body)
        else:
            self.work(body, kind, soql)

    def work(self, body: Any, kind: str, soql: str = "") -> None:
        if self.command == "POST":
            self.send_json({"id": self.remote.make(kind, body), "success": True, "errors": []}, 201)
        else:
            records = self.remote.found(soql)
            self.send_json({"totalSize": len(records), "done": True, "records": records})


# What may go wrong


def instead(fault: remote.Fault) -> Any:
    """A fault of `tests.sync.remote`."""
    return lambda handler, body: fault(handler)


def refusal(status: int, code: str) -> Any:
    return lambda handler, body: handler.send_json([{"errorCode": code, "message": "no"}], status)


def lost(fault: remote.Fault) -> Any:
    """It is done, and the answer is a fault."""

    def do(handler: Handler, body: Any) -> None:
        handler.remote.make(NEW.fullmatch(urlsplit(handler.path).path)[1], body)
        fault(handler)

    return do


def silent(handler: Handler, body: Any) -> None:
    """No answer, for as long as anybody waits."""
    handler.connection.recv(1)
    handler.close_connection = True


def certificate(folder: Path) -> Path:
    """A certificate for loopback, with its key, that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Salesforce of the tests")])
    signed = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    as_pem, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = folder / "salesforce.pem"
    path.write_bytes(key.private_bytes(as_pem, kind, serialization.NoEncryption()) + signed.public_bytes(as_pem))
    return path
