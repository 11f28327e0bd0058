"""Work in processes of its own: cut off from the network, with a deadline for each step."""
