"""
The page on which a learner pathway is built: its steps in order, and what each offers, in order.

What takes something away is asked for on a page of its own (`leaving`).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin import building
from openedx_catalog.lib.admin.base import row_id
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import LearnerPathwayNode, LearnerPathwayStep
from .builder_forms import AddNodeForm, AddStepForm, NodeForm, StepForm
from .builder_rows import content


class Builder(building.Builder):
    """
    One request to the page. Its buttons: "up_step:12", "down_step:12", "save_step:12" and the same of "node"; a script sends
    "order", of the steps, and "order:12", of what the step 12 offers.
    """

    template = "admin/openedx_catalog_pathways/builder.html"
    adding = (AddStepForm, AddNodeForm)

    def content(self, may_change: bool) -> dict[str, Any]:
        user, title = self.request.user, _("Build %(pathway)s") if may_change else _("View %(pathway)s")
        return {
            **content(self.row, user, self.refused),
            "may_view_courses": permissions.can_view(user, CatalogCourse),
            "may_view_programs": permissions.can_view(user, Program),
            "title": title % {"pathway": self.row},
        }

    def press(self, what: str, number: str) -> None:
        verb, _underscore, kind = what.partition("_")
        part = self._of_kind("step" if what == "order" else kind, number)
        if part is None and self.asked != "order":
            self.part_is_gone()
        elif what == "order":
            self._arrange(part, [row_id(text) for text in self.request.POST.getlist(self.asked)])
        elif verb == "save":
            self.focus = f"save-{kind}-{part.pk}"
            self.save_part((StepForm if kind == "step" else NodeForm)(part, self.request.POST))
        elif verb in ("up", "down"):
            self.focus = f"{verb}-{kind}-{part.pk}"
            step = part.step if kind == "node" else None
            self._arrange(step, building.exchanged(self._known(step), part, 1 if verb == "down" else -1))
        else:
            self.part_is_gone()

    def _of_kind(self, kind: str, number: str) -> Any:
        """A step or a node of this pathway that the user may know of; None where there is none."""
        if kind == "step":
            return self.row.steps.filter(pk=row_id(number)).first()
        nodes = LearnerPathwayNode.objects.filter(step__pathway=self.row).select_related("step", "program")
        node = nodes.filter(pk=row_id(number)).first() if kind == "node" else None
        return node if node and permissions.known_rows(self.request.user, [node.program or node]) else None

    def _rows(self, step: LearnerPathwayStep | None) -> list[Any]:
        rows = self.row.steps if step is None else step.nodes.select_related("program")
        return list(rows.order_by("position", "pk"))

    def _known(self, step: LearnerPathwayStep | None) -> list[Any]:
        """Those that the page shows: what it hides is passed over."""
        rows = self._rows(step)
        programs = {} if step is None else {row.pk: row.program for row in rows if row.program}
        seen = {program.pk for program in permissions.known_rows(self.request.user, programs.values())}
        return [row for row in rows if row.pk not in programs or row.program_id in seen]

    def _arrange(self, step: LearnerPathwayStep | None, pks: list[int]) -> None:
        """The order that the page shows; what it does not show stays where it is."""
        rows = building.in_order(self._rows(step), pks)
        if step is None:
            api.reorder_steps(self.row, rows, **self.provenance)
        else:
            api.reorder_nodes(step, rows, **self.provenance)
