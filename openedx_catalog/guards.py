"""
What ``migrate`` would destroy, refused before any DDL: the way to nothing, and the way back to openedx-core's tables.

The tables may be those of any migration, so they are asked by SQL, and only for what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import AppConfig
from django.db import connections, router
from django.db.migrations import AddField, CreateModel
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import conf
from .exceptions import DowngradeRefused, UninstallRefused
from .models_api import CatalogChange, CatalogCourse, CatalogCourseCode, CourseRun, DoctorReport, PathwayCategory

COURSES = gettext_lazy("the catalog courses %(names)s")
KEYS = gettext_lazy("the course keys %(names)s")
RUNS = gettext_lazy("the runs %(names)s of one course")
FIRST, FIRST_OF_OURS = "0001_initial", "1001_own_tables"
MAX_NAMED = 20


def refuse_uninstall(sender: AppConfig, using: str, plan: Any = (), **kwargs: Any) -> None:
    """
    Refuse ``migrate … zero`` of an app of ours before any DDL, while it would lose rows or other apps' tables.

    Django would silently drop foreign tables. Raises UninstallRefused, unless a setting allows it.
    """
    if not _undoes(plan, sender, FIRST) or conf.allow_uninstall():
        return
    connection = connections[using]
    models = [model for model in stored_on(using, sender.get_models()) if not _tells_of_others(model)]
    with connection.cursor() as cursor:
        losses = [_rows(count, model._meta.db_table) for model, count in _filled(connection, cursor, models)]
    tables = sorted(model._meta.db_table for model in stored_on(using, _pointing_at(sender)))
    losses += [_("the table %(table)s") % {"table": table} for table in tables]
    if losses:
        raise UninstallRefused(label=sender.label, losses=", ".join(losses))


def refuse_downgrade(sender: AppConfig, using: str, plan: Any = (), **kwargs: Any) -> None:
    """
    Refuse to go back towards ``0001_initial``, where openedx-core's app would take over, while it cannot or would lose.

    What its unique constraints forbid is refused in any case, before they come back; what is in tables and columns that
    the plan drops, unless a setting allows it. Raises DowngradeRefused. Memory grows with the runs.
    """
    if _undoes(plan, sender, FIRST):
        return
    connection = connections[using]
    models = stored_on(using, sender.get_models())
    with connection.cursor() as cursor:
        if (
            {CatalogCourse, CourseRun} <= set(models)
            and _undoes(plan, sender, FIRST_OF_OURS)
            and (conflicts := list(_conflicts(connection, cursor)))
        ):
            raise DowngradeRefused(reason=_forbidden(conflicts))
        losses = list(_losses(connection, cursor, models, set(_dropped(plan, sender))))
    if losses and not conf.allow_downgrade_loss():
        reason = _(
            "It has no place for %(losses)s. Export what you need, then set OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = True."
        )
        raise DowngradeRefused(reason=reason % {"losses": ", ".join(losses)})


def _tells_of_others(model: Any) -> bool:
    """Whether the rows of a model say what became of other rows, or are made of them: without those they are no loss."""
    return hasattr(model, "history_id") or model is CatalogChange or getattr(model, "is_made_of_others", False)


def _rows(count: int, table: str) -> str:
    text = ngettext("%(count)d row of %(table)s", "%(count)d rows of %(table)s", count)
    return text % {"count": count, "table": table}


def _forbidden(conflicts: list[str]) -> str:
    named, more = "; ".join(conflicts[:MAX_NAMED]), max(0, len(conflicts) - MAX_NAMED)
    if not more:
        text = _("Its unique constraints forbid %(conflicts)s. Move or delete all but one of each, then try again.")
        return text % {"conflicts": named}
    text = _(
        "Its unique constraints forbid %(conflicts)s and %(more)d more. Move or delete all but one of each, then try again."
    )
    return text % {"conflicts": named, "more": more}


def _undoes(plan: Any, sender: AppConfig, name: str) -> bool:
    return any(backwards and (step.app_label, step.name) == (sender.label, name) for step, backwards in plan)


def _dropped(plan: Any, sender: AppConfig) -> Iterator[str]:
    """What the plan takes back: "model", or "model.field", in lower case."""
    for step, backwards in plan:
        for operation in step.operations if backwards and step.app_label == sender.label else ():
            if isinstance(operation, CreateModel):
                yield operation.name_lower
            elif isinstance(operation, AddField):
                yield f"{operation.model_name_lower}.{operation.name_lower}"


def stored_on(using: str, models: Iterable[Any]) -> list[Any]:
    """
    Those models that have their tables on this database: whose router lets them be there, and which are there.

    Whatever is given the alias of a database asks this first. A recorded migration proves nothing: where the router
    forbids the alias it was recorded without doing anything.
    """
    tables = set(connections[using].introspection.table_names())
    return [model for model in models if model._meta.db_table in tables and router.allow_migrate_model(using, model)]


def meant_for(using: str) -> bool:
    """Whether the catalog may be on this database, which it need not be yet: for what is said of settings."""
    return router.allow_migrate_model(using, CatalogCourse)


def _filled(connection: Any, cursor: Any, models: list[Any]) -> Iterator[tuple[Any, int]]:
    """Those that have rows, and how many; messages that are done are no loss, nor is the category that was always there."""
    for model in models:
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(model._meta.db_table)}{_worth_something(model)}")  # noqa: S608
        if count := cursor.fetchone()[0]:
            yield model, count


def _worth_something(model: Any) -> str:
    if model is DoctorReport:
        # The next run says it again.
        return " WHERE 1 = 0"
    if model is PathwayCategory:
        return " WHERE category_code <> 'pathway'"
    return " WHERE state <> 'done'" if hasattr(model, "State") else ""


def _pointing_at(sender: AppConfig) -> set[Any]:
    """Models of other apps that point at ours: Django drops their tables along with us."""
    return {
        relation.related_model
        for model in sender.get_models()
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label != sender.label
    }


def _conflicts(connection: Any, cursor: Any) -> Iterator[str]:
    """Rows that openedx-core's unique constraints forbid, which MariaDB never had."""
    quote = connection.ops.quote_name
    courses, runs = quote(CatalogCourse._meta.db_table), quote(CourseRun._meta.db_table)
    named: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    cursor.execute(f"SELECT id, org_id, course_code FROM {courses}")  # noqa: S608
    for pk, org, code in cursor.fetchall():
        named[COURSES, org, code.lower()].append(f"{code} (id {pk})")
    cursor.execute(f"SELECT catalog_course_id, run_code, course_key FROM {runs} ORDER BY id")  # noqa: S608
    for course, run, key in cursor.fetchall():
        named[KEYS, key.lower()].append(key)
        if not key.startswith("ccx"):
            named[RUNS, course, run].append(key)
    for (kind, *_identity), names in named.items():
        if len(names) > 1:
            yield str(kind) % {"names": ", ".join(names)}


