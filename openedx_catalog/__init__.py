"""The system of record for Organization 1:N CatalogCourse 1:N CourseRun."""

__version__ = "0.1.0"
