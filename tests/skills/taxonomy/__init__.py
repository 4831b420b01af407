"""The tables of taxonomy-connector 4.2.0 that skills are imported from, as it names them; the package needs a service."""
