"""
What a search engine is told of the catalog: one document of each course, run, program and pathway for everybody.

`public` says what everybody may know of, `facts` and `groups` read what documents are made of, `making` makes them.
"""

from .reading import document_of, documents_of, models

__all__ = ["document_of", "documents_of", "models"]
