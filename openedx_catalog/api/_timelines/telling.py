"""From a step to what people and programs are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ... import keys
from ...data import HistoryEntry, HistoryRow, HistoryValue
from .names import CODE, COURSE, ORGANIZATION, RUN, Names
from .steps import Step

# What never changes, or changes with everything else.
_HIDDEN = {"id", "uuid", "created", "modified", "run", "course_key", "run_code"}

TEXTS = {
    COURSE: {
        "created": _("The catalog course %(key)s was created."),
        "updated": _("The catalog course %(key)s was changed."),
        "renamed": _("The catalog course %(before)s became %(key)s."),
        "restored": _("The catalog course %(key)s was brought back."),
        "deleted": _("The catalog course %(key)s was deleted."),
        "merged": _("The catalog course %(key)s was merged into %(other)s."),
        "merged_in": _("The catalog course %(key)s was merged into %(other)s."),
        # In the history of its organization
        "course_created": _("The catalog course %(key)s was created."),
        "course_came": _("The catalog course %(before)s came from another organization, as %(key)s."),
        "course_left": _("The catalog course %(before)s left for another organization, as %(key)s."),
        "course_deleted": _("The catalog course %(key)s was deleted."),
        "course_merged": _("The catalog course %(key)s was merged into %(other)s."),
    },
    CODE: {
        "code_added": _("%(key)s leads to the catalog course %(other)s from now on."),
        "code_changed": _("%(key)s, which leads to the catalog course %(other)s, was changed."),
        "code_came": _("%(key)s leads here from now on, and no longer to %(other)s."),
        "code_left": _("%(key)s no longer leads here, but to %(other)s."),
        "code_released": _("%(key)s no longer leads here: whoever comes next may have it."),
    },
    RUN: {
        "created": _("The course run %(key)s was created under %(other)s."),
        "recreated": _("The course run %(key)s was created again, under %(other)s."),
        "updated": _("The course run %(key)s was changed."),
        "moved": _("The course run %(key)s was moved from %(before)s to %(other)s."),
        "associated": _("Whether the course run %(key)s follows its key was changed; it stands under %(other)s."),
        "deleted": _("The course run %(key)s was deleted; it stood under %(other)s."),
        "scheduled": _("The course run %(key)s was given a schedule."),
        "rescheduled": _("The schedule of the course run %(key)s was changed."),
        "unscheduled": _("The schedule of the course run %(key)s was deleted."),
        "withdrawn": _("The content of the course run %(key)s was deleted at the source."),
        "withdrawn_again": _("The content of the course run %(key)s was deleted at the source once more."),
        "republished": _("The content of the course run %(key)s is there again."),
        # In the history of its course
        "run_created": _("The course run %(key)s was created here."),
        "run_came": _("The course run %(key)s came from %(other)s."),
        "run_left": _("The course run %(key)s left for %(other)s."),
        "run_deleted": _("The course run %(key)s was deleted."),
    },
    ORGANIZATION: {
        "created": _("The organization %(key)s was created."),
        "updated": _("The organization %(key)s was changed."),
        "renamed": _("The organization %(before)s became %(key)s."),
        "deleted": _("The organization %(key)s was deleted."),
    },
}
"""``{kind of row: {what: text}}``: everything that a history can say."""

_SATELLITES = {
    "schedule": {"+": "scheduled", "~": "rescheduled", "-": "unscheduled"},
    "withdrawal": {"+": "withdrawn", "~": "withdrawn_again", "-": "republished"},
}
_OWN = {"+": "created", "~": "updated", "-": "deleted"}


class Told(NamedTuple):
    """What a step is about."""

    what: str
    row: HistoryRow
    other: HistoryRow | None = None
    before: str = ""
    text: Any = ""


def tell(steps: Sequence[Step], numbers: range, subject: Any) -> list[HistoryEntry]:
    """The entries of some of the steps of a subject, in this order. The queries of `Names`."""
    runs = {step.row.id: step.row for step in steps if step.kind == "run"}
    places = [_Place(steps, number, subject, runs) for number in numbers]
    others = {
        place.left_with() for place in places if place.step.kind == "course" and place.step.type == "-" and not place.step.into
    }
    names = Names([place.step for place in places], others - {None})
    return [_entry(place.step, _TELLERS[place.step.kind](place.step, names, place), names) for place in places]


class _Place(NamedTuple):
    """Where a step stands in the history of which subject; `runs` are all that this has been."""

    steps: Sequence[Step]
    number: int
    subject: Any
    runs: dict[int, Any]

    @property
    def step(self) -> Step:
        return self.steps[self.number]

    @property
    def needs_survivor(self) -> bool:
        """Whether a course was deleted, and nothing says yet that it was merged."""
        return self.step.kind == "course" and self.step.type == "-" and not self.step.into

    def is_first(self, kind: str) -> bool:
        """Whether nothing of this kind happened before."""
        return not any(step.kind == kind for step in self.steps[: self.number])

    def left_with(self) -> int | None:
        """
        The course to which codes and runs went in the change that deleted the subject, for a merge of which nothing else
        speaks any more, because it was undone.
        """
        for number in range(self.number - 1, -1, -1):
            earlier = self.steps[number]
            if earlier.kind not in ("code", "run_of_course") or _signature(earlier) != _signature(self.step):
                return None
            if earlier.type == "~" and earlier.row.catalog_course_id != self.subject.pk:
                return int(earlier.row.catalog_course_id)
        return None


def _signature(step: Step) -> tuple[Any, Any]:
    return step.row.history_change_reason, step.row.history_user_id


def _course(step: Step, names: Names, place: _Place) -> Told:
    row = names.course(step.row.id, step.at)
    if step.type == "-":
        left = place.left_with() if place.needs_survivor else None
        into = names.course(left, step.at) if left else names.merged_into(step.row.id, step.at)
        return Told("merged", row, into) if into else Told("deleted", row)
    if step.type == "+":
        return Told("created" if place.is_first("course") else "restored", row)
    before = step.previous and names.key(step.previous.org_id, step.previous.course_code, step.at)
    renamed = step.previous and (step.previous.org_id, step.previous.course_code) != (step.row.org_id, step.row.course_code)
    return Told("renamed", row, before=before) if renamed else Told("updated", row)


def _code(step: Step, names: Names, place: _Place) -> Told:
    row = HistoryRow(CODE, names.key(step.row.org_id, step.row.code, step.at))
    course, here = step.row.catalog_course_id, place.subject.pk
    left = step.previous.catalog_course_id if step.previous else course
    if step.type != "~":
        return Told("code_added" if step.type == "+" else "code_released", row, names.course(course, step.at))
    if left == course:
        return Told("code_changed", row, names.course(course, step.at))
    came = course == here
    return Told("code_came" if came else "code_left", row, names.course(left if came else course, step.at))


def _run_of_course(step: Step, names: Names, place: _Place) -> Told:
    row = HistoryRow(RUN, step.row.course_key__text, step.row.uuid, step.row.id)
    if step.type != "~":
        return Told("run_created" if step.type == "+" else "run_deleted", row)
    if step.row.catalog_course_id == place.subject.pk:
        return Told("run_came", row, names.course(step.previous.catalog_course_id, step.at))
    return Told("run_left", row, names.course(step.row.catalog_course_id, step.at))


def _merge(step: Step, names: Names, place: _Place) -> Told:
    merge = step.row
    row = names.course(merge.course_id, step.at)
    if row.uuid is None:
        key = keys.format_key_str(names.organization(merge.org_id, step.at).key, merge.course_code)
        row = HistoryRow(COURSE, key, merge.uuid, merge.course_id)
    return Told("merged_in", row, names.course(place.subject.pk, step.at))


def _run(step: Step, names: Names, place: _Place) -> Told:
    row, previous = HistoryRow(RUN, str(step.row.course_key), step.row.uuid, step.row.id), step.previous
    course = names.course(step.row.catalog_course_id, step.at)
    what = _OWN[step.type]
    if step.type == "+" and not place.is_first("run"):
        what = "recreated"
    elif step.type == "~" and previous is not None:
        if previous.catalog_course_id != step.row.catalog_course_id:
            return Told("moved", row, course, names.course(previous.catalog_course_id, step.at).key)
        what = "associated" if previous.association != step.row.association else what
    return Told(what, row, None if what == "updated" else course)


def _satellite(step: Step, names: Names, place: _Place) -> Told:
    run = place.runs.get(step.row.run_id, place.subject)
    return Told(_SATELLITES[step.kind][step.type], HistoryRow(RUN, place.subject.key, run.uuid, step.row.run_id))


def _attached_to_course(step: Step, names: Names, place: _Place) -> Told:
    table: Any = step.table
    what, text = table.told[step.type]
    return Told(what, names.course(place.subject.pk, step.at), text=text)


def _attached_to_run(step: Step, names: Names, place: _Place) -> Told:
    table: Any = step.table
    what, text = table.told[step.type]
    pk = getattr(step.row, f"{table.owner}_id")
    return Told(what, HistoryRow(RUN, place.subject.key, place.runs.get(pk, place.subject).uuid, pk), text=text)


def _organization(step: Step, names: Names, place: _Place) -> Told:
    row = HistoryRow(ORGANIZATION, step.row.short_name, None, step.row.id)
    if step.type == "~" and step.previous and step.previous.short_name != step.row.short_name:
        return Told("renamed", row, before=step.previous.short_name)
    return Told(_OWN[step.type], row)


def _course_of_organization(step: Step, names: Names, place: _Place) -> Told:
    row = names.course(step.row.id, step.at)
    if step.type == "+":
        return Told("course_created", row)
    if step.type == "-":
        into = names.merged_into(step.row.id, step.at)
        return Told("course_merged", row, into) if into else Told("course_deleted", row)
    before = names.previous_key(step.row.id, step.at)
    came = step.row.org_id == place.subject.pk
    other = names.organization(step.previous.org_id if came else step.row.org_id, step.at)
    return Told("course_came" if came else "course_left", row, other, before)


_TELLERS: dict[str, Any] = {
    "course": _course,
    "code": _code,
    "run_of_course": _run_of_course,
    "merge": _merge,
    "run": _run,
    "schedule": _satellite,
    "withdrawal": _satellite,
    "attached_to_run": _attached_to_run,
    "attached_to_course": _attached_to_course,
    "organization": _organization,
    "course_of_organization": _course_of_organization,
}


def _entry(step: Step, told: Told, names: Names) -> HistoryEntry:
    text = (told.text or TEXTS[told.row.kind][told.what]) % {
        "key": told.row.key, "other": told.other.key if told.other else "", "before": told.before,
    }  # fmt: skip
    user, deleted = _user(step)
    source, reason = _source(step)
    changes, table = tuple(_changes(step, names)), step.table and step.table.model
    return HistoryEntry(step.at, told.what, str(text), told.row, told.other, user, deleted, source, reason, changes, table)


def _user(step: Step) -> tuple[str, bool]:
    """The name, and whether the user is gone."""
    if step.kind == "merge":
        return step.row.user_name, False
    if name := getattr(step.row, "history_user_name", ""):
        return name, step.row.history_user_id is None
    # Histories of other apps do not keep it. Ours have the name of whoever there was.
    user = step.row.history_user if step.kind == "organization" else None
    return (user.get_username() if user else ""), False


def _source(step: Step) -> tuple[str, str]:
    """Source and reason, as `lib.changes.Change` writes them into one text."""
    if step.kind == "merge":
        return step.row.source, step.row.reason
    source, _colon, reason = (step.row.history_change_reason or "").partition(": ")
    return source, reason


def _changes(step: Step, names: Names) -> list[HistoryValue]:
    """What the row was before and is now; nothing for what is gone, and for movers where they went."""
    if step.type not in ("+", "~"):
        return []
    fields = step.row.tracked_fields if hasattr(step.row, "tracked_fields") else ()
    changes = []
    for field in fields:
        after = getattr(step.row, field.attname)
        before = getattr(step.previous, field.attname) if step.previous and step.type == "~" else None
        if step.table is not None and field.name == step.table.owner:
            continue
        if field.name not in _HIDDEN and (before or None) != (after or None) and before != after:
            changes.append(HistoryValue(field.name, _value(field, before, step, names), _value(field, after, step, names)))
    return changes


def _value(field: Any, value: Any, step: Step, names: Names) -> Any:
    if value is None or not field.is_relation:
        return value
    if step.table is not None:
        return names.of_app(step, field.name, value)
    return (names.organization if field.name == "org" else names.course)(value, step.at).key
