"""
A host shaped like credentials: its order of middleware, users of its own, sites, sessions and tokens, small ids.

Django's permissions of models guard its REST, whose pages and errors are its own. Its users also have OAuth2 tokens, as those
of MITx Online do.
"""

from .base import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "waffle",
    "django_filters",
    "openedx_events",
    "test_project.users",
    "simple_history",
    "organizations",
    "openedx_catalog",
    "openedx_catalog.contrib.programs",
    "openedx_catalog.contrib.sync",
]
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "edx_rest_framework_extensions.auth.jwt.middleware.JwtAuthCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "waffle.middleware.WaffleMiddleware",
    "edx_django_utils.cache.middleware.TieredCacheMiddleware",
    "edx_rest_framework_extensions.auth.jwt.middleware.EnsureJWTAuthSettingsMiddleware",
    "crum.CurrentRequestUserMiddleware",
]
ROOT_URLCONF = "test_project.host_urls"
AUTH_USER_MODEL = "users.User"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SITE_ID = 1
USE_I18N = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "cred_sessionid", "cred_csrftoken", "cred_language"
JWT_AUTH = {**JWT_AUTH, "JWT_AUTH_COOKIE": "edx-jwt-cookie"}  # noqa: F405
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "test_project.authentication.BearerAuthentication",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissions"],
    "PAGE_SIZE": 20,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "EXCEPTION_HANDLER": "test_project.rest_defaults.as_the_host_says_it",
}
# It has nothing of drf-spectacular's.
SPECTACULAR_SETTINGS = {}
