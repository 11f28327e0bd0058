"""A workspace: where its files lie, and how a new one is made."""
