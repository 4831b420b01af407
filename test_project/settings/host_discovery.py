"""
A host shaped like discovery: the schema class of coreapi, three ways to sign in, throttles, pages of its own.

Every default of Django REST framework that a host may set is set here to what is not ours.
"""

from .host_credentials import *  # noqa: F403

MIDDLEWARE = [
    *MIDDLEWARE[:-1],  # noqa: F405
    "simple_history.middleware.HistoryRequestMiddleware",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication",
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_PAGINATION_CLASS": "test_project.rest_defaults.Pages",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissions"],
    "PAGE_SIZE": 20,
    "DEFAULT_THROTTLE_CLASSES": ["test_project.rest_defaults.OftenEnough"],
    "DEFAULT_SCHEMA_CLASS": "test_project.rest_defaults.CoreApiSchema",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FormParser", "rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["test_project.rest_defaults.TextRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
    "DEFAULT_VERSION": "7",
    "ALLOWED_VERSIONS": ["7"],
    "EXCEPTION_HANDLER": "test_project.rest_defaults.as_the_host_says_it",
    "NON_FIELD_ERRORS_KEY": "__all__",
    "UNAUTHENTICATED_USER": None,
}
FILTERS_DEFAULT_LOOKUP_EXPR = "icontains"
