"""
What ``make demo`` runs: a fresh SQLite database, a catalog file loaded into it, and the admin to look at it.

Exits 0 although rows of the file were refused: refusing them is part of what is shown. A file that cannot be used at all
ends the demo with exit code 2.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = ROOT / "demo.sqlite3"
SAMPLE = ROOT / "build" / "sample_catalog.csv"


def main() -> None:
    """Set up, load, print, and serve."""
    options = _options()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="test_project.settings.core_only",
        CATALOG_DB="sqlite",
        CATALOG_DB_NAME=str(DATABASE),
    )
    for path in ROOT.glob(f"{DATABASE.name}*"):
        path.unlink()

    import django
    from django.core.management import CommandError, call_command

    django.setup()
    call_command("migrate", verbosity=0)
    try:
        _load(options.file or _sample())
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(error.returncode)
    _examine()
    _create_admin(options.port, serve=options.serve)
    if options.serve:
        # Insecure means here: static files without a web server. Without the reloader Ctrl-C ends one process.
        call_command("runserver", f"127.0.0.1:{options.port}", use_reloader=False, insecure_serving=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("file", nargs="?", help="a CSV or JSON-lines catalog file; default: the sample catalog")
    parser.add_argument(
        "--serve", type=lambda text: text not in ("0", "no", ""), default=True, help="0: stop after the print-out"
    )
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def _sample() -> str:
    """Write the sample catalog, and leave it there: the problems name its lines."""
    from test_project import sample_catalog

    SAMPLE.parent.mkdir(exist_ok=True)
    sample_catalog.write(SAMPLE, sample_catalog.rows())
    return os.path.relpath(SAMPLE)


def _load(file: str) -> None:
    from django.core.management import call_command

    _head(f"manage.py backfill_catalog -v 2 {file}")
    try:
        call_command("backfill_catalog", file, verbosity=2)
    except SystemExit as exit_:
        # 1: some rows were refused, as the table says.
        if exit_.code != 1:
            raise


def _examine() -> None:
    """Run the doctor, and print how many findings there are of each kind, with one example and its remedy."""
    from django.core.management import call_command

    _head("manage.py catalog_doctor")
    output = io.StringIO()
    try:
        call_command("catalog_doctor", json=True, stdout=output)
    except SystemExit as exit_:
        if exit_.code != 1:
            raise
    *findings, summary = [json.loads(line) for line in output.getvalue().splitlines()]
    for code, count in summary["codes"].items():
        example = next(finding for finding in findings if finding["code"] == code)
        print(f"{example['severity']:<8} {code:<30}{count:>7,}   e.g. {example['subject']}: {example['message']}")
        if example["remedy"]:
            print(f"         {example['remedy']}")
    print(f"{summary['errors']} errors, {summary['warnings']} warnings.")


def _create_admin(port: int, *, serve: bool) -> None:
    from django.contrib.auth import get_user_model

    password = secrets.token_urlsafe(9)
    get_user_model().objects.create_superuser("admin", password=password)
    _head(f"The admin: http://127.0.0.1:{port}/admin/   user: admin   password: {password}")
    if not serve:
        print(f"Not served yet: .venv/bin/python manage.py runserver --insecure {port}")


def _head(text: str) -> None:
    print(f"\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
