"""
Which secret goes where. A secret belongs to a place, not to a name: whoever may edit a source's address must not get it.

So an entry of OPENEDX_CATALOG_SYNC_CREDENTIALS says which origin it is for, and a source that stands anywhere else gets
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import attrs
from django.utils.translation import gettext as _

from . import conf
from .exceptions import CredentialsRefused, InvalidSource
from .models_api import Source

_CLIENT = ("client_id", "client_secret")
KEYS = frozenset((*_CLIENT, "base_url", "hosts", "token_url"))
_PORTS = {"http": 80, "https": 443}


@attrs.frozen
class Credentials:
    """An OAuth client, and where its tokens come from."""

    client_id: str
    client_secret: str = attrs.field(repr=False)
    token_url: str


class Origin(NamedTuple):
    """Scheme, host and port: all three are the place."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}"


def credentials_of(source: Source) -> Credentials | None:
    """
    What is sent to a source, or None where it has no entry: then requests are anonymous.

    Raises CredentialsRefused where its entry is for another place, or for none; InvalidSource where it lacks the client.
    """
    entry = None if source.kind == Source.Kind.FILE else conf.credentials(source.name)
    if entry is None:
        return None
    if isinstance(entry, Mapping) and (lacking := [name for name in _CLIENT if not entry.get(name)]):
        reason = _("its entry of OPENEDX_CATALOG_SYNC_CREDENTIALS lacks %(names)s") % {"names": ", ".join(lacking)}
        raise InvalidSource(field="name", value=source.name, reason=reason)
    if why := entry_problem(entry):
        raise CredentialsRefused(source=source.name, reason=why)
    bound, at = [_origin(url) for _name, url in _places(entry)], _origin(source.base_url)
    if at is None or at not in bound:
        reason = _("they are for %(origins)s, and it is at %(address)s")
        facts = {"origins": ", ".join(map(str, bound)), "address": at or repr(source.base_url)}
        raise CredentialsRefused(source=source.name, reason=reason % facts)
    # Never from an address that is edited in the admin, unless its whole origin is in the settings.
    token_url = str(entry.get("token_url") or entry.get("base_url") or source.base_url)
    return Credentials(str(entry["client_id"]), str(entry["client_secret"]), token_url.rstrip("/"))


def entry_problem(entry: Any) -> str:
    """Why an entry of OPENEDX_CATALOG_SYNC_CREDENTIALS does not say where its secret may go, or ""."""
    if not isinstance(entry, Mapping):
        return _("the entry is not a mapping")
    if unknown := sorted(set(map(str, entry)) - KEYS):
        return _("the entry has unknown keys: %(names)s") % {"names": ", ".join(unknown)}
    hosts = entry.get("hosts") or ()
    if not isinstance(hosts, list | tuple | set | frozenset) or not all(isinstance(host, str) for host in hosts):
        return _("its hosts are not a list of names")
    if not _places(entry):
        return _("the entry names neither base_url nor hosts, so it would be sent to whatever address the source has")
    tokens = [("token_url", entry["token_url"])] if entry.get("token_url") else []
    for name, url in [*_places(entry), *tokens]:
        origin = _origin(url)
        if origin is None:
            return _("its %(name)s %(url)r is not an https address") % {"name": name, "url": url}
        if origin.scheme != "https" and not _may_be_plain(origin):
            return _(
                "its %(name)s %(url)r is not https; only a host of OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS may use http"
            ) % {"name": name, "url": url}
    return ""


def _places(entry: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Where the secret of an entry may go: the name of its key, and an address."""
    base_url = [("base_url", entry["base_url"])] if entry.get("base_url") else []
    return [*base_url, *(("hosts", f"https://{host}") for host in entry.get("hosts") or ())]


def _origin(url: Any) -> Origin | None:
    """None for anything but an address, and for what two parsers could read differently."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or set(url) & set(" \\@"):
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme in _PORTS and parts.hostname:
            port = _PORTS[parts.scheme] if parts.port is None else parts.port
            return Origin(parts.scheme, parts.hostname, port)
    except ValueError:
        pass
    return None


def _may_be_plain(origin: Origin) -> bool:
    """For a service of the same machine or of a test: its host is named in two settings then."""
    return bool({origin.host, f"{origin.host}:{origin.port}"} & set(conf.allowed_private_hosts()))
