"""
The bases of the catalog's tables: importable where the app itself is not installed.

A host that wants tables of its own subclasses these in one app, as ``CatalogCourse``, ``CourseRun`` and ``CourseSchedule``
(foreign keys name their target unqualified), and lets each ``Meta`` inherit ours, which holds the constraints.
A host that wants more columns should not: it adds a satellite, a model with a OneToOneField to ours (ADR 0003).
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, StrIndex
from django.db.models.lookups import GreaterThan, Regex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import conf, keys
from .exceptions import (
    CourseCodeMismatch,
    InvalidCourseKey,
    InvalidLanguage,
    InvalidTitle,
    OrganizationMismatch,
    RunCodeMismatch,
)
from .fields import ExactCourseKeyField, OrganizationForeignKey
from .languages import LANGUAGE_PATTERN as LANGUAGE_PATTERN
from .languages import is_peers_language
from .languages import normalize_language as normalize_language
from .lib.fields import ExactCharField, FoldedCharField, ModifiedField, TitleCharField, public_uuid, row_number
from .lib.models import CatalogModel as CatalogModel
from .lib.models import SavesChangesOnly
from .lib.routing import reads_from_writer
from .lib.texts import longer_than
from .organization_names import find_organization
from .policies import date_window
from .querysets import CatalogCourseQuerySet, CourseRunQuerySet

# Makes `length` available to the CHECK constraints; calling it twice does no harm.
models.CharField.register_lookup(Length)

# The name that openedx-core's app logs under.
logger = logging.getLogger("openedx_catalog.models.course_run")

# How the usual kind of course key begins.
COURSE_V1 = "course-v1:"
# The platform's codes of some languages (its ALL_LANGUAGES), where Django's LANGUAGES have others.
_SHORT_LANGUAGES = {"zh_HANS": "zh-cn", "zh_HANT": "zh-hk"}


def get_default_language_code() -> str:
    """The default of ``CatalogCourse.language``; named by migration 0001."""
    return conf.default_language()


def catalog_course_constraints(prefix: str) -> list[models.BaseConstraint]:
    """The constraints of a catalog course table, named with `prefix`."""
    return [
        models.CheckConstraint(condition=Q(course_code__length__gt=0), name=f"{prefix}_course_code_not_blank"),
        models.CheckConstraint(condition=Q(title__length__gt=0), name=f"{prefix}_title_not_blank"),
        models.CheckConstraint(
            condition=Regex(F("language"), LANGUAGE_PATTERN),
            name=f"{prefix}_language_tag",
            violation_error_message=_('Expected a language code such as "en", "fr-ca" or "fil", in lowercase, or nothing.'),
        ),
        models.UniqueConstraint(fields=["org", "course_code_ci"], name=f"{prefix}_org_code_ci_uniq"),
    ]


def course_run_constraints(prefix: str) -> list[models.BaseConstraint]:
    """The constraints of a course run table, named with `prefix`; identity is the unique ``key_ci``."""
    return [
        models.CheckConstraint(condition=Q(run_code__length__gt=0), name=f"{prefix}_run_code_not_blank"),
        models.CheckConstraint(condition=Q(title__length__gt=0), name=f"{prefix}_title_not_blank"),
        models.CheckConstraint(
            condition=GreaterThan(StrIndex("course_key", F("run_code")), 0),
            name=f"{prefix}_course_key_run_code_match_exactly",
            violation_error_message=_("The run code must be spelled as it is in the course key."),
        ),
    ]


def _by(*names: str) -> models.Index:
    """An index of these columns and the id, by which rows with the same value are ordered."""
    return models.Index(fields=[*names, "id"])


class AbstractCatalogCourse(SavesChangesOnly):
    """
    The set of runs of one course: (organization, course code), e.g. MITx 14.100x.

    It may have no runs, no content and no page. Minimal on purpose: put new fields into a satellite in your own app.
    Code compares case-insensitively within the organization; the spelling of the first writer is kept.

    .. no_pii:
    """

    id = row_number(_("Of this database only. Elsewhere a course is named by its UUID or its key."))
    # to_field="short_name" would save a join, but forbid fixing an organization's capitalization.
    org = OrganizationForeignKey("organizations.Organization", on_delete=models.PROTECT, verbose_name=_("organization"))
    course_code = ExactCharField(
        _("course code"),
        help_text=_('Names the course within its organization, for example "14.100x". "14.100X" would be the same code.'),
    )
    created = models.DateTimeField(_("creation date"), auto_now_add=True, editable=False)
    title = TitleCharField(
        _("title"), help_text=_('What learners read, for example "Microeconomics". Each run may have a title of its own.')
    )
    language = ExactCharField(
        _("language"),
        max_length=64,
        blank=True,
        default=get_default_language_code,
        help_text=_(
            "The language the course is taught in: two or three letters, optionally followed by a hyphen and a region, "
            'for example "en", "fr-ca" or "fil". Empty if unknown.'
        ),
    )
    uuid = public_uuid(null=True, help_text=_("Identifies this catalog course across services; never changes."))
    course_code_ci = FoldedCharField(source="course_code")
    modified = ModifiedField(_("last modification"), null=True)

    objects = CatalogCourseQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("Catalog Course")
        verbose_name_plural = _("Catalog Courses")
        ordering = ("-created",)
        # Each order and each filter of the lists has one: docs/references/performance.rst.
        indexes = [
            models.Index(fields=["org", "course_code"]),
            _by("course_code_ci"),
            _by("title"),
            _by("language"),
            _by("created"),
            _by("modified"),
        ]
        constraints = catalog_course_constraints("%(app_label)s_%(class)s")

    def __str__(self) -> str:
        return f"{self.title} ({self.org_code} {self.course_code})"

    @property
    def org_code(self) -> str:
        """The organization's short_name, e.g. "MITx"; the keys of the runs may spell it in another case."""
        return self.org.short_name

    @org_code.setter
    def org_code(self, org_code: str) -> None:
        self.org = find_organization(type(self).org.field.related_model, org_code)

    @property
    def key_str(self) -> str:
        """``catalog-course:MITx:14.100x``. Changes when the course is renamed; the old one keeps resolving."""
        return keys.format_key_str(self.org_code, self.course_code)

    @property
    def language_short(self) -> str:
        """The language as the platform's ALL_LANGUAGES has it: "fr" of "fr-ca", "fil", "zh_HANS"; "" if it is not set."""
        for short, language in _SHORT_LANGUAGES.items():
            if self.language == language:
                return short
        return self.language.partition("-")[0]

    @language_short.setter
    def language_short(self, code: str) -> None:
        self.language = normalize_language(code)

    def clean(self) -> None:
        """
        Give the title its default, and put title, code and language into the form that is stored.

        Raises InvalidTitle, InvalidCatalogKey or InvalidLanguage.
        """
        self.course_code = keys.check_code(self.course_code)
        self.title = normalize_title(self.title or "") or self.course_code
        try:
            self.language = normalize_language(self.language)
        except InvalidLanguage:
            if not is_peers_language(self.language):
                raise

    @reads_from_writer()
    def save(self, **kwargs: Any) -> None:
        self.clean()
        super().save(**kwargs)

    def owns_code(self, org_code: str, course_code: str) -> bool:
        """Whether (organization, code), in whatever case, is this course's own."""
        return keys.same_course((org_code, course_code), (self.org_code, self.course_code))


