"""Optional apps that stand on the core. An operator adds them to INSTALLED_APPS one by one."""
