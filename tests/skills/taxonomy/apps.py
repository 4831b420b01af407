"""The app, by the label of taxonomy-connector's."""

from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "tests.skills.taxonomy"
    label = "taxonomy"
    default_auto_field = "django.db.models.AutoField"
