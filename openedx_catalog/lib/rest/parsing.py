"""Bodies as we read them: JSON alone, of a size that a request may have, and strictly read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

from .. import strict_json
from . import errors

# A thousand course keys of 255 characters, however they are encoded, are less.
MAX_BODY = 1_000_000


class StrictJSONParser(JSONParser):
    """
    JSON of at most `MAX_BODY` bytes, strictly read (`strict_json`).

    DRF reads the stream itself, past Django's DATA_UPLOAD_MAX_MEMORY_SIZE. What is nested so deeply that Python gives up is
    a bad request, not a fault of ours.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise errors.BodyTooLarge
        try:
            return strict_json.loads(
                body.decode((parser_context or {}).get("encoding", "utf-8")), parse_constant=strict_constant
            )
        except (ValueError, LookupError) as error:
            raise ParseError(_("The body is not valid JSON: %(error)s.") % {"error": error}) from error
        except RecursionError as error:
            raise ParseError(_("The body is not valid JSON: it is nested too deeply.")) from error
