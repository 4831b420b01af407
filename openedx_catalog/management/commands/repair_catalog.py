"""``manage.py repair_catalog``: the repairs that ``catalog_doctor`` prints, each of one row that is named by its id."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ... import api
from ...exceptions import CatalogError
from ...lib.commands import printable, require_migrated
from ...lib.routing import reads_from_writer
from ...models_api import CatalogCourse, CourseRun

SOURCE = "repair_catalog"


class Command(BaseCommand):
    """Exit 0: it is done; 1: it was refused; 2: the arguments or the database cannot be used."""

    help = "Repair one row, as catalog_doctor proposes. Rows are named by their ids: a name may be what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        orgs = _add(actions, "list", "list the catalog courses of organizations")
        orgs.add_argument("--org", type=int, required=True, action="append", metavar="ID")
        _add(actions, "merge", "merge a catalog course into another one", "course", "into", reason=True)
        _add(actions, "move", "make another catalog course that of a run", "run", "into", reason=True)
        row = _add(actions, "refold", "compute a folded code or key anew").add_mutually_exclusive_group(required=True)
        row.add_argument("--course", type=int, metavar="ID")
        row.add_argument("--run", type=int, metavar="ID")
        _add(actions, "delete-twin", "delete a run whose identity another run holds", "run", reason=True)
        date = _add(actions, "clear-date", "empty a date of a run", "run")
        date.add_argument("--date", required=True, choices=("end", "enrollment_end"))

    @reads_from_writer()
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        actions: dict[str, Callable[[dict[str, Any]], str]] = {
            "list": _list,
            "merge": _merge,
            "move": _move,
            "refold": _refold,
            "delete-twin": _delete_twin,
            "clear-date": _clear_date,
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


def _move(options: dict[str, Any]) -> str:
    run, into = CourseRun.objects.get(pk=options["run"]), api.get_catalog_course(pk=options["into"])
    api.move_course_run(str(run.course_key), into, reason=options["reason"], source=SOURCE)
    return _("%(run)s belongs to %(course)s.") % {"run": run.course_key, "course": into.key_str}


def _refold(options: dict[str, Any]) -> str:
    if options["course"] is not None:
        api.refold_catalog_course(options["course"])
    else:
        api.refold_course_run(options["run"])
    return _("Done.")


def _delete_twin(options: dict[str, Any]) -> str:
    api.delete_course_run_twin(options["run"], reason=options["reason"], source=SOURCE)
    return _("Deleted.")


def _clear_date(options: dict[str, Any]) -> str:
    run = CourseRun.objects.get(pk=options["run"])
    api.update_course_run(str(run.course_key), schedule={options["date"]: None}, source=SOURCE)
    return _("%(run)s has no %(field)s.") % {"run": run.course_key, "field": options["date"]}
