#!/usr/bin/env python
"""Run a management command in the test project: ``python manage.py catalog_doctor``."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "test_project.settings.core_only")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
