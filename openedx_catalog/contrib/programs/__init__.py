"""Programs, their curricula, degrees, and the partners' own keys of course runs."""
