"""Keys that memcached takes, for a host that reads what the LMS caches: names of program types have blanks."""

from urllib.parse import quote


def readable(key: str, key_prefix: str, version: int) -> str:
    """As Django's own, percent-encoded. edx-platform has a ``safe_key`` of its own: use that in its processes."""
    return quote(f"{key_prefix}:{version}:{key}", safe=":")
