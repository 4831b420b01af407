"""
Who may read, which rows a user sees, and who may write what: one policy, asked by every door. The API itself asks nobody.

OPENEDX_CATALOG_PERMISSION_POLICY names its class. Doors ask the functions here; a host subclasses a class here.
"""

from .lib.permissions import (
    METHODS,
    ModelPermissions,
    StaffMayWrite,
    can_read,
    can_view,
    can_write,
    discreet,
    known_entries,
    known_rows,
    policy,
    seen_parts,
    sees_all,
    visible,
)

__all__ = [
    "METHODS",
    "ModelPermissions",
    "StaffMayWrite",
    "can_read",
    "can_view",
    "can_write",
    "discreet",
    "known_entries",
    "known_rows",
    "policy",
    "seen_parts",
    "sees_all",
    "visible",
]
