"""Formats in which others take statements with their sources: nanopublications, reifiers, annotations, reviews."""
