"""Incremental builds: read, infer and validate what changed and what depends on it, and nothing else.

The idea is that of incremental view maintenance: from the triples that changed and the patterns of a query follow the
rows of its answer that may differ from before (`delta.affected_rows`); those are queried again, all others stand. Rules
of inference, checks and shapes are all treated so, from their own text, so that a new one needs nothing here. What
cannot be analysed is queried in full: too much may be looked at, never too little.
"""
