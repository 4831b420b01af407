"""A cache whose server is gone."""

from django.core.cache.backends.base import BaseCache


class BrokenCache(BaseCache):
    """Every call fails, as that of a client whose server is gone."""

    def __init__(self, *arguments, **options):
        super().__init__({})

    def get(self, *arguments, **options):
        raise ConnectionRefusedError

    set = add = delete = get
