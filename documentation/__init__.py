"""What the documentation's pages take from the project itself, so that they cannot differ from it."""
