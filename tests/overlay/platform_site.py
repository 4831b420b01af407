"""
A platform of `platform_settings`, started by a Python that must not find this checkout: ``python -I platform_site.py migrate``.

``… call '[["write", "course-v1:A+B+1"], ["look"]]'`` calls functions of `deeds`, and prints their answers as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "platform_settings"
    if sys.argv[1] == "call":
        import django

        django.setup()
        deeds = import_module("deeds")
        print(json.dumps([getattr(deeds, name)(*arguments) for name, *arguments in json.loads(sys.argv[2])]))
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
