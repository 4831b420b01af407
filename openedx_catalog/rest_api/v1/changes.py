"""The change feed over REST: what a consumer in another process follows, so that it never has to compare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from organizations.models import Organization
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api
from ...data import ChangeRow
from ...lib import permissions
from ...lib.rest.base import ResourceViewSet
from ...lib.rest.schema import described, refusals
from ...lib.values import iso_instant
from ...models_api import CatalogChange, CatalogCourse, CourseRun

PARAMETERS = ("after", "limit", "kind")
LATEST = "latest"
DEFAULT_LIMIT, MAX_LIMIT, MAX_KIND = 100, 1000, 64
# Kinds of the core, of which a host's own policy may hide rows, and what an entry names them by.
_CORE = {"organization": (Organization, "key"), "catalog_course": (CatalogCourse, "uuid"), "course_run": (CourseRun, "uuid")}
# No position is longer.
_DIGITS = 19


class ChangeReader(serializers.Serializer):
    """A change of a row. `what` is "gone" where the row is there, but no longer for whoever asks."""

    cursor = serializers.CharField(help_text="The place of this change: what follows it is asked for by it.")
    kind = serializers.CharField(help_text="What changed, for example course_run.")
    uuid = serializers.UUIDField(allow_null=True, help_text="Of the row; organizations have none.")
    key = serializers.CharField(
        allow_null=True, help_text="The key of the row after the change, of a deleted one before; null where it is gone."
    )
    what = serializers.CharField(help_text="For example created, updated, moved, merged, deleted or gone.")
    merged_into = serializers.UUIDField(allow_null=True, help_text="The catalog course that survived a merge.")
    occurred_at = serializers.DateTimeField(help_text="When it was written (UTC), which is not the order.")


class ChangePageReader(serializers.Serializer):
    """Some changes, oldest first."""

    results = ChangeReader(many=True)
    cursor = serializers.CharField(help_text="Ask with it the next time.")
    more = serializers.BooleanField(help_text="Whether there is more to read already.")


class ChangeViewSet(ResourceViewSet):
    """Every change of the catalog, in an order that is the same for all who ask."""

    model = CatalogChange
    serializer_class = ChangePageReader
    pagination_class: Any = None
    http_method_names = ["get", "head"]

    @described(
        parameters=[
            OpenApiParameter("after", str, description=f'The cursor of the last answer; "{LATEST}" for that of now alone.'),
            OpenApiParameter("limit", int, description=f"At most so many; {DEFAULT_LIMIT} unless given, at most {MAX_LIMIT}."),
            OpenApiParameter("kind", str, description="Only changes of this kind, for example course_run."),
        ],
        responses={200: ChangePageReader, **refusals()},
        filters=False,
    )
    def follow(self, request: Request, **kwargs: Any) -> Response:
        """
        What has changed since the cursor `after`; without one, since the beginning.

        Whoever begins asks for `?after=latest`, reads everything, and goes on from that cursor. Changes of rows that the user
        may not see are left out.
        """
        self.refuse_unknown_parameters(PARAMETERS)
        self.refuse_repeated()
        after, limit, kind = self.given("after"), self.limit(), self.kind()
        if after == LATEST:
            return _page([], api.get_latest_change(), more=False)
        seen = kinds_seen(request.user)
        found = api.read_changes(self.position(after), limit=limit, kind=kind, kinds_seen=seen)
        told = told_to(request.user, found.changes, seen)
        return _page([represent(row, seen) for row in told], found.position, more=found.more)

    def given(self, name: str) -> str | None:
        return self.request.query_params.get(name)

    def refuse_repeated(self) -> None:
        """Raise ValidationError where a parameter is given twice, or empty: which one is meant nobody knows."""
        if wrong := [name for name, sent in self.request.query_params.lists() if len(sent) > 1 or not sent[0]]:
            raise ValidationError({name: [_("Expected exactly one value that is not empty.")] for name in wrong})

    def position(self, after: str | None) -> int:
        if after is None:
            return 0
        if not (after.isascii() and after.isdigit()) or len(after) > _DIGITS:
            text = _('This is no cursor of the feed. Begin again: with a full copy, and the cursor of "?after=%(latest)s".')
            raise ValidationError({"after": [text % {"latest": LATEST}]})
        return int(after)

    def limit(self) -> int:
        limit = self.given("limit") or str(DEFAULT_LIMIT)
        if not (limit.isascii() and limit.isdigit()) or len(limit) > _DIGITS or not 1 <= int(limit) <= MAX_LIMIT:
            text = _("Expected a whole number from 1 to %(most)s.")
            raise ValidationError({"limit": [text % {"most": f"{MAX_LIMIT:,}"}]})
        return int(limit)

    def kind(self) -> str | None:
        kind = self.given("kind")
        if kind is not None and not (kind.isascii() and kind.replace("_", "").isalnum() and len(kind) <= MAX_KIND):
            raise ValidationError({"kind": [_("Expected the name of a kind of row, for example course_run.")]})
        return kind


def kinds_seen(user: Any) -> list[str]:
    """
    The kinds of row, without underscores, of which a user sees every row although others do not.

    A kind is that of the model of this name that keeps rows back; what is kept back of an app that is gone nobody sees.
    """
    kept = [model for model in apps.get_models() if getattr(model, "kept_with", None)]
    return [str(model._meta.model_name) for model in kept if permissions.sees_all(user, model)]


def told_to(user: Any, rows: Sequence[ChangeRow], seen: list[str]) -> Iterator[ChangeRow]:
    """
    The rows as this user is told of them where a host's own policy hides rows of the core: what is hidden now, or no longer
    there, is gone; of organizations, which go by their name alone, such changes are left out.

    A query for each kind of which the user does not see every row.
    """
    known = {
        kind: _known(user, model, {getattr(row, name) for row in rows if row.kind == kind})
        for kind, (model, name) in _CORE.items()
    }
    for row in rows:
        names = known.get(row.kind)
        if names is None or (row.uuid or row.key) in names:
            yield row
        elif row.kind != "organization":
            yield row._replace(audience=CatalogChange.Audience.GONE)


def _known(user: Any, model: Any, names: set[Any]) -> set[Any] | None:
    """Those of some names (uuids, or short_names) whose rows the user may see; None where that is all of them."""
    if permissions.sees_all(user, model):
        return None
    field = "short_name" if model is Organization else "uuid"
    rows = model._default_manager.filter(**{f"{field}__in": names - {None}})
    return set(permissions.visible(user, rows).values_list(field, flat=True))


def represent(row: ChangeRow, seen: Collection[str]) -> dict[str, Any]:
    """A change as one who sees these kinds is told of it."""
    gone = row.audience == CatalogChange.Audience.GONE and row.kind.replace("_", "") not in seen
    return {
        "cursor": str(row.position),
        "kind": row.kind,
        "uuid": row.uuid and str(row.uuid),
        "key": None if gone else row.key,
        "what": "gone" if gone else row.what,
        "merged_into": None if gone else row.merged_into and str(row.merged_into),
        "occurred_at": iso_instant(row.occurred_at),
    }


def _page(results: list[dict[str, Any]], position: int, *, more: bool) -> Response:
    return Response({"results": results, "cursor": str(position), "more": more})
