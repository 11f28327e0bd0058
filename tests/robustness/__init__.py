"""Bad and hostile input of every kind, given on purpose and at random."""
