"""
Two writers, step by step: one stops before its commit, the other one comes.

Each of them has a connection of its own, in a thread; whether somebody waits for a lock, the server is asked.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import sleep

from django.db import connection, transaction

WAITING = {
    "postgresql": "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    "mysql": "SELECT COUNT(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()",
}
SET_LEVEL = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL",
    "mysql": "SET SESSION TRANSACTION ISOLATION LEVEL",
}
NO_WAIT = {"postgresql": "SET lock_timeout = '1ms'", "mysql": "SET innodb_lock_wait_timeout = 0"}


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def set_level(level):
    """All transactions of this connection, as by the settings of a host."""
    if connection.vendor == "postgresql":
        from psycopg import IsolationLevel

        connection.ensure_connection()
        connection.isolation_level = connection.connection.isolation_level = IsolationLevel[level.replace(" ", "_")]
    else:
        execute(f"{SET_LEVEL[connection.vendor]} {level}")


@contextmanager
def writer(work, level="READ COMMITTED"):
    """Another writer does `work` in a transaction and waits; it commits at the end, or when it is told to."""
    worked, go_on = Event(), Event()

    def run():
        try:
            set_level(level)
            with transaction.atomic():
                work()
                worked.set()
                go_on.wait(60)
        finally:
            worked.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        worked.wait(60)
        try:
            yield go_on.set
        finally:
            go_on.set()
            future.result()


def after_waiting(work, commit, level="READ COMMITTED"):
    """What comes of `work` when it has to wait for the other writer, who commits only then."""

    def run():
        try:
            set_level(level)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        while not future.done() and execute(WAITING[connection.vendor])[0][0] == 0:
            # MariaDB answers from a copy that is not renewed while it is asked more often than ten times a second.
            sleep(0.12 if connection.vendor == "mysql" else 0.005)
        commit()
        return future.result()
