"""What the processes of `test_races` do."""

from __future__ import annotations

# First, because it sets up Django.
from tests.processes import racing  # isort: skip

from django.db import OperationalError

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program


def publish_at_once(number: int, uuids: list[str], past_the_api: bool) -> None:
    """Publish each of the programs when all processes are there."""
    for uuid in uuids:
        row = Program.objects.get(uuid=uuid)
        racing.meet()
        if not past_the_api:
            programs.change_program_status(uuid, "active", source=f"p{number}")
            continue
        row.status = "active"
        try:
            row.save()
        except OperationalError:
            # MariaDB refuses to write over what it has not read; SQLite does not wait for who has read.
            row.save()
