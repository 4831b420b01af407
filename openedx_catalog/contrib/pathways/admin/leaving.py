"""Remove a step of a pathway, or something that it offers: choose it, give the reason, read what comes of it, confirm."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openedx_catalog.admin.curation import Effect, PartRemovalForm, with_preview
from openedx_catalog.data import UNSET

from .. import api
from ..models_api import LearnerPathway, LearnerPathwayStep
from .builder_rows import content, parts_of


class RemoveForm(PartRemovalForm):
    """What learners do not find in the pathway any more."""

    label = gettext_lazy("Step, or what it offers")
    help_text = gettext_lazy("A step goes with all that it offers. The history keeps what was there.")
    min_requirement = forms.IntegerField(
        label=gettext_lazy("Minimum to complete"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Of what the step still offers. Blank: as it is now."),
    )
    field_order = ("member", "min_requirement", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.chosen, LearnerPathwayStep):
            del self.fields["min_requirement"]

    def label_of(self, part: Any) -> str:
        return str(part.name if part.key.startswith("step") else f"{part.of_step.name}: {part.name}")


def leaving_page(model_admin: Any, request: HttpRequest, pathway: LearnerPathway) -> HttpResponse:
    """``?member=node:12``: the page on which it is removed."""
    members = parts_of(pathway, request.user)
    form = RemoveForm(members, request.POST or None, initial=request.GET.dict())
    name = form.label_of(form.chosen) if form.chosen else _("a step, or what it offers")
    return with_preview(
        model_admin,
        request,
        title=_("Remove %(name)s") % {"name": name},
        form=form,
        work=partial(_leave, form, pathway, request.user),
        rows=[pathway],
        back=reverse("admin:openedx_catalog_pathways_learnerpathway_build", args=[pathway.pk]),
    )


def _leave(form: RemoveForm, pathway: LearnerPathway, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Do it, and return what is lost by it, and how long the rest takes."""
    row, before = form.members[values["member"]], content(pathway, user)
    provenance: dict[str, Any] = {"source": "admin", "user": user, "reason": values["reason"]}
    lost = [row]
    if isinstance(row, LearnerPathwayStep):
        lost += row.offered  # type: ignore[attr-defined]  # as `builder_rows` shows it
        api.remove_step(row, **provenance)
    else:
        least = values["min_requirement"]
        api.remove_node(row, min_requirement=UNSET if least is None else least, **provenance)
    after = content(pathway, user)
    steps = {step.pk: step.said for step in after["rows"]}
    return [
        *(Effect(part.name, _("in the pathway"), _("removed")) for part in lost),
        *(
            Effect(step.name, step.said, steps[step.pk])
            for step in before["rows"]
            if steps.get(step.pk, step.said) != step.said
        ),
        Effect(_("Duration of the whole pathway"), before["times"], after["times"]),
    ]
