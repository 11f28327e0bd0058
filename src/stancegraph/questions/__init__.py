"""Stored questions: their parameters and views, the evidence behind a claim, and the description of a thing."""
