"""The addresses of pages of the admin, for whoever may see them."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse

from .. import permissions


def page_of(viewer: Any, row: Any) -> str:
    """The address of the page of a row, or "" where the viewer may not see it, or a host has none."""
    return address_of(viewer, type(row), "change", row.pk)


def address_of(viewer: Any, model: Any, view: str, *pk: Any, **filters: str) -> str:
    """The address of a page of `model`, or of a list, or "" where the viewer may not see it, or a host has none."""
    if not permissions.can_view(viewer, model):
        return ""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=pk, query=filters or None)
    except NoReverseMatch:
        return ""
