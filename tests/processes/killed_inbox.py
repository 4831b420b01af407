"""A worker of the inbox that kills itself at one of its statements, as `killed`; it leaves their number where it may live."""

from __future__ import annotations

from multiprocessing.sharedctypes import Synchronized

from django.db import connection

from openedx_catalog import messages

from .killed import Executioner


def work(moment: str, count: Synchronized[int]) -> None:
    executioner = Executioner(moment)
    with connection.execute_wrapper(executioner):
        messages.process_due()
    connection.close()
    count.value = executioner.count
