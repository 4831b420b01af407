"""Deadlines of degrees: typed and shown on the clock of their own zone, stored as instants."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openedx_catalog.lib.admin.dated import DATE_COLUMNS, DATES
from openedx_catalog.lib.admin.forms import InstantInput
from openedx_catalog.lib.admin.texts import in_zone, utc

from .. import api
from ..models_api import DegreeDeadline
from .base import DATES_OF_NEW
from .degree import DatedOfDegreeAdmin, SlipForm


class ClockField(forms.DateTimeField):
    """A date and a time as a clock shows them; on which one, another field says."""

    widget = InstantInput

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            found = super().to_python(value)
        return found and found.replace(tzinfo=None)


class DeadlineForm(SlipForm):
    """What is due is typed in the zone that the form names. Another zone, and the same time, is another instant."""

    due_at = ClockField(label=gettext_lazy("Due"), help_text=gettext_lazy("On the clock of the zone below."))
    zone = forms.CharField(
        label=gettext_lazy("Zone"),
        max_length=64,
        help_text=gettext_lazy('The IANA time zone in which the time above is meant, e.g. "America/New_York".'),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["zone"].initial = "UTC"
            return
        due, zone = self.instance.due_at, zone_named(self.instance.zone)
        if zone is None or (shown := on_clock(due, zone)) is None:
            shown, self.initial["zone"] = on_clock(due, UTC), "UTC"
        self.initial["due_at"] = shown
        self.fields["due_at"].help_text = _("On the clock of the zone below. Stored: %(due)s.") % {"due": utc(due)}

    def changed(self, *names: str) -> dict[str, Any]:
        found = super().changed(*names)
        return {**found, "due_at": self.cleaned_data["due_at"]} if "zone" in found else found

    def clean(self) -> dict[str, Any]:
        values: Any = super().clean()
        if not {"due_at", "zone"} & set(self.errors):
            if self.instance.pk and not {"due_at", "zone"} & set(self.changed_data):
                values["due_at"] = self.instance.due_at
            else:
                # What is no zone is refused by the API, at its field.
                values["due_at"] = self._instant(values["due_at"], zone_named(values["zone"]) or UTC)
        return values

    def _instant(self, shown: datetime, zone: Any) -> datetime | None:
        """The instant at which a clock of the zone shows this. Where it never does, or twice, the operator is asked."""
        try:
            first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        except OverflowError:
            self.add_error("due_at", _("Enter a date between the years 1000 and 9999."))
            return None
        if first == second:
            return first
        facts = {"shown": f"{shown:%Y-%m-%d %H:%M}", "zone": zone.key, "first": utc(first), "second": utc(second)}
        if on_clock(first, zone) != shown:
            text = _("%(shown)s does not exist in %(zone)s: its clocks are set forward then. Choose a time before or after.")
        else:
            text = _(
                "%(shown)s comes twice in %(zone)s, since its clocks are set back then: at %(first)s and at %(second)s. Choose "
                "another time, or give one of these with UTC as the zone."
            )
        self.add_error("due_at", text % facts)
        return None


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, None for what is none."""
    return ZoneInfo(name) if name in available_timezones() else None


@admin.register(DegreeDeadline)
class DegreeDeadlineAdmin(DatedOfDegreeAdmin):
    """When degrees are due, and were."""

    form = DeadlineForm
    list_display = ("name", "semester", "degree_link", "due", "zone", *DATE_COLUMNS)
    search_fields = ("name", "semester", "degree__program__title")
    add_fieldsets = ((None, {"fields": ("degree", "semester", "name", "due_at", "zone")}), DATES_OF_NEW)
    fixed_fields = ("degree_link", "version")
    fieldsets = ((None, {"fields": ("degree_link", "semester", "name", "due_at", "zone", "version")}), DATES)
    create_row = staticmethod(api.add_deadline)
    update_row = staticmethod(api.update_deadline)

    @admin.display(description=gettext_lazy("Due"), ordering="due_at")
    def due(self, row: DegreeDeadline) -> str:
        """On the clock of its zone, and in UTC where that is not the same."""
        zone = zone_named(row.zone)
        if zone is None or row.zone == "UTC" or on_clock(row.due_at, zone) is None:
            return utc(row.due_at)
        return f"{in_zone(row.due_at, zone)} ({utc(row.due_at)})"


def on_clock(moment: datetime, zone: tzinfo) -> datetime | None:
    """What clocks of a zone show at an instant; None where no calendar has that, on the first and the last day of all."""
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return None
