"""Which rows pages show to a user: those that everybody may know of, and no more to whoever may see others elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from openedx_catalog import permissions
from openedx_catalog.lib.fields import TitleCharField
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.policies import ARCHIVED, date_window

from .. import api
from ..models import CourseListing
from ..models.bases import Visibility
from ..policies import best_run_policy


def public_listings(user: Any) -> QuerySet[CourseListing]:
    """
    The listings that lists show, by title, annotated as `shown_title`; none of courses that a policy of the host hides from
    this user. Three queries when it is read.
    """
    title = Case(When(title_override="", then=F("catalog_course__title")), default=F("title_override"))
    rows = _known(user, permissions.visible(user, api.get_course_listings())).public()
    return rows.annotate(shown_title=title).order_by(Lower("shown_title", output_field=TitleCharField()), "pk")


def listing_of(user: Any, catalog_course_id: int, *, preview: bool) -> CourseListing | None:
    """The listing that the page of a course shows to whoever has its address; with `preview` any there is. Three queries."""
    rows = _known(user, api.get_course_listings()).filter(catalog_course=catalog_course_id)
    if not preview:
        listed = permissions.visible(user, CourseListing.objects.all()).public()
        rows = rows.reachable().filter(Q(visibility=Visibility.UNLISTED) | Q(pk__in=listed.values("pk")))
    return rows.first()


def may_preview(user: Any) -> bool:
    """Whether a user may see pages that are being prepared; nobody who is not signed in, whose pages are kept for others."""
    return user.is_authenticated and permissions.can_view(user, CourseListing)


def _known(user: Any, rows: Any) -> Any:
    for name, seen in permissions.seen_parts(user, catalog_course=CatalogCourse).items():
        rows = rows.filter(**{f"{name}__in": seen})
    return rows


class ShownRun:
    """A run as a page shows it. No query: schedule, listing and withdrawal are joined."""

    def __init__(self, run: CourseRun, course: CourseListing, at: datetime, *, is_best: bool = False) -> None:
        own: Any = getattr(run, "listing", None)
        schedule: Any = getattr(run, "schedule", None)
        self.run, self.is_best = run, is_best
        self.unscheduled = bool(own and own.unscheduled)
        title = own.title_override if own else ""
        self.title = title or (run.title if run.title != course.catalog_course.title else "")
        dates = None if self.unscheduled else schedule
        self.start: datetime | None = getattr(dates, "start", None)
        self.end: datetime | None = getattr(dates, "end", None)
        self.enrollment_start: datetime | None = getattr(dates, "enrollment_start", None)
        self.enrollment_end: datetime | None = getattr(dates, "enrollment_end", None)
        self.pacing = schedule.pacing if schedule else ""
        self.invitation_only = course.invitation_only or bool(own and own.invitation_only)
        window = date_window()
        self.is_over = not self.unscheduled and window.status(run, at) == ARCHIVED
        self.is_open = not (self.unscheduled or self.invitation_only) and window.is_enrollable(run, at)
        self.has_begun = self.start is not None and self.start <= at
        self.enrollment_opens = self.enrollment_start is not None and self.enrollment_start > at
        self.enrollment_closes = self.enrollment_end is not None and self.enrollment_end > at
        self.languages = language_names(own.languages) if own else []
        self.url = api.courseware_url(run)


class ShownCourse:
    """A listing as cards and pages show it; `runs` are shown with it. No query."""

    def __init__(self, listing: CourseListing, runs: Sequence[ShownRun], owners: Sequence[Any]) -> None:
        self.listing, self.runs, self.owners = listing, runs, owners
        # A color, where there is no picture.
        self.tint = listing.catalog_course_id % 6
        self.best = next((run for run in runs if run.is_best), None)
        self.codes = languages_of(listing)
        self.lang = other_language(listing.catalog_course.language or (self.codes[0] if len(self.codes) == 1 else ""))
        self.languages = language_names(self.codes)
        self.subjects = [(subject, subject.name_in()) for subject in listing.subjects]
        self.level_name = listing.level.name_in() if listing.level else ""


def shown_courses(user: Any, listings: Iterable[CourseListing]) -> list[ShownCourse]:
    """
    Listings with the runs that learners see, the ones that they are led to first. One query, whatever their number, where no
    policy of the host hides runs or organizations.
    """
    at, rows = timezone.now(), list(listings)
    by_course = api.get_shown_runs([row.catalog_course_id for row in rows])
    owners = {row.pk: row.owners for row in rows}
    named = [each for some in (*by_course.values(), *owners.values()) for each in some]
    known = {(type(each), each.pk) for each in permissions.known_rows(user, named)}
    found = []
    for row in rows:
        runs = [run for run in by_course.get(row.catalog_course_id, ()) if (CourseRun, run.pk) in known]
        found.append(shown_course(row, runs, [org for org in owners[row.pk] if (type(org), org.pk) in known], at))
    return found


def shown_course(listing: CourseListing, runs: Sequence[CourseRun], owners: Sequence[Any], at: datetime) -> ShownCourse:
    """A listing with these runs, the one that learners are led to first. No query where listings and schedules are joined."""
    best = best_run_policy().choose(runs, at)
    shown = [ShownRun(run, listing, at, is_best=best is not None and run.pk == best.pk) for run in runs]
    shown.sort(key=lambda each: (not each.is_best, each.is_over, each.start is None, each.start or at, each.run.key_ci or ""))
    return ShownCourse(listing, shown, owners)


def languages_of(listing: CourseListing) -> list[str]:
    """The codes of the languages of a course: where nobody has said which it is taught in, the one that the catalog has."""
    return list(listing.languages) or [code for code in (listing.catalog_course.language,) if code]


def language_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes of languages with their names in the language of the request."""
    return [(code, language_name(code)) for code in codes]


def language_name(code: str) -> str:
    """The name of a language in that of the request; the code, where Django does not know it."""
    try:
        return str(get_language_info(code)["name_translated"]).capitalize()
    except KeyError:
        return code


def other_language(code: str) -> str:
    """The code, where its language is another one than that of the page; else ""."""
    return code if code.partition("-")[0] != (get_language() or "").partition("-")[0] else ""


def effort_of(listing: Any) -> str:
    """Hours a week, in words; "" where nobody has said any."""
    least, most = listing.min_effort, listing.max_effort
    if least is not None and most is not None and least != most:
        return _("%(least)d–%(most)d hours a week") % {"least": least, "most": most}
    hours = most if most is not None else least
    return "" if hours is None else _("%(hours)d hours a week") % {"hours": hours}
