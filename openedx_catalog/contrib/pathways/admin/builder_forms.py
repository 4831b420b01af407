"""The forms of the builder: what is added to a pathway, and what a step asks for, and how long something in it takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib.admin.building import AddForm, PartForm, RowsInOrderField
from openedx_catalog.lib.admin.forms import ReasonField
from openedx_catalog.lib.forms import refuse_what_others_changed
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..data import NodeRecord
from ..models_api import LearnerPathwayNode, LearnerPathwayStep

_TITLE: Any = LearnerPathwayStep._meta.get_field("title")
_MINIMUM: Any = LearnerPathwayStep._meta.get_field("min_requirement")
_BLOCK: Any = LearnerPathwayNode._meta.get_field("usage_key")
_HOURS: Any = LearnerPathwayNode._meta.get_field("hours")


def _text(label: Any, column: Any) -> Any:
    box = forms.TextInput({"class": "vLargeTextField"})
    return forms.CharField(label=label, required=False, max_length=column.max_length, help_text=column.help_text, widget=box)


def _title() -> Any:
    return _text(_("Title"), _TITLE)


def _minimum(**kwargs: Any) -> Any:
    return forms.IntegerField(label=_("Minimum to complete"), min_value=1, help_text=_MINIMUM.help_text, **kwargs)


def _block() -> Any:
    return _text(_("Block"), _BLOCK)


def _hours() -> Any:
    return forms.DecimalField(
        label=_("Hours"), required=False, max_digits=_HOURS.max_digits, decimal_places=1, help_text=_HOURS.help_text
    )


class StepField(forms.ModelChoiceField):
    """A step by its place and its title."""

    def label_from_instance(self, step: Any) -> str:
        facts = {"number": step.position + 1, "title": step.title}
        return (gettext("Step %(number)d: %(title)s") if step.title else gettext("Step %(number)d")) % facts


class AddPartForm(AddForm):
    """What is added to a pathway."""

    model, targets = LearnerPathwayNode, ("catalog_course", "program")

    def save(self, provenance: dict[str, Any]) -> int:
        if reason := self.cleaned_data["reason"]:
            provenance = {**provenance, "reason": reason}
        self.write(provenance)
        return 1

    def write(self, provenance: dict[str, Any]) -> None:
        """Call the API. Raises CatalogError."""
        raise NotImplementedError


class AddStepForm(AddPartForm):
    """A step with what it offers first."""

    title = _title()
    catalog_course = RowsInOrderField(
        label=_("Catalog courses"), queryset=CatalogCourse.objects.with_org(), required=False,
        help_text=_("As many as you like, in the order in which they are to stand."),
    )  # fmt: skip
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.all(), required=False)
    usage_key = _block()
    min_requirement = _minimum(initial=1)
    reason = ReasonField()
    prefix = "step"

    def write(self, provenance: dict[str, Any]) -> None:
        given = self.cleaned_data
        step = api.add_step(
            self.row, list(self._nodes()), title=given["title"], min_requirement=given["min_requirement"], **provenance
        )
        self.builder.focus = f"step-{step.pk}"

    def clean(self) -> dict[str, Any]:
        """It offers something."""
        given: Any = super().clean()
        if not self.errors and not any(self._nodes()):
            self.add_error("catalog_course", _("Choose courses, a program, or a block: a step offers at least one."))
        return given

    def _nodes(self) -> Iterable[NodeRecord]:
        given = self.cleaned_data
        yield from (NodeRecord(catalog_course=course) for course in given["catalog_course"])
        if given["program"]:
            yield NodeRecord(program=given["program"])
        if given["usage_key"]:
            yield NodeRecord(usage_key=given["usage_key"])


class AddNodeForm(AddPartForm):
    """What a step is to offer besides: a course, a program, or a block."""

    step = StepField(label=_("Step"), queryset=LearnerPathwayStep.objects.none())
    catalog_course = forms.ModelChoiceField(
        label=_("Catalog course"),
        queryset=CatalogCourse.objects.with_org(),
        required=False,
        help_text=_("Or a program, or a block: one of the three."),
    )
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.all(), required=False)
    usage_key = _block()
    hours = _hours()
    reason = ReasonField()
    prefix = "node"

    def __init__(self, builder: Any, **kwargs: Any) -> None:
        super().__init__(builder, initial={"step": builder.request.GET.get("step")}, **kwargs)
        self.fields["step"].queryset = builder.row.steps.order_by("position")  # type: ignore[attr-defined]

    def write(self, provenance: dict[str, Any]) -> None:
        given = self.cleaned_data
        names = ("catalog_course", "program", "usage_key", "hours")
        node = api.add_node(given["step"], NodeRecord(**{name: given[name] for name in names}), **provenance)
        self.builder.focus = f"node-{node.pk}"


class PathwayPartForm(PartForm):
    """It refuses what somebody has changed since the page was opened."""

    def _post_clean(self) -> None:
        if not self.errors:
            refuse_what_others_changed(self)


class StepForm(PathwayPartForm):
    """What a step is called, and how much of it is to be completed."""

    title = _title()
    min_requirement = _minimum()
    columns = ("title", "min_requirement")

    def save(self, provenance: dict[str, Any]) -> None:
        """Raises CatalogError."""
        api.update_step(self.part, **self.changed(), **self.why(provenance))


class NodeForm(PathwayPartForm):
    """How long a course, program or block takes."""

    hours = _hours()
    columns = ("hours",)

    def save(self, provenance: dict[str, Any]) -> None:
        """Raises CatalogError."""
        if self.changed():
            api.update_node(self.part, hours=self.cleaned_data["hours"], **self.why(provenance))
