"""Transitions and edits as they come, played against a plain model of the rules."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api, workflow
from openedx_catalog.contrib.publishing.exceptions import ActionNotAllowed, ReviewRequired
from openedx_catalog.models_api import CourseRun
from tests.thorough import sample

COURSE, KEY = "MITx+14.100x", "course-v1:MITx+14.100x+2T2027"
REVIEWS = ["unpublished", "legal_review", "internal_review", "reviewed"]
TITLES, WEEKS = st.sampled_from(["A", "B", "C"]), st.sampled_from([1, 2, 3])


class Way(RuleBasedStateMachine):
    """
    A course whose title is reviewed, and whose weeks are not; a run likewise.

    `official` and `copy` are what learners read and what waits: ``{field: value}``; `touched` are the fields that somebody has
    changed in the copy, of which it follows the others.
    """

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        catalog.create_course_run(KEY, title="A")
        catalog.update_catalog_course(COURSE, title="A")
        listings.set_course_listing(COURSE, live=True, weeks=1)
        self.official = {"title": "A", "weeks": 1, "run title": "A", "run weeks": None}
        self.copy, self.base, self.state, self.live = None, None, "published", True

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # The rules

    def waiting(self):
        """What publishing would write."""
        follow = {name for name, value in self.copy.items() if value == self.base[name]}
        return {name: self.official[name] if name in follow else value for name, value in self.copy.items()}

    def needs_review(self):
        found = self.waiting()
        return not self.live or any(found[name] != self.official[name] for name in ("title", "run title"))

    def opened(self):
        if self.copy is None:
            self.copy, self.base, self.state = dict(self.official), dict(self.official), "unpublished"

    def followed(self, names):
        """The part of the copy that is about to be written takes over what nobody has changed in it."""
        for name in names:
            if self.copy[name] == self.base[name]:
                self.copy[name] = self.base[name] = self.official[name]

    # What people do

    @rule(title=TITLES, weeks=WEEKS, of_run=st.booleans())
    def edit(self, title, weeks, of_run):
        names = ("run title", "run weeks") if of_run else ("title", "weeks")
        work = (lambda: api.set_run_working_copy(KEY, title=title, weeks=weeks)) if of_run else None
        work = work or (lambda: api.set_working_copy(COURSE, title=title, weeks=weeks))
        if self.state in ("legal_review", "internal_review"):
            with pytest.raises(ActionNotAllowed):
                work()
            return
        self.opened()
        self.followed(names)
        before = self.copy[names[0]]
        self.copy |= dict(zip(names, (title, weeks), strict=True))
        work()
        if self.state == "reviewed" and before != title:
            self.state = "unpublished"

    @rule(title=TITLES, weeks=WEEKS)
    def sync(self, title, weeks):
        """Somebody changes what learners read, past the copy."""
        catalog.update_catalog_course(COURSE, title=title)
        listings.set_course_listing(COURSE, weeks=weeks)
        self.official |= {"title": title, "weeks": weeks}

    @rule(action=st.sampled_from(["submit", "approve", "reject", "withdraw", "publish", "unpublish", "discard"]))
    def act(self, action):
        before, expected = self.state, self.expected(action)
        if isinstance(expected, type):
            with pytest.raises(expected):
                api.perform(COURSE, action, reason="Because.")
        else:
            assert api.perform(COURSE, action, reason="Because.") == expected
            assert expected in workflow.find(before, action).to

    def expected(self, action):
        """The state after an action, or the error that it is refused with; and what becomes of the rest."""
        if action == "unpublish":
            if self.state == "unpublished" and not self.live:
                return self.state
            self.live = False
            self.state = "unpublished" if self.copy is None else self.state
            return self.state
        if action == "publish":
            if self.state == "published":
                return self.state
            if self.state in ("legal_review", "internal_review"):
                return ActionNotAllowed
            if self.state == "unpublished" and (self.copy is None or self.needs_review()):
                return ReviewRequired if self.copy is not None or not self.live else self.state
            self.official, self.live = self.waiting(), True
            return self.ended()
        if action == "discard":
            if self.state == "published":
                return ActionNotAllowed
            return self.ended()
        if action == "submit" and self.state == "unpublished":
            self.opened()
            self.state = "legal_review" if self.needs_review() else "reviewed"
            return self.state
        if action == "approve" and self.state in ("legal_review", "internal_review"):
            later = REVIEWS[REVIEWS.index(self.state) + 1]
            self.state = later if self.needs_review() else "reviewed"
            return self.state
        if action in ("reject", "withdraw") and self.state in ("legal_review", "internal_review"):
            self.state = "unpublished"
            return self.state
        if action == "withdraw" and self.state == "reviewed":
            self.state = "unpublished"
            return self.state
        return ActionNotAllowed

    def ended(self):
        self.copy = self.base = None
        self.state = "published" if self.live else "unpublished"
        return self.state

    # What holds after each

    @invariant()
    def learners_read_what_was_published(self):
        listing, run = listings.find_course_listing(COURSE), CourseRun.objects.get()
        of_run = listings.find_course_run_listing(KEY)
        found = {"title": listing.catalog_course.title, "weeks": listing.weeks, "run title": run.title}
        assert {**found, "run weeks": of_run.weeks if of_run else None} == self.official
        assert listing.live is self.live

    @invariant()
    def what_waits_is_the_copy(self):
        assert api.state_of(COURSE) == self.state
        assert (api.find_working_copy(COURSE) is None) is (self.copy is None)
        waiting = self.waiting() if self.copy else self.official
        differing = {name for name, value in waiting.items() if value != self.official[name]}
        found = {f"run {each.field}" if each.run else each.field for each in api.compare(COURSE)}
        assert found == differing


@pytest.mark.newest
@pytest.mark.django_db
def test_every_way_leads_where_the_rules_say():
    never = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Way, settings=settings(max_examples=sample(12, 100), stateful_step_count=20, deadline=None, suppress_health_check=never)
    )
