"""
With OPENEDX_CATALOG_SERVE_LMS_PROGRAMS the LMS's own functions answer from the database: no cache, no discovery service.

Called once, when all apps are ready. Nothing of the platform is imported where the setting is off.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from . import lms


def in_lms() -> bool:
    """Whether the platform's module can be imported."""
    try:
        return find_spec(lms.LMS_MODULE) is not None
    except ModuleNotFoundError:
        return False


def install() -> list[str]:
    """
    Put our functions in the place of the platform's, and return the names of the modules that have them now.

    In the platform's module, and under whatever name in every module that has imported one of them already; whoever imports
    later gets ours. Not reached is what holds one elsewhere than in a module: a default argument, an attribute of a class. Does
    nothing, again, where this is no LMS.
    """
    if not in_lms():
        return []
    theirs = import_module(lms.LMS_MODULE)
    pairs = ((getattr(theirs, name, None), getattr(lms, name)) for name in lms.served())
    ours = {id(their): our for their, our in pairs if their not in (None, our)}
    return sorted(name for name, module in list(sys.modules.items()) if _replaced(module, ours))


def _replaced(module: Any, ours: dict[int, Any]) -> bool:
    # The namespace itself: asking a lazy module for an attribute would import what it stands for.
    names = vars(module) if isinstance(module, ModuleType) and module is not lms else {}
    found = {name: ours[id(value)] for name, value in list(names.items()) if id(value) in ours}
    names.update(found)
    return bool(found)
