"""The bases of REST resources."""
