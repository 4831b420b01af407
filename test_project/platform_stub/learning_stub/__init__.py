"""Foreign keys to our tables as openedx_learning has them: its migrations know of ``0001_initial`` alone."""
