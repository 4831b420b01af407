"""What a search engine is told of the catalog: one document of each course, run, program and pathway for everybody."""
