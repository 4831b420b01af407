"""The Python API of search: every read and write that others may rely on, and nothing else."""

__all__: list[str] = []
