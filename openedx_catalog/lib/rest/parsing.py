"""Bodies as we read them: JSON, of a size that a request may have, and strictly read; forms where a file is uploaded, too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.utils.json import strict_constant

from .. import images, strict_json
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


class ImageFormParser(MultiPartParser):
    """A form with an image, as large as one may be; in JSON there is no room for it (Django's DATA_UPLOAD_MAX_MEMORY_SIZE)."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        # Before it is read: Django writes a file of any size to the disk.
        given = stream.META.get("CONTENT_LENGTH", "")
        limit = images.MAX_BYTES + MAX_BODY
        if not given.isdecimal() or int(given) > limit:
            raise errors.BodyTooLarge(_("The body is too large. Expected at most %(limit)s bytes.") % {"limit": f"{limit:,}"})
        return super().parse(stream, media_type, parser_context)
