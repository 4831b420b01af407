"""System checks of what a host's settings make of REST, and of the package edx-organizations. `checks` has the others."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core import checks
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation

from .lib import conf

LABEL = "organizations"
_DATE_INDEX = "set SIMPLE_HISTORY_DATE_INDEX = False"
_IDS = f'put "openedx_catalog.host_apps.OrganizationsConfig" in place of "{LABEL}" into INSTALLED_APPS'
_OTHERS = "take out the settings SIMPLE_HISTORY_… and MIGRATION_MODULES that change it"


def check_authentication(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E012: a class that REST should know its users by is none: no request would be answered."""
    if conf.rest_authentication_paths() is None:
        # What is wrong with its own REST_FRAMEWORK, the host finds out by itself.
        return []
    # Imported here, since it brings Django REST framework.
    from .lib.rest.authentication import BaseAuthentication, authentication_classes

    try:
        classes: Any = authentication_classes()
        wrong = next((str(kind) for kind in classes if not issubclass(kind, BaseAuthentication)), "")
        wrong = wrong and f"names {wrong}, which is no authentication class"
    except Exception as error:  # Whatever a module of the host raises when it is imported.
        wrong = f"cannot be read ({error})"
    found = checks.Error(
        f"OPENEDX_CATALOG_REST_AUTHENTICATION_CLASSES {wrong}: REST could not know who asks.",
        hint="Give a list of dotted paths of classes of Django REST framework, or take the setting out: then those of "
        "REST_FRAMEWORK count.",
        id="openedx_catalog.E012",
    )
    return [found] if wrong else []


def check_organizations(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W006: under these settings ``makemigrations`` would write a migration into the package edx-organizations."""
    # As ``makemigrations`` compares: names of fields may be translated, and those of migrations never are.
    with translation.override(None):
        names = sorted(_otherwise(LABEL))
    if not names:
        return []
    fields = {name.rpartition(".")[2] for name in names}
    hints = [
        hint
        for hint, wanted in (
            (_DATE_INDEX, "history_date" in fields),
            (_IDS, "id" in fields),
            (_OTHERS, bool(fields - {"history_date", "id"})),
        )
        if wanted
    ]
    return [
        checks.Warning(
            f"The settings make fields of edx-organizations other than its own migrations have them: {', '.join(names)}. "
            "A plain makemigrations would write a migration into that package, which no other installation has.",
            hint=f"{'; '.join(hints)[0].upper()}{'; '.join(hints)[1:]}.",
            id="openedx_catalog.W006",
        )
    ]


def _otherwise(label: str) -> Iterator[str]:
    """``model.field`` of what is not as the migrations of an app have it; those of relations have no settings."""
    stored = _as_migrated(label)
    for model in apps.get_app_config(label).get_models() if stored else ():
        fields = stored[label, model._meta.model_name or ""].fields if (label, model._meta.model_name) in stored else {}
        for name, field in ModelState.from_model(model).fields.items():
            before = fields.get(name)
            if before is not None and not field.is_relation and field.deconstruct()[1:] != before.deconstruct()[1:]:
                yield f"{model.__name__}.{name}"


def _as_migrated(label: str) -> dict[tuple[str, str], ModelState]:
    """The models of an app as its own migrations leave them. Without those of others, which take seconds in a large host."""
    package, _is_explicit = MigrationLoader.migrations_module(label)
    if package is None:
        return {}
    names = [module.name for module in pkgutil.iter_modules(import_module(package).__path__) if module.name[0] not in "_~"]
    migrations = [import_module(f"{package}.{name}").Migration(name, label) for name in sorted(names)]
    replaced = {name for migration in migrations for _label, name in migration.replaces}
    state = ProjectState()
    for migration in migrations:
        if migration.name not in replaced:
            state = migration.mutate_state(state, preserve=False)
    return state.models
