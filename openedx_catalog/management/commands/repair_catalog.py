"""``manage.py repair_catalog``: the repairs that ``catalog_doctor`` prints, each of one row that is named by its id."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import CommandParser
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import api
from ...data import SCHEDULE_DATES
from ...exceptions import CatalogError
from ...lib.commands import CatalogCommand, printable, require_migrated
from ...lib.routing import reads_from_writer
from ...lib.values import format_utc
from ...models_api import CatalogCourse, CourseRun

SOURCE = "repair_catalog"


class Command(CatalogCommand):
    """Exit 0: it is done; 1: it was refused; 2: the arguments or the database cannot be used."""

    help = "Repair one row, as catalog_doctor proposes. Rows are named by their ids: a name may be what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        orgs = _add(actions, "list", "list the catalog courses of organizations")
        orgs.add_argument("--org", type=int, required=True, action="append", metavar="ID")
        _add(actions, "merge", "merge a catalog course into another one", "course", "into", reason=True)
        named = _add(actions, "rename", "give a catalog course another code", "course", reason=True)
        named.add_argument("--code", required=True)
        pair = _add(actions, "distinct", "remember that two rows that look alike are different", reason=True)
        for option in ("kind", "first", "second"):
            pair.add_argument(f"--{option}", required=True)
        _add(actions, "move", "make another catalog course that of a run", "run", "into", reason=True)
        refold = _add(actions, "refold", "compute a folded code or key anew")
        refold.add_argument("--reason", default="")
        row = refold.add_mutually_exclusive_group(required=True)
        row.add_argument("--course", type=int, metavar="ID")
        row.add_argument("--run", type=int, metavar="ID")
        _add(actions, "delete-twin", "delete a run whose identity another run holds", "run", reason=True)
        date = _add(actions, "clear-date", "empty a date of a run", "run")
        date.add_argument("--date", required=True, choices=SCHEDULE_DATES)
        date.add_argument("--reason", default="")
        _add(actions, "list-deleted", "list the runs that were deleted for good")
        restore = _add(actions, "restore", "create a run again that was deleted for good", reason=True)
        restore.add_argument("--key", required=True)

    @reads_from_writer()
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        actions: dict[str, Callable[[dict[str, Any]], str]] = {
            "list": _list,
            "merge": _merge,
            "rename": _rename,
            "distinct": _distinct,
            "move": _move,
            "refold": _refold,
            "delete-twin": _delete_twin,
            "clear-date": _clear_date,
            "list-deleted": _list_deleted,
            "restore": _restore,
        }
        try:
            text = actions[options["action"]](options)
        except (CatalogError, ObjectDoesNotExist) as error:
            self.stderr.write(printable(str(error)))
            sys.exit(1)
        self.stdout.write("\n".join(map(printable, text.splitlines())))


def _add(actions: Any, name: str, about: str, *ids: str, reason: bool = False) -> Any:
    action = actions.add_parser(name, help=about, description=about)
    for option in ids:
        action.add_argument(f"--{option}", type=int, required=True, metavar="ID")
    if reason:
        action.add_argument("--reason", required=True)
    return action


def _list(options: dict[str, Any]) -> str:
    courses = CatalogCourse.objects.with_org().filter(org__in=options["org"]).annotate(count=Count("runs"))
    rows = [f"{course.pk}  {course.key_str}  {_runs(course.count)}" for course in courses.order_by("course_code_ci", "pk")]
    return "\n".join(map(printable, rows)) or _("No catalog courses.")


def _runs(count: int) -> str:
    return ngettext("%(count)d run", "%(count)d runs", count) % {"count": count}


def _merge(options: dict[str, Any]) -> str:
    course, into = (api.get_catalog_course(pk=options[name]) for name in ("course", "into"))
    api.merge_catalog_courses(course, into=into, reason=options["reason"], source=SOURCE)
    facts = {"course": course.key_str, "id": options["course"], "into": into.key_str, "into_id": into.pk}
    return _("%(course)s (id %(id)d) is part of %(into)s (id %(into_id)d).") % facts


def _rename(options: dict[str, Any]) -> str:
    course = api.get_catalog_course(pk=options["course"])
    before = course.key_str
    renamed = api.rename_catalog_course(course, course_code=options["code"], reason=options["reason"], source=SOURCE)
    return _("%(before)s is now %(after)s.") % {"before": before, "after": renamed.key_str}


def _distinct(options: dict[str, Any]) -> str:
    names = (options["kind"], options["first"], options["second"])
    api.mark_distinct(*names, reason=options["reason"], source=SOURCE)
    return _("Done.")


def _move(options: dict[str, Any]) -> str:
    run, into = CourseRun.objects.get(pk=options["run"]), api.get_catalog_course(pk=options["into"])
    api.move_course_run(str(run.course_key), into, reason=options["reason"], source=SOURCE)
    return _("%(run)s belongs to %(course)s.") % {"run": run.course_key, "course": into.key_str}


def _refold(options: dict[str, Any]) -> str:
    if options["course"] is not None:
        api.refold_catalog_course(options["course"], source=SOURCE, reason=options["reason"])
    else:
        api.refold_course_run(options["run"], source=SOURCE, reason=options["reason"])
    return _("Done.")


def _delete_twin(options: dict[str, Any]) -> str:
    api.delete_course_run_twin(options["run"], reason=options["reason"], source=SOURCE)
    return _("Deleted.")


def _clear_date(options: dict[str, Any]) -> str:
    run = CourseRun.objects.get(pk=options["run"])
    api.update_course_run(str(run.course_key), schedule={options["date"]: None}, source=SOURCE, reason=options["reason"])
    return _("%(run)s has no %(field)s.") % {"run": run.course_key, "field": options["date"]}


def _list_deleted(options: dict[str, Any]) -> str:
    rows = [
        f"{row.course_key}  {format_utc(row.at)}  {row.user_name or row.source}  {row.reason}".rstrip()
        for row in api.get_deleted_run_keys().iterator()
    ]
    return "\n".join(map(printable, rows)) or _("No deleted runs.")


def _restore(options: dict[str, Any]) -> str:
    run = api.restore_deleted_course_run(options["key"], reason=options["reason"], source=SOURCE)
    course = run.catalog_course.key_str if run else ""
    return _("%(run)s belongs to %(course)s.") % {"run": run.course_key if run else options["key"], "course": course}
