"""What of listings goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import permissions
from openedx_catalog.lib.images import thumbnail_name
from openedx_catalog.lib.rest.named import NamedReader
from openedx_catalog.lib.rest.serializers import Reader
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.serializers import CourseReader

from ... import api
from ...api.reading import read_shown_runs
from ...data import RunRow
from ...models_api import CourseListing, CourseListingOwner, CourseListingSubject, CourseRunListing, Level, Subject
from ...policies import best_run_policy

DATES = ("start", "end", "enrollment_start", "enrollment_end")
VISIBILITIES = CourseListing.Visibility.values
_HERE = "Its name in the language of the request, or as it is."


class TranslatedReader(NamedReader):
    """What has a name in several languages."""

    uuid = serializers.UUIDField()
    name_here = serializers.CharField(source="*", help_text=_HERE)
    translations = serializers.DictField(
        child=serializers.CharField(), help_text="Its names in other languages, by their codes."
    )

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        found = super().represent(row, at)
        return {**found, "name_here": cls.model(name=found["name"], translations=found["translations"]).name_in()}


class SubjectReader(TranslatedReader):
    """A field of study."""

    model = Subject


class LevelReader(TranslatedReader):
    """How much a course asks of learners."""

    model = Level


class KindReader(serializers.Serializer):
    """A subject or a level of a course."""

    slug = serializers.CharField()
    name = serializers.CharField(help_text=_HERE)


class OwnerReader(serializers.Serializer):
    """An organization."""

    short_name = serializers.CharField()
    name = serializers.CharField()


class ListingImageReader(serializers.Serializer):
    """An image, and its smaller form for lists."""

    src = serializers.CharField(help_text="Its URL.")
    thumbnail = serializers.CharField(help_text="The URL of the smaller form.")
    alt = serializers.CharField(help_text="What is to be seen in it.")


class ShownRunReader(serializers.Serializer):
    """A run that learners see; without dates where its listing says that it is not scheduled."""

    uuid = serializers.UUIDField(allow_null=True)
    course_key = serializers.CharField()
    title = serializers.CharField(help_text="What learners read: of its listing, else of the catalog.")
    slug = serializers.CharField(allow_null=True, help_text="That of its listing; null where it has none.")
    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    enrollment_start = serializers.DateTimeField(allow_null=True)
    enrollment_end = serializers.DateTimeField(allow_null=True)
    pacing = serializers.CharField(help_text="instructor, self, or empty.")
    courseware_url = serializers.CharField(help_text="Where learners take it; empty where nobody has said.")


class ListingReader(Reader):
    """What listings of courses and of runs share."""

    title = serializers.CharField(source="*", help_text="What learners read: the title of the listing, else of the catalog.")
    title_override = serializers.CharField(help_text="Of the listing; empty for that of the catalog.")
    slug = serializers.CharField(help_text="The end of the address of its page.")
    short_description = serializers.CharField()
    full_description = serializers.CharField(help_text="HTML that is safe to be shown.")
    video_url = serializers.CharField(source="*", allow_null=True)
    min_effort = serializers.IntegerField(allow_null=True, help_text="Hours a week, at least.")
    max_effort = serializers.IntegerField(allow_null=True, help_text="Hours a week, at most.")
    weeks = serializers.IntegerField(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="Codes, in order.")
    live = serializers.BooleanField()
    # No choices: beside other fields of that name, an OpenAPI document would have to be told a name for them.
    visibility = serializers.CharField(help_text="public, unlisted or hidden.")
    invitation_only = serializers.BooleanField()
    created = serializers.DateTimeField()

    also: tuple[str, ...] = ("video_url",)
    titled = ""

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", absolute: Callable[[str], str] = str) -> dict[str, Any]:
        said = {"title": row["title_override"] or row[cls.titled], "video_url": row["video_url"] or None}
        return super().represent(row, at) | said


class _NamesCourse(Reader):
    """What names the catalog course of a listing."""

    uuid = serializers.UUIDField(source="catalog_course.uuid", allow_null=True, help_text="Of the catalog course.")
    key = serializers.CharField(source="*", help_text="catalog-course:{org_code}:{course_code}")


class CourseListingReader(_NamesCourse, ListingReader):
    """What learners read of a catalog course, and the runs that they see."""

    model = CourseListing
    titled = "catalog_course__title"
    also = (
        "video_url", "image", "image_alt", "level__slug", "level__name", "level__translations", "catalog_course_id",
        "catalog_course__org__short_name", "catalog_course__org__name", "catalog_course__course_code", "catalog_course__title",
    )  # fmt: skip
    told_by_the_clock = ("best_run",)

    readable_id = serializers.CharField(allow_null=True)
    image = ListingImageReader(source="*", allow_null=True)
    subjects = KindReader(many=True, source="*", help_text="In order.")
    level = KindReader(source="*", allow_null=True)
    owners = OwnerReader(many=True, source="*", help_text="In order; that of its key where nobody has said any.")
    best_run = ShownRunReader(source="*", allow_null=True, help_text="The run that learners are led to; null for none.")
    runs = ShownRunReader(many=True, source="*", help_text="Those that learners see.")
    modified = serializers.DateTimeField(
        source="catalog_course.modified", allow_null=True, help_text="Of all but its runs; changes of the course count."
    )

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", absolute: Callable[[str], str] = str) -> dict[str, Any]:
        org = {name: row[f"catalog_course__org__{name}"] for name in ("short_name", "name")}
        level = row["level__slug"] and Level(
            slug=row["level__slug"], name=row["level__name"], translations=row["level__translations"]
        )
        key = format_key_str(org["short_name"], row["catalog_course__course_code"])
        said = {
            "key": key,
            "image": _image(row, absolute),
            "level": _kind(level) if level else None,
            "subjects": [],
            "owners": [org],
        }
        # The id of the course, until its runs are known.
        return super().represent(row, at, absolute) | said | {"runs": row["catalog_course_id"]}

    @classmethod
    def by_pk(cls, pks: Iterable[int], viewer: Any = None, **context: Any) -> dict[int, dict[str, Any]]:
        """Four queries, whatever the number of listings."""
        found, moment, policy = super().by_pk(pks, viewer, **context), timezone.now(), best_run_policy()
        known = permissions.visible(viewer, CourseRun.objects.all())
        runs = read_shown_runs([data["runs"] for data in found.values()], known)
        for data in found.values():
            own = runs.get(data["runs"], [])
            best, said = policy.choose(own, moment), {run.pk: _run(run) for run in own}
            data |= {"best_run": None if best is None else said[best.pk], "runs": list(said.values())}
        return {pk: {name: data[name] for name in cls._declared_fields} for pk, data in found.items()}

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        links = CourseListingSubject.objects.filter(listing__id__among=pks).order_by("position", "pk")
        subjects = dict[str, dict[str, str]]()
        columns = ("listing_id", "subject__slug", "subject__name", "subject__translations")
        for pk, slug, name, translations in links.values_list(*columns):
            if slug not in subjects:
                subjects[slug] = _kind(Subject(slug=slug, name=name, translations=translations))
            found[pk].setdefault("subjects", []).append(subjects[slug])
        owners = CourseListingOwner.objects.filter(listing__id__among=pks).order_by("position", "pk")
        for pk, code, name in owners.values_list("listing_id", "organization__short_name", "organization__name"):
            found[pk].setdefault("owners", []).append({"short_name": code, "name": name})
        return found


class _NamesRun(Reader):
    """What names the run of a listing."""

    uuid = serializers.UUIDField(source="run.uuid", allow_null=True, help_text="Of the run.")
    course_key = serializers.CharField(source="run.course_key__text")
    catalog_course = CourseReader(source="run.catalog_course")


class CourseRunListingReader(_NamesRun, ListingReader):
    """What learners read of a run beside what they read of its course: what is empty or null is that of the course."""

    model = CourseRunListing
    titled = "run__title"
    also = ("video_url", "run__title", *(f"run__schedule__{name}" for name in DATES))

    courseware_url = serializers.CharField(
        help_text="Empty: as OPENEDX_CATALOG_COURSEWARE_URL says; `runs` of a course have that."
    )
    unscheduled = serializers.BooleanField(help_text="Whether its dates are placeholders, which learners do not see.")
    start = serializers.DateTimeField(source="*", allow_null=True)
    end = serializers.DateTimeField(source="*", allow_null=True)
    enrollment_start = serializers.DateTimeField(source="*", allow_null=True)
    enrollment_end = serializers.DateTimeField(source="*", allow_null=True)
    modified = serializers.DateTimeField(source="run.modified", allow_null=True, help_text="Changes of the run count.")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", absolute: Callable[[str], str] = str) -> dict[str, Any]:
        found = super().represent(row, at, absolute)
        dates = {name: None if found["unscheduled"] else iso_instant(row[f"run__schedule__{name}"]) for name in DATES}
        known = found | dates
        return {name: known[name] for name in cls._declared_fields}


class FormerSlugsReader(serializers.Serializer):
    """The slug of a course, and those that lead to it."""

    slug = serializers.CharField()
    former_slugs = serializers.ListField(child=serializers.CharField(), help_text="The oldest first.")


class MovedReader(serializers.Serializer):
    """Where what had this slug is now."""

    slug = serializers.CharField(help_text="The slug that it has now.")
    url = serializers.CharField(help_text="What Location says.")


class CountedKindReader(KindReader):
    """How many listings have a subject or a level."""

    count = serializers.IntegerField()


class CountedLanguageReader(serializers.Serializer):
    """How many courses are taught in a language."""

    code = serializers.CharField()
    count = serializers.IntegerField()


class CountedOrganizationReader(OwnerReader):
    """How many courses have this organization in their keys."""

    count = serializers.IntegerField()


class FacetsReader(serializers.Serializer):
    """How many listings there are, and of them with each value; the most frequent first, and only values that any has."""

    count = serializers.IntegerField()
    subject = CountedKindReader(many=True)
    level = CountedKindReader(many=True)
    language = CountedLanguageReader(many=True)
    org = CountedOrganizationReader(many=True)


def _run(run: RunRow | CourseRun) -> dict[str, Any]:
    listing, schedule = getattr(run, "listing", None), getattr(run, "schedule", None)
    unscheduled = listing is not None and listing.unscheduled
    return {
        "uuid": None if run.uuid is None else str(run.uuid),
        "course_key": str(run.course_key),
        "title": api.run_title(run),
        "slug": None if listing is None else listing.slug,
        **{name: None if unscheduled else iso_instant(getattr(schedule, name, None)) for name in DATES},
        "pacing": getattr(schedule, "pacing", None) or "",
        "courseware_url": api.courseware_url(run),
    }


def _kind(row: Any) -> dict[str, str]:
    return {"slug": row.slug, "name": row.name_in()}


def _image(row: dict[str, Any], absolute: Callable[[str], str]) -> dict[str, str] | None:
    if not (name := row["image"]):
        return None
    storage: Any = CourseListing._meta.get_field("image").storage
    addresses = {"src": storage.url(name), "thumbnail": storage.url(thumbnail_name(name))}
    return {**{field: absolute(url) for field, url in addresses.items()}, "alt": row["image_alt"]}
