"""
The one client for everything remote. No answer can hang it, fill the memory, or lead it to another host.

Each call has a deadline over all its tries, a limit on the decoded body, and follows redirects within the source's own host
alone. Private addresses are refused, unless a setting names the host; `requests-hardened` connects to the address that it
checked. How often and how long to wait is urllib3's Retry to say; it is asked from here and not mounted on the session, since
a mounted one sees neither a body that breaks off nor the deadline.
"""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

import requests
import urllib3
from django.utils.translation import gettext as _
from edx_rest_api_client.client import USER_AGENT, OAuthAPIClient
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from openedx_catalog.lib import strict_json
from openedx_catalog.lib.texts import longer_than, storable

from . import conf, exceptions
from .addresses import PublicAdapter
from .credentials import Credentials

CONNECT_TIMEOUT, READ_TIMEOUT = 3.05, 20.0
TRIES = 4
LONGEST_WAIT = 60
MAX_REDIRECTS = 3
# urllib3 before 2.6 unpacks all of a chunk at once, of gzip to a thousand times its size. What may become more is neither asked
# for nor read.
CHUNK = 16 * 1024
ENCODINGS = ("gzip", "deflate")
# Brackets and commas in an answer, those in texts too: each may become an object of a hundred bytes, of two in the answer. A
# page of a hundred courses with everything that discovery knows of them has a tenth.
MAX_VALUES = 1_000_000
MAX_URL = 8000
# Any other status is RemoteUnavailable from 500 on, and RequestRefused below.
_REFUSALS: dict[int, type[exceptions.RemoteError]] = {
    401: exceptions.AccessRefused,
    403: exceptions.AccessRefused,
    404: exceptions.RemoteNotFound,
    410: exceptions.RemoteNotFound,
    429: exceptions.RateLimited,
}


