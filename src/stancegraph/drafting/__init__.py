"""A first draft of an article: its passages, and proposals for a person to decide on. Nothing here is asserted."""
