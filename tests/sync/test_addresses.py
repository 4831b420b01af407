"""Which addresses a sync may connect to: those of the public internet, and nothing that is wrapped in one."""

import socket
from ipaddress import ip_address

import pytest

from openedx_catalog.contrib.sync.addresses import is_public
from openedx_catalog.contrib.sync.client import Client
from openedx_catalog.contrib.sync.exceptions import AddressRefused

pytestmark = pytest.mark.once

PRIVATE = {
    "loopback": "127.0.0.1",
    "loopback, IPv6": "::1",
    "unspecified": "0.0.0.0",  # noqa: S104 - to be refused
    "unspecified, IPv6": "::",
    "private, 10": "10.1.2.3",
    "private, 172": "172.16.0.1",
    "private, 192": "192.168.1.1",
    "link-local, where clouds keep secrets": "169.254.169.254",
    "link-local, IPv6": "fe80::1",
    "shared by a provider's customers": "100.64.0.1",
    "protocol assignments": "192.0.0.8",
    "documentation": "203.0.113.5",
    "benchmarking": "198.18.0.1",
    "multicast": "224.0.0.1",
    "multicast, IPv6": "ff0e::1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unique local": "fd00::1",
    "site-local": "fec0::1",
    "IPv4-compatible": "::127.0.0.1",
    "IPv4-compatible, private": "::10.0.0.1",
    "IPv4-mapped": "::ffff:10.0.0.1",
    "IPv4-translated": "::ffff:0:127.0.0.1",
    "6to4": "2002:7f00:1::",
    "6to4 relay": "192.88.99.1",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64, local": "64:ff9b:1::a00:1",
    "Teredo": "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "ORCHID": "2001:20::1",
    "ISATAP": "2a00:1450:4001:81b:0:5efe:7f00:1",
    "ISATAP, of a public address": "2a00:1450:4001:81b:200:5efe:808:808",
    "segment routing": "5f00::1",
    "documentation, IPv6": "2001:db8::1",
    "documentation, new": "3fff::1",
    "discard": "100::1",
    "not given out": "4000::1",
}


@pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
def test_what_is_not_public_is_refused(monkeypatch, address):
    assert not is_public(ip_address(address))
    found = [(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("it was connected to"))
    with Client("http://source.example.org", per_minute=6000) as client, pytest.raises(AddressRefused, match="private"):
        client.get_json("/")


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2001:4860:4860::8888", "2a00:1450:4001:81b::200e"])
def test_what_is_public_is_asked(address):
    assert is_public(ip_address(address))
