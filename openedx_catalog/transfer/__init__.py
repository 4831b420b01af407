"""Reading catalog files and writing reports: shared by the backfill command, the admin's import and sync."""

from .reading import CatalogFile, UnreadableFile, open_catalog_file
from .reports import ReportFile, UnwritableReport, report_as_dict, report_as_table
from .writing import write_catalog_csv

__all__ = [
    "CatalogFile",
    "ReportFile",
    "UnreadableFile",
    "UnwritableReport",
    "open_catalog_file",
    "report_as_dict",
    "report_as_table",
    "write_catalog_csv",
]
