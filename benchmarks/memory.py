"""
Peak memory: ``python -m benchmarks.memory backfill FILE MODULES`` or ``… bare - MODULES``, each in a process of its own.

The first runs ``manage.py backfill_catalog FILE`` and notes in MODULES what it had imported; the second, which sets Django
up and imports those, is what the first is compared with. Prints the peak in megabytes.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
from pathlib import Path


def main() -> None:
    kind, sample, modules = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "test_project.settings.core_only")
    import django
    from django.core.management import call_command

    django.setup()
    if kind == "backfill":
        call_command("backfill_catalog", sample, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
        Path(modules).write_text(json.dumps(list(sys.modules)), encoding="utf-8")
    else:
        for name in json.loads(Path(modules).read_text(encoding="utf-8")):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    # Kilobytes, but bytes on macOS.
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))


if __name__ == "__main__":
    main()
