"""By what the list of courses is narrowed: what may be chosen, with how many public courses there are of each, and what was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import permissions
from openedx_catalog.languages import LANGUAGE_PATTERN
from openedx_catalog.lib import searching, texts
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.models_api import CourseRun

from .. import states
from ..models import CourseListing, CourseListingOwner, CourseListingSubject, Subject
from ..models.listings import shown
from .reading import language_name

NAMES = ("q", "subject", "level", "language", "organization", "open")
MAX_LENGTH = 255


class Kind(NamedTuple):
    """What some public courses have in common: how addresses call it, its name ("" of a language), and how many they are."""

    value: str
    name: str
    translations: Mapping[str, str]
    courses: int


class Kinds(NamedTuple):
    """What there is to choose from."""

    subjects: list[Kind]
    levels: list[Kind]
    languages: list[Kind]
    organizations: list[Kind]
    courses: int


class Option(NamedTuple):
    """A choice of a form."""

    value: str
    name: str
    courses: int
    is_chosen: bool


# The last ones, and what they were read of. Replaced as a whole: threads see the one or the other.
_kept: list[tuple[states.Version, Kinds]] = []


def chosen(query: Any) -> dict[str, str]:
    """What the address says of each filter; "" for nothing, and for what no row could have."""
    given = {name: query.get(name, "") for name in NAMES}
    return {name: "" if texts.unstorable(value) else value.strip()[:MAX_LENGTH] for name, value in given.items()}


def narrowed(rows: QuerySet[CourseListing], wanted: Mapping[str, str], user: Any) -> QuerySet[CourseListing]:
    """Those of `reading.public_listings` that have all of it."""
    if wanted["q"]:
        rows = rows.filter(searching.has_words(searching.searched(wanted["q"]), _searched_by(user), ()))
    if wanted["subject"]:
        rows = rows.filter(Exists(_links(CourseListingSubject, subject__slug=wanted["subject"])))
    if wanted["level"]:
        rows = rows.filter(level__slug=wanted["level"])
    if wanted["language"]:
        rows = _taught_in(rows, wanted["language"].lower())
    if wanted["organization"]:
        name, anybody = wanted["organization"], Exists(_links(CourseListingOwner))
        owned = Exists(_links(CourseListingOwner, organization__short_name=name))
        rows = rows.filter(owned | (~anybody & Q(catalog_course__org__short_name=name)))
        for _name, seen in permissions.seen_parts(user, organization=Organization).items():
            rows = rows if seen.filter(short_name=name).exists() else rows.none()
    if wanted["open"]:
        rows = rows.filter(Exists(_open_runs()), invitation_only=False)
    return rows


def kinds_of(rows: QuerySet[CourseListing], user: Any, version: states.Version | None) -> Kinds:
    """
    What the public courses of a user, `reading.public_listings`, have in common; `version` is that of all rows, if it is known.

    Three queries, none where nothing has changed since this process has read it; two more for a version that is not known.
    """
    with reads_from_writer():
        version = version or states.version_of_rows()
        for known, kinds in _kept:
            if known == version:
                return kinds
        kinds = _read(rows, user)
    if version is not None:
        _kept[:] = [(version, kinds)]
    return kinds


def options(kinds: Iterable[Kind], value: str) -> list[Option]:
    """The choices of a form, by name in the language of the request; what was chosen is there even if no course has it."""
    found = [Option(each.value, _name_of(each), each.courses, each.value == value) for each in kinds]
    if value and not any(each.is_chosen for each in found):
        found.append(Option(value, texts.shorten(value, 40), 0, True))
    return sorted(found, key=lambda each: each.name.casefold())


def _name_of(kind: Kind) -> str:
    """Its name in the language of the request; one without a name is a language."""
    return Subject(name=kind.name, translations=kind.translations).name_in() if kind.name else language_name(kind.value)


def _read(rows: QuerySet[CourseListing], user: Any) -> Kinds:
    public = rows.order_by()
    links = CourseListingSubject.objects.filter(listing__in=public.values("pk"))
    named = links.values_list("subject__slug", "subject__name", "subject__translations").annotate(Count("pk")).order_by()
    subjects = [Kind(*row) for row in named]
    columns = ("level__slug", "level__name", "level__translations", "languages", "catalog_course__language")
    levels: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    called, courses = {}, 0
    for slug, name, translations, codes, code, count in public.values_list(*columns).annotate(Count("pk")):
        courses += count
        if slug is not None:
            levels[slug] += count
            called[slug] = (name, translations)
        for each in dict.fromkeys(codes or [code]):
            spoken[each] += count
    return Kinds(
        subjects,
        [Kind(slug, *called[slug], count) for slug, count in levels.items()],
        [Kind(code, "", {}, count) for code, count in spoken.items() if code],
        _organizations(public, user),
        courses,
    )


def _organizations(public: QuerySet[CourseListing], user: Any) -> list[Kind]:
    """Who owns the courses, as `CourseListing.owners` has it."""
    code, name = (
        Coalesce(F(f"owner_rows__organization__{column}"), F(f"catalog_course__org__{column}"), output_field=CharField())
        for column in ("short_name", "name")
    )
    rows = public.annotate(owner_code=code, owner_name=name).values_list("owner_code", "owner_name").annotate(Count("pk"))
    found = [Kind(code, name or code, {}, count) for code, name, count in rows]
    for _name, seen in permissions.seen_parts(user, organization=Organization).items():
        known = set(seen.filter(short_name__in=[each.value for each in found]).values_list("short_name", flat=True))
        found = [each for each in found if each.value in known]
    return found


def _searched_by(user: Any) -> list[str]:
    lookups = ["shown_title__icontains", "short_description__icontains", "catalog_course__course_code_ci__contains"]
    if not permissions.seen_parts(user, organization=Organization):
        lookups += ["catalog_course__org__name__icontains", "catalog_course__org__short_name__icontains"]
    return lookups


def _links(model: Any, **of: str) -> Any:
    return model.objects.filter(listing=OuterRef("pk"), **of)


def _taught_in(rows: QuerySet[CourseListing], code: str) -> QuerySet[CourseListing]:
    # SQLite cannot ask whether a list in JSON contains something.
    if not code or not re.match(LANGUAGE_PATTERN, code):
        return rows.none()
    texts_ = rows.annotate(languages_text=Cast("languages", TextField()))
    return texts_.filter(Q(languages_text__contains=f'"{code}"') | Q(languages_text="[]", catalog_course__language=code))


def _open_runs() -> QuerySet[CourseRun]:
    """Those of a course in which learners can enroll by themselves, as `reading.ShownRun` has it."""
    runs = CourseRun.objects.enrollable(timezone.now()).filter(catalog_course=OuterRef("catalog_course"))
    listed = shown("listing__") & Q(listing__unscheduled=False, listing__invitation_only=False)
    return runs.filter(listed | Q(listing=None))
