"""stancegraph: a knowledge graph of who holds which stance, on whose word, and where the source says so."""

__version__ = "0.1.0"
