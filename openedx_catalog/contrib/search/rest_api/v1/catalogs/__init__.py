"""Course catalogs over REST."""
