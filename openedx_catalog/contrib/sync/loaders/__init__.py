"""Loaders: what reads a source and yields flat rows. One class for each kind; a row of `_LOADERS` makes it known."""

from __future__ import annotations

from . import describing, selling
from .base import Loader, RemoteLoader
from .discovery import DiscoveryLoader
from .file import FileLoader
from .lms import MODES, LmsLoader
from .mitxonline import MitxOnlineLoader

_LOADERS: dict[str, type[Loader]] = {
    "lms": LmsLoader,
    "discovery": DiscoveryLoader,
    "mitxonline": MitxOnlineLoader,
    "file": FileLoader,
}


def loader_class(kind: str) -> type[Loader]:
    """The loader of a kind of source. Raises KeyError."""
    return _LOADERS[kind]


__all__ = ["MODES", "FileLoader", "LmsLoader", "Loader", "RemoteLoader", "describing", "loader_class", "selling"]
