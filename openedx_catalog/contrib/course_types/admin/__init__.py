"""Course types in the admin: what they are made of, and which courses and runs have them. Changes go through `api`."""

from . import course_type, kinds, naming, run_type  # noqa: F401
