"""What every profile of the host IDA shares. A host copies from here: INSTALLED_APPS, USE_TZ and the database options."""

import os

from .databases import database

SECRET_KEY = "for the test project only"
DEBUG = os.environ.get("CATALOG_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]

BASE_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "simple_history",
    # As it was released, though ids are larger here: with "organizations" alone a DEFAULT_AUTO_FIELD changes its tables.
    "openedx_catalog.host_apps.OrganizationsConfig",
    # For the page that shows the REST API; the API itself needs neither.
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Lets the history know who is signed in.
    "simple_history.middleware.HistoryRequestMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": database()}
ROOT_URLCONF = "test_project.urls"
STATIC_URL = "/static/"
# Images that users upload.
MEDIA_URL = "/media/"
MEDIA_ROOT = os.environ.get("CATALOG_MEDIA_ROOT", "media")
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Open edX Catalog",
    "DESCRIPTION": "Organizations, catalog courses and course runs, and which belongs to which.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/catalog/v1",
    "REDOC_DIST": "SIDECAR",
}
# What a service of Open edX gets from its configuration. Without this prefix requests with a token are silently anonymous.
JWT_AUTH = {
    "JWT_AUTH_HEADER_PREFIX": "JWT",
    "JWT_SECRET_KEY": "for the test project only, as long as it must be",
    "JWT_ISSUERS": [
        {"ISSUER": "test_project", "SECRET_KEY": "for the test project only, as long as it must be", "AUDIENCE": "test_project"}
    ],
    "JWT_AUDIENCE": "test_project",
    "JWT_VERIFY_AUDIENCE": False,
}
# As edx-platform and the other services of Open edX set it; otherwise makemigrations changes edx-organizations.
SIMPLE_HISTORY_DATE_INDEX = False