class AbstractCourseRun(SavesChangesOnly):
    """
    One delivery of a course, with one course key, e.g. ``course-v1:MITx+14.100x+3T2017``.

    THE row to point foreign keys at. It may exist without content, as a placeholder. APIs and events name it by course key
    or uuid, never by id. `association` says whether the link to the catalog course follows from the key (implicit) or was
    set by a person or an import (explicit), and then nothing automatic changes it.

    .. no_pii:
    """

    class Association(models.TextChoices):
        """How the link from run to catalog course came about."""

        IMPLICIT = "implicit", _("Implicit")
        EXPLICIT = "explicit", _("Explicit")

    id = row_number(_("Of this database only. Elsewhere a run is named by its course key or its UUID."))
    course_key = ExactCourseKeyField(
        _("Course Key"),
        max_length=255,
        db_index=True,
        help_text=_("Names the run on every system, for example course-v1:MITx+14.100x+3T2017. Never changes."),
        editable=False,
    )
    catalog_course = models.ForeignKey(
        "CatalogCourse", on_delete=models.PROTECT, related_name="runs", verbose_name=_("catalog course")
    )
    run_code = ExactCharField(
        _("run code"), max_length=keys.MAX_RUN_LENGTH, help_text=_('The last part of the course key, for example "3T2017".')
    )
    created = models.DateTimeField(_("creation date"), auto_now_add=True, editable=False)
    title = TitleCharField(
        _("title"),
        blank=True,
        help_text=_("What learners read. If it is left empty, the run takes the title of its catalog course."),
    )
    uuid = public_uuid(null=True, help_text=_("Identifies this run across services; never changes."))
    key_ci = FoldedCharField(source="course_key", unique=True)
    association = models.CharField(
        _("association"),
        max_length=8,
        choices=Association.choices,
        default=Association.IMPLICIT,
        db_default=Association.IMPLICIT,
        help_text=_(
            "Implicit: the run belongs to the course that its key names. Explicit: a person or an import chose its course, "
            "and no import, event or sync changes that."
        ),
    )
    source_time = models.DateTimeField(
        _("source time"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the source reported the present title and schedule. Older reports change nothing."),
    )
    modified = ModifiedField(_("last modification"), null=True)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("Course Run")
        verbose_name_plural = _("Course Runs")
        ordering = ("-created",)
        indexes = [_by("title"), _by("created"), _by("modified"), _by("association")]
        constraints = course_run_constraints("%(app_label)s_%(class)s")

    def __str__(self) -> str:
        """
        Title and identity, without a query: ``Microeconomics (MITx 14.100x 3T2017)``.

        The parts of a key say which run it is only within one kind of key: a CCX run shares all three with the run that it is
        made of, and an Org/Code/Run may share them with a course-v1 run. So any other kind is written out.
        """
        if self.course_key is None:
            return self.title
        key = str(self.course_key)
        identity = f"{self.org_code} {self.course_code} {self.run_code}" if key.startswith(COURSE_V1) else key
        return f"{self.title} ({identity})"

    @property
    def org_code(self) -> str:
        """The organization part of the course key: no query, and maybe in another case than the organization's."""
        return self._key_part("org")

    @property
    def course_code(self) -> str:
        """The course part of the course key: no query, and not always the code of the catalog course."""
        return self._key_part("course")

    def status_at(self, at: datetime | None = None) -> str:
        """``archived``, ``current``, ``starting_soon`` or ``upcoming``, by `policies.DateWindow`, now or at another instant."""
        return date_window().status(self, at or timezone.now())

    def is_enrollable_at(self, at: datetime | None = None) -> bool:
        """
        Whether learners can enroll, now or at another instant; never in a run whose content was deleted upstream.

        A query each for the schedule and the withdrawal, unless they were read along.
        """
        return date_window().is_enrollable(self, at or timezone.now())

    def _key_part(self, name: str) -> str:
        if self.course_key is None:
            raise InvalidCourseKey(value="", reason=_("the run has no key yet"))
        return getattr(self.course_key, name)

    def clean(self) -> None:
        """
        Derive key and title where they are missing, normalise the key, and check that an implicit run's key names its course.

        Raises InvalidTitle, InvalidCourseKey, RunCodeMismatch, OrganizationMismatch or CourseCodeMismatch.
        """
        if self.catalog_course_id is None:
            # A form that lacks it says so at its field; the database refuses the row.
            return
        course = self.catalog_course
        self.title = normalize_title(self.title or "") or course.title
        if not self.course_key:
            parts = (course.org_code, course.course_code, self.run_code)
            self.course_key = keys.normalize_course_key("course-v1:{}+{}+{}".format(*parts))
        parsed = keys.parse_course_key(self.course_key)
        if str(self.course_key) != parsed.text:
            self.course_key = keys.normalize_course_key(parsed.text)
        self.run_code = self.run_code or parsed.run
        if self.run_code != parsed.run:
            raise RunCodeMismatch(course_key=parsed.text, run_code=self.run_code)
        if self.association == self.Association.IMPLICIT and not course.owns_code(parsed.org, parsed.course):
            same_org = keys.fold(parsed.org) == keys.fold(course.org_code)
            raise (CourseCodeMismatch if same_org else OrganizationMismatch)(course_key=parsed.text, key_str=course.key_str)
        warn_of_spelling(self)
        super().clean()

    @reads_from_writer()
    def save(self, **kwargs: Any) -> None:
        # clean() first, because its errors are typed. Uniqueness and foreign keys are checked by the database.
        self.clean()
        self.clean_fields(exclude={"catalog_course"})
        super().save(**kwargs)


class AbstractCourseSchedule(SavesChangesOnly):
    """
    When a run takes place and is open for enrollment (UTC), and how it is paced. A run may have none.

    End before start is stored, because real catalogs have it; the doctor lists it.

    .. no_pii:
    """

    class Pacing(models.TextChoices):
        """Who sets the pace of a run."""

        INSTRUCTOR = "instructor", _("Instructor-paced")
        SELF = "self", _("Self-paced")

    run = models.OneToOneField("CourseRun", on_delete=models.CASCADE, related_name="schedule", verbose_name=_("run"))
    start = models.DateTimeField(_("start"), null=True, blank=True, help_text=_("When learners can start."))
    end = models.DateTimeField(_("end"), null=True, blank=True, help_text=_("When the run ends."))
    enrollment_start = models.DateTimeField(_("enrollment start"), null=True, blank=True, help_text=_("When enrollment opens."))
    enrollment_end = models.DateTimeField(_("enrollment end"), null=True, blank=True, help_text=_("When enrollment closes."))
    pacing = models.CharField(
        _("pacing"), max_length=16, choices=Pacing.choices, blank=True, default="", help_text=_("Empty if unknown.")
    )

    class Meta:
        abstract = True
        verbose_name = _("Course Schedule")
        verbose_name_plural = _("Course Schedules")
        # Of the conditions of a status that need a date: what has begun or will soon, what has ended.
        indexes = [models.Index(fields=["start", "end", "run"]), models.Index(fields=["end", "run"])]

    def __str__(self) -> str:
        return f"{self.start or '…'} – {self.end or '…'}"


def warn_of_spelling(run: AbstractCourseRun) -> bool:
    """Whether the key of a run spells its organization in another case than that does itself; if so it is logged."""
    own, org_code = run.org_code, run.catalog_course.org_code
    if own == org_code or keys.fold(own) != keys.fold(org_code):
        return False
    logger.warning("The course run %s spells its organization otherwise than it does itself: %s.", run.course_key, org_code)
    return True


def normalize_title(value: Any) -> str:
    """Return a title stripped. Raises InvalidTitle for over 255 characters, NUL, or an unpaired surrogate."""
    if why := keys.unstorable(value):
        raise InvalidTitle(value=keys.shorten(value, 60), reason=why)
    title = value.strip()
    if len(title) > keys.MAX_LENGTH:
        raise InvalidTitle(value=keys.shorten(title, 60), reason=longer_than(keys.MAX_LENGTH))
    return title
