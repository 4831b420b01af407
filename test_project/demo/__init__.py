"""What ``make demo`` runs: a catalog in SQLite, with a program and a source to sync from, and a site to look at it."""
