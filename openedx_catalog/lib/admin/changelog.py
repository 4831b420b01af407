"""Changes: what was changed over the whole catalog, newest first, whoever did it and by whichever door, deleted rows too."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager

from .. import permissions
from .history import PER_PAGE, Step, entries_of, key_of

# The last entry of each kind that was shown: "openedx_catalog.courserun-123,…".
OLDER = "older"


class ChangesForm(forms.Form):
    """Which of them are shown."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    who = forms.CharField(label=_("Who"), required=False, max_length=150, help_text=_("A username."))
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=200,
        help_text=_("Part of the source or the reason, for example sync:discovery."),
    )
    since = forms.DateField(label=_("From"), required=False, widget=AdminDateWidget, help_text=_("UTC, that day included."))
    until = forms.DateField(label=_("To"), required=False, widget=AdminDateWidget, help_text=_("UTC, that day included."))

    def __init__(self, *args: Any, models: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(model._meta.label_lower, capfirst(str(model._meta.verbose_name))) for model in models]
        self.fields["kind"].choices = [("", _("All")), *sorted(kinds, key=lambda kind: kind[1])]  # type: ignore[attr-defined]

    def narrowed(self, history: QuerySet[Any]) -> QuerySet[Any]:
        """Those of a history that were asked for; all of them where what was asked for makes no sense."""
        said = self.cleaned_data if self.is_valid() else {}
        if who := said.get("who"):
            history = history.filter(_by(history.model, who))
        if why := said.get("why"):
            history = history.filter(history_change_reason__icontains=why)
        if since := said.get("since"):
            history = history.filter(history_date__gte=_midnight(since))
        if until := said.get("until"):
            history = history.filter(history_date__lt=_midnight(until) + dt.timedelta(days=1))
        return history

    def asks_for(self, model: Any) -> bool:
        said = self.cleaned_data if self.is_valid() else {}
        return said.get("kind") in (None, "", model._meta.label_lower)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _by(history: Any, who: str) -> Q:
    found = Q(**{f"history_user__{get_user_model().USERNAME_FIELD}__iexact": who})
    try:
        # The name of one who is deleted; histories of other apps do not keep it.
        history._meta.get_field("history_user_name")
    except FieldDoesNotExist:
        return found
    return found | Q(history_user_name__iexact=who)


def may_see(user: Any) -> bool:
    """It names rows of every app, so whoever asks must be allowed to see all of them."""
    return all(permissions.sees_all(user, model) for model in apps.get_models() if _has_history(model))


def models_with_history(user: Any) -> list[Any]:
    """Those of the catalog whose rows a user may view, in the order of the apps."""
    models = (model for config in apps.get_app_configs() if _is_ours(config.name) for model in config.get_models())
    return [model for model in models if _has_history(model) and permissions.can_view(user, model)]


def _is_ours(app: str) -> bool:
    return app == "organizations" or app.startswith("openedx_catalog")


def _has_history(model: Any) -> bool:
    return isinstance(getattr(model, "history", None), HistoryManager)


def changes_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """
    50 changes a page. A query for each kind of row, one more where the page has such rows, and two for each kind of name.

    For whoever may view the model of the page, and from whom a host's policy keeps no row back.
    """
    if not (model_admin.has_view_permission(request) and may_see(request.user)):
        raise PermissionDenied
    models = models_with_history(request.user)
    form = ChangesForm(request.GET, models=models)
    histories = [form.narrowed(model.history.all()) for model in models if form.asks_for(model)]
    steps, older = _page(histories, _before(request.GET.get(OLDER, "")))
    query = request.GET.copy()
    query.pop(OLDER, None)
    newest = query.urlencode()
    if older:
        query[OLDER] = older
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Changes"),
        "original": _("Changes"),
        "has_view_permission": True,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
        "form": form,
        "entries": entries_of(histories, steps, own=None, link=_linker(model_admin, request.user)),
        "older": query.urlencode() if older else "",
        "newest": newest if OLDER in request.GET else None,
    }
    return TemplateResponse(request, "admin/openedx_catalog/changes.html", context)


def _before(text: str) -> dict[str, int]:
    """``{label of a model: id in its history}``; what is no such text counts as none."""
    found = {}
    for part in text.split(","):
        label, _dash, number = part.rpartition("-")
        if label and number.isascii() and number.isdigit() and len(number) < 19:
            found[label] = int(number)
    return found


def _page(histories: Sequence[QuerySet[Any]], before: Mapping[str, int]) -> tuple[list[Step], str]:
    """What comes next in all histories, each by its ids, and where the page after it begins; "" after the last one."""
    streams = []
    for number, history in enumerate(histories):
        rows = history.order_by("-history_id")
        if (last := before.get(_label(history))) is not None:
            rows = rows.filter(history_id__lt=last)
        key = key_of(history.model)
        # Whether that row was changed before is not asked of what was asked for.
        earlier = history.model._default_manager.filter(**{key: OuterRef(key), "history_id__lt": OuterRef("history_id")})
        previous = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
        found = rows.annotate(previous_=previous).values_list("history_date", "history_id", "previous_")
        streams.append([Step(at, number, pk, earlier_id) for at, pk, earlier_id in found[: PER_PAGE + 1]])
    merged = heapq.merge(*streams, key=lambda step: (step.at, step.history), reverse=True)
    steps = list(islice(merged, PER_PAGE + 1))
    if len(steps) <= PER_PAGE:
        return steps, ""
    del steps[PER_PAGE:]
    places = dict(before) | {_label(histories[step.history]): step.pk for step in steps}
    return steps, ",".join(f"{label}-{pk}" for label, pk in places.items())


def _label(history: QuerySet[Any]) -> str:
    return str(history.model.instance_type._meta.label_lower)


def _linker(model_admin: Any, user: Any) -> Any:
    """``link(row of a history, name) -> link``: to the history of the row, or of what it belongs to."""
    registered = model_admin.admin_site._registry
    viewer = type("Viewer", (), {"viewer": user})()

    def link(row: Any, name: str) -> str:
        model = row.instance_type
        if model in registered:
            return model_admin.link(viewer, model, "history", getattr(row, key_of(type(row))), name or _("History"))
        for field in row.tracked_fields:
            if field.remote_field and field.remote_field.model in registered and getattr(row, field.attname):
                target = field.remote_field.model
                if _has_history(target) and target is not get_user_model():
                    return model_admin.link(viewer, target, "history", getattr(row, field.attname), name or _("History"))
        return name

    return link
