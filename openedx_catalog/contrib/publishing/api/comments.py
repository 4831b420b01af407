"""Comments on courses, and the queue by which another system gets them. Nothing here checks permissions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import Any, Unpack

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import background, values
from openedx_catalog.lib.changes import Change, Provenance, signature
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.messages import box
from openedx_catalog.messages.inbox import LONGEST_PAUSE, SHORTEST_PAUSE
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import conf
from ..comments import DatabaseComments, Refused, comments_backend
from ..data import Comments, SendReport
from ..models import CourseComment

logger = logging.getLogger(__name__)

State = CourseComment.State
MAX_BODY = 10_000
# After how many tries a comment is parked: after half a day, or a minute and a half where it was refused.
MAX_ATTEMPTS, MAX_REFUSALS = 12, 3
TASK = "openedx_catalog.contrib.publishing.tasks.send_comments"
_PAGE = 100


def takes_comments() -> bool:
    """Whether there are comments on this site (OPENEDX_CATALOG_COMMENTS)."""
    return bool(conf.comments_backend())


@writes_to(CourseComment)
def add_comment(
    catalog_course: CourseName,
    body: str,
    *,
    course_key: CourseKey | str | None = None,
    **provenance: Unpack[Provenance],
) -> CourseComment:
    """
    Comment on a catalog course, or on one of its runs. `body` is plain text of 1 to 10,000 characters, and is stripped; `user`
    wrote it, and must be given.

    Where another system gets comments, it is asked after the commit and elsewhere (`send_comments`). Emits nothing.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidCourseKey, InvalidValue, InvalidRequest (where nobody wrote it,
    and where the site has no comments), ImproperlyConfigured.
    """
    backend, change = _backend(), Change(**provenance)
    if change.user is None or not change.user.is_authenticated:
        raise InvalidRequest(field="user", reason=_("A comment needs the user who writes it."))
    text = values.text("body", body, max_length=MAX_BODY, required=True)
    course = hold_courses(catalog_course)[0]
    queued = {"state": State.PENDING.value, "due_at": timezone.now()} if backend.sends else {}
    written = signature(change) | {"course_key": _run_of(course, course_key), "user": change.user, "body": text}
    comment = CourseComment.objects.create(catalog_course=course, **written, **queued)
    if queued:
        once_committed(_send_soon, [comment.pk], using=comment._state.db or "")
    return comment


def get_comments(catalog_course: CourseName) -> Comments:
    """
    The comments on a catalog course, oldest first, with those that were written in another system.

    One query, one for a course that is not given as an object, and with Salesforce one more and a request: do not call it in
    a transaction then. Where the other system does not answer, ours are there, and `is_complete` is False.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest (also where the site has no comments).
    """
    backend, course = _backend(), course_named(catalog_course)
    rows = list(CourseComment.objects.filter(catalog_course=course).select_related("user"))
    try:
        elsewhere, is_complete = backend.read(course), True
    except Exception:
        # Whatever it is, it must not cost what we have.
        logger.exception("The comments on %s in another system could not be read.", course.key_str)
        elsewhere, is_complete = [], False
    ours = [row.shown for row in rows]
    # Of ours some have arrived though the answer was lost.
    known, tried = {row.external_id for row in rows}, {row.shown.mark for row in rows if row.attempts and not row.external_id}
    others = [each for each in elsewhere if each.external_id not in known and each.mark not in tried]
    return Comments(sorted([*ours, *others], key=lambda comment: comment.created), is_complete)


@reads_from_writer()
def send_comments(limit: int | None = None, *, on_progress: Callable[[int], None] | None = None) -> SendReport:
    """
    Post the comments that are due to the other system, at most `limit`: those of a course in their order, one at a time.

    Several may do this at once. What fails is tried again after growing pauses, and keeps the later ones of its course waiting;
    it is parked after 12 tries, or 3 where it was refused. Ends where the other system does not answer. Not in a transaction.
    Raises ImproperlyConfigured, and InvalidRequest where the site has no comments.
    """
    backend, counts, error = _backend(), Counter[str](), ""
    if why := backend.problem():
        raise ImproperlyConfigured(why)
    for comment in _taken(limit) if backend.sends else ():
        state, why, answers = _send(backend, comment)
        counts[state] += 1
        error = why or error
        if on_progress:
            on_progress(1)
        if not answers:
            break
    return SendReport(counts[State.SENT], counts[State.PENDING], counts[State.PARKED], error)


@writes_to(CourseComment)
def retry_comments(comments: Sequence[int] | None = None) -> int:
    """Make parked comments (by id; None: all) due again, with all their attempts. Returns how many."""
    parked = CourseComment.objects.filter(state=State.PARKED)
    chosen = parked if comments is None else parked.filter(pk__in=comments)
    # Not 0: it may be there, and is looked for.
    return chosen.update(state=State.PENDING, attempts=1, due_at=timezone.now())


def comments_waiting() -> int:
    """How many comments are still to be sent; parked ones are not."""
    return CourseComment.objects.filter(state=State.PENDING).count()


def _backend() -> DatabaseComments:
    backend = comments_backend()
    if backend is None:
        raise InvalidRequest(reason=_("There are no comments on this site: OPENEDX_CATALOG_COMMENTS is not set."))
    return backend


def _run_of(course: CatalogCourse, course_key: CourseKey | str | None) -> str:
    if course_key is None or course_key == "":
        return ""
    run = CourseRun.objects.by_key(course_key).filter(catalog_course=course).first()
    if run is None:
        raise values.invalid("course_key", course_key, _("the course has no such run"))
    return str(run.course_key)


# The queue


def _send_soon(_pks: Iterable[int], *, using: str) -> None:
    """What nobody has time for now, ``send_course_comments`` does later."""
    if conf.comments_runner() == "celery":
        background.delay(TASK)
    elif conf.comments_runner() == "thread":
        background.in_thread("sending of comments", _send_now)


def _send_now(begun: Callable[..., None]) -> None:
    begun()
    send_comments()


def _taken(limit: int | None) -> Iterator[CourseComment]:
    """Comments that are due, each taken when it is asked for."""
    for _number in range(limit) if limit is not None else repeat(0):
        if (comment := _take_next()) is None:
            return
        yield comment


@writes_to(CourseComment)
def _take_next() -> CourseComment | None:
    """One of those that are due, and of which the course has no earlier one that waits; others may take some meanwhile."""
    earlier = CourseComment.objects.filter(
        catalog_course=OuterRef("catalog_course"), state=State.PENDING, pk__lt=OuterRef("pk")
    )
    due = box.due(CourseComment).exclude(Exists(earlier)).order_by("due_at", "pk").values_list("pk", flat=True)[:_PAGE]
    taken = (pk for pk in due if box.take(box.due(CourseComment).filter(pk=pk)))
    return CourseComment.objects.select_related("catalog_course__org", "user").filter(pk__in=list(islice(taken, 1))).first()


def _send(backend: DatabaseComments, comment: CourseComment) -> tuple[str, str, bool]:
    """
    Post a comment that was taken, and note what became of it. Returns its state, why, and whether the other system answers.

    Not in one transaction: a lock would wait for that system. Where the note is lost, the next try finds the comment there.
    """
    try:
        if comment.attempts > MAX_ATTEMPTS:
            raise RuntimeError(_("Its worker died %(count)d times.") % {"count": MAX_ATTEMPTS})
        external_id = backend.post(comment)
    except Exception as error:
        logger.warning("The comment %d was not sent.", comment.pk, exc_info=True)
        refused = isinstance(error, Refused)
        most = MAX_REFUSALS if refused else MAX_ATTEMPTS
        noted = box.failed(comment, error, most=most, shortest=SHORTEST_PAUSE, longest=LONGEST_PAUSE)
        # Unless another one has taken it over meanwhile.
        _note(comment, {"attempts": comment.attempts}, **noted)
        return noted["state"], noted["error"], refused
    _note(comment, {}, state=State.SENT, external_id=external_id, error="")
    return State.SENT, "", True


@writes_to(CourseComment)
def _note(comment: CourseComment, held: dict[str, Any], **values: Any) -> None:
    CourseComment.objects.filter(pk=comment.pk, **held).exclude(state=State.SENT).update(**values)
