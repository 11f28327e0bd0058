"""The only way out to other machines: which addresses are called, for how long, and for how many bytes."""
