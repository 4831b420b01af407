"""
How an optional app takes part in what the core does, without the core knowing of it.

An app subclasses CatalogExtensionConfig and overrides what it needs; being in INSTALLED_APPS is all it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path

# Optional apps import this module before any other of ours: where openedx-core's files are among ours, it says so in words.
from . import intact  # noqa: F401

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter
    from django.db.models import Model

    from .data import (
        AttachedHistory,
        CourseRunTexts,
        CourseTexts,
        Finding,
        PageLink,
        PathwayOfPrograms,
        RunElsewhere,
        RunMode,
        SetElsewhere,
    )
    from .keys import RunKey
    from .lib.admin.panels import Panel
    from .lib.changes import Change
    from .models_api import CatalogCourse
    from .rest_api.v1.extending import CourseFields, ProgramFields, RunFields


class CatalogExtensionConfig(AppConfig):
    """An app that extends the catalog. Every hook is asked once per batch, whatever its size."""

    # Django takes the only AppConfig of an apps.py; without this the imported base would be a second candidate, and Django
    # would silently use neither.
    default = False
    default_auto_field = "django.db.models.BigAutoField"
    # The dotted path of a URLconf, which the catalog's own includes: the app needs no entry point in the platform for it.
    catalog_urls: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "default" not in cls.__dict__:
            cls.default = True

    def resolve_catalog_courses(self, keys: Sequence[RunKey]) -> Mapping[str, CatalogCourse]:
        """
        Say which of these new runs belong to another catalog course than their key implies: ``{RunKey.key_ci: course}``.

        Asked before runs are created without an explicit course; the answer counts as an explicit association, since the
        key does not imply it; that of a course to which the key leads anyway counts as none. The first extension that answers
        for a key wins, in the order of INSTALLED_APPS.

        A call with many records asks about all of them before it writes any: up to a thousand keys at a time, those with the
        shortest course codes first, while the courses that the records before them create are there to be found, and about
        those without an answer once more at the end, while all are. Those courses are rolled back: do not keep their ids.
        """
        return {}

    def pinned_fields(self, course_keys: Sequence[str]) -> Mapping[str, set[str]]:
        """
        Say which fields of these stored runs no sync may change: ``{course_key: {"title", "start", …}}``.

        Asked by `sync_course_runs` with the keys as stored, for the runs that would change.
        """
        return {}

    def course_run_modes(self, course_keys: Sequence[str]) -> Mapping[str, Sequence[RunMode]]:
        """
        Say in which modes learners take these stored runs: ``{course_key: modes}``.

        Asked when programs are shown to the LMS. The first extension that answers for a run wins; for those of which none does,
        the course modes of the LMS count.
        """
        return {}

    def course_entitlements(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[RunMode]]:
        """
        Say what is sold for these catalog courses, whichever run a learner takes: ``{id of the course: entitlements}``, each as
        a mode whose `upgrade_deadline` is until when it is sold.

        Asked when programs are shown to the LMS, whose answers are kept: what changes them records the courses as changed
        (`record_shown_courses`). The first extension that answers for a course wins.
        """
        return {}

    def course_texts(self, catalog_course_ids: Sequence[int]) -> Mapping[int, CourseTexts]:
        """
        Say what everybody may read of these catalog courses: ``{id of the course: texts}``; nothing of those that nobody sees.

        Asked when programs are shown to the LMS, whose answers are kept: what changes them records the courses as changed
        (`record_shown_courses`). The first extension that answers for a course wins.
        """
        return {}

    def course_run_texts(self, course_keys: Sequence[str]) -> Mapping[str, CourseRunTexts]:
        """
        The same of these stored runs: ``{course_key: texts}``. What changes them records the runs as changed
        (`record_shown_changes`), or their courses.
        """
        return {}

    def program_pathways(self, ids: Sequence[int] | None = None) -> Sequence[PathwayOfPrograms]:
        """
        Say which pathways of programs everybody may know of: those of these ids, or all, in the order of their ids.

        Asked when they are shown to the LMS. What changes one is in the change feed, and has the cache of the LMS written anew
        (`lms_cache.refresh_pathways` of programs). The answers of all extensions count, so ids must not meet.
        """
        return ()

    def pathways_of_programs(self, program_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """The other way round: ``{id of the program: ids of these pathways}``, in order. Asked when programs are shown."""
        return {}

    def shown_with(self, catalog_course_ids: Sequence[int], viewer: Any) -> Mapping[int, Sequence[str]]:
        """
        Name what of the app shows these catalog courses or their runs, and changes with them: ``{id of the course: names}``.

        Only what `viewer`, a user, may know of. Asked when the admin previews a move or a merge.
        """
        return {}

    def needs_decision(self, viewer: Any) -> Sequence[tuple[str, str]]:
        """
        Say what somebody has to decide or look into: ``[(a sentence, the address of a page of the admin, or ""), …]``.

        Only what `viewer`, a user, may know of. Asked when the overview in the admin is shown.
        """
        return ()

    def remarks_on_run(self, course_run_id: int, viewer: Any) -> Sequence[str]:
        """
        Say what an operator should know of a run: whole sentences, which the run's page in the admin shows above its fields.

        Only what `viewer`, a user, may know of.
        """
        return ()

    def panels(self, row: Model, viewer: Any) -> Iterable[Panel]:
        """
        Say what the app knows of a catalog course or a run: tables, which its page in the admin shows below its fields. Also
        asked of rows of optional apps, programs for example: say nothing of what is not yours to know.

        Only what `viewer`, a user, may know of. Asked when the page is shown; tables without rows are left out.
        """
        return ()

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """
        Name filters of Django's admin that the list of catalog courses or of runs (`model`) gets, after its own; also those
        of optional apps, such as programs.

        Only those by what `viewer`, a user, may know of. Asked when the list is shown.
        """
        return ()

    def set_elsewhere(self, rows: Sequence[Model], viewer: Any) -> Mapping[int, Mapping[str, SetElsewhere]]:
        """
        Say which values of stored rows the app sets again, whoever changes them: ``{pk: {field: who}}``.

        The rows are of one model: runs, catalog courses or programs. Fields as the functions of the API call them. Where
        `viewer`, a user, may not know of what sets them, `by` is vague. Asked when the admin shows a form and when it saves,
        which tells the user of the values that he has changed.
        """
        return {}

    def keep_values(self, row: Model, fields: Sequence[str], change: Change) -> None:
        """
        Set these values of a row, which `set_elsewhere` named, no more: somebody has changed them, and wants them to stay.

        Called in the transaction of the change. Ignore what is not yours.
        """

    def runs_elsewhere(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[RunElsewhere]]:
        """
        Say which runs these catalog courses have on other platforms: ``{id of the course: runs}``, in the order to show.

        Asked when a program is shown. The answers of all extensions count.
        """
        return {}

    def course_owners(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """
        Say which organizations own these catalog courses besides those of their keys: ``{id of the course: short names}``.

        Asked when it is computed which subscription plans include courses. Tell of a change by ``catalog_course.updated``.
        """
        return {}

    def courses_of_owner(self, org_code: str) -> Sequence[int]:
        """The other way round: the ids of the catalog courses that this organization owns besides those of its own key."""
        return ()

    def course_run_fields(self) -> type[RunFields] | None:
        """
        Say what of the app stands in a run's representation over REST, and in the bodies that create and change runs.

        Asked once in a process, when the REST API is first imported: import the class within the method.
        """
        return None

    def catalog_course_fields(self) -> type[CourseFields] | None:
        """The same of catalog courses."""
        return None

    def program_fields(self) -> type[ProgramFields] | None:
        """Say what of the app stands in a program's representation over REST, and narrows the list of programs; likewise."""
        return None

    def page_links(self) -> Sequence[PageLink]:
        """Name public pages of the app, which the navigation of those of ``openedx_catalog.contrib.listings`` leads to."""
        return ()

    def histories(self, kind: str) -> Sequence[AttachedHistory]:
        """
        Name the tables of the app that have a row for a catalog course or a run and whose changes stand in its history.

        `kind` is ``catalog_course`` or ``course_run``. Each costs at most three queries there.
        """
        return ()

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """
        Say which rules of the app are broken, for the doctor: codes and texts of its own, in constant memory; write nothing.

        `quick` asks only for what indexes answer, since a page waits for it. What is `fixable`, `repair` mends.
        """
        return iter(())

    def repair(self, change: Change) -> int:
        """Mend what `diagnose` calls fixable, and say how many rows were changed. `change` stands in their history."""
        return 0

    def course_runs_moved(self, moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
        """
        Follow runs that a move or a merge has put under another course: ``{id of the run: id of its course before}``.

        `change` says who, where from and why: what the hook writes is recorded with it.

        Called once per move, in its transaction, while the runs and their new course are locked; also where a run is saved
        past the API. A CatalogError refuses the move, with all that belongs to it.
        """

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """
        Give to `into` what points at `merged`, which is deleted next, and follow the runs that moved with it.

        Called once per merge instead of `course_runs_moved`, which it calls unless overridden, in the transaction of the merge,
        while both courses are locked. What still points at `merged` afterwards, and a CatalogError, refuse the merge.
        """
        if moved:
            self.course_runs_moved(moved, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """
        Follow the runs that went back to `restored`, whose merge into `survivor` is undone: ``{id of the run: id of its course
        before}``.

        Called once instead of `course_runs_moved`, which it calls unless overridden. What `catalog_courses_merged` gave to the
        survivor stays there unless the extension knows better. A CatalogError refuses the undoing.
        """
        if moved:
            self.course_runs_moved(moved, restored, change)


def installed_extensions() -> Iterator[CatalogExtensionConfig]:
    """The extensions in the order of INSTALLED_APPS."""
    return (config for config in apps.get_app_configs() if isinstance(config, CatalogExtensionConfig))


def resolving_extensions() -> Iterator[CatalogExtensionConfig]:
    """Those that have something to say of which course new runs belong to."""
    unasked = CatalogExtensionConfig.resolve_catalog_courses
    return (config for config in installed_extensions() if type(config).resolve_catalog_courses is not unasked)


def shown_with(catalog_course_ids: Sequence[int], viewer: Any) -> dict[int, list[str]]:
    """What of all extensions shows these catalog courses: ``{id of the course: names}``; courses without any are absent."""
    found: dict[int, list[str]] = {}
    for extension in installed_extensions():
        for course, names in extension.shown_with(catalog_course_ids, viewer).items():
            found.setdefault(course, []).extend(names)
    return found


def set_elsewhere(rows: Sequence[Model], viewer: Any) -> dict[int, dict[str, SetElsewhere]]:
    """What all extensions set again of rows of one model: ``{pk: {field: who}}``. The first that names a field is told of."""
    found: dict[int, dict[str, SetElsewhere]] = {row.pk: {} for row in rows}
    for extension in installed_extensions():
        for pk, fields in extension.set_elsewhere(rows, viewer).items():
            found[pk] = {**fields, **found[pk]}
    return found


def keep_values(row: Model, fields: Sequence[str], change: Change) -> None:
    """Have all extensions set these values of a row no more."""
    for extension in installed_extensions():
        extension.keep_values(row, fields, change)


def runs_elsewhere(catalog_course_ids: Sequence[int]) -> dict[int, list[RunElsewhere]]:
    """What all extensions know of runs on other platforms: ``{id of the course: runs}``; courses without any are absent."""
    found: dict[int, list[RunElsewhere]] = {}
    for extension in installed_extensions():
        for course, runs in extension.runs_elsewhere(catalog_course_ids).items():
            found.setdefault(course, []).extend(runs)
    return found


def url_patterns() -> list[Any]:
    """The URLs of all extensions, in the order of INSTALLED_APPS: ``openedx_catalog:<their app_name>:…``."""
    return [path("", include(config.catalog_urls)) for config in installed_extensions() if config.catalog_urls]


def require_installed(app: str) -> None:
    """
    First statement of every contrib ``models`` package: raise ImproperlyConfigured where the app is not installed.

    Importing its models would otherwise register them under the core's label, and makemigrations would write them there.
    """
    if not apps.is_installed(app):
        raise ImproperlyConfigured(
            f"The models of {app} were imported, but it is not in INSTALLED_APPS. Add it there, or do not import them."
        )
