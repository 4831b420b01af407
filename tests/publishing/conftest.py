"""Courses whose pages are published, and courses on their way."""

from __future__ import annotations

from tests.listings.conftest import course, listed, media, picture, run  # noqa: F401
