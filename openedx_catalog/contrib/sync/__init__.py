"""Optional: keeps the catalog in step with an LMS, a discovery service or a file, and is never hurt by it."""
