"""The languages of labels."""

ENGLISH = "en"
"""The language in which every thing has a label."""
