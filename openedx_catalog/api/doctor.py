"""Every rule of the mapping, checked over the whole database in constant memory; and the completion of NULL identities."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from django.db import router
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from organizations.models import Organization

from .. import identity, keys
from ..data import Finding
from ..exceptions import CatalogError
from ..lib.routing import rows_of
from ..lib.transactions import atomically
from ..lib.values import CLOCKS_DIFFER, format_utc
from ..models import (
    CatalogCourse,
    CatalogCourseCode,
    CatalogPathway,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    InboxMessage,
    OutboxMessage,
    PathwayCategory,
)
from ..organization_names import OrganizationNames
from . import codes

__all__ = ["complete_identities", "diagnose", "mend_source_times"]

PAGE = 2000
ERROR, WARNING = "error", "warning"
# A worker that runs every few minutes has seen everything older.
PATIENCE = timedelta(minutes=5)
# The time of a source, and the field that says when it came.
_SOURCE_TIMES: tuple[tuple[str, Any, str, str, str], ...] = (
    ("source_time_ahead", CourseRun, "source_time", "course_key__text", "modified"),
    ("withdrawal_ahead", CourseRunWithdrawal, "at", "run__course_key__text", "run__modified"),
    ("message_ahead", InboxMessage, "source_time", "course_key", "received_at"),
)


def complete_identities(*, on_progress: Callable[[int], None] | None = None) -> int:
    """
    Fill NULL uuids, folded keys and codes, and missing slots; return how many rows were changed.

    Never merges and never moves: a row whose folded identity another row holds keeps its NULL, and `diagnose` lists it.
    Oldest rows first, in batches of 1,000. `on_progress` is called with the rows of each batch.
    """
    using = router.db_for_write(CourseRun)
    # Again where a deadlock with another writer ended a batch: what was filled is not missing any more.
    courses = identity.complete_catalog_courses(
        CatalogCourse, CatalogCourseCode, using, on_progress=on_progress, run=atomically
    )
    return courses + identity.complete_course_runs(CourseRun, using, on_progress=on_progress, run=atomically)


def mend_source_times() -> int:
    """
    Take back the times of sources that lie ahead of our clock, which keep out everything that is older; return how many.

    Each becomes the time at which it came: a message's is known; that of a run, or its withdrawal, is when the run was last
    changed. Withdrawals that a later message ends: `messages.withdraw_deleted_runs`. A newer time that another
    writer stores meanwhile stays.
    """
    mended = 0
    for _code, model, name, _subject, came in _SOURCE_TIMES:
        using = router.db_for_write(model)
        for page in _pages(_ahead(model.objects.using(using), name), "pk", came):
            mended += atomically(using, partial(_mend_page, model, name, using, page))
    return mended


def _mend_page(model: Any, name: str, using: str, page: list[tuple[Any, ...]]) -> int:
    now = timezone.now()
    # Asked again whether it lies ahead, because others write these rows too.
    rows = _ahead(model.objects.using(using), name)
    return sum(rows.filter(pk=pk).update(**{name: min(came or now, now)}) for pk, came in page)


def _ahead(rows: Any, name: str) -> Any:
    return rows.filter(**{f"{name}__gt": timezone.now() + CLOCKS_DIFFER})


def diagnose(*, quick: bool = False) -> Iterator[Finding]:
    """
    Every broken rule, organizations first, then catalog courses, then runs, by id. Reads pages of 2,000; writes nothing.

    That takes minutes of a million runs. `quick` asks only what indexes answer: organizations, courses and runs whose identity
    is missing, and messages.

    Codes of errors: ``organizations_differ_by_case``, ``catalog_course_identity_missing``, ``catalog_course_twin``,
    ``catalog_course_identity_wrong``, ``invalid_catalog_course_code``, ``invalid_course_key``, ``course_run_identity_missing``,
    ``course_run_twin``, ``course_run_identity_wrong``, ``run_code_mismatch``, ``implicit_mismatch``, ``pathway_twin``,
    ``source_time_ahead``, ``withdrawal_ahead``, ``message_ahead``.
    Codes of warnings: ``end_before_start``, ``enrollment_end_before_start``; ``inbox_waiting``, ``inbox_parked``,
    ``outbox_waiting`` and ``outbox_parked``, once each, for the oldest message that has been waiting for five minutes, or was
    given up. A finding's `remedy` is a command to paste.
    """
    yield from _organizations()
    yield from _catalog_courses(CatalogCourse.objects.incomplete() if quick else CatalogCourse.objects.all())
    yield from _course_runs(CourseRun.objects.incomplete() if quick else CourseRun.objects.all())
    if not quick:
        yield from _pathways()
        yield from _source_times()
        yield from _schedules()
    yield from _messages("inbox", InboxMessage, "course_key", "received_at", "manage.py process_catalog_inbox")
    yield from _messages("outbox", OutboxMessage, "subject", "occurred_at", "manage.py relay_catalog_events")


def _organizations() -> Iterator[Finding]:
    rows = rows_of(Organization).values_list("short_name", "pk")
    names = sorted(rows, key=lambda row: (keys.fold(row[0]), row[0]))
    for _folded, group in groupby(names, key=lambda row: keys.fold(row[0])):
        if len(twins := dict(group)) > 1:
            remedy = _repair("list", *(f"--org={pk}" for pk in twins.values()))
            yield _finding("organizations_differ_by_case", next(iter(twins)), remedy, names=", ".join(twins))


def _catalog_courses(courses: QuerySet[CatalogCourse]) -> Iterator[Finding]:
    columns = ("pk", "org_id", "org__short_name", "course_code", "course_code_ci", "uuid")
    for page in _pages(courses, *columns):
        owners = codes.owners({row[1] for row in page}, {keys.fold(row[3]) for row in page})
        for pk, org_id, org, code, code_ci, uuid in page:
            subject, folded = keys.format_key_str(org, code), keys.fold(code)
            owner = owners.get((org_id, folded))
            if not _is_code(code) or ":" in org:
                yield _finding("invalid_catalog_course_code", subject)
            elif owner is not None and owner != pk:
                yield _twin_course(subject, owner, pk)
            elif code_ci is None or uuid is None or owner is None:
                yield _finding("catalog_course_identity_missing", subject, FIX, fixable=True)
            elif code_ci != folded:
                yield _finding("catalog_course_identity_wrong", subject, _repair("refold", f"--course={pk}"), stored=code_ci)


def _twin_course(subject: str, owner: int, pk: int) -> Finding:
    other = CatalogCourse.objects.with_org().get(pk=owner)
    remedy = _repair("merge", f"--course={pk}", f"--into={owner}", "--reason=twin")
    return _finding("catalog_course_twin", subject, remedy, owner=other.key_str, owner_id=owner, id=pk)


def _is_code(code: str) -> bool:
    try:
        return keys.check_code(code) == code
    except CatalogError:
        return False


class _Run(NamedTuple):
    pk: int
    text: str
    key_ci: str | None
    uuid: Any
    run_code: str
    association: str
    course_id: int
    org: str
    code: str


def _course_runs(runs: QuerySet[CourseRun]) -> Iterator[Finding]:
    columns = (
        "pk", "course_key__text", "key_ci", "uuid", "run_code", "association", "catalog_course_id",
        "catalog_course__org__short_name", "catalog_course__course_code",
    )  # fmt: skip
    orgs = OrganizationNames(rows_of(Organization).order_by("pk").values_list("pk", "short_name"))
    for page in _pages(runs, *columns):
        rows = [(_Run(*row), _parsed(row[1])) for row in page]
        good = [key for _row, key in rows if isinstance(key, keys.RunKey)]
        owners = codes.owners({pk for key in good for pk in orgs.find(key.org)}, {keys.fold(key.course) for key in good})
        missing = [keys.fold(row.text) for row, _key in rows if row.key_ci is None]
        twins = dict(CourseRun.objects.filter(key_ci__in=missing).values_list("key_ci", "course_key__text"))
        for row, key in rows:
            if isinstance(key, CatalogError):
                yield _finding("invalid_course_key", row.text, reason=key)
                continue
            yield from _run_identity(row, key, twins)
            if row.run_code != key.run:
                yield _finding("run_code_mismatch", row.text, run_code=row.run_code, expected=key.run)
            wanted = [owners.get((org, keys.fold(key.course))) for org in orgs.find(key.org)]
            if row.association == CourseRun.Association.IMPLICIT and row.course_id not in wanted:
                yield _implicit_mismatch(row, key)


def _run_identity(row: _Run, key: keys.RunKey, twins: dict[Any, str]) -> Iterator[Finding]:
    if row.key_ci is None and key.key_ci in twins:
        remedy = _repair("delete-twin", f"--run={row.pk}", "--reason=twin")
        yield _finding("course_run_twin", row.text, remedy, other=twins[key.key_ci], id=row.pk)
    elif row.key_ci is None or row.uuid is None:
        yield _finding("course_run_identity_missing", row.text, FIX, fixable=True)
    elif row.key_ci != key.key_ci:
        yield _finding("course_run_identity_wrong", row.text, _repair("refold", f"--run={row.pk}"), stored=row.key_ci)


def _implicit_mismatch(row: _Run, key: keys.RunKey) -> Finding:
    key_str = keys.format_key_str(row.org, row.code)
    if keys.same_course((key.org, key.course), (row.org, row.code)):
        # The course itself has no slot; that is a finding of the course.
        return _finding("implicit_mismatch", row.text, FIX, fixable=True, text=_NO_SLOT, key_str=key_str)
    remedy = _repair("move", f"--run={row.pk}", f"--into={row.course_id}", "--reason=it belongs here")
    return _finding("implicit_mismatch", row.text, remedy, key_str=key_str)


def _parsed(text: str) -> keys.RunKey | CatalogError:
    try:
        key = keys.parse_course_key(text)
    except CatalogError as error:
        return error
    if key.text != text:
        return keys.InvalidCourseKey(value=text, reason=_("it should read %(key)r") % {"key": key.text})
    return key


def _pathways() -> Iterator[Finding]:
    """Codes that two have, which MariaDB cannot refuse to other programs."""
    for model, code, owner in ((PathwayCategory, "category_code", ()), (CatalogPathway, "pathway_code", ("org",))):
        groups = model.objects.order_by().values(*owner, folded=Lower(code)).annotate(count=Count("pk")).filter(count__gt=1)
        for group in groups:
            twins = model.objects.with_code(group["folded"]).filter(**{name: group[name] for name in owner}).order_by("pk")
            names = ", ".join(f"{getattr(twin, code)} (id {twin.pk})" for twin in twins)
            yield _finding("pathway_twin", getattr(twins[0], "key_str", group["folded"]), names=names)


def _source_times() -> Iterator[Finding]:
    for code, model, name, subject, _came in _SOURCE_TIMES:
        for page in _pages(_ahead(model.objects, name), "pk", subject, name):
            for _pk, text, moment in page:
                yield _finding(code, text, FIX, fixable=True, text=_AHEAD, time=format_utc(moment))


def _schedules() -> Iterator[Finding]:
    pairs = (("end_before_start", "start", "end"), ("enrollment_end_before_start", "enrollment_start", "enrollment_end"))
    for code, first, last in pairs:
        inverted = CourseSchedule.objects.filter(**{f"{last}__lt": F(first)})
        for page in _pages(inverted, "pk", "run_id", "run__course_key__text", first, last):
            for _pk, run_id, text, start, end in page:
                remedy = _repair("clear-date", f"--run={run_id}", f"--date={last}")
                yield _finding(code, text, remedy, start=format_utc(start), end=format_utc(end))


def _messages(box: str, model: Any, subject: str, time: str, command: str) -> Iterator[Finding]:
    """The oldest message that nobody has worked off, and the oldest that was given up."""
    late = model.objects.filter(state=model.State.PENDING, **{f"{time}__lt": timezone.now() - PATIENCE})
    parked = model.objects.filter(state=model.State.PARKED)
    for code, rows, remedy in ((f"{box}_waiting", late, command), (f"{box}_parked", parked, "")):
        oldest = rows.order_by("pk").values_list(subject, time, "attempts", "error").first()
        if oldest:
            name, since, attempts, error = oldest
            facts = {"since": f"{since:%Y-%m-%d %H:%M:%S} (UTC)", "attempts": attempts, "count": rows.count()}
            yield _finding(code, name or code, remedy, **facts, error=keys.shorten(error) or "–")


def _pages(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:PAGE]):
        yield page
        last = page[-1][0]


def _repair(*arguments: str) -> str:
    """
    A command that the operator can paste: rows by their ids, because a name may hold anything, and quoted all the same.

    No code for ``manage.py shell`` either: that would have to be quoted twice.
    """
    return shlex.join(["manage.py", "repair_catalog", *arguments])


def _finding(code: str, subject: str, remedy: str = "", *, fixable: bool = False, text: Any = "", **facts: Any) -> Finding:
    severity = WARNING if code in _WARNINGS else ERROR
    return Finding(code, severity, subject, str(text or _TEXTS[code]) % facts, remedy, fixable)


FIX = "manage.py catalog_doctor --fix"
_AHEAD = gettext_lazy("Its time at the source, %(time)s, is in the future. Until then nothing newer is taken over.")
_NO_SLOT = gettext_lazy("It is implicit, and the code of its catalog course %(key_str)s is not registered.")
_MISSING = gettext_lazy("Another program wrote it: what identifies it is missing.")
_WAITING = gettext_lazy(
    "It has been waiting since %(since)s. Attempts: %(attempts)d; last error: %(error)s. There are %(count)d such messages."
)
_PARKED = gettext_lazy(
    "It was given up, and has been there since %(since)s. Attempts: %(attempts)d; last error: %(error)s. "
    "There are %(count)d such messages; look at them in the admin, and try them again there."
)
_TEXTS = {
    "organizations_differ_by_case": gettext_lazy(
        "%(names)s differ only in case. Merge their catalog courses, then delete the others."
    ),
    "invalid_catalog_course_code": gettext_lazy("Its organization or code cannot be part of a course key."),
    "catalog_course_twin": gettext_lazy(
        "Its code belongs to %(owner)s (id %(owner_id)d). This catalog course has the id %(id)d."
    ),
    "catalog_course_identity_missing": _MISSING,
    "catalog_course_identity_wrong": gettext_lazy("Its code is registered as %(stored)r: another program has changed it."),
    "invalid_course_key": gettext_lazy("%(reason)s"),
    "course_run_twin": gettext_lazy("The same run exists as %(other)s, which keeps the identity. This one has the id %(id)d."),
    "course_run_identity_missing": _MISSING,
    "course_run_identity_wrong": gettext_lazy("Its key is registered as %(stored)r: another program has changed it."),
    "run_code_mismatch": gettext_lazy("Its run code is %(run_code)r, but its key says %(expected)r."),
    "implicit_mismatch": gettext_lazy("It is implicit, but stands under %(key_str)s, which its key does not name."),
    "pathway_twin": gettext_lazy("%(names)s have one code. The first one is found by it. Delete the others in the admin."),
    "end_before_start": gettext_lazy("It ends at %(end)s, before it starts at %(start)s."),
    "enrollment_end_before_start": gettext_lazy("Enrollment ends at %(end)s, before it starts at %(start)s."),
    "inbox_waiting": _WAITING,
    "outbox_waiting": _WAITING,
    "inbox_parked": _PARKED,
    "outbox_parked": _PARKED,
}
_WARNINGS = {
    "end_before_start", "enrollment_end_before_start", "inbox_waiting", "inbox_parked", "outbox_waiting", "outbox_parked"
}  # fmt: skip
