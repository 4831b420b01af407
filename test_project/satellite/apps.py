"""An app of a host that adds columns to the catalog without touching it, and takes part in what the core does."""

from openedx_catalog.extensions import CatalogExtensionConfig


class SatelliteConfig(CatalogExtensionConfig):
    """Pins titles against syncs, and sends runs with a rerun code to the course that owns it."""

    name = "test_project.satellite"
    label = "satellite"
    catalog_urls = "test_project.satellite.urls"

    def pinned_fields(self, course_keys):
        from .models import RunPage

        pages = RunPage.objects.filter(keep_title=True, run__course_key__text__in=list(course_keys))
        return {key: {"title"} for key in pages.values_list("run__course_key__text", flat=True)}

    def resolve_catalog_courses(self, keys):
        from .models import RerunCode

        wanted = {f"{key.org}+{key.course}": key.key_ci for key in keys}
        codes = RerunCode.objects.filter(code__in=wanted).select_related("catalog_course")
        owners = {code.code: code.catalog_course for code in codes}
        return {key.key_ci: owners[f"{key.org}+{key.course}"] for key in keys if f"{key.org}+{key.course}" in owners}
