"""First drafts of articles: passages, and proposals for a person to decide on. A draft asserts nothing."""
