"""Publishing in the admin: what waits, who edits, and what was decided. Changes go through `api`."""

from . import course, naming, people, reading  # noqa: F401
