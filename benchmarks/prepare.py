"""Fills the database of `benchmarks.doors`, makes its user, and prints its session and what to ask for, as JSON."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from .site import requests
from .timing import analyze


def main() -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from openedx_catalog import api

    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as stream:
        records = (api.AssociationRecord(**row) for row in csv.DictReader(stream))
        api.associate_course_runs(records, source="benchmark")
    analyze(connection)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("benchmark"))
    print(json.dumps({"session": client.cookies["sessionid"].value, "requests": requests()}))


if __name__ == "__main__":
    main()
