"""What the project costs beside the raw driver and its peer: ``python -m benchmarks.run``; see README.rst."""

UNREACHABLE = 3
"""Exit code of a worker whose database cannot be reached."""
