"""What the admin and the pages say of a course: where it is, what would change for learners, and what was done, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.pages.reading import language_name

from .data import Difference
from .models_api import CourseRunWorkingCopy, CourseWorkingCopy, Review
from .policies import review_policy
from .workflow import Action, State


def way_of(state: State) -> list[tuple[str, str]]:
    """The stops on the way to learners, with those reviews that the policy of the site has: each "done", "now" or "later"."""
    reviews, order = review_policy().steps, list(State)
    on_it = {State.UNPUBLISHED, *reviews, State.PUBLISHED, state, *([State.REVIEWED] if reviews else ())}
    when = {state: "now", **dict.fromkeys(order[: order.index(state)], "done")}
    return [(str(each.label), when.get(each, "later")) for each in order if each in on_it]


def words_of(state: State, copy: CourseWorkingCopy | None, *, is_live: bool) -> list[str]:
    """Where a course is, in sentences."""
    waits = {
        State.LEGAL_REVIEW: _("Legal reviewers look at the changes. Until then nobody edits them."),
        State.INTERNAL_REVIEW: _("Staff looks at the changes. Until then nobody edits them."),
        State.REVIEWED: _("The changes are reviewed, and can be published."),
        State.UNPUBLISHED: _("The changes are not submitted for review.") if copy else _("Nobody has changes for it."),
        State.PUBLISHED: _("Nothing is waiting to be published."),
    }
    seen = _("Learners see its page.") if is_live else _("Learners do not see its page.")
    said = [_("Learners see its page, without the changes.") if is_live and copy else seen, waits[state]]
    if copy and copy.go_live_at:
        itself, later = _("It is published by itself at %(date)s."), _("Once reviewed, not before %(date)s.")
        said.append((itself if state is State.REVIEWED else later) % {"date": instant(copy.go_live_at)})
    return said


def instant(moment: datetime) -> str:
    """For editors, who do not compare it with a log."""
    return f"{date_format(moment.astimezone(UTC), 'DATETIME_FORMAT')} UTC"


def thumbnail(name: str) -> str:
    """The address of the smaller form of an image."""
    return CourseWorkingCopy(image=name).thumbnail_url


def in_words(
    found: Iterable[Difference], *, instant: Callable[[datetime], str] = instant, image: Callable[[str], str] = thumbnail
) -> list[Difference]:
    """The same differences, with both values as people read them, "" for none. Two queries at most."""
    rows, names = list(found), dict[str, Any]()
    for field, rows_of in (("subjects", listings.get_subjects), ("level", listings.get_levels)):
        if any(row.field == field for row in rows):
            names[field] = {each.slug: each.name_in() for each in rows_of()}

    def said(row: Difference, value: Any) -> str:
        if value in (None, ""):
            return ""
        match value:
            case bool():
                return _("Yes") if value else _("No")
            case datetime():
                return instant(value)
            case list() if row.field == "languages":
                return ", ".join(map(language_name, value))
            case list():
                return ", ".join(names.get(row.field, {}).get(each, each) for each in value)
        if row.field == "image":
            return image(value)
        model: Any = CourseRunWorkingCopy if row.run else CourseWorkingCopy
        known = names.get(row.field) or dict(model._meta.get_field(row.field).flatchoices)
        return str(known.get(value, value))

    return [row._replace(official=said(row, row.official), copy=said(row, row.copy)) for row in rows]


def named_action(step: Review) -> str:
    """What was done, also where this version of the workflow knows no such action."""
    return str(dict(Action.choices).get(step.action, step.action))
