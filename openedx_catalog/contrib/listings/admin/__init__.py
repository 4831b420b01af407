"""Listings in the admin: what learners read of courses and runs. Changes go through `api`."""

from . import course, kinds, naming, run  # noqa: F401
