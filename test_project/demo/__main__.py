"""
Set up what is not there yet, and serve it; all of ``make demo`` but the packages.

Exits 0 although rows of the file were refused: refusing them is part of what is shown. 2: nothing was changed, since the
file or the database cannot be used, the port is taken, or another demo is running; 1: the sync or the start page failed.
"""

from __future__ import annotations

import argparse
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

from . import claim

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """What the user types; each refusal is one sentence."""
    options = _options()
    print("A catalog of courses in an SQLite file, its admin and its REST API, on this machine alone.", flush=True)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="test_project.settings.demo", CATALOG_DB="sqlite", CATALOG_DB_NAME=str(options.database)
    )
    from django.core.management import CommandError

    try:
        code = _run(options)
    except (claim.Refused, CommandError) as error:
        print(error, file=sys.stderr)
        code = getattr(error, "returncode", 2)
    except KeyboardInterrupt:
        print("\nInterrupted. make demo goes on from here.", file=sys.stderr)
        code = 130
    sys.exit(code)


def _run(options: argparse.Namespace) -> int:
    import django

    port = options.port if options.serve else 0
    with claim.hold_database(options.database, port) as lock, claim.listen(port) as server:
        if options.serve:
            claim.note_port(lock, server.server_port)
        django.setup()
        # Not before: it needs the apps.
        from . import loading

        url = f"http://{claim.HOST}:{server.server_port}"
        loading.check(options.file)
        loading.begin(options.database, reset=options.reset)
        loading.migrate()
        loaded = loading.fill(options.file, url)
        server.set_app(_application())
        if not options.serve:
            return _prove(server)
        if loaded:
            loading.examine()
        _say_where(url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nEnded. What you have changed is kept: make demo goes on with it.")
        return 0


def _application() -> Any:
    """The site, with its static files, which it has no web server for."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    return StaticFilesHandler(get_wsgi_application())


def _prove(server: Any) -> int:
    """Sync, have the doctor look at everything, and ask for the start page; then it is over."""
    from django.core.management import CommandError, call_command

    from . import content, loading

    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        loading.head(f"manage.py sync_catalog {content.SOURCE}")
        try:
            call_command("sync_catalog", content.SOURCE)
        except (CommandError, SystemExit) as error:
            # A sync that did not end well has said why.
            print(f"The sync of {content.SOURCE} failed: {error}", file=sys.stderr)
            return 1
        loading.examine()
        status = _status_of_start_page(server)
    finally:
        server.shutdown()
        thread.join()
    if status != 200:
        print(f"The start page answers {status}.", file=sys.stderr)
        return 1
    loading.head("Everything is there. To look at it: make demo")
    return 0


def _status_of_start_page(server: Any) -> int:
    connection = HTTPConnection(claim.HOST, server.server_port)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def _say_where(url: str) -> None:
    from . import content, loading

    password = content.password()
    loading.head(f"{url}/   user: {content.NAME}   password: {password or 'the one that was set in this database'}")
    print("Ctrl-C ends it. What you change is kept.", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("file", nargs="?", help="a CSV or JSON-lines catalog file; default: the sample catalog, once")
    parser.add_argument("--serve", type=_truth, default=True, help="0: stop after the print-out")
    parser.add_argument("--reset", type=_truth, default=False, help="1: begin with an empty database")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--database", type=Path, default=ROOT / "demo.sqlite3", help="default: demo.sqlite3 of the checkout")
    return parser.parse_args()


def _truth(text: str) -> bool:
    return text not in ("0", "no", "")


if __name__ == "__main__":
    main()
