"""For whom a pathway is that is not for everybody: a policy that a host replaces, OPENEDX_CATALOG_PATHWAY_AUDIENCE."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.module_loading import import_string

from . import conf


class GroupsOfUser:
    """
    The default: Django's groups. A user is of the groups that he is in, and of the organizations whose short names these have.

    For an LMS with edx-enterprise, say, subclass it and name the customers that a learner is linked to. Asked once for each
    request.
    """

    def groups_of(self, user: Any) -> Collection[str]:
        """The names of the groups of customers that a user, or a visitor without an account, is of."""
        return list(user.groups.values_list("name", flat=True)) if getattr(user, "is_authenticated", False) else []

    def organizations_of(self, user: Any) -> Collection[str]:
        """The short names of the organizations that he learns with."""
        return self.groups_of(user)


def audience_policy() -> GroupsOfUser:
    """The policy that OPENEDX_CATALOG_PATHWAY_AUDIENCE names. Raises ImportError; a check says so first."""
    return import_string(conf.audience_path())()
