"""For a WSGI server: ``gunicorn test_project.wsgi`` with DJANGO_SETTINGS_MODULE set."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