class Clock:
    """What time it is, and waiting: a test has its own."""

    def now(self) -> float:
        """Seconds, of a clock that only goes forward."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Client:
    """
    Asks one service for JSON.

    `credentials` are those of `credentials.credentials_of`, which says whether they may go there; without them requests are
    anonymous. At most `per_minute` requests are sent, tokens aside. `parameters` go with every
    question that does not have them. `quotes`: answers may be quoted in messages and logs.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials | None = None,
        per_minute: int = 30,
        clock: Clock | None = None,
        parameters: Mapping[str, str] | None = None,
        quotes: bool = True,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._parameters = dict(parameters or {})
        self.clock, self._quotes = clock or Clock(), quotes
        # Called before every request: a job says that it is alive.
        self.on_request: Callable[[], None] = lambda: None
        self._host = host_of(self.base_url)
        self._gap, self._next = 60 / per_minute, 0.0
        self._sockets: list[Any] = []
        self._session: requests.Session = requests.Session()
        if credentials:
            self._session = _OAuthSession(credentials, self)
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": ", ".join(ENCODINGS)})
        # requests would read the whole body of a redirect to find out where it leads: we look ourselves.
        self._session.get_redirect_target = lambda response: None  # type: ignore[method-assign]
        # Proxies and passwords of the machine's environment and .netrc are not for this.
        self._session.trust_env = False
        for scheme in ("http", "https"):
            self._session.mount(f"{scheme}://", _adapter(scheme, self._host, self._sockets))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *args: Any) -> None:
        self._session.close()

    def get_json(self, url: str, params: Mapping[str, Any] | None = None) -> Any:
        """What a URL, or a path under the base URL, answers to GET. Raises RemoteError."""
        absolute, given = self.own_url(url), dict(params or {})
        asked = {*parse_qs(urlsplit(absolute).query, keep_blank_values=True), *given}
        return self.ask("GET", absolute, params=given | self._without(asked))

    def post_json(self, url: str, body: Mapping[str, Any]) -> Any:
        """What it answers to POST: for questions that are too long for a URL. Raises RemoteError."""
        return self.ask("POST", self.own_url(url), json={**self._parameters, **body})

    def own_url(self, url: str) -> str:
        """
        A URL of this service, absolute; what an answer says of http or https is not believed, since proxies get it wrong.

        Raises AddressRefused for one of another host, or of more than 8,000 characters.
        """
        if len(url) > MAX_URL:
            raise exceptions.AddressRefused(url=url, reason=longer_than(MAX_URL))
        # A path is one of the service, which may stand under a path itself.
        is_path = url.startswith("/") and not url.startswith("//")
        absolute = f"{self.base_url}{url}" if is_path else _joined(f"{self.base_url}/", url)
        if host_of(absolute) != self._host:
            reason = _("only %(host)s may be contacted") % {"host": self._host}
            raise exceptions.AddressRefused(url=absolute, reason=reason)
        base = urlsplit(self.base_url)
        return urlunsplit((base.scheme, base.netloc, *urlsplit(absolute)[2:]))

    def _without(self, names: Iterable[str]) -> dict[str, str]:
        return {name: value for name, value in self._parameters.items() if name not in set(names)}

    def ask(self, method: str, url: str, **kwargs: Any) -> Any:
        """What an own URL answers; `kwargs` as those of requests. Tries again what may pass. Raises RemoteError."""
        deadline = self.clock.now() + conf.timeout()
        retry = urllib3.Retry(
            total=TRIES - 1, allowed_methods=None, backoff_factor=0.5, backoff_jitter=0.5, backoff_max=LONGEST_WAIT
        )  # fmt: skip
        while True:
            self._wait_for_turn()
            try:
                return self._once(method, url, deadline, **kwargs)
            except exceptions.RemoteError as error:
                if not error.retryable:
                    raise
                try:
                    retry = retry.increment(method, url, error=urllib3.exceptions.ProtocolError(str(error)))
                except urllib3.exceptions.HTTPError:
                    raise error from None
                wait = max(_retry_after(retry, error), retry.get_backoff_time() or random.uniform(0, 0.5))  # noqa: S311
                if self.clock.now() + wait >= deadline:
                    raise
                self.clock.sleep(wait)

    def _wait_for_turn(self) -> None:
        self.on_request()
        wait = self._next - self.clock.now()
        if wait > 0:
            self.clock.sleep(wait)
        self._next = self.clock.now() + self._gap

    def _once(self, method: str, url: str, deadline: float, **kwargs: Any) -> Any:
        for _hop in range(MAX_REDIRECTS + 1):
            with self._answer(method, url, deadline, **kwargs) as response:
                if not response.is_redirect:
                    if response.status_code >= 300:
                        raise _refusal(url, response, self._quotes)
                    _check_encoding(url, response, self._quotes)
                    return _parsed(url, response, self._read(url, response, deadline), self._quotes)
                url = self.own_url(_joined(url, response.headers["Location"]))
                kwargs.pop("params", None)
        raise exceptions.UnexpectedAnswer(url=url, reason=_("it redirects in a circle"))

    @contextmanager
    def _answer(self, method: str, url: str, deadline: float, **kwargs: Any) -> Iterator[requests.Response]:
        """A response whose body is not read yet. Whatever goes wrong, here or while it is read, is a RemoteError."""
        remaining = deadline - self.clock.now()
        timeouts = (CONNECT_TIMEOUT, max(min(READ_TIMEOUT, remaining), 0.1))
        # Even headers may come a byte at a time; then the connection is cut from outside.
        watchdog = Timer(max(remaining, 0.1), self._cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            with self._session.request(method, url, stream=True, allow_redirects=False, timeout=timeouts, **kwargs) as response:
                yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._named(url, error, deadline) from (error if self._quotes else None)
        finally:
            watchdog.cancel()
            self._sockets[:] = [opened for opened in self._sockets if opened.fileno() >= 0]

    def _read(self, url: str, response: requests.Response, deadline: float) -> bytes:
        body, limit = bytearray(), conf.max_bytes()
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                reason = _("its answer is larger than %(limit)s bytes") % {"limit": f"{limit:,}"}
                raise exceptions.AnswerTooLarge(url=url, reason=reason)
            self._refuse_late(url, deadline)
        # A connection that was cut looks as if the answer had come to its end.
        self._refuse_late(url, deadline)
        if left := response.raw.length_remaining:
            reason = _("its answer broke off %(number)d bytes before its end") % {"number": left}
            raise exceptions.RemoteUnreachable(url=url, reason=reason)
        return bytes(body)

    def _refuse_late(self, url: str, deadline: float) -> None:
        if self.clock.now() >= deadline:
            reason = _("its answer did not end within %(seconds)g seconds") % {"seconds": conf.timeout()}
            raise exceptions.RemoteTimeout(url=url, reason=reason)

    def _named(self, url: str, error: Exception, deadline: float) -> exceptions.RemoteError:
        if isinstance(error, InvalidIPAddress):
            reason = _("its address is private; to allow it, add its host to OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS")
            return exceptions.AddressRefused(url=url, reason=reason)
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError) or self.clock.now() >= deadline:
            return exceptions.RemoteTimeout(url=url, reason=_("it did not answer in time"))
        # An answer that is not HTTP is quoted by the error, too.
        what = _innermost(error) if self._quotes else type(error).__name__
        reason = storable(_("there is no answer (%(error)s)") % {"error": what}, 300)
        return exceptions.RemoteUnreachable(url=url, reason=reason)

    def _cut(self) -> None:
        for connected in list(self._sockets):
            try:
                connected.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already.
                continue


