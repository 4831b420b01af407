"""The router of Django's documentation ("Multiple databases") for one primary and one replica."""

from __future__ import annotations

from typing import Any


class PrimaryReplicaRouter:
    """Reads go to the replica, however late it is; writes go to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "replica"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return True
