"""What editors and staff say to each other about a course. Learners see nothing of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import ExactCharField, OptionalCharField

from ..data import Comment
from .copies import KeptBackModel, SaidOfCourse


class CourseComment(SaidOfCourse):
    """
    A comment on a catalog course, or on one of its runs. Never changed, but for how far its copy elsewhere is.

    .. pii: ``user_name`` is the username of who wrote it, ``body`` what they wrote.
    .. pii_types: username, other
    .. pii_retirement: retained
    """

    class State(models.TextChoices):
        """Of its copy in another system. Blank: it has none."""

        PENDING = "pending", _("Pending")
        SENT = "sent", _("Sent")
        PARKED = "parked", _("Parked")

    course_key = OptionalCharField(_("run"), help_text=_("The key of the run that it is about. Blank: it is about the course."))
    body = models.TextField(_("comment"))
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, blank=True, default="", help_text=_("Of its copy in another system.")
    )
    external_id = OptionalCharField(_("ID elsewhere"), help_text=_("What the other system calls its copy."))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(
        _("due at"), null=True, blank=True, help_text=_("The earliest time of the next attempt. Each failure postpones it.")
    )
    error = models.TextField(_("error"), blank=True, help_text=_("Why the last attempt failed."))

    class Meta(SaidOfCourse.Meta):
        verbose_name = _("Comment")
        verbose_name_plural = _("Comments")
        indexes = [
            models.Index(fields=["state", "due_at"], name="oex_publishing_comment_due"),
            models.Index(fields=["catalog_course", "state", "id"], name="oex_publishing_comment_course"),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def shown(self) -> Comment:
        """As the API returns it. Its user is joined."""
        name = self.user.get_full_name() if self.user else ""
        return Comment(self.user_name, name, self.course_key, self.body, self.at, self.state, self.pk, self.external_id)


class CommentThread(KeptBackModel):
    """
    Where another system has the comments on a course: a Case of Salesforce. New ones go to the first of a course.

    .. no_pii:
    """

    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="+", verbose_name=_("catalog course")
    )
    external_id = ExactCharField(_("ID elsewhere"), unique=True, help_text=_("What the other system calls it."))

    class Meta:
        verbose_name = _("Comment Thread")
        verbose_name_plural = _("Comment Threads")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.external_id
