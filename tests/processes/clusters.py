"""A PostgreSQL of a test's own, and one that follows it and is late on purpose: nothing of what is there is touched."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

# Longer than any test: as if the replica had stopped when it was made.
LAG = "60min"
USER = "postgres"


class NoServer(Exception):
    """Why no cluster can be made here."""


@attrs.frozen
class Cluster:
    """The server of one folder, on a port of loopback."""

    binaries: Path
    folder: Path
    port: int

    def tool(self, name: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs, none of which works as root; what it prints."""
        done = subprocess.run(
            [*_as_server_user(), str(self.binaries / name), *arguments], capture_output=True, text=True, check=False, cwd="/"
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr or done.stdout}")
        return done.stdout

    def sql(self, statement: str) -> str:
        """The answer to a statement, unaligned."""
        connection = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", "postgres"]
        return self.tool("psql", "-w", "-X", "-At", *connection, "-c", statement).strip()

    @contextmanager
    def running(self, **settings: str) -> Iterator[None]:
        """Start it, and stop it in the end without asking whom it serves."""
        own = {"port": self.port, "unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1", "fsync": "off"}
        options = " ".join(f"-c {name}={value}" for name, value in {**own, **settings}.items())
        log = str(self.folder / "log")
        self.tool("pg_ctl", "-D", str(self.folder), "-w", "-t", "120", "-l", log, "-o", options, "start")
        try:
            yield
        finally:
            self.tool("pg_ctl", "-D", str(self.folder), "-w", "-m", "immediate", "stop")


@contextmanager
def primary_cluster() -> Iterator[Cluster]:
    """An empty cluster that runs. Raises NoServer."""
    with _folder() as folder:
        cluster = Cluster(_binaries(), folder / "data", _free_port())
        cluster.tool("initdb", "-D", str(cluster.folder), "-A", "trust", "-U", USER, "--locale=C.UTF-8", "--no-sync")
        with cluster.running(shared_buffers="32MB"):
            yield cluster


@contextmanager
def late_replica(primary: Cluster) -> Iterator[Cluster]:
    """What the primary is now, and stays so: a standby that applies each commit an hour later."""
    with _folder() as folder, ExitStack() as stack:
        replica = Cluster(primary.binaries, folder / "data", _free_port())
        source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", USER, "-w"]
        replica.tool("pg_basebackup", *source, "-D", str(replica.folder), "-R", "-X", "stream", "-c", "fast", "--no-sync")
        stack.enter_context(replica.running(shared_buffers="32MB", recovery_min_apply_delay=LAG))
        yield replica


def _binaries() -> Path:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *map(Path, os.environ.get("PATH", "").split(os.pathsep))]
    needed = ("initdb", "pg_ctl", "pg_basebackup", "psql")
    found = [folder for folder in folders if all((folder / name).exists() for name in needed)]
    if not found:
        raise NoServer(f"a PostgreSQL server ({', '.join(needed)}) is not installed")
    return max(found, key=_version)


def _version(folder: Path) -> float:
    name = folder.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0


def _as_server_user() -> list[str]:
    return ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="catalog-cluster-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            try:
                shutil.chown(name, USER)
            except LookupError as error:
                raise NoServer(f"there is no user {USER}, and a server does not run as root") from error
        yield Path(name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
