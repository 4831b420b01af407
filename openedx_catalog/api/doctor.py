"""Every rule of the mapping, checked over the whole database in constant memory; and the completion of NULL identities."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.db import router
from django.db.models import F, QuerySet
from django.utils import timezone
from organizations.models import Organization

from .. import identity, keys
from ..data import Finding
from ..exceptions import CatalogError
from ..lib.routing import rows_of
from ..lib.transactions import atomically
from ..lib.values import CLOCKS_DIFFER
from ..models import (
    CatalogCourse,
    CatalogCourseCode,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    InboxMessage,
    OutboxMessage,
)
from ..organization_names import OrganizationNames

__all__ = ["complete_identities", "diagnose", "mend_source_times"]

PAGE = 2000
ERROR, WARNING = "error", "warning"
# A worker that runs every few minutes has seen everything older.
PATIENCE = timedelta(minutes=5)
# What a source said of when something was so, and the field that tells when it said that.
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
    changed. Withdrawals that a later message ends are settled by `messages.settle_deletions`. A newer time that another
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
    ``course_run_twin``, ``course_run_identity_wrong``, ``run_code_mismatch``, ``implicit_mismatch``, ``source_time_ahead``,
    ``withdrawal_ahead``, ``message_ahead``.
    Codes of warnings: ``end_before_start``, ``enrollment_end_before_start``; ``inbox_waiting``, ``inbox_parked``,
    ``outbox_waiting`` and ``outbox_parked``, once each, for the oldest message that has been waiting for five minutes, or was
    given up. A finding's `remedy` is a command to paste.
    """
    yield from _organizations()
    yield from _catalog_courses(CatalogCourse.objects.incomplete() if quick else CatalogCourse.objects.all())
    yield from _course_runs(CourseRun.objects.incomplete() if quick else CourseRun.objects.all())
    if not quick:
        yield from _source_times()
        yield from _schedules()
    yield from _messages("inbox", InboxMessage, "course_key", "received_at", "manage.py process_catalog_inbox")
    yield from _messages("outbox", OutboxMessage, "subject", "occurred_at", "manage.py relay_catalog_events")


def _organizations() -> Iterator[Finding]:
    rows = rows_of(Organization).values_list("short_name", "pk")
    names = sorted(rows, key=lambda row: (keys.fold(row[0]), row[0]))
    for _folded, group in groupby(names, key=lambda row: keys.fold(row[0])):
        if len(twins := dict(group)) > 1:
            yield Finding(
                "organizations_differ_by_case",
                ERROR,
                next(iter(twins)),
                f"{', '.join(twins)} differ only by case; merge their catalog courses, then delete the others.",
                _curate("list", *(f"--org={pk}" for pk in twins.values())),
            )


def _catalog_courses(courses: QuerySet[CatalogCourse]) -> Iterator[Finding]:
    columns = ("pk", "org_id", "org__short_name", "course_code", "course_code_ci", "uuid")
    for page in _pages(courses, *columns):
        owners = _owners({row[1] for row in page}, {keys.fold(row[3]) for row in page})
        for pk, org_id, org, code, code_ci, uuid in page:
            subject, folded = keys.format_key_str(org, code), keys.fold(code)
            owner = owners.get((org_id, folded))
            if not _is_code(code) or ":" in org:
                yield Finding(
                    "invalid_catalog_course_code", ERROR, subject, "Its organization or code cannot be part of a course key."
                )
            elif owner is not None and owner != pk:
                yield _twin_course(subject, owner, pk)
            elif code_ci is None or uuid is None or owner is None:
                yield Finding(
                    "catalog_course_identity_missing",
                    ERROR,
                    subject,
                    "Another program wrote it: its uuid, folded code or slot is missing.",
                    "manage.py catalog_doctor --fix",
                    fixable=True,
                )
            elif code_ci != folded:
                yield Finding(
                    "catalog_course_identity_wrong",
                    ERROR,
                    subject,
                    f"It is stored as {code_ci!r}: another program changed its code.",
                    _curate("refold", f"--course={pk}"),
                )


def _twin_course(subject: str, owner: int, pk: int) -> Finding:
    other = CatalogCourse.objects.with_org().get(pk=owner)
    return Finding(
        "catalog_course_twin",
        ERROR,
        subject,
        f"Its code belongs to {other.key_str} (id {owner}); this is the catalog course with id {pk}.",
        _curate("merge", f"--course={pk}", f"--into={owner}", "--reason=twin"),
    )


def _is_code(code: str) -> bool:
    try:
        return keys.check_code(code) == code
    except CatalogError:
        return False


