"""Work in separate processes: cut off from the network, with a deadline for each step."""
