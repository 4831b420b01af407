"""
What a receiver refuses, in words that any door understands.

Receivers watch rows that others save, too: in the admin of another app, over its REST API, in a form of a host's. Our own doors
know `CatalogError`; a view of Django's or of Django REST framework's would take it for a fault of the server.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.core.exceptions import BadRequest

from .exceptions import CatalogError, _rebuild


def answerable(receiver: Callable[..., None]) -> Callable[..., None]:
    """
    Decorate a receiver that may raise a CatalogError: what it raises is of the same class, and any view answers it.

    Over REST that is 409 with ``{"detail": …}``: what is stored does not allow it. A page of Django's is its plain "Bad
    Request", so a form that can ask beforehand should.
    """

    @wraps(receiver)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            receiver(*args, **kwargs)
        except CatalogError as error:
            raise _answered(error) from error

    return wrapped


def _answered(error: CatalogError) -> CatalogError:
    # Whoever has not imported it has no view of it, and is spared the 18 MB.
    rest = sys.modules.get("rest_framework.exceptions")
    of: Any = type(error)
    kind = _kind(of, rest and rest.APIException)
    found = kind.__new__(kind)
    vars(found).update(vars(error))
    found.args, found.error_list = error.args, [found]
    return found


@cache
def _kind(kind: Any, of_rest: Any) -> Any:
    """A class of errors that Django answers with 400, and DRF, where it is there, with 409."""
    bases = (kind, BadRequest, of_rest) if of_rest else (kind, BadRequest)
    said: dict[str, Any] = {
        "__module__": kind.__module__,
        "__doc__": kind.__doc__,
        # In another process there is only the class that it comes from.
        "__reduce__": lambda self: (_rebuild, (kind, self.facts)),
        "code": kind.code,
        "status_code": 409,
        "default_code": kind.code,
        "detail": property(str),
    }
    return type(kind.__name__, bases, said)
