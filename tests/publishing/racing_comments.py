"""What the processes of `test_comments` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

import os
import signal
from typing import Any

from django.test import override_settings

from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.comments import SalesforceComments


class Killed(SalesforceComments):
    """Its process dies as soon as a comment is posted."""

    def post(self, comment: Any) -> str:
        super().post(comment)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def send(number: int, values: dict[str, Any]) -> int:
    """Send what is due, at once with the others; how many it sent."""
    with override_settings(**values):
        racing.meet()
        return api.send_comments().sent
