"""Every page of the admin and every route of REST, as the host's own admin site and URL resolver have them."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import get_resolver, reverse

OURS = ("openedx_catalog", "organizations")
SPECIAL = {"<path:object_id>", "<int:pk>"}


def admin_pages(site: admin.AdminSite = admin.site, namespace: str = "admin") -> Iterator[str]:
    """The path of every page of our models, and of the organizations: of a row that is there, and of one that is not."""
    for model, model_admin in site._registry.items():
        if not model._meta.app_label.startswith(OURS):
            continue
        pk = model._default_manager.values_list("pk", flat=True).first()
        base = f"{reverse(f'{namespace}:index')}{model._meta.app_label}/{model._meta.model_name}/"
        for pattern in model_admin.get_urls():
            route = str(pattern.pattern)
            for row in (pk, "99999") if "<" in route else ("",):
                path = route
                for part in SPECIAL:
                    path = path.replace(part, str(row))
                yield base + path


def rest_routes(resolver: Any = None, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    """``(name to reverse, class of the view, {method: action})`` of every route of ours, and of the organizations."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from rest_routes(pattern, prefix, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        elif (view := getattr(pattern.callback, "cls", None)) and view.__module__.startswith(OURS):
            yield ":".join((*spaces, pattern.name)), view, pattern.callback.actions


def url_of(name: str, view: Any) -> str:
    """The path of a route; where it needs a row, of the first one."""
    pattern = next(found for found in _patterns(get_resolver(), name.split(":")))
    names = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
    if not names:
        return reverse(name)
    model = getattr(view, "model", None) or view.queryset.model
    row = model._default_manager.order_by("pk").first()
    lookup = view().lookup_of(row) if hasattr(view, "lookup_of") else getattr(row, view.lookup_field)
    return reverse(name, kwargs={names[0]: lookup})


def _patterns(resolver: Any, names: list[str]) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = names[1:] if pattern.namespace and pattern.namespace == names[0] else names
            if not pattern.namespace or inner != names:
                yield from _patterns(pattern, inner)
        elif names == [pattern.name]:
            yield pattern
