"""Reading and writing catalog files, and reports: shared by the commands, the admin's import and export, and sync."""

from .decoding import UnreadableFile
from .reading import COLUMNS, CatalogFile, format_of, open_catalog_file, text_of
from .reports import ReportFile, UnwritableReport, change_text, lines_to_mend, rejected_rows, report_as_dict, report_as_table
from .writing import EXPORTED, format_to_write, table_of_runs

__all__ = [
    "COLUMNS",
    "EXPORTED",
    "CatalogFile",
    "ReportFile",
    "UnreadableFile",
    "UnwritableReport",
    "change_text",
    "format_of",
    "format_to_write",
    "lines_to_mend",
    "open_catalog_file",
    "rejected_rows",
    "report_as_dict",
    "report_as_table",
    "table_of_runs",
    "text_of",
]
