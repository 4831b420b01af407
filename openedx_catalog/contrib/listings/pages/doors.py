"""What every page has around it: whether it is there at all, who may read it, and how long an answer may be kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_safe

from openedx_catalog import permissions
from openedx_catalog.lib.routing import reads_from_writer

from .. import conf, states

View = Callable[..., HttpResponseBase]
METHODS = ["GET", "HEAD", "POST"]


def page(view: View) -> View:
    """
    A page that is read: GET and HEAD, where OPENEDX_CATALOG_PAGES has pages, by whoever may read what is public; who is not
    signed in and may not is led to sign in.

    Those who are not signed in get what they have seen confirmed (304), and what another one has seen, without a row of a
    course being read. What others see is theirs, and kept nowhere.
    """

    return _read(view, _shared)


def fresh_page(view: View) -> View:
    """The same, of what depends on more than the catalog: nobody gets an answer that another one has seen."""
    return _read(view, _private)


def _read(view: View, shared: Callable[[HttpRequest, Callable[[], HttpResponseBase]], HttpResponseBase]) -> View:
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not conf.pages():
            raise Http404
        user = user_of(request)
        if permissions.can_read(user):
            answer = _private if user.is_authenticated else shared
            return answer(request, lambda: view(request, *args, **kwargs))
        if user.is_authenticated:
            raise PermissionDenied
        return _private(request, lambda: redirect_to_login(request.get_full_path()))

    return guarded


def private_page(view: View) -> View:
    """
    A page that is read and sent, for who is signed in and may read; others are led to sign in. Where OPENEDX_CATALOG_PAGES has
    no pages, there are none of these.

    No answer is kept anywhere, nor in the lists of search engines: errors neither.
    """

    protected = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            # It shows what has just been stored, however late a replica is.
            with reads_from_writer():
                response = _answered(request, lambda: protected(request, *args, **kwargs))
        except (BadRequest, Http404, PermissionDenied) as error:
            response = response_for_exception(request, error)
        patch_cache_control(response, private=True, no_store=True)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def _answered(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    if not conf.pages():
        raise Http404
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    user = user_of(request)
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not permissions.can_read(user):
        raise PermissionDenied
    return view()


def user_of(request: HttpRequest) -> Any:
    """Who asks; nobody, where the host has no sign-in."""
    return getattr(request, "user", None) or AnonymousUser()


def _private(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = make()
    patch_cache_control(response, private=True, no_store=True)
    return response


def _shared(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    state = states.state_of(request)
    if state is None:
        response = make()
    else:
        request.catalog_version = state.version  # type: ignore[attr-defined]
        # Any page at all is no question that we could answer without looking for this one.
        asks = request.headers.get("If-None-Match") != "*"
        known = get_conditional_response(request, etag=state.etag, last_modified=state.modified) if asks else None
        response = state.kept() if known is None else known
        if response is None:
            # Not from a replica, which may be behind: what is shown would be older than what it is known by.
            with reads_from_writer():
                response = make()
            state.keep(request, response)
        if response.status_code in (200, 304):
            response["ETag"] = state.etag
            response["Last-Modified"] = http_date(state.modified)
    # Former addresses too: a course may get its old slug back, and the two would lead to each other in a browser for ever.
    patch_cache_control(response, public=True, max_age=conf.pages_max_age())
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def not_for_search_engines(response: HttpResponse) -> HttpResponse:
    """The same answer, to be left out of their lists."""
    response["X-Robots-Tag"] = "noindex"
    return response
