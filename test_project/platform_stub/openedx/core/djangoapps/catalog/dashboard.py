"""A module of the platform that has imported the function by name, and under another."""

from .utils import get_programs
from .utils import get_programs_by_uuids as by_uuids


def programs(site):
    """What a learner's dashboard shows."""
    return get_programs(site)


def some_programs(uuids):
    """The same by uuid."""
    return by_uuids(uuids)
