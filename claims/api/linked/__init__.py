"""The export as linked data: the same answers in the words of schema.org and the Citation Typing Ontology."""
