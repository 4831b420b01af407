"""
E-mail, where OPENEDX_CATALOG_PUBLISHING_MAIL is on: to those whose turn it is to review, and to editors of what became of it.

Of rows of `Review`, not of events: an event does not say who took the step, and who did needs no message.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet
from django.db.models.signals import post_save
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from openedx_catalog import permissions
from openedx_catalog.contrib.listings.conf import pages_root
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.models_api import CatalogCourse

from . import api, conf, doors
from .models_api import CourseWorkingCopy, Review
from .workflow import Action, State

logger = logging.getLogger(__name__)

_REVIEWS = {
    State.LEGAL_REVIEW: gettext_noop("%(course)s waits for legal review."),
    State.INTERNAL_REVIEW: gettext_noop("%(course)s waits for internal review."),
}
_ENDS = {
    State.UNPUBLISHED: gettext_noop("The changes of %(course)s were rejected."),
    State.REVIEWED: gettext_noop("The changes of %(course)s are reviewed, and can be published."),
    State.PUBLISHED: gettext_noop("%(course)s was published."),
}
_GONE = gettext_noop("The page of %(course)s was taken from learners.")
ADDRESS = get_user_model().get_email_field_name()
TOLD = (Action.SUBMIT, Action.APPROVE, Action.REJECT, Action.PUBLISH, Action.UNPUBLISH)


def connect(uid: str) -> None:
    """Called when the app is ready."""
    post_save.connect(step_taken, sender=Review, dispatch_uid=uid)


def step_taken(sender: Any, instance: Review, raw: bool = False, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """A course has taken a step. After the commit: a message cannot be taken back."""
    if conf.sends_mail() and not raw and instance.action in TOLD:
        once_committed(tell, [instance.pk], using=using)


@reads_from_writer()
def tell(pks: Iterable[int], *, using: str) -> None:
    """Write to those whom these steps concern; of those of one course in one commit, of the last."""
    steps = Review.objects.filter(pk__in=list(pks)).select_related("catalog_course__org").order_by("pk")
    with translation.override(settings.LANGUAGE_CODE):
        for step in {step.catalog_course_id: step for step in steps}.values():
            try:
                _send(step)
            except Exception:
                # Whatever it is, the step was taken.
                logger.exception("Nobody was told by e-mail what became of %s.", step.catalog_course.key_str)


def _send(step: Review) -> None:
    course, is_review = step.catalog_course, step.to_state in _REVIEWS and step.action in (Action.SUBMIT, Action.APPROVE)
    if not (found := _reviewers(step) if is_review else _editors(step)):
        return
    copy = api.find_working_copy(course)
    named = f"“{copy or course.title}” ({course.key_str})"
    text = _GONE if step.action == Action.UNPUBLISH else (_REVIEWS | _ENDS)[State(step.to_state)]
    sentence = _(text) % {"course": named}
    by = _("By %(user)s.") % {"user": step.user_name} if step.user_name else ""
    address = doors.editing_address(course)
    body = "\n\n".join(filter(None, (f"{sentence} {by}".strip(), step.reason, address and urljoin(pages_root(), address))))
    for user in found:
        try:
            EmailMessage(sentence, f"{body}\n", to=[getattr(user, ADDRESS)]).send()
        except Exception:
            logger.exception("%s was not told by e-mail what became of %s.", user.get_username(), course.key_str)


def _reviewers(step: Review) -> list[Any]:
    """Those who may approve; superusers where nobody else is."""
    users = rows_of(get_user_model())
    if step.to_state == State.LEGAL_REVIEW:
        found = _told(step, users.filter(groups__name=conf.legal_group()))
    else:
        options = CourseWorkingCopy._meta
        needed = Permission.objects.filter(content_type__app_label=options.app_label, codename=f"change_{options.model_name}")
        given = users.filter(Q(user_permissions__in=needed) | Q(groups__permissions__in=needed)).distinct()
        may = (user for user in _told(step, given) if permissions.can_write(user, CourseWorkingCopy, "change"))
        found = [user for user in may if not user.is_superuser]
    return found or _told(step, users.filter(is_superuser=True))


def _editors(step: Review) -> list[Any]:
    """Those of the course; where it has none, all who edit it for that."""
    found = api.get_editors(step.catalog_course)
    return _told(step, found if found.exists() else api.get_candidates(step.catalog_course))


def _told(step: Review, users: QuerySet[Any]) -> list[Any]:
    """Of some users those who are active, have an address, and may know of the course; not who took the step."""
    found = users.filter(is_active=True).exclude(pk=step.user_id)
    course = CatalogCourse.objects.filter(pk=step.catalog_course_id)
    return [user for user in found if getattr(user, ADDRESS) and permissions.visible(user, course).exists()]
