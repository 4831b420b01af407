"""Routers of hosts: that of Django's documentation ("Multiple databases"), and one as the LMS has it."""

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


class StudentModuleHistoryRouter:
    """What learners have done in a course is in a database of its own, and nothing else is there: the LMS calls it csmh."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == "student_module_history" else None
