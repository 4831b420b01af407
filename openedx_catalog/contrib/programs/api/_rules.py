"""
The rules of programs and curricula themselves, for the doctor: order, groups, dates of closing, images, runs left out.

What is broken was written past the API, or has come with a date that passed. A fixed number of queries, whatever there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.api import Finding
from openedx_catalog.lib.changes import Change, store_changes
from openedx_catalog.lib.texts import fold
from openedx_catalog.lib.values import format_utc

from .. import models
from . import _order, _scopes, external_keys
from ._changing import changing_program

FIX = "manage.py catalog_doctor --fix"
_MEMBERS: tuple[Any, ...] = (models.CurriculumCourseMembership, models.CurriculumProgramMembership)


def finding(
    code: str, subject: str, message: str, model: Any, pk: int, *, severity: str = "error", fixable: bool = False
) -> Finding:
    """A finding about a row of programs."""
    remedy = FIX if fixable else ""
    return Finding(code, severity, subject, message, remedy, fixable, model=model._meta.label_lower, pk=pk)


def broken_rules() -> Iterator[Finding]:
    """What of these rules does not hold; their codes are those of `diagnose`."""
    yield from _positions()
    yield from _closings()
    yield from _groups()
    yield from _stale_exclusions()
    yield from _retirements()
    yield from _images()
    yield from _empty_programs()


def mend(change: Change) -> int:
    """Mend the order of curricula, closing dates without a meaning, and exclusions of what is not there. Returns how many."""
    wanted: list[tuple[Any, Any]] = [
        *((partial(_scopes.affected_in, pk), partial(_number, model, pk)) for model, pk in _tied()),
        *((partial(_scopes.affected_in, row.pk), partial(_empty_closing, row)) for row in _closed_late()),
        # To hold a program is to drop them.
        *((partial(_scopes.Affected, pk), lambda change: True) for pk in sorted({row[0] for row in _stale_exclusion_rows()})),
    ]
    if wanted:
        # All at once, in the order in which everybody locks them; no course is asked for afterwards.
        _scopes.lock_programs(lambda: models.Program.objects.values_list("pk", flat=True))
    for affected, work in wanted:
        with changing_program(affected, change, releases_only=True) as held:
            held.changed = work(change)
    return len(wanted)


def _tied() -> list[tuple[Any, int]]:
    """The curricula in which two members have one position: (model, curriculum)."""
    found = []
    for model in _MEMBERS:
        ties = model.objects.order_by().values("curriculum_id", "position").annotate(count=Count("pk")).filter(count__gt=1)
        found += [(model, pk) for pk in sorted(set(ties.values_list("curriculum_id", flat=True)))]
    return found


def _number(model: Any, curriculum_id: int, change: Change) -> bool:
    return _order.number(list(model.objects.filter(curriculum_id=curriculum_id).order_by("position", "pk")), change)


def _positions() -> Iterator[Finding]:
    tied = _tied()
    names = _names({pk for _model, pk in tied})
    for model, pk in tied:
        text = _("Several of its members (%(kind)s) have one position.") % {"kind": model._meta.verbose_name_plural}
        yield finding("positions_tied", names[pk], text, models.Curriculum, pk, fixable=True)


def _names(curriculum_ids: set[int]) -> dict[int, str]:
    """What curricula are called in a finding: with their program."""
    rows = models.Curriculum.objects.filter(pk__in=curriculum_ids).values_list("pk", "program__title", "name")
    return {pk: _("%(program)s: curriculum %(name)r") % {"program": title, "name": name} for pk, title, name in rows}


def _closed_late() -> QuerySet[models.Curriculum]:
    """Curricula that would close to new learners only after they are over."""
    return models.Curriculum.objects.filter(closed_at__gt=F("retired_at")).order_by("pk")


def _empty_closing(row: models.Curriculum, change: Change) -> bool:
    return store_changes(models.Curriculum.objects.get(pk=row.pk), {"closed_at": None}, change)


def _closings() -> Iterator[Finding]:
    early = models.Curriculum.objects.filter(closed_at__lt=F("effective_at"))
    rows = [*_closed_late().select_related("program"), *early.select_related("program").order_by("pk")]
    for row in rows:
        subject = _("%(program)s: curriculum %(name)r") % {"program": row.program.title, "name": row.name}
        facts = {
            "closed": format_utc(row.closed_at),
            "since": format_utc(row.effective_at),
            "until": format_utc(row.retired_at),
        }
        if row.retired_at and row.closed_at and row.closed_at > row.retired_at:
            text = _("It closes to new learners at %(closed)s, and is over at %(until)s already.") % facts
            yield finding("closed_after_retired", subject, text, type(row), row.pk, severity="warning", fixable=True)
        else:
            text = _("It closes to new learners at %(closed)s, before it begins at %(since)s.") % facts
            yield finding("closed_before_begun", subject, text, type(row), row.pk)


def _groups() -> Iterator[Finding]:
    """Of what is in effect now: groups that cannot be passed, and names of groups that there are not."""
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for model in _MEMBERS:
        rows = model.objects.counting().exclude(group="").values_list("curriculum_id", "group")
        for pk, name in rows.iterator(chunk_size=2000):
            counts[pk, fold(name)] += 1
    groups = {(row.curriculum_id, fold(row.name)): row for row in models.CurriculumGroup.objects.counting().order_by("pk")}
    late = {key: group for key, group in groups.items() if group.minimum > counts[key]}
    missing = sorted({key for key, count in counts.items() if count} - set(groups))
    names = _names({pk for pk, _name in [*late, *missing]})
    for key, group in late.items():
        facts = {"group": group.name, "minimum": group.minimum, "count": counts[key]}
        text = _("Of the group %(group)r %(minimum)d have to be passed, and it has %(count)d. Nobody can complete it.") % facts
        yield finding("group_too_small", names[key[0]], text, models.Curriculum, key[0], severity="warning")
    for pk, name in missing:
        text = _("Something is of the group %(group)r, which is not there, so it is required.") % {"group": name}
        yield finding("group_missing", names[pk], text, models.Curriculum, pk, severity="warning")


def _stale_exclusion_rows() -> list[tuple[int, str, str]]:
    """Runs that are left out of a program which has not got their course: (program, its title, course key)."""
    rows = external_keys.stale_exclusions().order_by("program_id", "pk")
    return list(rows.values_list("program_id", "program__title", "run__course_key__text"))


def _stale_exclusions() -> Iterator[Finding]:
    for pk, title, course_key in _stale_exclusion_rows():
        text = _("%(run)s is excluded from the program, which has not got its course.") % {"run": course_key}
        yield finding("exclusion_outlived", title, text, models.Program, pk, severity="warning", fixable=True)


def _retirements() -> Iterator[Finding]:
    is_retired = Q(status=models.Program.Status.RETIRED)
    wrong = models.Program.objects.filter((is_retired & Q(retired_at=None)) | (~is_retired & Q(retired_at__isnull=False)))
    for pk, title, status in wrong.order_by("pk").values_list("pk", "title", "status"):
        text = _("It is %(status)s, and the date of its retirement says otherwise.") % {"status": status}
        yield finding("retired_at_wrong", title, text, models.Program, pk)


def _images() -> Iterator[Finding]:
    """Asks the storage once for each file."""
    known: dict[str, bool] = {}
    for program in models.Program.objects.exclude(image="").order_by("pk").iterator(chunk_size=2000):
        if not program.image_alt:
            text = _("Nobody says what its image shows, for those who cannot see it.")
            yield finding("image_without_alt", program.title, text, models.Program, program.pk)
        name = program.image.name or ""
        if name not in known:
            known[name] = program.image.storage.exists(name)
        if not known[name]:
            text = _("The file of its image is not there: %(name)s.") % {"name": name}
            yield finding("image_missing", program.title, text, models.Program, program.pk)


def _empty_programs() -> Iterator[Finding]:
    now = timezone.now()
    rows = models.Program.objects.filter(
        *(~Exists(model.objects.counting(now).filter(curriculum__program=OuterRef("pk"))) for model in _MEMBERS),
        status=models.Program.Status.ACTIVE,
    )
    for pk, title in rows.order_by("pk").values_list("pk", "title"):
        text = _("It is active, and no course is in any of its curricula.")
        yield finding("program_without_courses", title, text, models.Program, pk, severity="warning")
