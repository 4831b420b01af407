"""
Who may do what, for every door alike. The API itself asks nobody.

Whoever is signed in may read. Staff may write, and so may a holder of Django's permission for the model and the action.
"""

from __future__ import annotations

from typing import Any


def can_read(user: Any) -> bool:
    """Whether a user may read the catalog."""
    return bool(user and user.is_authenticated and user.is_active)


def can_write(user: Any, model: Any, action: str) -> bool:
    """Whether a user may "add", "change" or "delete" rows of a model (Organization, CatalogCourse, CourseRun)."""
    options = model._meta
    return can_read(user) and (user.is_staff or user.has_perm(f"{options.app_label}.{action}_{options.model_name}"))
