"""What every door shows of learner pathways: those that are active, and for this user. The API itself asks nobody."""

from __future__ import annotations

from typing import Any, Self

from openedx_catalog.lib import permissions

from .models_api import LearnerPathway
from .policies import audience_policy

Adjectives: Any = type(LearnerPathway.objects.all())


class ForUser(Adjectives):
    """Pathways that are narrowed to those for somebody: they are as public ones to him."""

    def public(self) -> Self:
        """In place of that of all pathways, so that whatever else a policy of the host's keeps back stays so."""
        return self


def seen_by(user: Any, *, unlisted: bool = False) -> Any:
    """
    The active pathways that are for a user, the oldest first; with `unlisted`, those too of which he has the address.

    Whoever may view learner pathways sees those for all others, too, but no inactive ones. One query when it is read; who the
    user is is asked of OPENEDX_CATALOG_PATHWAY_AUDIENCE at once, which is another one by default.
    """
    rows = ForUser(LearnerPathway).active()
    if not permissions.can_view(user, LearnerPathway):
        policy = audience_policy()
        rows = rows.meant_for(policy.organizations_of(user), policy.groups_of(user))
    return permissions.visible(user, rows if unlisted else rows.listed()).order_by("pk")
