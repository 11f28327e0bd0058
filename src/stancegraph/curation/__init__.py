"""What editors do to a graph as a whole: merge and split entities, and compare snapshots."""