class _OAuthSession(OAuthAPIClient):
    """The OAuth session of Open edX, whose tokens come through our client: with its limits, and kept in the process."""

    def __init__(self, credentials: Credentials, client: Client) -> None:
        super().__init__(credentials.token_url, credentials.client_id, credentials.client_secret)
        self._client, self._expires = client, 0.0

    def _ensure_authentication(self) -> None:
        now = self._client.clock.now()
        if now < self._expires:
            return
        url = self._base_url if self._base_url.endswith("/access_token") else f"{self._base_url}/oauth2/access_token"
        form = {
            "grant_type": "client_credentials", "token_type": "jwt",
            "client_id": self._client_id, "client_secret": self._client_secret,
        }  # fmt: skip
        # Its answer may be the token in another form, or the question with the secret: it stands in no message.
        with Client(url, per_minute=6000, clock=self._client.clock, quotes=False) as client:
            answer = client.ask("POST", url, data=form)
        try:
            self.auth.token, lasts = str(answer["access_token"]), float(answer["expires_in"])
            if not (self.auth.token.isascii() and self.auth.token.isprintable()):
                raise ValueError("it does not fit into a header")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise exceptions.UnexpectedAnswer(url=url, reason=_("its answer has no access token")) from error
        self._expires = now + lasts - 5


def _adapter(scheme: str, host: str, sockets: list[Any]) -> HTTPAdapter:
    """An adapter that notes which sockets it has opened, and refuses private addresses."""
    allowed = host.rpartition(":")[0] in conf.allowed_private_hosts() or host in conf.allowed_private_hosts()
    adapter = HTTPAdapter() if allowed else PublicAdapter(is_https_proto=scheme == "https")
    base, pool = {"http": (HTTPConnection, HTTPConnectionPool), "https": (HTTPSConnection, HTTPSConnectionPool)}[scheme]

    def connect(self: Any) -> None:
        base.connect(self)
        sockets.append(self.sock)

    connection = type("WatchedConnection", (base,), {"connect": connect})
    watched = type("WatchedPool", (pool,), {"ConnectionCls": connection})
    adapter.poolmanager.pool_classes_by_scheme = {scheme: watched}
    return adapter


def host_of(url: str) -> str:
    """``host:port`` of a URL, without the default port of its scheme. Raises AddressRefused unless it is http or https."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            # Behind a proxy that ends TLS, services say http of themselves: both default ports are one.
            return f"{parts.hostname}:{parts.port or ''}".removesuffix(":443").removesuffix(":80").rstrip(":")
    except ValueError:
        pass
    raise exceptions.AddressRefused(url=url, reason=_("expected an http or https URL"))


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError as error:
        raise exceptions.AddressRefused(url=url, reason=_("expected an http or https URL")) from error


def _retry_after(retry: urllib3.Retry, error: Any) -> float:
    try:
        wait = float(retry.parse_retry_after(error.facts["retry_after"])) if error.facts.get("retry_after") else 0.0
        # urllib3 before 2.6 has no limit of its own.
        return min(wait, LONGEST_WAIT)
    except (urllib3.exceptions.HTTPError, ValueError, OverflowError):
        # Neither a number nor a date.
        return 0.0


def _check_encoding(url: str, response: requests.Response, quotes: bool) -> None:
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", *ENCODINGS):
        facts = {"found": storable(packed, 60) if quotes else "-", "expected": ", ".join(ENCODINGS)}
        reason = _("its answer is packed as %(found)s, expected %(expected)s") % facts
        raise exceptions.UnexpectedAnswer(url=url, reason=reason)


def _refusal(url: str, response: requests.Response, quotes: bool) -> exceptions.RemoteError:
    status, phrase = response.status_code, response.reason if quotes else ""
    kind = _REFUSALS.get(status) or (exceptions.RemoteUnavailable if status >= 500 else exceptions.RequestRefused)
    reason = _("it answers %(status)s") % {"status": storable(f"{status} {phrase}".strip(), 190)}
    return kind(url=url, reason=reason, retry_after=response.headers.get("Retry-After", ""))


def _parsed(url: str, response: requests.Response, body: bytes, quotes: bool) -> Any:
    # Counted before it is parsed: a few bytes become an object of a hundred.
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > MAX_VALUES:
        reason = _("its answer has more than %(limit)s values") % {"limit": f"{MAX_VALUES:,}"}
        raise exceptions.AnswerTooLarge(url=url, reason=reason)
    try:
        return strict_json.loads(body)
    except strict_json.NamedTwice as error:
        reason = _("its answer cannot be read: %(error)s") % {"error": error}
        raise exceptions.UnexpectedAnswer(url=url, reason=reason) from error
    except (ValueError, RecursionError) as error:
        reason = _("its answer is not JSON")
        if quotes:
            begins = " ".join(body[:200].decode("utf-8", "replace").split())[:80]
            kind = response.headers.get("Content-Type", "-")[:80]
            reason = _("its answer is not JSON (%(type)s), but begins with %(text)r") % {"type": kind, "text": begins}
        raise exceptions.NotJson(url=url, reason=reason) from (error if quotes else None)


def _innermost(error: Exception) -> str:
    """What a person needs of an error that wraps others."""
    while (inner := error.__cause__ or error.__context__) is not None and isinstance(inner, Exception):
        error = inner
    return str(error) or type(error).__name__
