"""Links to external data sets: mappings in SSSOM, reviewed row by row, from which the build makes linksets."""
