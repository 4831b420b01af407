"""A real broker, and a consumer in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from openedx_events.event_bus import get_producer

from tests.processes.conftest import CHECKOUT, child_environment, nursery  # noqa: F401

TIMEOUT = 60


class Broker:
    """A Redis server of its own, which may be stopped and comes back empty on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        # A message of over a mebibyte is refused: what a bus does not take, however often it is tried.
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        options["proto-max-bulk-len"] = "1mb"
        command = ["redis-server", *[part for name, value in options.items() for part in (f"--{name}", str(value))]]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if "Ready to accept connections" in line:
                return
        raise RuntimeError("redis-server ended")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


@pytest.fixture
def broker(tmp_path: Path, settings: Any) -> Iterator[Broker]:
    if shutil.which("redis-server") is None:
        if "redis" in os.environ.get("CATALOG_REQUIRE", ""):
            pytest.fail("redis-server is required, and is not installed")
        pytest.skip("redis-server is not installed")
    server = Broker(tmp_path)
    server.start()
    settings.EVENT_BUS_REDIS_CONNECTION_URL = server.url
    get_producer.cache_clear()
    yield server
    # The last producer's own sockets; left to the garbage collector, they are a ResourceWarning at the end of the run.
    get_producer().client.connection_pool.disconnect()
    get_producer.cache_clear()
    server.stop()


class Consumer:
    """A consumer of the bus in a process of its own, which reports every event it receives."""

    def __init__(self, broker: Broker, *arguments: str) -> None:
        environment = child_environment(CATALOG_REDIS_URL=broker.url)
        command = [sys.executable, "-m", "tests.events.consumer", *arguments]
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: Queue[str] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def hear(self, count: int) -> list[dict[str, Any]]:
        """The next `count` events; fails where the consumer ends, or says nothing for a minute."""
        received = []
        while len(received) < count:
            line = self.lines.get(timeout=TIMEOUT)
            assert line, self.process.stderr.read()
            received.append(json.loads(line))
        return received

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def consume(broker: Broker) -> Iterator[Callable[..., Consumer]]:
    """``consume(*arguments)`` starts a consumer."""
    started = []

    def start(*arguments: str) -> Consumer:
        started.append(Consumer(broker, *arguments))
        return started[-1]

    yield start
    for consumer in started:
        consumer.stop()


@pytest.fixture
def relays(broker: Broker) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """``relays(*arguments)`` starts ``relay_catalog_events`` in a process of its own."""
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "relay_catalog_events", *arguments]
        environment = child_environment(CATALOG_REDIS_URL=broker.url)
        started.append(
            subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
