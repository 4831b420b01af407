"""What course catalogs and their viewers are called in histories, deleted ones too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from openedx_catalog.lib.admin.history import by_columns, named_by, through

from ..models_api import CourseCatalog, CourseCatalogGroup, CourseCatalogUser


def _named(model: Any, column: str) -> Callable[[set[int]], dict[int, str]]:
    """Rows of Django's own, which have no history of ours."""
    return lambda pks: dict(model._default_manager.filter(pk__in=pks).values_list("pk", column))


_users: Any = get_user_model()
_usernames, _groups = _named(_users, _users.USERNAME_FIELD), _named(Group, "name")
for _model, _namer in (
    (_users, _usernames),
    (Group, _groups),
    (CourseCatalog, by_columns(CourseCatalog, "name")),
    (CourseCatalogUser, through(CourseCatalogUser, "user_id", _usernames)),
    (CourseCatalogGroup, through(CourseCatalogGroup, "group_id", _groups)),
):
    named_by(_model._meta.label, _namer)
