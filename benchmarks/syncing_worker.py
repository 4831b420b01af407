"""One part of `benchmarks.syncing`: ``python -m benchmarks.syncing_worker PHASE URL TITLE``."""

from __future__ import annotations

import sys

import django

from .syncing import measured

django.setup()

from django.core.management import call_command  # noqa: E402 - models need Django
from django.db import connection  # noqa: E402

from openedx_catalog.contrib.sync import api  # noqa: E402
from openedx_catalog.contrib.sync.client import Client  # noqa: E402
from openedx_catalog.contrib.sync.loaders import loader_class  # noqa: E402
from openedx_catalog.contrib.sync.models_api import Source  # noqa: E402

# More than a source may be configured with: the pause between two requests is not what is measured.
PER_MINUTE = 32_000


def main() -> None:
    phase, url, title = sys.argv[1:]
    if phase == "prepare":
        create_database()
        call_command("migrate", verbosity=0)
        api.create_source(name="lms", kind="lms", base_url=url, username=title, create_missing=True)
        Source.objects.update(per_minute=PER_MINUTE)
    elif phase == "drop":
        drop_database()
    elif phase == "read":
        print(measured(lambda: read(url, title)))
    else:
        Source.objects.update(username=title)
        print(measured(lambda: sync(phase)))


def read(url: str, title: str) -> None:
    """Every page, downloaded and parsed to rows."""
    with Client(url, per_minute=PER_MINUTE) as client:
        for page in loader_class("lms")({}, client, title).pages():
            assert page.error is None, page.error


def sync(phase: str) -> None:
    report = api.sync_source("lms")
    wanted = {"create": "created", "unchanged": "unchanged", "change": "updated"}[phase]
    assert report.counts[wanted] == report.records, report.counts


def create_database() -> None:
    if connection.vendor != "sqlite":
        drop_database()
        with connection._nodb_cursor() as cursor:
            charset = " CHARACTER SET utf8mb4" if connection.vendor == "mysql" else ""
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])}{charset}")


def drop_database() -> None:
    connection.close()
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(connection.settings_dict['NAME'])}")


if __name__ == "__main__":
    main()
