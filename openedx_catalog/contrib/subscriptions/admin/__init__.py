"""Subscriptions in the admin: plans, who takes part in them, and which courses do not. Changes go through `api`."""

from . import choice, naming, plan  # noqa: F401
