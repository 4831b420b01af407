"""The URLs of the core, where the platform's plugin machinery looks for them; the namespace is the core's too."""

from ..urls import app_name, urlpatterns

__all__ = ["app_name", "urlpatterns"]
