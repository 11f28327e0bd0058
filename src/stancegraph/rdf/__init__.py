"""RDF without a store: namespaces, terms, typed values, quads, and the text of Turtle."""
