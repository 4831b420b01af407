"""Users by what they may do, signed in as Django signs them in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.test import Client
from rest_framework.test import APIClient


def granted(user: Any, *names: str) -> Any:
    """A user with these permissions, each ``app_label.codename``, or ``app_label`` for all of an app's."""
    for name in names:
        app, _dot, codename = name.partition(".")
        found = Permission.objects.filter(Q(codename=codename) if codename else Q(), content_type__app_label=app)
        if not found:
            raise LookupError(f"There is no permission {name}.")
        user.user_permissions.add(*found)
    return user


def rest_user(name: str) -> Any:
    """A user: "user", "staff", "superuser", "inactive" (until then he may sign in), or permissions joined by " + "."""
    users: Any = get_user_model()._default_manager
    user = users.create_user(name[:150], is_staff=name == "staff", is_superuser=name == "superuser")
    return granted(user, *name.split(" + ")) if "." in name else user


def rest_client(name: str) -> APIClient:
    """A REST client with a session of `rest_user`, or "anonymous", so that what Django signs in is what counts."""
    client = APIClient()
    if name != "anonymous":
        user = rest_user(name)
        client.force_login(user)
        if name == "inactive":
            type(user)._default_manager.filter(pk=user.pk).update(is_active=False)
    client.name = name  # type: ignore[attr-defined]
    return client


def admin_client(name: str) -> Client:
    """A client of a member of staff: "staff", "superuser", or permissions, joined by " + "."""
    client, users = Client(), get_user_model()._default_manager
    user = users.create_user(f"{name[:100]} {users.count()}", is_staff=True, is_superuser=name == "superuser")
    client.force_login(granted(user, *name.split(" + ")) if "." in name else user)
    return client


def viewer_client(*apps: str) -> Client:
    """A client of a member of staff who may view everything in these apps, and nothing else."""
    client, users = Client(), get_user_model()._default_manager
    user = users.create_user(f"viewer {users.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_", content_type__app_label__in=apps))
    client.force_login(user)
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back, so that one set of rows serves many requests."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
