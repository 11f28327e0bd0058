"""What editors do to a graph as a whole: merge and split entities, and see what has changed."""
