"""The one way out to elsewhere: which addresses are asked, how long, and for how much."""
