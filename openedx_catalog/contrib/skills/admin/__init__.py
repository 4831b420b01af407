"""Skills in the admin: their names, who has them, and what is blocked. Changes go through `api`."""

from . import naming, skill, tagged  # noqa: F401
