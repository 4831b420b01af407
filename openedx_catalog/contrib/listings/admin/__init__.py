"""Listings in the admin. Changes go through `api`."""
