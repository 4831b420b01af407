"""SiteConfiguration, with what of the platform's the catalog reads."""

from django.db import models


class SiteConfiguration(models.Model):
    """Settings of one site."""

    # Without a constraint: this app has no migrations, and its table is made before that of sites.
    site = models.OneToOneField("sites.Site", related_name="configuration", db_constraint=False, on_delete=models.CASCADE)
    enabled = models.BooleanField(default=False)
    site_values = models.JSONField(blank=True, default=dict)

    class Meta:
        app_label = "site_configuration"

    def get_value(self, name, default=None):
        """The value of a setting, where the configuration is on."""
        return self.site_values.get(name, default) if self.enabled else default
