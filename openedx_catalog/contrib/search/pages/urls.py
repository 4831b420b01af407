"""The page of search, below ``catalog/``; reversed as ``openedx_catalog:search:search-page``."""

from django.urls import path

from . import views

urlpatterns = [path("search/", views.search_page, name="search-page")]
