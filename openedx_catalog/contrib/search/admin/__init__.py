"""Course catalogs in the admin. Changes go through `api`."""

from . import catalogs, naming  # noqa: F401
