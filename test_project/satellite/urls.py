"""A page of the satellite, among the URLs of the catalog."""

from django.http import JsonResponse
from django.urls import path

app_name = "satellite"


def pages(request):
    """How many runs have a page."""
    from .models import RunPage

    return JsonResponse({"count": RunPage.objects.count()})


urlpatterns = [path("api/satellite/v1/pages/", pages, name="pages")]
