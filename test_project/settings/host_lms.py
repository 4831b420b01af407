"""
A host shaped like the LMS: our core comes as a plugin, and a second database is for student modules alone.

Requests are transactions. Users whose address is not confirmed may sign in, templates have loaders, the time zone is not UTC.
"""

import sys
from pathlib import Path

from edx_django_utils.plugins import add_plugins, get_plugin_apps

from .base import *  # noqa: F403

sys.path.insert(0, str(Path(__file__).parent.parent / "platform_stub"))

PROJECT_TYPE = "lms.djangoapp"
INSTALLED_APPS = [
    *BASE_APPS,  # noqa: F405
    "django.contrib.sites",
    "rest_framework",
    "waffle",
    "openedx_events",
    "openedx.core.djangoapps.content.course_overviews",
    "openedx.core.djangoapps.plugins",
]
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "crum.CurrentRequestUserMiddleware",
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "edx_rest_framework_extensions.auth.jwt.middleware.JwtAuthCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "edx_django_utils.cache.middleware.TieredCacheMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "waffle.middleware.WaffleMiddleware",
    "edx_rest_framework_extensions.auth.jwt.middleware.EnsureJWTAuthSettingsMiddleware",
]
TEMPLATES = [
    {
        **TEMPLATES[0],  # noqa: F405
        "APP_DIRS": False,
        "OPTIONS": {
            **TEMPLATES[0]["OPTIONS"],  # noqa: F405
            "loaders": [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        },
    }
]
ROOT_URLCONF = "test_project.host_urls"
DATABASES = {
    "default": {**DATABASES["default"], "ATOMIC_REQUESTS": True},  # noqa: F405
    "student_module_history": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
DATABASE_ROUTERS = ["test_project.routers.StudentModuleHistoryRouter"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SITE_ID = 1
USE_I18N = True
LANGUAGE_CODE = "en"
TIME_ZONE = "America/New_York"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PAGINATION_CLASS": "edx_rest_framework_extensions.paginators.DefaultPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "test_project.rest_defaults.as_the_host_says_it",
    "PAGE_SIZE": 10,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_RATES": {"user": "60/minute", "service_user": "800/minute"},
}
INSTALLED_APPS += get_plugin_apps(PROJECT_TYPE)
INSTALLED_APPS += ["openedx_catalog.contrib.programs", "openedx_catalog.contrib.sync"]
add_plugins(__name__, PROJECT_TYPE, "common")
