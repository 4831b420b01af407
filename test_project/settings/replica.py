"""A host with programs that reads from a replica, as Django's documentation of several databases has it."""

import os

from .programs import *  # noqa: F403

# The replica is the same database on another port of the same host.
DATABASES["replica"] = {  # noqa: F405
    **DATABASES["default"],  # noqa: F405
    "PORT": os.environ.get("CATALOG_REPLICA_PORT", DATABASES["default"].get("PORT", "")),  # noqa: F405
}
DATABASE_ROUTERS = ["test_project.routers.PrimaryReplicaRouter"]