def _losses(connection: Any, cursor: Any, models: list[Any], dropped: set[str]) -> Iterator[str]:
    """What only we have, in the tables and columns that are dropped."""
    # The codes of courses are in the courses themselves, except aliases.
    lost = [model for model in models if model._meta.model_name in dropped and model is not CatalogCourseCode]
    for model, count in _filled(connection, cursor, lost):
        yield _rows(count, model._meta.db_table)
    codes, courses, runs = (
        connection.ops.quote_name(model._meta.db_table) for model in (CatalogCourseCode, CatalogCourse, CourseRun)
    )
    if "catalogcoursecode" in dropped and CatalogCourseCode in models:
        cursor.execute(
            f"SELECT COUNT(*) FROM {codes} s JOIN {courses} c ON c.id = s.catalog_course_id "  # noqa: S608
            "WHERE s.org_id <> c.org_id OR s.code_ci <> c.course_code_ci"
        )
        if count := cursor.fetchone()[0]:
            text = ngettext("%(count)d alias of a catalog course", "%(count)d aliases of catalog courses", count)
            yield text % {"count": count}
    if "catalogcoursecode" in dropped and CatalogCourse in models and (languages := _longer_languages(cursor, courses)):
        text = ngettext(
            "the language of %(count)d catalog course (%(names)s)",
            "the languages of %(count)d catalog courses (%(names)s)",
            sum(languages.values()),
        )
        yield text % {"count": sum(languages.values()), "names": ", ".join(sorted(languages)[:MAX_NAMED])}
    if "courserun.association" in dropped and _has_column(connection, cursor, CourseRun, models, "association"):
        cursor.execute(f"SELECT COUNT(*) FROM {runs} WHERE association = 'explicit'")  # noqa: S608
        if count := cursor.fetchone()[0]:
            yield ngettext("%(count)d explicit association", "%(count)d explicit associations", count) % {"count": count}


def _longer_languages(cursor: Any, courses: str) -> dict[str, int]:
    """
    Languages of more than two letters, and how many catalog courses have each.

    One that is not set is no loss: openedx-core's app would have stored that of the site, and so does the way back.
    """
    cursor.execute(f"SELECT language, COUNT(*) FROM {courses} WHERE language <> '' GROUP BY language")  # noqa: S608
    return {language: count for language, count in cursor.fetchall() if len(language.partition("-")[0]) > 2}


def _has_column(connection: Any, cursor: Any, model: Any, models: list[Any], name: str) -> bool:
    """Whether a migration that was killed has come to this column, or is still there on its way back."""
    if model not in models:
        return False
    return name in {column.name for column in connection.introspection.get_table_description(cursor, model._meta.db_table)}
