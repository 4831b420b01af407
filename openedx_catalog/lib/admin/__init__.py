"""The bases of admin pages."""
