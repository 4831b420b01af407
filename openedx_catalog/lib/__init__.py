"""
What the core and every optional app are built with: changes and who made them, rows, transactions, values, dated rows, events,
and the bases of REST resources, admin pages and commands.

It knows nothing of courses, and imports nothing of the packages above it.
"""
