"""Which reviews changes need: a policy that a host replaces by a dotted path, OPENEDX_CATALOG_REVIEW."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.module_loading import import_string

from . import conf
from .data import Difference
from .workflow import State


class LegalThenInternal:
    """
    The default policy: legal reviewers first, then staff. What only changes dates, effort or languages of a course that
    learners see needs no review.
    """

    steps: tuple[State, ...] = (State.LEGAL_REVIEW, State.INTERNAL_REVIEW)

    def steps_for(self, differences: Sequence[Difference], *, is_live: bool) -> tuple[State, ...]:
        """The reviews that changes pass, in order; none for what may be published at once."""
        return () if is_live and not any(each.needs_review for each in differences) else self.steps


class NoReview(LegalThenInternal):
    """Editors publish what they like, at once."""

    steps = ()


def review_policy() -> LegalThenInternal:
    """The policy that OPENEDX_CATALOG_REVIEW names. Raises ImportError; a check says so first."""
    return import_string(conf.review_path())()