def _course_runs(runs: QuerySet[CourseRun]) -> Iterator[Finding]:
    columns = (
        "pk", "course_key__text", "key_ci", "uuid", "run_code", "association", "catalog_course_id",
        "catalog_course__org__short_name", "catalog_course__course_code",
    )  # fmt: skip
    orgs = OrganizationNames(rows_of(Organization).order_by("pk").values_list("pk", "short_name"))
    for page in _pages(runs, *columns):
        parsed = {row[0]: _parsed(row[1]) for row in page}
        good = [key for key in parsed.values() if isinstance(key, keys.RunKey)]
        owners = _owners({pk for key in good for pk in orgs.find(key.org)}, {keys.fold(key.course) for key in good})
        missing = [row for row in page if row[2] is None]
        twins = dict(
            CourseRun.objects.filter(key_ci__in=[keys.fold(row[1]) for row in missing]).values_list(
                "key_ci", "course_key__text"
            )
        )
        for pk, text, key_ci, uuid, run_code, association, course_id, org, code in page:
            key = parsed[pk]
            if isinstance(key, CatalogError):
                yield Finding("invalid_course_key", ERROR, text, str(key))
                continue
            if key_ci is None and key.key_ci in twins:
                yield Finding(
                    "course_run_twin",
                    ERROR,
                    text,
                    f"The same run exists as {twins[key.key_ci]}; this one has id {pk}, and identity stays with the other.",
                    _curate("delete-twin", f"--run={pk}", "--reason=twin"),
                )
            elif key_ci is None or uuid is None:
                yield Finding(
                    "course_run_identity_missing",
                    ERROR,
                    text,
                    "Another program wrote it: its uuid or folded key is missing.",
                    "manage.py catalog_doctor --fix",
                    fixable=True,
                )
            elif key_ci != key.key_ci:
                yield Finding(
                    "course_run_identity_wrong",
                    ERROR,
                    text,
                    f"It is stored as {key_ci!r}: another program changed its key.",
                    _curate("refold", f"--run={pk}"),
                )
            if run_code != key.run:
                yield Finding("run_code_mismatch", ERROR, text, f"Its run code is {run_code!r}.", "")
            wanted = [owners[o, keys.fold(key.course)] for o in orgs.find(key.org) if (o, keys.fold(key.course)) in owners]
            if association == CourseRun.Association.IMPLICIT and course_id not in wanted:
                yield _implicit_mismatch(pk, text, keys.format_key_str(org, code), course_id, same=_same(key, org, code))


def _same(key: keys.RunKey, org: str, code: str) -> bool:
    return (keys.fold(key.org), keys.fold(key.course)) == (keys.fold(org), keys.fold(code))


def _implicit_mismatch(pk: int, text: str, key_str: str, course_id: int, *, same: bool) -> Finding:
    if same:
        # The course itself has no slot; that is a finding of the course.
        message = f"It is implicit, and its course {key_str} has no slot for its code."
        return Finding("implicit_mismatch", ERROR, text, message, "manage.py catalog_doctor --fix", fixable=True)
    return Finding(
        "implicit_mismatch",
        ERROR,
        text,
        f"It is implicit, but stands under {key_str}, which its key does not name.",
        _curate("move", f"--run={pk}", f"--into={course_id}", "--reason=it belongs here"),
    )


def _owners(orgs: set[int], codes: set[str]) -> dict[tuple[int, str], int]:
    """Who owns which (organization, folded code), of one page."""
    slots = CatalogCourseCode.objects.filter(org_id__in=orgs, code_ci__in=codes)
    return {(org, code): pk for org, code, pk in slots.values_list("org_id", "code_ci", "catalog_course_id")}


def _parsed(text: str) -> keys.RunKey | CatalogError:
    try:
        key = keys.parse_course_key(text)
    except CatalogError as error:
        return error
    if key.text != text:
        return keys.InvalidCourseKey(value=text, reason=f"it should read {key.text!r}")
    return key


def _source_times() -> Iterator[Finding]:
    for code, model, name, subject, _came in _SOURCE_TIMES:
        for page in _pages(_ahead(model.objects, name), "pk", subject, name):
            for _pk, text, moment in page:
                message = (
                    f"Its time at the source, {moment:%Y-%m-%d %H:%M} (UTC), lies ahead: until then nothing newer is taken."
                )
                yield Finding(code, ERROR, text, message, "manage.py catalog_doctor --fix", fixable=True)


def _schedules() -> Iterator[Finding]:
    pairs = (("end_before_start", "start", "end"), ("enrollment_end_before_start", "enrollment_start", "enrollment_end"))
    for code, first, last in pairs:
        inverted = CourseSchedule.objects.filter(**{f"{last}__lt": F(first)})
        for page in _pages(inverted, "pk", "run_id", "run__course_key__text", first, last):
            for _pk, run_id, text, start, end in page:
                yield Finding(
                    code,
                    WARNING,
                    text,
                    f"{last} {end:%Y-%m-%d %H:%M} is before {first} {start:%Y-%m-%d %H:%M} (UTC).",
                    _curate("clear-date", f"--run={run_id}", f"--date={last}"),
                )


def _messages(box: str, model: Any, subject: str, time: str, command: str) -> Iterator[Finding]:
    """The oldest message that nobody has worked off, and the oldest that was given up."""
    late = model.objects.filter(state=model.State.PENDING, **{f"{time}__lt": timezone.now() - PATIENCE})
    parked = model.objects.filter(state=model.State.PARKED)
    retry = "; look at them in the admin, and try them again there"
    for code, rows, remedy in ((f"{box}_waiting", late, command), (f"{box}_parked", parked, "")):
        oldest = rows.order_by("pk").values_list(subject, time, "attempts", "error").first()
        if oldest:
            name, since, attempts, error = oldest
            why = f", last error {keys.shorten(error)}" if error else ""
            message = (
                f"In the {box} since {since:%Y-%m-%d %H:%M:%S} (UTC), {attempts} attempts{why}; {rows.count()} such messages"
            )
            yield Finding(code, WARNING, name or code, f"{message}; {retry}." if not remedy else f"{message}.", remedy)


def _pages(queryset: Any, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while page := list(queryset.filter(pk__gt=last).order_by("pk").values_list(*columns)[:PAGE]):
        yield page
        last = page[-1][0]


def _curate(*arguments: str) -> str:
    """
    A command that the operator can paste: rows by their ids, because a name may hold anything, and quoted all the same.

    No code for ``manage.py shell`` either: that would have to be quoted twice.
    """
    return shlex.join(["manage.py", "curate_catalog", *arguments])
