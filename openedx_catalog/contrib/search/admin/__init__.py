"""Course catalogs and search indexes in the admin. Changes go through `api`."""

from . import catalogs, indexes, naming  # noqa: F401
