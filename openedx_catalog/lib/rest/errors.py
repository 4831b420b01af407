"""From what the API raises to what a client reads: the envelope of Open edX (edx-platform's ADR 0029), with our ``code``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from .. import permissions
from ..exceptions import CatalogConflict, CatalogError, CatalogUnavailable


class Conflict(APIException):
    """409: what is stored does not allow it."""

    status_code = 409
    default_detail = _("What is stored does not allow this.")
    default_code = "conflict"


class PreconditionFailed(APIException):
    """412: the object no longer has the ETag of ``If-Match``."""

    status_code = 412
    default_detail = _("The object has changed since it was read. Read it again, then repeat the request.")
    default_code = "precondition_failed"


class Unavailable(APIException):
    """503: what answers is not there, or not yet."""

    status_code = 503
    default_detail = _("This cannot be answered now. Try again later.")
    default_code = "unavailable"


class BodyTooLarge(ParseError):
    """The body is larger than any request of ours needs: 400, as Django has it."""

    default_detail = _("The body is too large. Expected at most 1,000,000 bytes.")
    default_code = "body_too_large"


# What Open edX calls them, in the order in which they are looked for: (class, type, title).
_TYPES = (
    (drf.NotAuthenticated, "authn", "Authentication Required"),
    (drf.AuthenticationFailed, "authn", "Authentication Failed"),
    (drf.PermissionDenied | PermissionDenied, "authz", "Permission Denied"),
    (NotFound | Http404, "not-found", "Not Found"),
    (ValidationError, "validation", "Validation Error"),
    (drf.Throttled, "rate-limited", "Too Many Requests"),
    (Conflict, "conflict", "Conflict"),
    (PreconditionFailed, "precondition-failed", "Precondition Failed"),
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of all our views. A fault of ours is left to Django, which logs where it came from."""
    view = context.get("view")
    error = permissions.discreet(getattr(context.get("request"), "user", None), error)
    translated = translate(error, _error_fields(view), getattr(view, "references", {}))
    if not isinstance(translated, APIException | Http404 | PermissionDenied):
        return None
    response: Any = exception_handler(translated, context)
    kind, title = _type_of(translated, response.status_code)
    body = {"type": kind, "title": title, "status": response.status_code}
    if isinstance(translated, ValidationError):
        # Flat, though nested serializers nest theirs.
        errors = _flat(translated.detail)
        body |= {"detail": next((f"{name}: {texts[0]}" for name, texts in errors.items()), ""), "errors": errors}
    else:
        body["detail"] = str(response.data["detail"])
    response.data = _writable({**body, "instance": context["request"].path, "code": _code(error, translated)})
    return response


def _writable(data: Any) -> Any:
    """The body of an error, which may quote what a caller sent: an unpaired surrogate, which no answer can have, is escaped."""
    if isinstance(data, str):
        return data if data.isascii() else data.encode(errors="backslashreplace").decode()
    if isinstance(data, dict):
        return {_writable(name): _writable(value) for name, value in data.items()}
    return [_writable(value) for value in data] if isinstance(data, list) else data


def _type_of(error: Exception, status: int) -> tuple[str, str]:
    """The type and title of an error; what Open edX has none for (405, 406, 415) is about:blank, as in RFC 9457."""
    for kind, name, title in _TYPES:
        if isinstance(error, kind):
            return f"https://docs.openedx.org/errors/{name}", title
    return "about:blank", HTTPStatus(status).phrase


def translate(error: Exception, fields: dict[str, str], references: dict[Any, str]) -> Exception:
    """
    The DRF exception for an error of the API: 409 for conflicts, 404 for what is not there, 503 for what cannot answer, else
    400 on a field.

    `fields` maps names of the API to those of the request: ``{"catalog_course": "into", "start": "schedule.start"}``,
    and `references` which of its fields names rows of which other models.
    """
    if isinstance(error, CatalogConflict):
        return Conflict(detail=str(error), code=error.code)
    if isinstance(error, CatalogUnavailable):
        return Unavailable(detail=str(error), code=error.code)
    if isinstance(error, CatalogError):
        field = fields.get(error.field, error.field)
        detail = [ErrorDetail(str(error), code=error.code)]
        for name in reversed(field.split(".") if field else []):
            detail = {name: detail}  # type: ignore[assignment]
        return ValidationError(detail)
    for model, field in references.items():
        if isinstance(error, model.DoesNotExist):
            return ValidationError({field: [str(error)]})
    if isinstance(error, ObjectDoesNotExist):
        return NotFound(str(error) or None)
    if isinstance(error, RequestDataTooBig):
        # Django's own limit, where something has begun to read the body before our parser.
        return BodyTooLarge()
    return error


def _error_fields(view: Any) -> dict[str, str]:
    """The fields that an action of a view calls otherwise: of the resource as a whole (action "*"), and of the action."""
    names = getattr(view, "error_fields", {})
    return {**names.get("*", {}), **names.get(getattr(view, "action", ""), {})}


def _code(error: Exception, translated: Exception) -> str:
    """The stable code: of the API's error, else of DRF's."""
    if isinstance(error, CatalogError):
        return error.code
    if isinstance(translated, ValidationError):
        return "invalid_request"
    return str(getattr(translated, "default_code", "error"))


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """``{"schedule.start": ["…"]}`` of nested details; what belongs to no field is under ``non_field_errors``."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for name, inner in detail.items():
            # Hosts may call it otherwise.
            known = "non_field_errors" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            flat |= _flat(inner, f"{prefix}.{known}" if prefix else known)
        return flat
    texts = detail if isinstance(detail, list) else [detail]
    return {prefix or "non_field_errors": [str(text) for text in texts]}
