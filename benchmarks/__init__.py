"""How fast the program is, as ratios to peers measured in the same run, and how it holds out under load."""
