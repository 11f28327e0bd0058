"""What a change costs: read, infer and validate what changed and what depends on it, and nothing else.

The idea is that of incremental view maintenance: from the triples that changed and the patterns of a query follow the
rows of its answer that may be other than before (`affected`); those are asked for anew, all others stand. Rules of
inference, checks and shapes are all treated so, from their own text, so that a new one needs nothing here. What cannot
be taken apart is asked in full: what is looked at may be too much, never too little.
"""
