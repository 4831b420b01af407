"""For the doctor: what plans include, held against the rules."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from openedx_catalog.api import Finding

from .refreshing import differences


def diagnose(quick: bool) -> Iterator[Finding]:
    """Warnings ``subscription_outdated``, which a refresh mends. `quick` says nothing: each course is read."""
    if quick:
        return
    for plan, subject, included in differences():
        text = _("By the rules the plan %(plan)r includes it, and it does not stand in the lists yet.")
        if not included:
            text = _("It stands in the lists of the plan %(plan)r, which does not include it by the rules.")
        yield Finding("subscription_outdated", "warning", subject, text % {"plan": plan}, fixable=True)
