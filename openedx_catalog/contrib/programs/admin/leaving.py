"""Retire and remove a member of a curriculum: choose it, give the reason, read what learners lose, confirm."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openedx_catalog.admin.curation import Effect, PartRemovalForm, with_preview
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.forms import InstantField
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..models_api import Curriculum, CurriculumCourseMembership, Program
from .builder_rows import members_of


class RemoveForm(PartRemovalForm):
    """What should never have been there."""

    label = gettext_lazy("Course or program")
    help_text = gettext_lazy(
        "It counts as never having been there, and cannot be brought back with its dates. What was offered once is better "
        "retired."
    )

    def write(self, row: Any, provenance: dict[str, Any]) -> None:
        """Call the API. Raises CatalogError."""
        api.remove(row, **provenance)

    def afterwards(self) -> str:
        """What the preview says that comes of it."""
        return _("was never there")

    def learners(self) -> Iterator[tuple[str, str]]:
        """Whom it concerns, and how."""
        yield _("Learners who started while it was there"), _("it counts for nobody, whenever they started")


class RetireForm(RemoveForm):
    """What is not offered any more from some instant on."""

    retired_at = InstantField(
        label=gettext_lazy("Retire at"),
        show_hidden_initial=False,
        help_text=gettext_lazy("UTC. Blank: now."),
    )
    field_order = ("member", "retired_at", "reason")
    help_text = gettext_lazy("It keeps its history, and can be offered again as another version.")

    def write(self, row: Any, provenance: dict[str, Any]) -> None:
        api.retire(row, at=self.cleaned_data["retired_at"], **provenance)

    def afterwards(self) -> str:
        at = self.cleaned_data["retired_at"]
        return _("not from %(at)s on") % {"at": utc(at)} if at else _("not from now on")

    def learners(self) -> Iterator[tuple[str, str]]:
        yield _("Learners who start from then on"), _("it is not asked of them, and counts for nothing")
        yield _("Learners who started before"), _("what was asked when they started stays so")


FORMS: dict[str, type[RemoveForm]] = {"retire": RetireForm, "remove": RemoveForm}


def leaving_page(model_admin: Any, request: HttpRequest, curriculum: Curriculum, verb: str) -> HttpResponse:
    """``?member=course:12``: the page on which it is retired, or removed ("retire", "remove")."""
    found = members_of(curriculum, request.user)
    members = {f"{kind}:{row.number}": row for kind, rows in found.items() for row in rows if not row.is_over()}
    form = FORMS[verb](members, request.POST or None, initial=request.GET.dict())
    row = form.chosen
    title = {"retire": _("Retire %(name)s"), "remove": _("Remove %(name)s")}[verb]
    return with_preview(
        model_admin,
        request,
        title=title % {"name": row.name if row else _("a course or program")},
        form=form,
        work=partial(_leave, form, curriculum, request.user),
        rows=[curriculum],
        back=reverse("admin:openedx_catalog_programs_curriculum_build", args=[curriculum.pk]),
    )


def _leave(form: RemoveForm, curriculum: Curriculum, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Do it, and return what is lost by it: of the member, its runs, the programs around it, and those who learn."""
    row, afterwards = form.members[values["member"]], form.afterwards()
    now = _("in effect since %(since)s") % {"since": utc(row.effective_at)} if row.effective_at else _("always in effect")
    counts = _("counts in %(curriculum)s") % {"curriculum": curriculum.name}
    effects = [
        Effect(row.name, now, afterwards),
        *(Effect(key, counts, afterwards) for key in _counting_runs(row, curriculum)),
        *(Effect(_("Program %(title)s") % {"title": title}, _("shows it"), afterwards) for title in _around(curriculum, user)),
        *(Effect(who, _("counts for them"), what) for who, what in form.learners()),
    ]
    form.write(row, {"source": "admin", "user": user, "reason": values["reason"]})
    return effects


def _counting_runs(row: Any, curriculum: Curriculum) -> list[str]:
    """The keys of the runs of a course that count there. Of a program, each says so on its own page."""
    if not isinstance(row, CurriculumCourseMembership):
        return []
    runs = row.catalog_course.runs.exclude(pk__in=row.run_exclusions.values("run_id"))
    runs = runs.exclude(pk__in=curriculum.program.run_exclusions.values("run_id"))
    return list(runs.order_by("key_ci").values_list("course_key__text", flat=True))


def _around(curriculum: Curriculum, user: Any) -> list[str]:
    """The titles of the program of the curriculum, and of those that contain it, as far as a user may know of them."""
    pks = api.containing_programs(Program.objects.filter(pk=curriculum.program_id))
    known = permissions.visible(user, Program.objects.filter(pk__in=pks))
    return list(known.order_by("title", "pk").values_list("title", flat=True))
