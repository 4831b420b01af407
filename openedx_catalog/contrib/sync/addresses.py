"""Which addresses a sync may connect to: those of the public internet, and none that is wrapped in one of them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

# All that IANA has given out for the public internet. What is outside holds loopback, site-local (fec0::) and unique local
# addresses, and IPv4 ones in several disguises (::127.0.0.1, ::ffff:…, 64:ff9b::…).
_PUBLIC_IPV6 = ip_network("2000::/3")
# What `is_global`, which differs between releases of Python, lets through: protocol assignments (Teredo, ORCHID), 6to4,
# documentation; of IPv4 protocol assignments and 6to4 relays.
_NOT_PUBLIC = tuple(map(ip_network, ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")))
# The second half of an ISATAP address is one of these, and then an IPv4 address.
_ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet, and no other one is wrapped in it."""
    if isinstance(address, IPv6Address):
        if address not in _PUBLIC_IPV6 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return False
    elif address.is_multicast:
        return False
    return address.is_global and not any(address.version == net.version and address in net for net in _NOT_PUBLIC)


class PublicAdapter(IPFilterAdapter):
    """`requests-hardened`'s, which connects to the address that it has checked; it lets some through that are not public."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ip_address(host_params["host"].strip("[]"))
        if not is_public(address):
            raise InvalidIPAddress(address)
        return host_params, pool_kwargs
