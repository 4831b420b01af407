"""What the platform's plugin machinery asks for settings; `openedx_catalog.conf` reads them."""
